"""What must still be asked? The smallest set of questions for the chosen services, in order.

The questions and their words stand in config/questions.toml.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from kiosk.failures import Failure
from kiosk.retirement.situation import Situation
from kiosk.schema import ConfigError, Problem, Reader, line_of, read_table

LUHN_BASE = 10
ACCOUNT_PLACES = range(16, 20)
MOBILE_PLACES = 11
PLAIN_DAY = re.compile(r"\d{8}", re.ASCII)


class Asking(StrEnum):
    """How an answer is given."""

    DIGITS = "digits"
    OPTIONS = "options"
    DIVISION = "division"  # one level of config/divisions.csv


@dataclass(frozen=True)
class Option:
    """One answer to pick. `words` may name facts: {address}, {account_tail}, {bank}.

    `account` "known" or "unknown" offers it only when the card's bank account is, or is not.
    """

    value: str
    words: str
    under: str = ""
    account: str = ""


@dataclass(frozen=True)
class Question:
    """One question; asked when a service that needs it is chosen and `when` holds.

    `groups` are the places of a number as they are spoken; `without` is the press for someone
    who has no such thing, `without_drops` the services that hang on it; `within` names the field
    whose answer is the parent division.
    """

    field: str
    asking: Asking
    title: str
    sentence: str
    label: str
    services: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    when: Mapping[str, str] = dataclasses.field(default_factory=dict)
    groups: tuple[int, ...] = ()
    check: str = ""
    next_words: str = ""
    without: str = ""
    without_drops: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    within: str = ""


Answers = Mapping[str, str]


def check_mobile(text: str, today: date) -> Failure | None:
    """Mainland mobile numbers: 11 places, 13x to 19x."""
    del today
    fine = len(text) == MOBILE_PLACES and text[0] == "1" and text[1] in "3456789"
    return None if fine else Failure.MOBILE_WRONG


def check_account(text: str, today: date) -> Failure | None:
    """Bank card numbers: 16 to 19 places, Luhn (ISO/IEC 7812-1, annex B)."""
    del today
    places = [int(digit) for digit in reversed(text)]
    doubled = [2 * digit for digit in places[1::2]]
    total = sum(places[::2]) + sum(digit // LUHN_BASE + digit % LUHN_BASE for digit in doubled)
    fine = len(text) in ACCOUNT_PLACES and total % LUHN_BASE == 0
    return None if fine else Failure.ACCOUNT_WRONG


def check_past_day(text: str, today: date) -> Failure | None:
    """Accept a day written YYYYMMDD that is not in the future."""
    try:
        day = date.fromisoformat(text) if PLAIN_DAY.fullmatch(text) else None
    except ValueError:
        day = None
    return None if day is not None and day <= today else Failure.DAY_WRONG


Check = Callable[[str, date], Failure | None]
CHECKS: Mapping[str, Check] = {
    "mobile": check_mobile,
    "account": check_account,
    "past_day": check_past_day,
}


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read the questions in their order; raise ConfigError."""
    reader = Reader(path)
    questions = tuple(
        question
        for name, table in read_table(path).items()
        if (question := reader.build(Question, table, name))
    )
    problems = list(reader.problems)
    for question in questions:
        if question.check and question.check not in CHECKS:
            key = f"{question.field}.check"
            expected = "应是这几个之一：" + "、".join(CHECKS)
            problems.append(Problem(str(path), line_of(path, key), key, expected))
    if problems:
        raise ConfigError(tuple(problems))
    return questions


def applies(question: Question, chosen: Collection[str], case: Situation, given: Answers) -> bool:
    """Tell whether this question is to be asked at all."""
    wanted = not question.services or any(code in chosen for code in question.services)
    kind = case.facts.kind if case.facts is not None else None
    fits = not question.kinds or kind in question.kinds
    return (
        wanted and fits and all(given.get(name) == value for name, value in question.when.items())
    )


def open_questions(
    questions: tuple[Question, ...], chosen: Collection[str], case: Situation, given: Answers
) -> tuple[Question, ...]:
    """Return what is still to be asked, in order. An answer of "" means: there is none."""
    return tuple(
        question
        for question in questions
        if question.field not in given and applies(question, chosen, case, given)
    )


def check_answer(question: Question, text: str, today: date) -> Failure | None:
    """Return why `text` can't be the answer, None when it can."""
    return CHECKS[question.check](text, today) if question.check else None
