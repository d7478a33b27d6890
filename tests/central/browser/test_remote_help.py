"""A helper in Debian's Chromium: a terminal's page moves, a press points, axe-core finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from central.web_accounts import WebRole
from tests.central.browser.chromium import chromium, findings, log_in, missing, served
from tests.central.remote_help.test_sessions import ONE
from tests.central.standing import POINT, TERMINAL
from tests.central.web.conftest import desk
from tests.central.web.test_remote_help_page import PATH, HelpDesk, help_desk

__all__ = ["desk", "help_desk"]
WHY = missing()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(WHY), reason=WHY)]
FRAME = {
    "version": 1,
    "number": 1,
    "page": "choose",
    "step": 2,
    "lines": ["要办这些", "知道 ＊＊ 项，只再问您 ＊＊ 句。"],
    "rows": [
        {"words": "退休一件事", "under": "＊＊", "tick": "on", "place": 0},
        {"words": "公积金", "under": "", "tick": "", "place": -1},
    ],
    "choices": [{"words": "接着办", "place": 1}, {"words": "退出", "place": 2}],
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def test_a_helper_looks_points_and_ends(browser: Any, help_desk: HelpDesk) -> None:
    live = help_desk.desk.context.live
    lasting = replace(live.policy, interval_seconds=2.0, longest_seconds=600.0)
    opened = replace(help_desk.desk.context, live=replace(live, policy=lasting))
    desk = replace(help_desk.desk, context=opened)
    sessions = help_desk.sessions
    with served(desk) as url:
        known = log_in(browser, desk, url, "B-0001", WebRole.REMOTE_HELPER, "")
        known.goto(f"{url}/remote-help")
        assert findings(known) == []
        known.goto(url + PATH)
        sessions.take_frame(ONE, TERMINAL, POINT, FRAME | {"number": 2})
        known.wait_for_selector("main[data-moved='2']")
        assert findings(known) == []
        page = browser.new_context(
            storage_state=known.context.storage_state(), locale="zh-CN"
        ).new_page()
        known.context.close()
        page.goto(url + PATH)
        sessions.take_frame(ONE, TERMINAL, POINT, FRAME | {"number": 3})
        page.wait_for_selector("main[data-moved='3']")
        page.click("text=接着办")
        page.wait_for_selector("button.pointed")
        news = sessions.news_of(ONE, TERMINAL)
        assert news is not None
        assert (news.frame, news.place) == (3, 1)
        sessions.take_frame(
            ONE, TERMINAL, POINT, FRAME | {"number": 4, "page": "", "rows": [], "choices": []}
        )
        page.wait_for_selector("main[data-moved='4']")
        assert "这一页不给看" in page.inner_text("#frame")
        sessions.end(ONE, TERMINAL)
        page.wait_for_url(f"{url}/remote-help?over=1")
        assert "这次看完了" in page.inner_text("main")
        page.context.close()
