"""The pages of the staff: who comes in, what lies on the desk, vouching for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kiosk.staff.desk import Correction, Unsent
from kiosk.staff.pin import DIGITS
from kiosk.visit.handbook import Handbook
from kiosk.visit.lists import cut
from kiosk.visit.mending import MOST_PAGES, name_of
from kiosk.visit.page import Act, Choice, Layout, NumberField, Page, Panel, Row, TextSize, Tone
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.receipts import day_words
from kiosk.visit.state import Visit

HIDDEN = "*"
PIN_GROUPS = (3, 3)
DESK_ROWS = {TextSize.NORMAL: 5, TextSize.LARGE: 3, TextSize.LARGEST: 2}  # of two lines and more
LONGEST_ON_ITS_PAGE = 60
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
    parts = cut(tuple(_rows(visit, book)), visit.view, DESK_ROWS)
    part = visit.part % len(parts)
    find = Choice(Act.FIND, words["find"], icon="magnifying-glass")
    choices = [find, Choice(Act.FILE_FOR, words["file_for"], tone=Tone.PRIMARY, arrow=True)]
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


def correcting(visit: Visit, book: Handbook) -> Page:
    words, one = book.words["correcting"], visit.correcting
    assert one is not None
    due = words["until"].format(due=day_words(one.due_on)) if one.due_on else words["no_day"]
    has_camera = bool(book.settings.paper_camera.url)
    return Page(
        name="correcting",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, _correcting_sentence(visit, book)),
        panel=Panel(_matter(one, book), (_shortened(one.reason, LONGEST_ON_ITS_PAGE), due)),
        choices=_correcting_choices(visit, book) if has_camera else (),
        mend=visit.failure is not None,
    )


def _correcting_sentence(visit: Visit, book: Handbook) -> str:
    words = book.words["correcting"]
    if not book.settings.paper_camera.url:
        return str(words["sentence_no_camera"])
    if visit.handing_in:
        return str(words["sentence_handing_in"])
    if visit.capturing:
        return str(words["sentence_capturing"])
    return str(words["sentence_more" if visit.brought else "sentence"])


def _correcting_choices(visit: Visit, book: Handbook) -> tuple[Choice, ...]:
    words = book.words["correcting"]
    if visit.capturing or visit.handing_in:
        return ()
    capture = Choice(Act.CAPTURE, words["capture"], tone=Tone.PRIMARY)
    if not visit.brought:
        return (capture,)
    done = words["hand_in"].format(count=len(visit.brought))
    hand_in = Choice(Act.HAND_IN, done, tone=Tone.PRIMARY)
    more = Choice(Act.CAPTURE, words["capture_more"])
    return (more, hand_in) if len(visit.brought) < MOST_PAGES else (hand_in,)


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
        name, act = name_of(one), Act.PICK
        yield Row(
            _matter(one, book), under, name, act=act, icon="warning-circle", mend=True, private=True
        )
    for row in visit.desk.unsent:
        yield _unsent(row, book)


def _shortened(said: str, most: int = LONGEST_REASON) -> str:
    return said if len(said) <= most else said[: most - 1] + "…"


def _matter(one: Correction, book: Handbook) -> str:
    service = book.catalogue.services.get(one.service)
    return f"{one.masked_name}：{service.plain if service else book.words['desk']['other']}"


def _unsent(row: Unsent, book: Handbook) -> Row:
    words = book.words["desk"]
    at = datetime.fromisoformat(row.confirmed_at)
    when = words["at"].format(day=day_words(at.date()), time=f"{at:%H:%M}")
    said = words["refused"] if row.refused else words["waiting"]
    icon = "warning-circle" if row.refused else "cloud-arrow-up"
    return Row(f"{row.masked_name}：{said}", when, icon=icon, mend=row.refused, private=True)
