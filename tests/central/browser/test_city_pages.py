"""The pages of city, control room and public in Debian's Chromium: axe-core finds nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from central.alarms import CONTROL_ROOM, Alarm, AlarmKind
from central.store.web.alarm_acts import AlarmActs
from central.web_accounts import WebEvent, WebEventKind, WebRole
from tests.central.browser.chromium import chromium, findings, log_in, missing, served
from tests.central.city.test_roll_up import CLOSED, add, case, refresh, task
from tests.central.standing import TERMINAL, Standing
from tests.central.web.conftest import desk
from tests.central.web.desk import WebDesk

__all__ = ["desk"]
WHY = missing()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(WHY), reason=WHY)]
ANSWERS = "category=F50&year=1976&month=3"


def fill_the_control_room(central: Standing) -> None:
    """Two alarms, one of them muted and one assigned, and a ring."""
    store, at = central.office.store, central.office.now().isoformat(timespec="seconds")
    for kind in (AlarmKind.DISK_LOW, AlarmKind.SILENT):
        store.alarms.raise_lasting(Alarm(at, "BZ-0007", kind, "9 %"))
    acts = AlarmActs(store.database, CONTROL_ROOM)
    event = WebEvent(at, "T-0001", "", WebEventKind.MUTED)
    assert acts.mute(1, "2036-01-01T00:00:00+08:00", "等备件", event)
    assert acts.assign(2, "T-0001", event)
    store.release_rings.set("0.2.0", 10, at)
    line = {"subject": "打印机", "state": "red", "evidence": "没纸", "cure": "放一卷纸"}
    well = {"subject": "读卡器", "state": "green", "evidence": "好的", "cure": ""}
    sheet = {"version": 1, "at": at, "state": "red", "lines": [line, well]}
    store.terminal_requests.keep_sheet(TERMINAL, at, json.dumps(sheet))
    until = "2036-01-01T00:00:00+08:00"
    asked = WebEvent(at, "T-0001", "", WebEventKind.REQUESTED)
    assert store.terminal_requests.ask(TERMINAL, "readiness", until, asked)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def test_nothing_is_found_on_pages_after_log_in(
    browser: Any, desk: WebDesk, central: Standing
) -> None:
    add(central.office.store.database, case(1, closed=CLOSED), case(2), task(2, "R01"))
    refresh(central, central.clock[0].date())
    fill_the_control_room(central)
    with served(desk) as url:
        supervisor = log_in(browser, desk, url, "S-0001", WebRole.SUPERVISOR, "")
        technician = log_in(browser, desk, url, "T-0001", WebRole.TECHNICIAN, "")
        for page, path in (
            (supervisor, "/city"),
            (supervisor, "/notices"),
            (supervisor, "/talents"),
            (supervisor, "/service-points"),
            (supervisor, "/service-points/BZ-DEMO"),
            (technician, "/fleet"),
            (technician, f"/fleet/terminals/{TERMINAL}"),
        ):
            page.goto(url + path)
            assert findings(page) == [], path


def test_nothing_is_found_on_public_pages_without_a_script(browser: Any, desk: WebDesk) -> None:
    with served(desk) as url:
        page = browser.new_context(bypass_csp=True, locale="zh-CN").new_page()
        for path in (
            "guide",
            "guide/R06",
            "needs",
            f"needs?{ANSWERS}",
            f"age?{ANSWERS}",
            "points",
            "points?at=341602001",
            "points?find=社区",
        ):
            page.goto(f"{url}/{path}")
            assert findings(page) == [], path
        bare = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()
        bare.goto(f"{url}/age")
        bare.check("#category-F50")
        bare.fill("#year", "1976")
        bare.fill("#month", "3")
        bare.click("button.primary")
        assert "2026年11月" in bare.inner_text("main")
        bare.goto(f"{url}/progress")
        bare.fill("#code", "TX1:0198c0de-0000-7000-8000-00000000ffff")
        bare.click("button.primary")
        assert "没有找到这张单子" in bare.inner_text("main")
