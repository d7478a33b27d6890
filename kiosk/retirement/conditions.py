"""Conditions of services and papers: tests of one fact each, read from config/conditions.toml.

A condition puts one test to one fact and holds, does not hold, or is open while the fact is not
known. Own code, not a rules library: eight plain tests are all the law here needs, they can be read
aloud, and the libraries looked at (rule-engine, durable-rules, business-rules) bring an expression
language, which is what a civil servant should not have to learn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kiosk.config.schema import Problem, Reader, line_or_section, read_table
from kiosk.operator_texts import text_of
from kiosk.retirement.facts import Declarations, FactType, FactValue
from kiosk.retirement.figures import value_of
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Situation


class Comparison(StrEnum):
    """The eight tests; `than` names another fact to compare with, `values` lists texts."""

    YES = "yes"  # the flag is set
    NO = "no"  # the flag is not set
    SOME = "some"  # a number above zero, or a list that is not empty
    NONE = "none"  # zero, or an empty list
    EQUALS = "equals"  # the text is one of `values`
    AT_LEAST = "at_least"  # the number reaches that of `than`
    REACHED = "reached"  # the month is not after that of `than`
    AHEAD = "ahead"  # the month is after that of `than`


class Unmet(StrEnum):
    """The answer that a service gets when one of its conditions does not hold."""

    CANNOT = "cannot"
    LATER = "later"
    REVIEW = "review"


@dataclass(frozen=True)
class Condition:
    """One test of one fact, and the words and consequence for when it does not hold.

    `helper` tells the helper why it does not hold, `changes` what would change that, `unknown`
    tells the person what follows while the fact is not known. For `unmet` LATER, `from_month` names
    the fact that holds the first possible month. `insist`: the person may say that the shared data
    are wrong and file all the same; then the conditions in `unsettles` are doubted, too.
    `changes_if` are more changes, each said only while the condition that it is keyed by holds.
    """

    fact: str
    test: Comparison
    helper: str
    changes: tuple[str, ...] = ()
    than: str = ""
    values: tuple[str, ...] = ()
    unmet: Unmet = Unmet.CANNOT
    from_month: str = ""
    basis: str = ""
    unknown: str = ""
    insist: bool = False
    unsettles: tuple[str, ...] = ()
    changes_if: Mapping[str, str] = field(default_factory=dict)


Conditions = Mapping[str, Condition]
Check = Callable[[FactValue, FactValue | None, tuple[str, ...]], bool]


def _beyond(value: FactValue, other: FactValue | None) -> int:
    """Return how far a number or month lies beyond the other; negative when before it."""
    first, second = (one.index if isinstance(one, Month) else one for one in (value, other))
    assert isinstance(first, int)
    assert isinstance(second, int)
    return first - second


CHECKS: Mapping[Comparison, Check] = {
    Comparison.YES: lambda value, _other, _values: value is True,
    Comparison.NO: lambda value, _other, _values: value is False,
    Comparison.SOME: lambda value, _other, _values: bool(value),
    Comparison.NONE: lambda value, _other, _values: not value,
    Comparison.EQUALS: lambda value, _other, values: value in values,
    Comparison.AT_LEAST: lambda value, other, _values: _beyond(value, other) >= 0,
    Comparison.REACHED: lambda value, other, _values: _beyond(value, other) <= 0,
    Comparison.AHEAD: lambda value, other, _values: _beyond(value, other) > 0,
}

FITS: Mapping[Comparison, tuple[FactType, ...]] = {
    Comparison.YES: (FactType.FLAG,),
    Comparison.NO: (FactType.FLAG,),
    Comparison.SOME: (FactType.MONTHS, FactType.PLACES),
    Comparison.NONE: (FactType.MONTHS, FactType.PLACES),
    Comparison.EQUALS: (FactType.TEXT,),
    Comparison.AT_LEAST: (FactType.MONTHS,),
    Comparison.REACHED: (FactType.MONTH,),
    Comparison.AHEAD: (FactType.MONTH,),
}
COMPARING = (Comparison.AT_LEAST, Comparison.REACHED, Comparison.AHEAD)


def holds(condition: Condition, case: Situation) -> bool | None:
    """Return whether the condition holds; None while a fact that decides it is not known."""
    value = value_of(case, condition.fact)
    other = value_of(case, condition.than) if condition.than else None
    if value is None or (condition.than and other is None):
        return None
    return CHECKS[condition.test](value, other, condition.values)


def read_conditions(path: Path, declared: Declarations) -> tuple[Conditions, tuple[Problem, ...]]:
    """Return the conditions of config/conditions.toml that could be read, and every problem found.

    Raises ConfigError only when the file itself cannot be read, so that `read_catalogue` can report
    the problems of all files at once.
    """
    reader = Reader(path)
    conditions = {
        name: condition
        for name, table in read_table(path).items()
        if (condition := reader.build(Condition, table, name))
    }
    problems = list(reader.problems)
    for name, condition in conditions.items():
        named = (*condition.unsettles, *condition.changes_if)
        unknown = [one for one in named if one not in conditions]
        said = [("names", text_of("retirement.unknown_condition", name=one)) for one in unknown]
        for key, expected in (*_faults(condition, declared), *said):
            where = f"{name}.{key}"
            problems.append(Problem(str(path), line_or_section(path, where), where, expected))
    return conditions, tuple(problems)


def _faults(condition: Condition, declared: Declarations) -> Iterator[tuple[str, str]]:
    """Yield key and expectation for each part that does not fit its test or facts."""
    named = {"fact": condition.fact, "than": condition.than, "from_month": condition.from_month}
    for key, name in named.items():
        if name and name not in declared:
            yield key, text_of("retirement.unknown_fact", name=name)
    fact, than = declared.get(condition.fact), declared.get(condition.than)
    fitting = FITS[condition.test]
    if fact is not None and fact.type not in fitting:
        yield "test", text_of("retirement.unfit_test", test=condition.test, fact=condition.fact)
    if (condition.test in COMPARING) != bool(condition.than):
        yield "than", text_of("retirement.than")
    if than is not None and than.type not in fitting:
        yield "than", text_of("retirement.not_comparable", fact=condition.than)
    if (condition.test is Comparison.EQUALS) != bool(condition.values):
        yield "values", text_of("retirement.values")
    if fact is not None and fact.options:
        for value in condition.values:
            if value not in fact.options:
                choices = "、".join(fact.options)
                yield "values", text_of("retirement.unknown_value", value=value, choices=choices)
    if (condition.unmet is Unmet.LATER) != bool(condition.from_month):
        yield "from_month", text_of("retirement.from_month")
    since = declared.get(condition.from_month)
    if since is not None and since.type is not FactType.MONTH:
        yield "from_month", text_of("retirement.no_month", fact=condition.from_month)
