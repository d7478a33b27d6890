"""A clerk's whole day in Debian's Chromium, and what the person then sees at the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from central.web_accounts import WebRole
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.attendance import Attendance
from kiosk.people.consent import Proof, ProofMethod
from kiosk.people.identity import CardReading
from kiosk.session.central_queries import results_of
from tests.central.browser.chromium import (
    chromium,
    findings,
    follow,
    log_in,
    missing,
    picture,
    served,
    tab_to,
)
from tests.central.results.certificate_files import certificate
from tests.central.standing import Standing, read_of
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.central.web.desk import WebDesk
from tests.central.web.task_office import rounds
from tests.central.web.test_case_page import ShownCase, case, central, desk, name_of, side, vault
from tests.central.web.test_clerk_day import CERTIFICATE, HOME, bring
from tests.kiosk.visit.steps.test_results import after_the_case, all_rows

__all__ = ["case", "central", "desk", "side", "vault"]  # fixtures
WHY = missing()
PDF = certificate()
CONTROL = """<!doctype html><html><head><title>x</title></head><body>
<input><p style="color:#ccc;background:#fff;width:3000px">no label, no contrast, too wide</p>"""
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(WHY), reason=WHY)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def test_a_page_that_must_fail_fails(browser: Any) -> None:
    """The control: without it nothing found could mean that nobody looked."""
    page = browser.new_page()
    page.set_content(CONTROL)
    text = "\n".join(findings(page))
    for name in ("label", "color-contrast", "html-has-lang", "wider than the window"):
        assert name in text


def test_a_day_in_the_browser(
    browser: Any,
    desk: WebDesk,
    case: ShownCase,
    central: Standing,
    side: TerminalSide,
    tmp_path: Path,
) -> None:
    shots, filed = tmp_path / "pictures", case.document["id"]
    shots.mkdir()
    hours = rounds(central)
    with served(desk) as url:
        clerk, reviewer = (
            log_in(browser, desk, url, name_of(role, "RS"), role, "RS")
            for role in (WebRole.CLERK, WebRole.REVIEWER)
        )

        def look(page: Any, name: str) -> None:
            picture(page, shots, name)
            assert findings(page) == [], name

        look(clerk, "home")
        clerk.goto(f"{url}/tasks")
        look(clerk, "tasks")
        clerk.click('form[action="/tasks/1/R01/take"] button')
        clerk.goto(url + HOME)
        assert case.document["applicant"]["name"] in clerk.inner_text("main")
        look(clerk, "case")
        form = clerk.request.get(f"{url}{HOME}/forms/service")
        assert form.body().startswith(b"%PDF-")
        clerk.click('a[href*="/papers/"]')
        clerk.check("#zoom-3", force=True)
        look(clerk, "paper")

        ask_by_keyboard(clerk, url)
        look(clerk, "asked")
        assert hours.carry_out() == 1
        bring(central, side, filed)
        clerk.goto(f"{url}/tasks")
        assert "补来了" in clerk.inner_text("main")
        look(clerk, "brought")

        finish(clerk, url, look)
        reviewer.goto(f"{url}{HOME}/decision")
        assert CERTIFICATE in reviewer.inner_text("main")
        look(reviewer, "decision")
        with reviewer.expect_download() as saved:
            reviewer.click('a[href$="/decision/certificate"]')
        assert saved.value.path().read_bytes() == PDF
        reviewer.click("button.primary")
        assert hours.carry_out() == 1
        clerk.goto(f"{url}/tasks/ended")
        look(clerk, "ended")
        clerk.click(f'a[href="{HOME}"]')
        assert CERTIFICATE in clerk.inner_text("main")
        look(clerk, "given")
        supervisor = log_in(browser, desk, url, "S-0001", WebRole.SUPERVISOR, "")
        supervisor.goto(f"{url}/overdue")
        look(supervisor, "overdue")
    assert CERTIFICATE in shown_at_the_terminal(central, side, case)


def test_a_task_by_keyboard_alone(browser: Any, desk: WebDesk, case: ShownCase) -> None:
    """From the log-in to the sent decision no mouse, no field set by script."""
    del case  # it lies at the office
    with served(desk) as url:
        clerk = log_in(browser, desk, url, name_of(WebRole.CLERK, "RS"), WebRole.CLERK, "RS")
        follow(clerk, 'a[href="/tasks"]')
        follow(clerk, 'form[action="/tasks/1/R01/take"] button')
        follow(clerk, f'a[href="{HOME}"]')
        follow(clerk, f'a[href="{HOME}/acts/finish"]')
        assert clerk.evaluate("document.activeElement.id") == "certificate-number"
        clerk.keyboard.type(CERTIFICATE)
        follow(clerk, "form.panel button.primary")
        assert clerk.url == f"{url}/tasks?done=finish"


def ask_by_keyboard(clerk: Any, url: str) -> None:
    """Ask for a paper without a mouse."""
    clerk.goto(f"{url}{HOME}/acts/ask")
    # The browser gives the first paper the focus when it has drawn the page.
    clerk.wait_for_function("document.activeElement.type === 'checkbox'")
    clerk.keyboard.press("Space")
    assert clerk.evaluate("document.activeElement.checked")
    tab_to(clerk, "#reason")
    clerk.keyboard.type("照片看不清")
    tab_to(clerk, "#until")
    clerk.keyboard.type("12032026")  # the browser's own language is English here
    assert clerk.input_value("#until") == "2026-12-03"
    follow(clerk, "form.panel button.primary")
    assert clerk.url == f"{url}/tasks?done=ask", clerk.inner_text("main")


def finish(clerk: Any, url: str, look: Any) -> None:
    """Finish with a certificate; the first file is none."""
    clerk.goto(f"{url}{HOME}/acts/finish")
    clerk.fill("#certificate-number", CERTIFICATE)
    wrong = {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"no PDF"}
    clerk.set_input_files("#file", wrong)
    clerk.click("form.panel button.primary")
    assert "不是 PDF" in clerk.inner_text("[role=alert]")
    look(clerk, "finish")
    clerk.set_input_files("#file", {**wrong, "buffer": PDF})
    clerk.click("form.panel button.primary")
    clerk.wait_for_url("**/tasks?done=finish")


def shown_at_the_terminal(central: Standing, side: TerminalSide, case: ShownCase) -> str:
    """The rows of the terminal's pages of results, of what it hears for the proved person."""
    said, at = case.document["applicant"], central.clock[0]
    proof = Proof(ProofMethod.FACE, at, 0.31, 0.42, "dlib128")
    reading = CardReading(**read_of("another", said["number"]))
    who = Attendance(said["number"], said["name"], True, at, proof=proof, reading=reading)
    found = results_of(side.line, who)
    assert not isinstance(found, Failure), found
    return "".join(map(repr, all_rows(after_the_case(*found).press(Press.RESULTS))))
