"""The pages of the staff: who comes in, what lies on the desk, vouching for somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk.civil_time import civil_day, to_civil
from kiosk.staff.desk import Correction, Desk, Month, News, Turn, Unsent
from kiosk.staff.pin import DIGITS
from kiosk.staff.roles import Right
from kiosk.visit.handbook import Handbook
from kiosk.visit.lists import cut
from kiosk.visit.mending import MOST_PAGES, name_of
from kiosk.visit.page import (
    Act,
    Choice,
    Figure,
    Layout,
    NumberField,
    Page,
    Panel,
    Reach,
    Row,
    Said,
    TextSize,
    Tone,
)
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.promised_dates import day_words
from kiosk.visit.state import Visit
from kiosk.visit.vouching import second_awaited
from kiosk.visit.waiting import waiting

HIDDEN = "*"
PIN_GROUPS = (3, 3)
DESK_ROWS = {TextSize.NORMAL: 3, TextSize.LARGE: 2, TextSize.LARGEST: 1}  # of two lines and more
DESK_ROWS_LOW = {TextSize.NORMAL: 2, TextSize.LARGE: 1, TextSize.LARGEST: 1}
LONGEST_ON_ITS_PAGE = 60
TURN_ICONS = {
    Turn.SUSPENDED: "hourglass",
    Turn.RESUMED: "note-pencil",
    Turn.REFUSED: "x-circle",
    Turn.ENDED: "prohibit",
    Turn.DONE: "check-circle",
}
LONGEST_REASON = 10  # an office writes what it likes


def erase(book: Handbook) -> Choice:
    """Return what takes the last digit back."""
    return Choice(Act.ERASE, book.words["form"]["erase"], icon="backspace")


def vouching(visit: Visit, book: Handbook) -> Page:
    """Return the page of vouching: the reason, the first of the staff, the second or a picture."""
    words = book.words["vouching"]
    if visit.vouched_alone:
        return _person_picture(visit, book)
    if second_awaited(visit):
        return _second_voucher(visit, book)
    if visit.vouch_reason:
        return door(visit, book, "vouching", step=1)
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


def _second_voucher(visit: Visit, book: Handbook) -> Page:
    page = door(visit, book, "vouching_second", step=1)
    if visit.staff_card:
        return page
    nobody = Choice(Act.NO_OTHER_PROOF, book.words["vouching_second"]["nobody"])
    return replace(page, choices=(nobody,))


def _person_picture(visit: Visit, book: Handbook) -> Page:
    """Return the page that asks the person, not the staff, for consent to a picture."""
    if visit.capturing:
        return _taking_picture(book)
    words = book.words["vouching_picture"]
    return Page(
        name="vouching_picture",
        layout=Layout.NOTICE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        rows=(Row(words["who"], words["who_under"], icon="lock-key"),),
        panel=Panel(words["question"], (words["yes"], words["no"])),
        choices=(
            Choice(Act.AGREE, words["agree"], tone=Tone.EQUAL, icon="scan-smiley"),
            Choice(Act.DECLINE_FACE, words["decline"], tone=Tone.EQUAL, icon="x-circle"),
        ),
        mend=visit.failure is not None,
    )


def _taking_picture(book: Handbook) -> Page:
    words = book.words["vouching_taking"]
    return Page(
        name="vouching_taking",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=1,
        hint_icon="scan-smiley",
    )


def door(visit: Visit, book: Handbook, name: str, step: int) -> Page:
    """Return the page on which a card of the staff, then its PIN is waited for."""
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
    if visit.wait:
        return waiting(visit, book, step)
    words = book.words["staff_pin"]
    said = words["sentence_checking"] if visit.knocking else words["sentence"]
    return Page(
        name="staff_pin",
        layout=Layout.KEYPAD,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        step=step,
        number=NumberField(HIDDEN * min(len(visit.typed), DIGITS), PIN_GROUPS),
        corners=(None, erase(book)),
        mend=visit.failure is not None,
    )


def desk(visit: Visit, book: Handbook) -> Page:
    words = book.words["desk"]
    seated = visit.view.reach is Reach.SEATED
    parts = cut(tuple(_rows(visit, book)), visit.view, DESK_ROWS_LOW if seated else DESK_ROWS)
    part = visit.part % len(parts)
    figures = _figures(visit, book) if visit.desk else ()
    said = (words["counted"].format(words=one.words, number=one.number) for one in figures)
    return Page(
        name="desk",
        layout=Layout.DESK,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, _desk_sentence(visit, book)),
        spoken=tuple(Said(one) for one in said if any(sign.isdigit() for sign in one)),
        rows=parts[part],
        figures=figures,
        choices=_desk_choices(visit, words, turns=len(parts) > 1),
        mend=visit.failure is not None,
    )


def _desk_choices(visit: Visit, words: Mapping[str, Any], *, turns: bool) -> tuple[Choice, ...]:
    more = (Choice(Act.MORE, words["more"]),) if turns else ()
    acts = visit.staff is not None and visit.staff.may(Right.FILE_ABSENT)
    other = (Choice(Act.OTHER_FILING, words["other_filing"], icon="users"),) if acts else ()
    return (
        *more,
        *other,
        Choice(Act.FIND, words["find"], icon="magnifying-glass"),
        Choice(Act.REPORT, words["report"], icon="calendar-blank"),
        Choice(Act.FILE_FOR, words["file_for"], tone=Tone.PRIMARY, arrow=True),
    )


def _figures(visit: Visit, book: Handbook) -> tuple[Figure, ...]:
    """Return what is to be brought, what did not arrive, what waits, and what is done."""
    names, seen = book.words["desk"]["figures"], visit.desk
    assert seen is not None
    waiting = sum(one.turn is Turn.SUSPENDED for one in seen.news)
    return (
        Figure(_said(seen.corrections), names["corrections"], mend=bool(seen.corrections)),
        Figure(str(len(seen.unsent)), names["unsent"]),
        Figure("" if seen.done is None else str(waiting), names["suspended"]),
        Figure("" if seen.done is None else str(seen.done), names["done"]),
    )


def _said(items: tuple[object, ...] | None) -> str:
    return "" if items is None else str(len(items))


def report(visit: Visit, book: Handbook) -> Page:
    words, month = book.words["report"], visit.month
    said = words["sentence" if month else "sentence_asking"]
    return Page(
        name="report",
        layout=Layout.FACTS,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        rows=tuple(_month_rows(month, book)) if month else (),
        choices=(
            Choice(Act.HAND_OVER, words["hand_over"], icon="users"),
            Choice(Act.DONE, words["close"], tone=Tone.PRIMARY),
        ),
        mend=visit.failure is not None,
    )


def _month_rows(month: Month, book: Handbook) -> Iterator[Row]:
    words, grades = book.words["report"], book.words["rating"]["grades"]
    for name in ("filed", "own"):
        yield Row(words[f"{name}_value"].format_map(vars(month)), label=words[name], private=True)
    ways = (
        words["way_value"].format(words=words["ways_of"].get(way, words["other_way"]), number=many)
        for way, many in month.ways.items()
    )
    if month.ways:
        yield Row("，".join(ways), label=words["ways"], private=True)
    rated = "，".join(
        words["grade_value"].format(words=said, number=month.grades[grade])
        for grade, said in grades.items()
        if month.grades.get(grade)
    )
    yield Row(rated or words["no_grade"], label=words["grades"], private=True)


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
    if visit.taken_over:
        return _taken_over(seen, words)
    if seen.corrections is None:
        return str(words["sentence_offline"])
    return str(words["sentence" if seen.unsent or seen.corrections else "sentence_clear"])


def _taken_over(seen: Desk, words: Mapping[str, Any]) -> str:
    """Say what lies there for who takes over. None is never a number: 零件 are spare parts."""
    unsent, back = len(seen.unsent), seen.corrections
    if back is None:
        said = "taken_over_offline" if unsent else "taken_over_offline_clear"
    elif unsent and back:
        said = "taken_over"
    elif unsent:
        said = "taken_over_unsent"
    else:
        said = "taken_over_back" if back else "taken_over_clear"
    return str(words[said].format(unsent=unsent, corrections=len(back or ())))


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
    for news in visit.desk.news:
        yield _turned(news, book)


def _turned(news: News, book: Handbook) -> Row:
    words = book.words["desk"]
    service = book.catalogue.services.get(news.service)
    about = f"{service.plain}：" if service else ""
    under = "，".join(filter(None, (day_words(news.on), _shortened(news.reason))))
    said = f"{news.masked_name}：{about}{words['turns'][news.turn]}"
    return Row(said, under, icon=TURN_ICONS[news.turn], private=True)


def _shortened(said: str, most: int = LONGEST_REASON) -> str:
    return said if len(said) <= most else said[: most - 1] + "…"


def _matter(one: Correction, book: Handbook) -> str:
    service = book.catalogue.services.get(one.service)
    return f"{one.masked_name}：{service.plain if service else book.words['desk']['other']}"


def _unsent(row: Unsent, book: Handbook) -> Row:
    words = book.words["desk"]
    at = datetime.fromisoformat(row.confirmed_at)
    when = words["at"].format(day=day_words(civil_day(at)), time=f"{to_civil(at):%H:%M}")
    said = words["refused"] if row.refused else words["waiting"]
    icon = "warning-circle" if row.refused else "cloud-arrow-up"
    return Row(f"{row.masked_name}：{said}", when, icon=icon, mend=row.refused, private=True)
