"""The page on which one of the staff logs in with card and PIN."""

from __future__ import annotations

from kiosk.pages.page import Choice, Layout, NumberField, Page
from kiosk.pages.press import Press
from kiosk.staff.pin import DIGITS
from kiosk.visit.page_parts.waiting import waiting_for
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.login_backoff import MINUTE, shown


def waiting(visit: Visit, book: ReferenceData, step: int) -> Page:
    """Return the page that replaces the keypad until another PIN may be tried.

    `step` is the number of the step on the path above the page.
    """
    words, left = book.words["staff_wait"], shown(visit.staff.wait)
    in_minutes = left >= MINUTE
    said = words["minutes" if in_minutes else "seconds"]
    return Page(
        name="staff_wait",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=said.format(count=left // MINUTE if in_minutes else left),
        step=step,
        hint_icon="hourglass",
    )


HIDDEN = "*"


PIN_GROUPS = (3, 3)


def erase(book: ReferenceData) -> Choice:
    """Return the key that erases the last digit."""
    return Choice(Press.ERASE, book.words["form"]["erase"], icon="backspace")


def login_page_of(visit: Visit, book: ReferenceData, name: str, step: int) -> Page:
    """Return the page that waits for a staff card, then for its PIN.

    `name` is the table of words for the page that waits for the card, `step` the number of the step
    on the path above it.
    """
    words = book.words[name]
    if visit.staff.card_number:
        return _pin(visit, book, step)
    return Page(
        name=name,
        layout=Layout.PICTURE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=step,
        picture="card_on_reader",
        pill=words["pill"],
        mend=visit.failure is not None,
    )


def _pin(visit: Visit, book: ReferenceData, step: int) -> Page:
    if visit.staff.wait:
        return waiting(visit, book, step)
    words = book.words["staff_pin"]
    said = words["sentence_checking"] if visit.staff.checking else words["sentence"]
    return Page(
        name="staff_pin",
        layout=Layout.KEYPAD,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        step=step,
        number=NumberField(HIDDEN * min(len(visit.entry.typed), DIGITS), PIN_GROUPS),
        corners=(None, erase(book)),
        waiting=waiting_for("checking", book) if visit.staff.checking else None,
        mend=visit.failure is not None,
    )
