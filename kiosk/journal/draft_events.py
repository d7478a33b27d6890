"""Drafts in the journal: what decides how a visit goes on, without data of a person.

Of what was typed it holds only that it was; of places nothing; of the month how much later it is
than the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from kiosk.application.authority import same_person
from kiosk.application.document import Way
from kiosk.civil_time import start_of_day
from kiosk.retirement.divisions import CITY
from kiosk.retirement.questions import AnswerKind
from kiosk.retirement.situation import Route
from kiosk.visit.context import Context
from kiosk.visit.draft import draft_of, restore
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Draft, StartedElsewhere, Visit, known

STAND_IN_TEXT = "某"
NO_DRAFT = Draft(Route.AGE.value, "2026-01", "", (), (), (), (), (), ())
"""Stands for a draft until the journal says what of it was restored."""


def note_draft(visit: Visit, book: ReferenceData, today: date) -> dict[str, Any]:
    """Return the record of what will be restored when the person goes on now."""
    after = restore(visit, Context(book, start_of_day(today)))
    case, draft = known(after), draft_of(after)
    picked = {one.field for one in book.questions if one.asking is AnswerKind.OPTIONS}
    answers = [(name, text if name in picked or not text else None) for name, text in draft.answers]
    return {**asdict(draft), "month": case.retire.since(case.first), "answers": answers}


def stand_in_draft(
    said: Mapping[str, Any], visit: Visit, book: ReferenceData, digits: Mapping[str, str]
) -> Draft:
    """Return a draft that restores as much as the recorded one, `said`.

    `digits` stand in for what was typed.
    """
    answers: dict[str, str] = {}
    for name, text in said["answers"]:
        hidden = digits.get(name) or _some_text(name, answers, book)
        answers[name] = hidden if text is None else text
    return Draft(
        route=said["route"],
        month=str(known(visit).first.later(said["month"])),
        declared=said["declared"],
        told_kind=said.get("told_kind", ""),
        answers=tuple(answers.items()),
        papers=tuple((code, how) for code, how in said["papers"]),
        **{name: tuple(said[name]) for name in ("disputed", "unwanted", "ticked", "insisted")},
    )


def _some_text(name: str, answers: Mapping[str, str], book: ReferenceData) -> str:
    question = next(one for one in book.questions if one.field == name)
    if question.asking is AnswerKind.TEXT:
        return STAND_IN_TEXT
    places = book.divisions.below(answers.get(question.within, CITY))
    return places[0].code if places else ""


def note_begun(begun: StartedElsewhere, visit: Visit) -> dict[str, Any]:
    """Return the record of a filing started elsewhere: by whom, and whether for this person.

    What of it is restored is recorded when the person goes on with it.
    """
    theirs = visit.identity.card is None or same_person(visit.identity.card.number, begun.number)
    return {"by": begun.by.value, "theirs": theirs}


def stand_in_begun(said: Mapping[str, Any], number: str) -> StartedElsewhere:
    """Return a filing started elsewhere for the person with this number."""
    return StartedElsewhere(Way(said["by"]), number, (), ())
