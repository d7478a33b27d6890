"""A clerk's day over HTTP, with the real vault behind its socket and the terminal's own filing."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from central.office_desk.acts import DeskAct
from central.web_accounts import WebRole
from kiosk.application.scan import CapturedPaper
from kiosk.delivery.correction import CorrectionPapers, hand_in
from kiosk.delivery.scan_intake import keep_paper
from kiosk.session.central_queries import progress_of
from kiosk.visit.steps.progress.events import ProgressKnown
from tests.central.standing import Standing, numbered
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.central.web.desk import Browser, WebDesk
from tests.central.web.task_office import rounds
from tests.central.web.test_case_page import (
    OFFICES,
    SERVICES,
    ShownCase,
    case,
    central,
    desk,
    name_of,
    side,
    text_of,
    vault,
)

__all__ = ["case", "central", "desk", "side", "vault"]  # fixtures
HOME = "/cases/1/R01"
CERTIFICATE = "亳退审〔2026〕第 00417 号"
BROUGHT = b"\xff\xd8\xff what was brought later"


def decide(browser: Browser, act: DeskAct, **form: str) -> None:
    """Open the form of an act, fill it in and send it."""
    page = f"{HOME}/acts/{act.value}"
    mark = re.search(r'name="mark" value="([0-9-]+)"', browser.get(page).text)
    assert mark
    answer = browser.send(act.value, page, {"mark": mark[1], **form})
    assert answer.status_code == 303, html.unescape(answer.text)


def told(terminal: TerminalSide, filed: str) -> tuple[str, str]:
    """State of R01 as the terminal's own look-up reads it, and the office's words that came along."""
    found = progress_of(terminal.line, filed)
    assert isinstance(found, ProgressKnown), found
    answer = terminal.line.call("GET", f"/v1/applications/{filed}/progress")
    (part,) = (one for one in json.loads(answer.body)["services"] if one["code"] == "R01")
    return found.states["R01"], part["reason"]


@pytest.mark.slow
def test_a_day_of_a_clerk(
    desk: WebDesk, case: ShownCase, central: Standing, side: TerminalSide, tmp_path: Path
) -> None:
    filed = case.document["id"]
    hours = rounds(central)
    clerk = desk.logged_in(name_of(WebRole.CLERK, "RS"), WebRole.CLERK, "RS")
    reviewer = desk.logged_in(name_of(WebRole.REVIEWER, "RS"), WebRole.REVIEWER, "RS")

    assert clerk.post("/tasks/1/R01/take", {}, "/tasks").status_code == 303
    text = text_of(clerk, HOME)
    assert case.document["applicant"]["name"] in text
    unit = desk.context.desk_rules.unit_of("R01")
    for words in (unit, f"首问负责 {name_of(WebRole.CLERK, 'RS')}", "经过", "请本人补材料"):
        assert words in text, words
    assert clerk.get(f"{HOME}/forms/service").content.startswith(b"%PDF-")
    paper = next(code for code in case.pages if code in SERVICES["R01"].materials)
    blob = case.pages[paper][0]
    assert clerk.get(f"{HOME}/pages/{blob}").content == case.picture(paper, 1)

    decide(clerk, DeskAct.ASK, what="招工表", reason="看不清", until="2026-12-03")
    assert hours.carry_out() == 1
    assert told(side, filed) == ("correction", "请补：招工表。看不清")
    assert "新补来的" not in text_of(clerk, HOME)

    bring(central, side, filed)
    assert told(side, filed)[0] == "ready"
    assert "补来了" in text_of(clerk, "/tasks")
    text = text_of(clerk, HOME)
    assert "新补来的" in text
    last = re.findall(rf'href="({HOME}/papers/\d+)"', text)[-1]
    (page,) = re.findall(rf'<img src="({HOME}/pages/[0-9a-f]{{64}})"', text_of(clerk, last))
    assert clerk.get(page).content == BROUGHT

    decide(clerk, DeskAct.FINISH, **{"reason": "资格已确认", "certificate-number": CERTIFICATE})
    assert hours.carry_out() == 0
    number = re.search(r'name="number" value="(\d+)"', text_of(reviewer, f"{HOME}/decision"))
    assert number
    said = {"verdict": "confirmed", "number": number[1]}
    assert reviewer.post(f"{HOME}/decision", said, f"{HOME}/decision").status_code == 303
    assert hours.carry_out() == 1
    assert told(side, filed) == ("done", "资格已确认")
    assert "复核：同意" in text_of(clerk, HOME)

    acts = [kind for _, kind, _ in desk.events() if kind not in ("viewed", "set-up", "added")]
    assert acts == ["logged-in", "logged-in", "took", "asked", "finished", "confirmed"]
    secrets = (case.document["applicant"]["number"], case.document["facts"]["mobile"]["value"])
    for path in tmp_path.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(secret.encode() in content for secret in secrets), path


def bring(central: Standing, side: TerminalSide, filed: str) -> None:
    """Let a helper hand in a page at the terminal, as the desk's page does."""
    key = side.sender().key
    captured = keep_paper(side.store, key, numbered(500), BROUGHT)
    assert isinstance(captured, CapturedPaper)
    brought = CorrectionPapers(numbered(500), filed, "R01", (captured,), "H-0001", "刘**")
    assert hand_in(side.store, side.sender(), brought, central.clock[0]) is None
    side.carry()


def test_every_office_has_a_unit_for_each_service(desk: WebDesk) -> None:
    assert all(desk.context.desk_rules.unit_of(code) for code in SERVICES)
    assert {one.office for one in SERVICES.values()} == set(OFFICES)
