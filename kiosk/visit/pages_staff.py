"""The pages of the staff: who comes in, what lies on the desk, vouching for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kiosk.staff.desk import Correction, Unsent
from kiosk.staff.pin import DIGITS
from kiosk.visit.handbook import Handbook
from kiosk.visit.lists import cut
from kiosk.visit.page import Act, Choice, Layout, NumberField, Page, Row, TextSize, Tone
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.receipts import day_words
from kiosk.visit.state import Visit

HIDDEN = "*"
PIN_GROUPS = (3, 3)
DESK_ROWS = {TextSize.NORMAL: 5, TextSize.LARGE: 3, TextSize.LARGEST: 2}  # of two lines and more
LONGEST_REASON = 20  # an office writes what it likes


def login(visit: Visit, book: Handbook) -> Page:
    return _door(visit, book, "login", step=0)


def vouching(visit: Visit, book: Handbook) -> Page:
    words = book.words["vouching"]
    if visit.vouch_reason:
        return _door(visit, book, "vouching", step=1)
    return Page(
        name="vouching_reason",
        layout=Layout.OPTIONS,
        title=words["title_reason"],
        sentence=words["sentence_reason"],
        step=1,
        rows=tuple(
            Row(said, value=reason, act=Act.PICK) for reason, said in words["reasons"].items()
        ),
    )


def _door(visit: Visit, book: Handbook, name: str, step: int) -> Page:
    words = book.words[name]
    if visit.staff_card:
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


def _pin(visit: Visit, book: Handbook, step: int) -> Page:
    words = book.words["staff_pin"]
    said = words["sentence_checking"] if visit.knocking else words["sentence"]
    return Page(
        name="staff_pin",
        layout=Layout.KEYPAD,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        step=step,
        number=NumberField(HIDDEN * min(len(visit.typed), DIGITS), PIN_GROUPS),
        corners=(None, Choice(Act.ERASE, book.words["form"]["erase"], icon="backspace")),
        mend=visit.failure is not None,
    )


def desk(visit: Visit, book: Handbook) -> Page:
    words = book.words["desk"]
    parts = cut(tuple(_rows(visit, book)), visit.view.text_size, DESK_ROWS)
    part = visit.part % len(parts)
    choices = [Choice(Act.FILE_FOR, words["file_for"], tone=Tone.PRIMARY, arrow=True)]
    if len(parts) > 1:
        choices.insert(0, Choice(Act.MORE, words["more"]))
    return Page(
        name="desk",
        layout=Layout.LIST,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, _desk_sentence(visit, book)),
        rows=parts[part],
        choices=tuple(choices),
        mend=visit.failure is not None,
    )


def _desk_sentence(visit: Visit, book: Handbook) -> str:
    words, seen = book.words["desk"], visit.desk
    if seen is None:
        return str(words["sentence_looking"])
    if seen.corrections is None:
        return str(words["sentence_offline"])
    return str(words["sentence" if seen.unsent or seen.corrections else "sentence_clear"])


def _rows(visit: Visit, book: Handbook) -> Iterator[Row]:
    """Yield what is sent back first, most urgent on top, then what did not arrive."""
    if visit.desk is None:
        return
    words = book.words["desk"]
    for one in visit.desk.corrections or ():
        due = words["until"].format(due=day_words(one.due_on)) if one.due_on else ""
        under = "，".join(filter(None, (due, _shortened(one.reason))))
        yield Row(_matter(one, book), under, icon="warning-circle", mend=True)
    for row in visit.desk.unsent:
        yield _unsent(row, book)


def _shortened(said: str) -> str:
    return said if len(said) <= LONGEST_REASON else said[: LONGEST_REASON - 1] + "…"


def _matter(one: Correction, book: Handbook) -> str:
    service = book.catalogue.services.get(one.service)
    return f"{one.masked_name}：{service.plain if service else book.words['desk']['other']}"


def _unsent(row: Unsent, book: Handbook) -> Row:
    words = book.words["desk"]
    at = datetime.fromisoformat(row.confirmed_at)
    when = words["at"].format(day=day_words(at.date()), time=f"{at:%H:%M}")
    said = words["refused"] if row.refused else words["waiting"]
    icon = "warning-circle" if row.refused else "cloud-arrow-up"
    return Row(f"{row.masked_name}：{said}", when, icon=icon, mend=row.refused)
