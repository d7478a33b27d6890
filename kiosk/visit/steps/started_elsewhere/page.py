"""The page on which a code on a telephone is scanned."""

from __future__ import annotations

from kiosk.pages.page import Layout, Page, Panel
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def scan_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that asks for the code."""
    words = book.words["scan"]
    return Page(
        name="scan",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        hint_icon="" if visit.failure else "frame-corners",
        panel=Panel(words["heading"], tuple(words["lines"])),
        mend=visit.failure is not None,
    )
