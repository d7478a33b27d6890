"""Answers that can be picked for a question, given what is known of the person."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.retirement.figures import FactWords, braces_of
from kiosk.retirement.questions import AnswerKind, Option, Question
from kiosk.visit.division_lists import divisions_of, parent_of
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, card_of, situation_of


def known_words(visit: Visit, book: ReferenceData) -> Mapping[str, str]:
    """Return the values that the words of an option may fill in; "" where unknown."""
    shared = visit.facts.shared
    return {
        "address": card_of(visit).address,
        "account_tail": shared.account[-4:] if shared else "",
        "bank": shared.bank if shared else "",
        "medical_short": FactWords(book.catalogue.facts, situation_of(visit))["medical_short"],
    }


def offered_options(visit: Visit, book: ReferenceData, question: Question) -> tuple[Option, ...]:
    """Return the options that apply to this person and whose words can be filled in."""
    words = known_words(visit, book)
    return tuple(
        option
        for option in question.options
        if option.account in ("", _account_state(visit)) and _has_words(option, words)
    )


def pickable(visit: Visit, book: ReferenceData, question: Question) -> tuple[str, ...]:
    """Return the values that may be picked; empty for questions answered otherwise."""
    if question.asking is AnswerKind.DIVISION:
        below = divisions_of(book, question).below(parent_of(question, visit.answers))
        return tuple(one.code for one in below)
    if question.asking is AnswerKind.EMPLOYER:
        return tuple(book.employers.employers)
    return tuple(option.value for option in offered_options(visit, book, question))


def _account_state(visit: Visit) -> str:
    if visit.facts.shared is None or not visit.facts.shared.account:
        return "unknown"
    return "known" if visit.facts.shared.card_account_active else "asleep"


def _has_words(option: Option, words: Mapping[str, str]) -> bool:
    """Return whether everything that the option names is known."""
    return all(words[name] for name in braces_of(option.under + option.words) or ())
