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
from kiosk.operator_texts import text_of
from kiosk.people.facts import InsuredKind, SharedFacts
from kiosk.retirement.figures import FIGURES, braces_of, value_of
from kiosk.retirement.numbers import CHECKS
from kiosk.retirement.situation import Situation

LONGEST_TEXT = 24  # characters of a written answer
OPTION_WORDS = frozenset({"address", "bank", "account_tail", "medical_short"})
SHARED = frozenset(one.name for one in dataclasses.fields(SharedFacts))


class AnswerKind(StrEnum):
    """How an answer is given on the page."""

    DIGITS = "digits"
    OPTIONS = "options"
    DIVISION = "division"  # one level of config/divisions.csv or divisions_elsewhere.csv
    EMPLOYER = "employer"  # of the list of employers
    CODE = "code"  # digits and capital letters
    TEXT = "text"  # a few characters, which no list holds


@dataclass(frozen=True)
class Option:
    """One answer that can be picked.

    `words` and `under` may name facts in braces: {address}, {account_tail}, {bank},
    {medical_short}. `account` "known", "asleep" or "unknown" offers the option only when that is
    the state of the bank account of the social security card. `implies` are the values of other
    fields that follow from the option.
    """

    value: str
    words: str
    under: str = ""
    account: str = ""
    implies: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One question and the conditions under which it is asked.

    It is asked when a service of `services` is chosen (empty: any), the kind of insurance is one of
    `kinds` (empty: any), all `facts` are known, and earlier answers equal those in `when`
    and were given, but differ from those in `unless`.

    `groups` are the lengths of a number's parts as they are spoken. `without` words the press for
    somebody who has no such thing, `without_drops` are the services that are then left out.
    `within` names the field whose answer is the parent division, or of a code the one whose list
    may have it; `elsewhere`: among the divisions outside the city, the first of them among the
    provinces. `for_offices` False: none of the
    offices of the 18 services sees the answer. `person_only`: only the person may answer, not
    somebody who files in the person's absence. `known_by`: the member of `SharedFacts` with which
    the question need not be asked. `shared_is`: members of `SharedFacts` and the value that each
    must have where the offices could be asked. `corrects`: the members in whose place the answer
    stands; it is asked only where the offices answered, and named none of them or one was marked
    wrong. `begins`: which list of the table `writing` of config/texts/pages.toml has the characters
    that are offered first.
    """

    field: str
    asking: AnswerKind
    title: str
    sentence: str
    label: str
    services: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    when: Mapping[str, str] = dataclasses.field(default_factory=dict)
    unless: Mapping[str, str] = dataclasses.field(default_factory=dict)
    facts: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    check: str = ""
    next_words: str = ""
    without: str = ""
    without_drops: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    within: str = ""
    elsewhere: bool = False
    for_offices: bool = True
    person_only: bool = False
    begins: str = "common"
    known_by: str = ""
    shared_is: Mapping[str, str] = dataclasses.field(default_factory=dict)
    corrects: tuple[str, ...] = ()

    def depends_on(self, field: str) -> bool:
        """Return whether the answer to `field` decides if this is asked."""
        return field in self.when or field in self.unless

    @property
    def is_dependent(self) -> bool:
        """Return whether an earlier answer decides if this is asked."""
        return bool(self.when or self.unless)


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
        yield "check", text_of("retirement.one_of", choices="、".join(CHECKS))
    for key, names in (("services", question.services), ("without_drops", question.without_drops)):
        for name in (one for one in names if one not in services):
            yield key, text_of("retirement.unknown_service", name=name)
    for name in (one for one in question.facts if one not in FIGURES):
        yield "facts", text_of("retirement.unknown_figure", name=name)
    for name in (one for one in question.kinds if one not in set(InsuredKind)):
        yield "kinds", text_of("retirement.unknown_kind", name=name)
    within = [question.within] if question.within else []
    for key, fields in (
        ("when", question.when),
        ("unless", question.unless),
        ("within", within),
    ):
        for name in (one for one in fields if one not in earlier):
            yield key, text_of("retirement.not_asked_before", name=name)
    told = [question.known_by] if question.known_by else []
    for key, facts in (
        ("known_by", told),
        ("shared_is", list(question.shared_is)),
        ("corrects", list(question.corrects)),
    ):
        for name in (one for one in facts if one not in SHARED):
            yield key, text_of("retirement.unknown_shared", name=name)
    yield from _option_faults(question)


def _option_faults(question: Question) -> Iterator[tuple[str, str]]:
    for option in question.options:
        for text in (option.words, option.under):
            braces = braces_of(text)
            if braces is None:
                yield "options", text_of("retirement.brackets")
            for brace in braces or ():
                if brace not in OPTION_WORDS:
                    yield "options", text_of("retirement.not_to_fill_in", name=brace)


def applies(question: Question, chosen: Collection[str], case: Situation, given: Answers) -> bool:
    """Return whether the question is to be asked at all.

    `chosen` are the codes of services that will be filed, `given` the earlier answers by field.
    """
    if question.services and not any(code in chosen for code in question.services):
        return False
    if question.kinds and case.facts.get("kind") not in question.kinds:
        return False
    sense = all(value_of(case, name) is not None for name in question.facts)
    follows = all(given.get(name) == value for name, value in question.when.items())
    differs = all(given.get(name, value) != value for name, value in question.unless.items())
    return sense and follows and differs


def is_told(question: Question, shared: SharedFacts | None, disputed: Collection[str] = ()) -> bool:
    """Return whether the offices make the question needless: they know, or it does not apply.

    `shared` is None while they could not be asked; what would correct them is not asked then.
    `disputed` are the members that the person marked wrong.
    """
    if shared is None:
        return bool(question.corrects)
    if question.corrects:
        named = any(getattr(shared, name) for name in question.corrects)
        return named and not any(name in disputed for name in question.corrects)
    known = bool(question.known_by and getattr(shared, question.known_by))
    return known or any(
        str(getattr(shared, name)) != wanted for name, wanted in question.shared_is.items()
    )


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


def implied_values(questions: tuple[Question, ...], given: Answers) -> Mapping[str, str]:
    """Return the values of fields that follow from the picked options; `given` are the answers."""
    return {
        name: value
        for question in questions
        for option in question.options
        if given.get(question.field) == option.value
        for name, value in option.implies.items()
    }


def check_answer(question: Question, text: str, today: date) -> Failure | None:
    """Return why `text` cannot be the answer; None when it can."""
    return CHECKS[question.check](text, today) if question.check else None
