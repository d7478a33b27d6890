"""The page on which the person's card is read."""

from __future__ import annotations

from kiosk.pages.page import Choice, Layout, Page
from kiosk.pages.press import Press
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def card_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that asks for the card."""
    words = book.words["card"]
    return Page(
        name="card",
        layout=Layout.PICTURE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        picture="card_on_reader",
        pill=words["pill"],
        choices=(Choice(Press.NO_CARD, words["no_card"]),),
        mend=visit.failure is not None,
    )
