"""A draft that the person goes on with, in the journal.

What decides how the visit goes on is kept, without data of a person: of what was typed only that it
was; of places nothing; of the month how much later it is than the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

from kiosk.civil_time import start_of_day
from kiosk.retirement.questions import AnswerKind
from kiosk.retirement.situation import Route
from kiosk.visit.context import Context
from kiosk.visit.division_lists import divisions_of, parent_of
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.journalling.phase import day_of
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_DIGITS, STAND_IN_WORD
from kiosk.visit.press_codec import PressCodec, said_value
from kiosk.visit.records.facts import Draft
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, situation_of
from kiosk.visit.step_parts.draft import draft_of, restore

NO_DRAFT = Draft(Route.AGE.value, "2026-01", "", (), (), (), (), (), ())
"""Stands for a draft until the journal says what of it was restored."""


def record_resumed(_what: Pressed, visit: Visit, book: ReferenceData) -> Record:
    """Return what will be restored when the person goes on now."""
    if visit.facts.draft is None or visit.facts.situation is None:
        return {"value": ""}
    after = restore(visit, Context(book, start_of_day(day_of(visit))))
    case, draft = situation_of(after), draft_of(after)
    picked = {one.field for one in book.questions if one.asking is AnswerKind.OPTIONS}
    answers = [(name, text if name in picked or not text else None) for name, text in draft.answers]
    month = case.retire.since(case.first)
    return {"value": "", "restored": {**asdict(draft), "month": month, "answers": answers}}


def with_stand_in_draft(said: Said, visit: Visit, context: Context) -> tuple[Visit, Context]:
    """Return the visit with a draft that restores as much as the recorded one."""
    if "restored" not in said or visit.facts.draft is None:
        return visit, context
    draft = _stand_in_draft(said["restored"], visit, context.book)
    return replace(visit, facts=replace(visit.facts, draft=draft)), context


def _stand_in_draft(said: Said, visit: Visit, book: ReferenceData) -> Draft:
    answers: dict[str, str] = {}
    for name, text in said["answers"]:
        hidden = STAND_IN_DIGITS.get(name) or _some_text(name, answers, book)
        answers[name] = hidden if text is None else text
    return Draft(
        route=said["route"],
        month=str(situation_of(visit).first.later(said["month"])),
        declared=said["declared"],
        told_kind=said.get("told_kind", ""),
        answers=tuple(answers.items()),
        papers=tuple((code, how) for code, how in said["papers"]),
        **{name: tuple(said[name]) for name in ("disputed", "unwanted", "ticked", "insisted")},
    )


def _some_text(name: str, answers: Mapping[str, str], book: ReferenceData) -> str:
    question = next(one for one in book.questions if one.field == name)
    if question.asking is AnswerKind.TEXT:
        return STAND_IN_WORD
    if question.asking is AnswerKind.EMPLOYER:
        return next((one.code for one in book.employers), "")
    places = divisions_of(book, question).below(parent_of(question, answers))
    return places[0].code if places else ""


RESUMED = PressCodec(record_resumed, said_value, with_stand_in_draft)
