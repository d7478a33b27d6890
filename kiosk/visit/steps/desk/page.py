"""Pages of the helper's desk: the point's cases and the month's report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from kiosk.civil_time import civil_day, to_civil
from kiosk.date_words import day_words
from kiosk.pages.display import Reach, TextSize
from kiosk.pages.page import ButtonStyle, Choice, Figure, Layout, Page, Row, Said
from kiosk.pages.press import Press
from kiosk.staff.desk import Desk, MonthReport, News, Turn, Unsent
from kiosk.staff.roles import Right
from kiosk.visit.page_parts.staff_case import matter_of, shortened
from kiosk.visit.page_parts.waiting import waiting_for
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.pagination import cut
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.steps.desk.actions import name_of


def other_filing_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay with ways of filing for a person who is not here."""
    words = book.words["other_filing"]
    rows = [Row(words["absent"], words["absent_under"], act=Press.FILE_ABSENT)]
    if visit.staff.session is not None and visit.staff.session.may(Right.BACK_ENTRY):
        rows.append(Row(words["back_entry"], words["back_entry_under"], act=Press.BACK_ENTER))
    return Page(
        name="other_filing",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        rows=tuple(rows),
    )


DESK_ROWS = {TextSize.NORMAL: 3, TextSize.LARGE: 2, TextSize.LARGEST: 1}  # of two lines and more


DESK_ROWS_LOW = {TextSize.NORMAL: 2, TextSize.LARGE: 1, TextSize.LARGEST: 1}


TURN_ICONS = {
    Turn.SUSPENDED: "hourglass",
    Turn.RESUMED: "note-pencil",
    Turn.REFUSED: "x-circle",
    Turn.ENDED: "prohibit",
    Turn.DONE: "check-circle",
}


def desk_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the desk: figures, cases to act on and what happened to others."""
    words = book.words["desk"]
    seated = visit.display.view.reach is Reach.SEATED
    parts = cut(
        tuple(_rows(visit, book)), visit.display.view, DESK_ROWS_LOW if seated else DESK_ROWS
    )
    part = visit.display.part % len(parts)
    figures = _figures(visit, book) if visit.desk.content else ()
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
        waiting=waiting_for("desk", book) if visit.desk.content is None else None,
        mend=visit.failure is not None,
    )


def _desk_choices(visit: Visit, words: Mapping[str, Any], *, turns: bool) -> tuple[Choice, ...]:
    more = (Choice(Press.MORE, words["more"]),) if turns else ()
    acts = visit.staff.session is not None and visit.staff.session.may(Right.FILE_ABSENT)
    other = (Choice(Press.OTHER_FILING, words["other_filing"], icon="users"),) if acts else ()
    return (
        *more,
        *other,
        Choice(Press.FIND, words["find"], icon="magnifying-glass"),
        Choice(Press.REPORT, words["report"], icon="calendar-blank"),
        Choice(Press.FILE_FOR, words["file_for"], tone=ButtonStyle.PRIMARY, arrow=True),
    )


def _figures(visit: Visit, book: ReferenceData) -> tuple[Figure, ...]:
    """Return the numbers of corrections, unsent, suspended and finished cases."""
    names, seen = book.words["desk"]["figures"], visit.desk.content
    assert seen is not None
    waiting = sum(one.turn is Turn.SUSPENDED for one in seen.news)
    return (
        Figure(
            _count_or_blank(seen.corrections), names["corrections"], mend=bool(seen.corrections)
        ),
        Figure(str(len(seen.unsent)), names["unsent"]),
        Figure("" if seen.done is None else str(waiting), names["suspended"]),
        Figure("" if seen.done is None else str(seen.done), names["done"]),
    )


def _count_or_blank(items: tuple[object, ...] | None) -> str:
    return "" if items is None else str(len(items))


def report_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the month's report, or the page of waiting for it."""
    words, month = book.words["report"], visit.desk.month
    said = words["sentence" if month else "sentence_asking"]
    return Page(
        name="report",
        layout=Layout.FACTS,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        rows=tuple(_month_rows(month, book)) if month else (),
        choices=(
            Choice(Press.HAND_OVER, words["hand_over"], icon="users"),
            Choice(Press.DONE, words["close"], tone=ButtonStyle.PRIMARY),
        ),
        waiting=None if month or visit.failure else waiting_for("counting", book),
        mend=visit.failure is not None,
    )


def _month_rows(month: MonthReport, book: ReferenceData) -> Iterator[Row]:
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


def _desk_sentence(visit: Visit, book: ReferenceData) -> str:
    words, seen = book.words["desk"], visit.desk.content
    if seen is None:
        return str(words["sentence_looking"])
    if visit.staff.taken_over:
        return _taken_over(seen, words)
    if seen.corrections is None:
        return str(words["sentence_offline"])
    return str(words["sentence" if seen.unsent or seen.corrections else "sentence_clear"])


def _taken_over(seen: Desk, words: Mapping[str, Any]) -> str:
    """Return the words on what is taken over.

    There is a sentence for each combination, because none is never a number: 零件 are spare parts.
    """
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


def _rows(visit: Visit, book: ReferenceData) -> Iterator[Row]:
    """Yield the corrections first, the most urgent on top, then what was not sent, then news."""
    if visit.desk.content is None:
        return
    words = book.words["desk"]
    for one in visit.desk.content.corrections or ():
        due = words["until"].format(due=day_words(one.due_on)) if one.due_on else ""
        under = "，".join(filter(None, (due, shortened(one.reason))))
        name, act = name_of(one), Press.PICK
        yield Row(
            matter_of(one, book),
            under,
            name,
            act=act,
            icon="warning-circle",
            mend=True,
            private=True,
        )
    for row in visit.desk.content.unsent:
        yield _unsent(row, book)
    for news in visit.desk.content.news:
        yield _turned(news, book)


def _turned(news: News, book: ReferenceData) -> Row:
    words = book.words["desk"]
    service = book.catalogue.services.get(news.service)
    about = f"{service.plain}：" if service else ""
    under = "，".join(filter(None, (day_words(news.on), shortened(news.reason))))
    said = f"{news.masked_name}：{about}{words['turns'][news.turn]}"
    return Row(said, under, icon=TURN_ICONS[news.turn], private=True)


def _unsent(row: Unsent, book: ReferenceData) -> Row:
    words = book.words["desk"]
    at = datetime.fromisoformat(row.confirmed_at)
    when = words["at"].format(day=day_words(civil_day(at)), time=f"{to_civil(at):%H:%M}")
    said = words["refused"] if row.refused else words["waiting"]
    icon = "warning-circle" if row.refused else "cloud-arrow-up"
    return Row(f"{row.masked_name}：{said}", when, icon=icon, mend=row.refused, private=True)
