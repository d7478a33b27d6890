"""Debian's Chromium over the pages as they are served, driven by Playwright, judged by axe-core.

`script/bootstrap --test` installs the three. Where one of them is absent the tests are skipped, and
say so; in `.ci/run` none is.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import uvicorn

from central.web.app import build_web_app
from central.web_accounts import WebRole
from tests.central.web.desk import PASSWORD, WebDesk
from wiring.places import ASSETS

WIDTHS = (1280, 640, 390)
"""A desk, the same at 200 percent, a telephone; CSS pixels."""
HEIGHT = 900
LONGEST_ROUND = 60  # presses of Tab
NEEDED = ("playwright", "axe_playwright_python")
CURE = "script/bootstrap --test"


def missing() -> str:
    """What a browser test needs and is not here, with the cure, "" when all is."""
    absent = [name for name in NEEDED if find_spec(name) is None]
    if shutil.which("chromium") is None:
        absent.append("chromium")
    return f"{', '.join(absent)} absent: {CURE}" if absent else ""


@contextmanager
def served(desk: WebDesk) -> Iterator[str]:
    """The pages of a desk."""
    with serving(build_web_app(desk.context)) as url:
        yield url


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """An application on a free port of this machine, whose browsers take it for a safe origin."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_level="warning")
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
    """A browser without a window, which finds this project's fonts: a bare machine has none."""
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as data, sync_playwright() as driver:
        (Path(data) / "fonts").symlink_to(ASSETS / "fonts")
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"],
            env={**os.environ, "XDG_DATA_HOME": data},
        )
        try:
            yield browser
        finally:
            browser.close()


def log_in(browser: Any, desk: WebDesk, url: str, name: str, role: WebRole, office: str) -> Any:
    """Set an account up and log in with the second factor, by keyboard; return the page after it."""
    person = desk.add(name, role, office)
    # The policy of the pages runs no script at all; axe-core has to be let in.
    page = browser.new_context(bypass_csp=True, locale="zh-CN").new_page()
    page.goto(f"{url}/setup")
    told = {"account": name, "secret": person.secret, "password": PASSWORD, "again": PASSWORD}
    type_form(page, {**told, "code": person.code()})
    desk.pass_time(seconds=30)  # each code counts once
    type_form(page, {"account": name, "password": PASSWORD, "code": person.code()})
    assert page.url == f"{url}/", page.inner_text("main")
    return page


def type_form(page: Any, said: Mapping[str, str]) -> None:
    """Fill the fields in and send them by keyboard; the first one has the focus."""
    for field, words in said.items():
        tab_to(page, f"#{field}")
        page.keyboard.type(words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def follow(page: Any, selector: str) -> None:
    """Follow a link, or press a button, by keyboard alone."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the focus is there; it fails when a whole round does not come by."""
    for _ in range(LONGEST_ROUND):
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(selector)


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
