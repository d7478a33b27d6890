"""Questions to the person: the smallest set that the chosen services need, in order.

The questions and their words stand in config/questions.toml.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, Reader, line_of, read_table
from kiosk.failures import Failure
from kiosk.people.facts import InsuredKind
from kiosk.retirement.figures import FIGURES, braces_of, value_of
from kiosk.retirement.numbers import CHECKS
from kiosk.retirement.situation import Situation

LONGEST_TEXT = 24  # characters of a written answer
OPTION_WORDS = frozenset({"address", "bank", "account_tail", "medical_short"})


class AnswerKind(StrEnum):
    """How an answer is given on the page."""

    DIGITS = "digits"
    OPTIONS = "options"
    DIVISION = "division"  # one level of config/divisions.csv
    TEXT = "text"  # a few characters, which no list holds


@dataclass(frozen=True)
class Option:
    """One answer that can be picked.

    `words` and `under` may name facts in braces: {address}, {account_tail}, {bank},
    {medical_short}. `account` "known", "asleep" or "unknown" offers the option only when that is
    the state of the bank account of the social security card.
    """

    value: str
    words: str
    under: str = ""
    account: str = ""


@dataclass(frozen=True)
class Question:
    """One question and the conditions under which it is asked.

    It is asked when a service of `services` is chosen (empty: any), the kind of insurance is one of
    `kinds` (empty: any), all `facts` are known, and earlier answers equal those in `when`.

    `groups` are the lengths of a number's parts as they are spoken. `without` words the press for
    somebody who has no such thing, `without_drops` are the services that are then left out.
    `within` names the field whose answer is the parent division. `for_offices` False: none of the
    offices of the 18 services sees the answer. `person_only`: only the person may answer, not
    somebody who files in the person's absence.
    """

    field: str
    asking: AnswerKind
    title: str
    sentence: str
    label: str
    services: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    when: Mapping[str, str] = dataclasses.field(default_factory=dict)
    facts: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    check: str = ""
    next_words: str = ""
    without: str = ""
    without_drops: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    within: str = ""
    for_offices: bool = True
    person_only: bool = False


Answers = Mapping[str, str]


def read_questions(path: Path, services: Collection[str]) -> tuple[Question, ...]:
    """Return the questions in the order in which they are asked.

    `services` are the codes that exist. Raises ConfigError when a question names something that
    does not exist.
    """
    reader = Reader(path)
    questions = tuple(
        question
        for name, table in read_table(path).items()
        if (question := reader.build(Question, table, name))
    )
    problems = list(reader.problems)
    for question in questions:
        for key, expected in _faults(question, questions, services):
            where = f"{question.field}.{key}"
            problems.append(Problem(str(path), line_of(path, where), where, expected))
    if problems:
        raise ConfigError(tuple(problems))
    return questions


def _faults(
    question: Question, questions: tuple[Question, ...], services: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield key and words for each wrong place of one question."""
    earlier = {one.field for one in questions[: questions.index(question)]}
    if question.check and question.check not in CHECKS:
        yield "check", "应是这几个之一：" + "、".join(CHECKS)
    named: tuple[tuple[str, Collection[str], Collection[str], str], ...] = (
        ("services", question.services, services, "没有“{}”这一项"),
        ("without_drops", question.without_drops, services, "没有“{}”这一项"),
        ("facts", question.facts, FIGURES, "没有“{}”这项算出来的事实"),
        ("kinds", question.kinds, set(InsuredKind), "没有“{}”这种参保类型"),
        ("when", question.when, earlier, "前面没有问“{}”"),
        ("within", [question.within] if question.within else [], earlier, "前面没有问“{}”"),
    )
    for key, names, known, cure in named:
        for name in names:
            if name not in known:
                yield key, cure.format(name)
    for option in question.options:
        for text in (option.words, option.under):
            braces = braces_of(text)
            if braces is None:
                yield "options", "花括号没有配成对"
            for brace in braces or ():
                if brace not in OPTION_WORDS:
                    yield "options", f"“{{{brace}}}”不是能填的"


def applies(question: Question, chosen: Collection[str], case: Situation, given: Answers) -> bool:
    """Return whether the question is to be asked at all.

    `chosen` are the codes of services that will be filed, `given` the earlier answers by field.
    """
    wanted = not question.services or any(code in chosen for code in question.services)
    fits = not question.kinds or case.facts.get("kind") in question.kinds
    sense = all(value_of(case, name) is not None for name in question.facts)
    follows = all(given.get(name) == value for name, value in question.when.items())
    return wanted and fits and sense and follows


def open_questions(
    questions: tuple[Question, ...], chosen: Collection[str], case: Situation, given: Answers
) -> tuple[Question, ...]:
    """Return the questions that are still to be asked, in order.

    `chosen` are the codes of services that will be filed, `given` the earlier answers by field; an
    answer of "" ("there is none") counts as given.
    """
    return tuple(
        question
        for question in questions
        if question.field not in given and applies(question, chosen, case, given)
    )


def check_answer(question: Question, text: str, today: date) -> Failure | None:
    """Return why `text` cannot be the answer; None when it can."""
    return CHECKS[question.check](text, today) if question.check else None
