"""Pictures of all pages in a browser, with an index that shows each at three widths.

`python -m tests.central.browser.draw_pages FOLDER`; without a name after it all pages are drawn.
"""

from __future__ import annotations

import html
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from central.web_accounts import OFFICE_ROLES, WebRole
from tests.central.browser.chromium import HEIGHT, WIDTHS, chromium, log_in, served, serving
from tests.central.browser.filled_desk import fill_the_city
from tests.central.standing import TERMINAL, standing
from tests.central.web.desk import desk_over
from tests.phone.phone_house import REFERENCE, PhoneHouse
from wiring.gallery.drawing import BROWSER_INDEX, link_browser

ANSWERS = "category=F50&year=1976&month=3"
PUBLIC, PHONE = "public", "phone"
WISH = {"at": "2026-11-23", "kinds": ["teach"], "division": "341602001"}
OFFER = {
    "body": "示范社区",
    "words": "每周三下午教书法",
    "phone": "0558-5550001",
    "division": "341602001",
}


@dataclass(frozen=True)
class DrawnPage:
    """A page with its name, who sees it, and its path.

    `user` logs in at the platform first; `wish` was said before.
    """

    name: str
    who: str
    path: str
    user: bool = False
    wish: bool = False


PAGES = (
    DrawnPage("guide", PUBLIC, "/guide"),
    DrawnPage("guide-service", PUBLIC, "/guide/R06"),
    DrawnPage("needs", PUBLIC, "/needs"),
    DrawnPage("needed", PUBLIC, f"/needs?{ANSWERS}"),
    DrawnPage("age", PUBLIC, f"/age?{ANSWERS}"),
    DrawnPage("points", PUBLIC, "/points"),
    DrawnPage("points-of-a-town", PUBLIC, "/points?at=341602001"),
    DrawnPage("points-found", PUBLIC, "/points?find=社区"),
    DrawnPage("progress", PUBLIC, "/progress"),
    DrawnPage("check", PUBLIC, "/check"),
    DrawnPage("check-unknown", PUBLIC, "/c/00000000000000000000"),
    DrawnPage("login", PUBLIC, "/login"),
    DrawnPage("setup", PUBLIC, "/setup"),
    DrawnPage("no-such-page", PUBLIC, "/guide/R99"),
    DrawnPage("home", WebRole.SUPERVISOR, "/"),
    DrawnPage("overdue", WebRole.SUPERVISOR, "/overdue"),
    DrawnPage("helpers", WebRole.SUPERVISOR, "/helpers"),
    DrawnPage("city", WebRole.SUPERVISOR, "/city"),
    DrawnPage("notices", WebRole.SUPERVISOR, "/notices"),
    DrawnPage("notice", WebRole.SUPERVISOR, "/notices/1"),
    DrawnPage("talents", WebRole.SUPERVISOR, "/talents"),
    DrawnPage("service-points", WebRole.SUPERVISOR, "/service-points"),
    DrawnPage("service-point", WebRole.SUPERVISOR, "/service-points/BZ-DEMO"),
    DrawnPage("fleet", WebRole.TECHNICIAN, "/fleet"),
    DrawnPage("terminal", WebRole.TECHNICIAN, f"/fleet/terminals/{TERMINAL}"),
    DrawnPage("remote-help", WebRole.REMOTE_HELPER, "/remote-help"),
    DrawnPage("tasks", WebRole.OFFICE_HEAD, "/tasks"),
    DrawnPage("ended", WebRole.OFFICE_HEAD, "/tasks/ended"),
    DrawnPage("phone-first", PHONE, "/"),
    DrawnPage("wishes-before", PHONE, "/wishes"),
    DrawnPage("wishes", PHONE, "/wishes", user=True),
    DrawnPage("wishes-kept", PHONE, "/wishes", user=True, wish=True),
    DrawnPage("employer-before", PHONE, "/employer"),
    DrawnPage("employer", PHONE, "/employer", user=True),
    DrawnPage("employer-pages", PHONE, f"/employer/papers/{REFERENCE}/P1", user=True),
)


@contextmanager
def opened_pages(browser: Any, wanted: Sequence[DrawnPage] = PAGES) -> Iterator[Iterator[Any]]:
    """Serve the pages over filled tables; yield pairs of a page and the browser's tab with it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        central = stack.enter_context(standing(folder))
        desk = stack.enter_context(desk_over(central))
        fill_the_city(central)
        staff = stack.enter_context(served(desk))
        house = PhoneHouse()
        phone = stack.enter_context(serving(house.app))
        tabs: dict[str, Any] = {}

        def tab_of(page: DrawnPage) -> Any:
            if isinstance(page.who, WebRole):
                if page.who not in tabs:
                    name = f"{page.who.value[0].upper()}-0001"
                    office = "RS" if page.who in OFFICE_ROLES else ""
                    tabs[page.who] = log_in(browser, desk, staff, name, page.who, office)
                return tabs[page.who]
            return browser.new_context(bypass_csp=True, locale="zh-CN").new_page()

        def opened() -> Iterator[Any]:
            for page in wanted:
                tab, url = tab_of(page), phone if page.who == PHONE else staff
                house.central.wish = WISH if page.wish else None
                house.central.answers = [OFFER] if page.wish else []
                if page.user:
                    come_back(tab, url + "/" + page.path.split("/")[1])
                tab.goto(url + page.path)
                yield page, tab

        yield opened()


def come_back(tab: Any, url: str) -> None:
    """Log in as somebody whom the platform knows, without its page."""
    away = tab.request.get(f"{url}/login", max_redirects=0)
    state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
    tab.goto(f"{url}/signed-in?code=x&state={state}")


def draw(folder: Path, wanted: Sequence[DrawnPage] = PAGES) -> None:
    """Draw the pages into `folder`, with an index that the gallery's leads to."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    with chromium() as browser, opened_pages(browser, wanted) as opened:
        for page, tab in opened:
            names = [f"{page.name}-{width}.png" for width in WIDTHS]
            for width, name in zip(WIDTHS, names, strict=True):
                tab.set_viewport_size({"width": width, "height": HEIGHT})
                tab.screenshot(path=folder / name, full_page=True)
            pictures = "".join(
                f'<a href="{one}"><img src="{one}" alt="{one}"></a>' for one in names
            )
            rows.append(f"<h2>{html.escape(page.name)} {html.escape(page.path)}</h2>{pictures}")
    head = '<!doctype html><meta charset="utf-8"><style>img{width:30%;vertical-align:top}</style>'
    (folder / BROWSER_INDEX).write_text(head + "\n".join(rows), "utf-8")
    link_browser(folder)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), [one for one in PAGES if one.name in sys.argv[2:]] or PAGES)
