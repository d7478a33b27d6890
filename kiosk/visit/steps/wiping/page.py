"""The page at the end of a visit."""

from __future__ import annotations

from kiosk.pages.page import Layout, Page
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def wiping_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that reminds the person to take the card, or both cards."""
    words, both = book.words["wiping"], "_both" * visit.proof.ss_card_in
    return Page(
        name="wiping",
        layout=Layout.PICTURE,
        title=words[f"title{both}"],
        sentence=sentence_or_failure(visit, book, words[f"sentence{both}"]),
        picture="take_both_cards" if both else "take_card",
    )
