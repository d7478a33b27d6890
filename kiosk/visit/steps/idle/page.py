"""The idle page, and the page of a terminal that is out of service."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel
from kiosk.pages.press import Press
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def idle_page(_visit: Visit, book: ReferenceData) -> Page:
    """Return the idle page with the ways to begin."""
    words = book.words["idle"]
    return Page(
        name="idle",
        layout=Layout.IDLE,
        title=words["title"],
        sentence=words["sentence"],
        picture="branch",
        pill=words["pill"],
        choices=(
            Choice(
                Press.START_SELF,
                words["self"],
                tone=ButtonStyle.PRIMARY,
                picture="me",
                under=words["self_under"],
                arrow=True,
            ),
            Choice(Press.START_PROXY, words["proxy"], icon="users", under=words["proxy_under"]),
            Choice(
                Press.ASK_PROGRESS, words["progress"], icon="path", under=words["progress_under"]
            ),
            Choice(
                Press.HELP,
                words["help"],
                tone=ButtonStyle.HELP,
                icon="headset",
                under=words["help_under"],
            ),
        ),
    )


def out_of_service_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that says what is wrong and whom to call."""
    words, terminal = book.words["out_of_service"], book.settings.terminal
    said = sentence_or_failure(visit, book, words["sentence"])
    return Page(
        name="out_of_service",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=said,
        panel=Panel(words["heading"], (terminal.phone, terminal.maintainer)),
        mend=True,
    )
