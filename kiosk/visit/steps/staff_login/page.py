"""Pages of the staff login with card, PIN and one-time code."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.page import ButtonStyle, Choice, Layout, NumberField, Page
from kiosk.pages.press import Press
from kiosk.visit.page_parts.number_entry import NUMBER_GROUPS, last_place
from kiosk.visit.page_parts.staff_login import erase, login_page_of, waiting
from kiosk.visit.page_parts.waiting import waiting_for
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.steps.staff_login.actions import READERS


def login_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that waits for card or number, then for the PIN."""
    if visit.on_behalf.typing and not visit.staff.card_number:
        return _own_number(visit, book)
    page = login_page_of(visit, book, "login", step=0)
    if visit.failure not in READERS or visit.staff.card_number:
        return page
    typed = Choice(Press.NO_CARD, book.words["own_number"]["press"])
    return replace(page, choices=(typed,))


def _own_number(visit: Visit, book: ReferenceData) -> Page:
    words = book.words["own_number"]
    return Page(
        name="own_number",
        layout=Layout.KEYPAD,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        number=NumberField(visit.entry.typed, NUMBER_GROUPS),
        corners=(last_place(visit, book), erase(book)),
        choices=(Choice(Press.NEXT, words["next"], tone=ButtonStyle.PRIMARY, arrow=True),),
        mend=visit.failure is not None,
    )


CODE_GROUPS = (3, 3)


HIDDEN = "*"


def code_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page on which a technician types the one-time code."""
    if visit.staff.wait:
        return waiting(visit, book, step=0)
    words = book.words["code"]
    said = (
        book.words["staff_pin"]["sentence_checking"] if visit.staff.checking else words["sentence"]
    )
    return Page(
        name="code",
        layout=Layout.KEYPAD,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        number=NumberField(HIDDEN * len(visit.entry.typed), CODE_GROUPS),
        corners=(None, erase(book)),
        waiting=waiting_for("checking", book) if visit.staff.checking else None,
        mend=visit.failure is not None,
    )
