"""Debian's Chromium over the pages as they are served, driven by Playwright, judged by axe-core.

Both are no part of the locked environment: a browser is 300 MB. Where one of them is absent the
tests are skipped, and say what to install.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn

from central.web.app import build_web_app
from central.web_accounts import WebRole
from tests.central.web.desk import PASSWORD, WebDesk

WIDTHS = (1280, 640, 390)
"""A desk, the same at 200 percent, a telephone; CSS pixels."""
HEIGHT = 900
NEEDED = ("playwright", "axe_playwright_python")
CURE = (
    "apt-get install chromium, then in .venv: pip install playwright axe-playwright-python "
    "(docs/testing.md)"
)


def missing() -> str:
    """What a browser test needs and is not here, with the cure, "" when all is."""
    absent = [name for name in NEEDED if find_spec(name) is None]
    if shutil.which("chromium") is None:
        absent.append("chromium")
    return f"{', '.join(absent)} absent: {CURE}" if absent else ""


@contextmanager
def served(desk: WebDesk) -> Iterator[str]:
    """The pages on a free port of this machine, whose browsers take it for a safe origin."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(build_web_app(desk.context), log_level="warning")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        try:
            yield browser
        finally:
            browser.close()


def log_in(browser: Any, desk: WebDesk, url: str, name: str, role: WebRole, office: str) -> Any:
    """Set an account up by its pages, log in with the second factor; the page after it."""
    person = desk.add(name, role, office)
    # The policy of the pages runs no script at all; axe-core has to be let in.
    page = browser.new_context(bypass_csp=True, locale="zh-CN").new_page()
    page.goto(f"{url}/setup")
    for field, said in (
        ("account", name),
        ("secret", person.secret),
        ("password", PASSWORD),
        ("again", PASSWORD),
        ("code", person.code()),
    ):
        page.fill(f"#{field}", said)
    page.click("main button")
    desk.pass_time(seconds=30)  # each code counts once
    for field, said in (("account", name), ("password", PASSWORD), ("code", person.code())):
        page.fill(f"#{field}", said)
    page.click("main button")
    assert page.url == f"{url}/", page.inner_text("main")
    return page


def findings(page: Any) -> list[str]:
    """What axe-core finds on a page at each width, and where it is wider than the window."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        said = Axe().run(page).response["violations"]
        found += [f"{width}: {one['id']} {node['target']}" for one in said for node in one["nodes"]]
        root = "document.documentElement"
        if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
            found.append(f"{width}: wider than the window")
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    return found


def picture(page: Any, folder: Path, name: str) -> None:
    """Keep what the page looks like, for who wants to look."""
    page.screenshot(path=folder / f"{name}.png", full_page=True)
