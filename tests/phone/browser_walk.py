"""Somebody with a phone in Debian's Chromium, who goes by the pages alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.central.browser.chromium import picture
from tests.kiosk.invented_people import PICKED, TYPED
from tests.phone.phone_house import SETTLES

PHONE = {"width": 390, "height": 844}
MOST_PAGES = 60


def press(page: Any, value: str) -> None:
    """Press a button of the body or the dock."""
    with page.expect_navigation():
        page.click(f'button[value="{value}"]:not(.unseen)')


def has(page: Any, value: str) -> bool:
    return page.locator(f'button[value="{value}"]:not(.unseen)').count() > 0


def log_in(page: Any, url: str, user: str, look: Any) -> None:
    page.goto(url)
    look("1-idle")
    press(page, "start_self ")
    look("2-notice")
    press(page, "agree ")
    look("3-login")
    page.click('a[href="/login"]')
    page.wait_for_load_state()
    with page.expect_navigation(url=f"{url}/**"):
        page.click(f"a[href*='user={user}']")
    page.wait_for_load_state()


def answer(page: Any) -> None:
    """Answer a question as the invented person does."""
    if page.locator("#digits").count():
        known = {len(one): one for one in TYPED.values() if one.isdigit()}
        longest = int(page.locator("#digits").get_attribute("maxlength"))
        fits = [text for size, text in sorted(known.items()) if size <= longest]
        page.fill("#digits", fits[-1])
        press_primary(page)
    elif page.locator("#text").count():
        page.fill("#text", "英")
        press_primary(page)
    else:
        picks = [f"pick {one}" for one in PICKED.values() if has(page, f"pick {one}")]
        press(page, picks[0] if picks else page.locator("button.row").first.get_attribute("value"))


def press_primary(page: Any) -> None:
    with page.expect_navigation():
        page.click(".choices .primary")


def walk_to_review(page: Any, judge: Any) -> None:
    for _ in range(MOST_PAGES):
        judge(page)
        if has(page, "signed "):
            return
        settles = [one for one in SETTLES if has(page, one)]
        asks = page.locator("#digits,#text").count() > 0
        if settles:
            press(page, settles[0])
        elif page.locator(".choices button.primary").count() and not asks:
            press_primary(page)
        else:
            answer(page)


def sign(page: Any, *, script: bool = True) -> None:
    """Sign with the finger, or by a press where no script runs, and hand it in."""
    if not script:
        press(page, "mark ")
        press(page, "signed ")
        return
    box = page.locator("#canvas").bounding_box()
    x, y = box["x"] + 30, box["y"] + 40
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(x + 20 * step, y + (30 if step % 2 else 0))
    page.mouse.up()
    press(page, "signed ")


def shooter(page: Any, folder: Path, seen: list[str]) -> Any:
    def look(name: str) -> None:
        seen.append(name)
        picture(page, folder, f"{len(seen):02d}-{name}")

    return look
