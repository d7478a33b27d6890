"""The page on which one of the staff witnesses that the person is here (他在这里)."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.page import Choice, Page
from kiosk.pages.press import Press
from kiosk.visit.page_parts.number_entry import STEP
from kiosk.visit.page_parts.staff_login import login_page_of
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def witness_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that waits for card and PIN of the witness."""
    page = login_page_of(visit, book, "witness", step=STEP)
    if visit.staff.card_number:
        return page
    nobody = Choice(Press.NO_OTHER_PROOF, book.words["witness"]["nobody"])
    return replace(page, choices=(nobody,))
