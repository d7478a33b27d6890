"""The page that asks whether the pages of this visit may be timed."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row
from kiosk.pages.press import Press
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def pilot_page(_visit: Visit, book: ReferenceData) -> Page:
    """Return the page with what would be recorded, what not, and two answers of equal standing."""
    words = book.words["pilot"]
    return Page(
        name="pilot",
        layout=Layout.NOTICE,
        title=words["title"],
        sentence=words["sentence"],
        step=1,
        rows=(
            Row(words["kept"], words["kept_under"], icon="clock"),
            Row(words["not_kept"], words["not_kept_under"], icon="lock-key"),
            Row(words["free"], words["free_under"], icon="check-circle"),
        ),
        panel=Panel(words["question"], (words["anonymous"],)),
        choices=(
            Choice(Press.AGREE, words["agree"], tone=ButtonStyle.EQUAL),
            Choice(Press.SKIP, words["decline"], tone=ButtonStyle.EQUAL),
        ),
    )
