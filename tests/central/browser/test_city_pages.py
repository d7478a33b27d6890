"""The pages of city, control room, public and phone in Debian's Chromium: axe-core finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.central.browser.chromium import chromium, findings, missing, served
from tests.central.browser.draw_pages import PAGES, opened_pages
from tests.central.web.conftest import desk
from tests.central.web.desk import WebDesk

__all__ = ["desk"]
WHY = missing()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(WHY), reason=WHY)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize("who", sorted({one.who for one in PAGES}))
def test_nothing_is_found_on_any_page(browser: Any, who: str) -> None:
    wanted = [one for one in PAGES if one.who == who]
    with opened_pages(browser, wanted) as opened:
        found = {page.name: findings(tab) for page, tab in opened}
    assert found == {one.name: [] for one in wanted}


def test_public_pages_answer_without_a_script(browser: Any, desk: WebDesk) -> None:
    with served(desk) as url:
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
