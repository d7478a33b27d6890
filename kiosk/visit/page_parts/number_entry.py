"""The page on which a number is typed on a keypad."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Layout, NumberField, Page
from kiosk.pages.press import Press
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.text_entry import NUMBER_PLACES

NUMBER_GROUPS = (6, 4, 4, 4)


LAST_PLACE = "X"


STEP = 1


def last_place(visit: Visit, book: ReferenceData) -> Choice | None:
    """Return the key X, which only the last place of an identity number may hold."""
    if len(visit.entry.typed) != NUMBER_PLACES - 1:
        return None
    said = book.words["principal"]["last_place"]
    return Choice(Press.DIGIT, f"{said} {LAST_PLACE}", LAST_PLACE, said=said)


def keypad(
    visit: Visit,
    book: ReferenceData,
    name: tuple[str, str],
    groups: tuple[int, ...],
    corner: Choice | None = None,
) -> Page:
    """Return a page on which digits are typed.

    `name` is the table of words and the prefix of its keys; `groups` are the lengths of the
    number's groups; `corner` is an extra key.
    """
    table, part = name
    words = book.words[table]
    return Page(
        name=f"{table}_{part}",
        layout=Layout.KEYPAD,
        title=words[f"{part}_title"],
        sentence=sentence_or_failure(visit, book, words[f"{part}_sentence"]),
        step=STEP,
        number=NumberField(visit.entry.typed, groups),
        corners=(corner, Choice(Press.ERASE, book.words["form"]["erase"], icon="backspace")),
        choices=(Choice(Press.NEXT, words["next"], tone=ButtonStyle.PRIMARY, arrow=True),),
        mend=visit.failure is not None,
    )
