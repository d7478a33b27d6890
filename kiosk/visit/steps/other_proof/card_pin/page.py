"""Pages of the social security card: put it in, type its PIN."""

from __future__ import annotations

from kiosk.failures import Failure
from kiosk.pages.page import ButtonStyle, Choice, Layout, NumberField, Page, Panel
from kiosk.pages.press import Press
from kiosk.visit.page_parts.staff_login import HIDDEN, PIN_GROUPS, erase
from kiosk.visit.page_parts.waiting import waiting_for
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit

LEFT = {1: "left_1", 2: "left_2"}
"""Words by how many tries the card has left; every real card begins with few."""


def card_pin_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that waits for the card, then that for its PIN."""
    if visit.proof.ss_card.holder_fits:
        return _pin(visit, book)
    words = book.words["card_pin"]
    return Page(
        name="card_pin",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        hint_icon="" if visit.failure else "credit-card",
        panel=Panel(words["heading"], tuple(words["lines"])),
        mend=visit.failure is not None,
    )


def _pin(visit: Visit, book: ReferenceData) -> Page:
    words, state = book.words["card_pin_number"], visit.proof.ss_card
    said = words["sentence_checking"] if state.checking else words["sentence"]
    if visit.failure is Failure.PIN_WRONG and state.tries_left in LEFT:
        said = words[LEFT[state.tries_left]]
    else:
        said = sentence_or_failure(visit, book, said)
    return Page(
        name="card_pin_number",
        layout=Layout.KEYPAD,
        title=words["title"],
        sentence=said,
        step=1,
        number=NumberField(HIDDEN * len(visit.entry.typed), PIN_GROUPS),
        corners=(None, erase(book)),
        choices=(Choice(Press.NEXT, words["next"], tone=ButtonStyle.PRIMARY, arrow=True),),
        waiting=waiting_for("checking", book) if state.checking else None,
        mend=visit.failure is not None,
    )
