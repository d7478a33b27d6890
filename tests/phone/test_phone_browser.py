"""A phone in Debian's Chromium, from the first page to the number of the case, on real processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.desk import DemoDesk
from tests.central.browser.chromium import chromium, findings, missing
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
