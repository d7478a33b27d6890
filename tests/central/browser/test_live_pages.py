"""An open page moves by itself in Debian's Chromium, under the policy that the pages are served with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from central.alarms import Alarm, AlarmKind
from central.web_accounts import WebRole
from tests.central.browser.chromium import chromium, log_in, missing, served
from tests.central.standing import Standing
from tests.central.web.conftest import desk
from tests.central.web.desk import WebDesk

__all__ = ["desk"]
WHY = missing()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(WHY), reason=WHY)]
ALARMS = '[data-figure="alarms"]'


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def test_an_alarm_appears_on_an_open_page(browser: Any, desk: WebDesk, central: Standing) -> None:
    at = central.office.now().isoformat(timespec="seconds")
    with served(desk) as url:
        known = log_in(browser, desk, url, "T-0001", WebRole.TECHNICIAN, "").context
        page = browser.new_context(storage_state=known.storage_state(), locale="zh-CN").new_page()
        page.goto(f"{url}/fleet")
        page.wait_for_selector("main[data-moved=yes]")
        before = page.inner_text(ALARMS)
        central.office.store.alarms.raise_lasting(Alarm(at, "BZ-0007", AlarmKind.DISK_LOW, "9 %"))
        moved = "([one, before]) => document.querySelector(one).textContent !== before"
        page.wait_for_function(moved, arg=[ALARMS, before])
        assert int(page.inner_text(ALARMS)) == int(before) + 1
        page.context.close()
