"""Questions that nobody answered, asked again with what was read of a paper: to be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from kiosk.retirement.questions import LONGEST_TEXT, AnswerKind, Question, check_answer
from kiosk.visit.records.filing import TextEntry
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, remaining_questions


def fillable(visit: Visit, book: ReferenceData, today: date) -> Mapping[str, str]:
    """Return what was read of the picture that is shown for questions left without an answer.

    Nothing of a doubted picture, and never in place of what somebody said.
    """
    shown = visit.papers.picture
    if shown is None or shown.doubt is not None:
        return {}
    read = {one.name: one.value for one in shown.read}
    left = (one for one in book.questions if visit.answers.get(one.field) == "")
    return {
        one.field: read[one.field]
        for one in left
        if one.field in read and _fits(one, read[one.field], today)
    }


def ask_again_with(visit: Visit, read: Mapping[str, str]) -> Visit:
    """Return the visit with these questions open again; `fill_in` fills in what was read."""
    answers = {field: text for field, text in visit.answers.items() if field not in read}
    return replace(visit, answers=answers, papers=replace(visit.papers, prefill=read))


def fill_in(visit: Visit, book: ReferenceData) -> Visit:
    """Return the visit with what was read in the entry of the question that comes next."""
    waiting = remaining_questions(visit, book)
    value = visit.papers.prefill.get(waiting[0].field, "") if waiting else ""
    if not value:
        return visit
    written = waiting[0].asking is AnswerKind.TEXT
    entry = TextEntry(by_letters=visit.entry.by_letters)
    filled = replace(entry, written=value) if written else replace(entry, typed=value)
    return replace(visit, entry=filled)


def is_as_read(visit: Visit, field: str) -> bool:
    """Return whether the entry of a question is what was read of a paper, unchanged."""
    read = visit.papers.prefill.get(field, "")
    return bool(read) and read in {visit.entry.typed, visit.entry.written}


def _fits(question: Question, value: str, today: date) -> bool:
    """Return whether a value can be the answer as it was read."""
    if question.asking is AnswerKind.TEXT:
        return len(value) <= LONGEST_TEXT
    digits = question.asking is AnswerKind.DIGITS and value.isascii() and value.isdigit()
    fits = digits and len(value) <= sum(question.groups)
    return fits and check_answer(question, value, today) is None
