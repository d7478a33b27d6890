"""A phone in Debian's Chromium, from the first page to the number of the case, on real processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.desk import DemoDesk
from tests.central.browser.chromium import chromium, findings, missing, picture
from tests.phone.browser_walk import PHONE, log_in, shooter, sign, walk_to_review

ROOT = Path(__file__).parents[2]
WHY = missing()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(WHY), reason=WHY)]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("phone")
    with DemoDesk(ROOT, folder, "BZ-DEMO-0001", phone_filing=True) as desk:
        yield desk.phone_url
        texts = b"".join(one.read_bytes() for one in folder.glob("phone.*"))
        for secret in ("刘长青", "34162219660615001X", "13900001234"):
            assert secret.encode() not in texts, "nothing of a person lies open beside the pages"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_phone_files_and_axe_finds_nothing(url: str, tmp_path: Path, script: bool) -> None:
    with chromium() as browser:
        phone = browser.new_context(
            bypass_csp=script,
            java_script_enabled=script,
            locale="zh-CN",
            viewport=PHONE,
            ignore_https_errors=True,
        ).new_page()
        seen: list[str] = []
        found: list[str] = []

        def judge(page: Any) -> None:
            if script:
                found.extend(f"{page.inner_text('h1')} {one}" for one in findings(page))
                page.set_viewport_size(PHONE)

        log_in(phone, url, "liu" if script else "wang", shooter(phone, tmp_path, seen))
        walk_to_review(phone, judge)
        sign(phone, script=script)
        assert found == []
        for _ in range(20):
            if "亳退" in phone.inner_text("main") or "取号" in phone.inner_text("main"):
                break
            phone.goto(url)
        text = phone.inner_text("main")
        assert re.search(r"亳退 \d{4} \d{4}", text), text


def test_a_wish_is_said_and_withdrawn_and_axe_finds_nothing(url: str, tmp_path: Path) -> None:
    with chromium() as browser:
        page = browser.new_context(
            bypass_csp=True, locale="zh-CN", viewport=PHONE, ignore_https_errors=True
        ).new_page()
        page.goto(f"{url}/wishes")
        assert findings(page) == []
        page.click('a[href="/wishes/login"]')
        page.wait_for_load_state()
        with page.expect_navigation(url=f"{url}/wishes"):
            page.click("a[href*='user=liu']")
        assert findings(page) == []
        page.set_viewport_size(PHONE)
        page.check("#kind-teach")
        page.select_option("#division", "341602001")
        page.fill("#mobile", "13900001234")
        page.check("#consent")
        page.click(".choices .primary")
        page.wait_for_load_state()
        assert "记下了" in page.inner_text("main")
        assert findings(page) == []
        page.set_viewport_size(PHONE)
        picture(page, tmp_path, "wishes")
        page.click("button:has-text('撤回')")
        page.wait_for_load_state()
        assert "撤回了" in page.inner_text("main")
