"""The page at which the staff come in: the card, or the number of who mends a broken reader."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit.handbook import Handbook
from kiosk.visit.page import Act, Choice, Layout, NumberField, Page, Tone
from kiosk.visit.pages_acting import NUMBER_GROUPS, last_place
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.pages_staff import door, erase
from kiosk.visit.staffing import READERS
from kiosk.visit.state import Visit


def login(visit: Visit, book: Handbook) -> Page:
    if visit.typing and not visit.staff_card:
        return _own_number(visit, book)
    page = door(visit, book, "login", step=0)
    if visit.failure not in READERS or visit.staff_card:
        return page
    typed = Choice(Act.NO_CARD, book.words["own_number"]["press"])
    return replace(page, choices=(typed,))


def handover(visit: Visit, book: Handbook) -> Page:
    return door(visit, book, "handover", step=0)


def _own_number(visit: Visit, book: Handbook) -> Page:
    words = book.words["own_number"]
    return Page(
        name="own_number",
        layout=Layout.KEYPAD,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        number=NumberField(visit.typed, NUMBER_GROUPS),
        corners=(last_place(visit, book), erase(book)),
        choices=(Choice(Act.NEXT, words["next"], tone=Tone.PRIMARY, arrow=True),),
        mend=visit.failure is not None,
    )
