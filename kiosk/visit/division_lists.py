"""Lists of divisions from which a question is answered, and the words for a division."""

from __future__ import annotations

from kiosk.retirement.divisions import CITY, COUNTRY, Divisions
from kiosk.retirement.questions import AnswerKind, Answers, Question
from kiosk.visit.reference_data import ReferenceData


def divisions_of(book: ReferenceData, question: Question) -> Divisions:
    """Return the divisions to which the answers belong."""
    return book.elsewhere.divisions if question.elsewhere else book.divisions


def parent_of(question: Question, answers: Answers) -> str:
    """Return the code of the division among whose children the question asks."""
    return answers.get(question.within, COUNTRY if question.elsewhere else CITY)


def has_list(book: ReferenceData, question: Question, answers: Answers) -> bool:
    """Return whether the question has a list, as far as the answers so far tell.

    It has none when the level above was not on its list, or has nothing below it: a district of
    Beijing has no counties. What no list holds is written by hand.
    """
    if question.asking is not AnswerKind.DIVISION or not question.within:
        return True
    if question.within not in answers:
        above = next(one for one in book.questions if one.field == question.within)
        return has_list(book, above, answers)
    parent = answers[question.within]
    return bool(parent and divisions_of(book, question).below(parent))


def division_words(book: ReferenceData, code: str) -> str:
    """Return the full name of a division, from the county or, outside the city, the province."""
    return book.divisions.full_name(code) or book.elsewhere.divisions.full_name(code)
