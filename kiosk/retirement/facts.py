"""Facts that the rules may use, as declared in config/facts.toml, and how their values are read.

There is no name, number or address among them: the rules decide without knowing who asks.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, Reader, line_of, read_table
from kiosk.operator_texts import text_of, texts_of
from kiosk.people.facts import FinishedService, InsuredPlace, SharedFacts
from kiosk.people.identity import CardKind
from kiosk.retirement.months import Month

FactValue = (
    bool
    | int
    | str
    | Month
    | tuple[str, ...]
    | tuple[InsuredPlace, ...]
    | tuple[FinishedService, ...]
)
Facts = Mapping[str, FactValue]
"""Known facts by name; a fact that is missing here is not known."""


class FactType(StrEnum):
    """The type of a fact's value."""

    FLAG = "flag"
    MONTHS = "months"  # a whole number of months
    MONTH = "month"  # a calendar month
    TEXT = "text"
    PLACES = "places"  # a list of names or codes
    PERIODS = "periods"  # places of insurance with their months
    FINISHED = "finished"  # services with the day on which they were finished


class FactSource(StrEnum):
    """Where the value of a fact comes from."""

    CARD = "card"  # told by the kind of card
    SHARED = "shared"  # fetched from the offices
    RULE = "rule"  # kiosk/retirement/figures.py


@dataclass(frozen=True)
class FactDeclaration:
    """The declaration of one fact; `options` lists all values of a text if they are few."""

    label: str
    type: FactType
    from_: FactSource
    options: tuple[str, ...] = ()


Declarations = Mapping[str, FactDeclaration]

OF_THE_CARD = frozenset({"citizen"})
BLANK_IF_UNKNOWN = frozenset(
    {
        "work_start_month",
        "draws_since",
        "paid_scope",
        "home_place",
        "insured_places",
        "insured_since",
        "notice_month",
        "archive_birth",
        "services_done",
        "services_open",
        "services_refused",
    }
)
"""Shared facts that are empty, not None, while no office knows them."""

SEPARATOR = re.compile("[,，、]")


def _flag(text: str) -> bool:
    yes, no = text_of("retirement.yes").split(), text_of("retirement.no").split()
    if text.lower() not in yes + no:
        raise ValueError(text)
    return text.lower() in yes


def _months(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


def _places(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in SEPARATOR.split(text) if part.strip())


def _periods(text: str) -> tuple[InsuredPlace, ...]:
    pairs = (one.partition(":") for one in _places(text))
    return tuple(InsuredPlace(place.strip(), _months(months)) for place, _, months in pairs)


def _finished(text: str) -> tuple[FinishedService, ...]:
    pairs = (one.partition(":") for one in _places(text))
    return tuple(
        FinishedService(code.strip(), date.fromisoformat(on).isoformat()) for code, _, on in pairs
    )


READ: Mapping[FactType, Callable[[str], FactValue]] = {
    FactType.FLAG: _flag,
    FactType.MONTHS: _months,
    FactType.MONTH: Month.parse,
    FactType.TEXT: str,
    FactType.PLACES: _places,
    FactType.PERIODS: _periods,
    FactType.FINISHED: _finished,
}


def read_declarations(path: Path, rule_names: frozenset[str]) -> Declarations:
    """Return the declarations in config/facts.toml.

    `rule_names` are the facts that kiosk/retirement/figures.py computes. Raises ConfigError when a
    declared fact is one that its source does not provide.
    """
    reader = Reader(path)
    declared = {
        name: declaration
        for name, table in read_table(path).items()
        if (declaration := reader.build(FactDeclaration, _renamed(table), name))
    }
    shared = {field.name for field in dataclasses.fields(SharedFacts)}
    made = {FactSource.CARD: OF_THE_CARD, FactSource.SHARED: shared, FactSource.RULE: rule_names}
    problems = list(reader.problems)
    problems += [
        Problem(str(path), line_of(path, name), name, text_of("retirement.no_such_fact"))
        for name, declaration in declared.items()
        if name not in made[declaration.from_]
    ]
    if problems:
        raise ConfigError(tuple(problems))
    return declared


def _renamed(table: object) -> object:
    """Return the table with `from` as `from_`, since `from` is a keyword of Python."""
    if not isinstance(table, dict):
        return table
    return {"from_" if key == "from" else key: value for key, value in table.items()}


def parse_fact(declared: Declarations, text: str) -> tuple[str, FactValue] | str:
    """Return name and value of "name=value", or a sentence that says what to write instead."""
    name, equals, written = text.partition("=")
    written_ones = [one for one, fact in declared.items() if fact.from_ is not FactSource.RULE]
    if not equals:
        return text_of("retirement.fact_shape", text=text)
    if name not in written_ones:
        near = difflib.get_close_matches(name, written_ones, n=1)
        hint = text_of("config.nearest", name=near[0]) if near else ""
        names = "、".join(written_ones)
        return text_of("retirement.fact_unknown", name=name, hint=hint, names=names)
    declaration = declared[name]
    if not declaration.options or written in declaration.options:
        with suppress(ValueError):
            return name, READ[declaration.type](written)
    forms = texts_of("retirement.fact_forms")
    expected = "、".join(declaration.options) or forms[declaration.type]
    return text_of("retirement.fact_value", name=name, label=declaration.label, expected=expected)


def facts_of(declared: Declarations, card: CardKind, shared: SharedFacts | None) -> Facts:
    """Return the facts that card and offices provide, in the rules' own types.

    `shared` is None while the offices cannot be reached; then only the card's facts are known.

    `declared` says of each fact where it comes from.
    """
    known: dict[str, FactValue] = {"citizen": card is CardKind.RESIDENT}
    if shared is None:
        return known
    for name, declaration in declared.items():
        if declaration.from_ is FactSource.SHARED:
            value = getattr(shared, name)
            blank = name in BLANK_IF_UNKNOWN and not value
            if value is not None and not blank and name not in _unchecked(shared):
                known[name] = _typed(declaration.type, value)
    return known


def _unchecked(shared: SharedFacts) -> frozenset[str]:
    """Return the facts whose registry could not be asked."""
    return frozenset() if shared.household_checked else frozenset({"household_matches"})


def _typed(kind: FactType, value: FactValue) -> FactValue:
    if kind is FactType.MONTH and isinstance(value, str):
        return Month.parse(value)
    return str(value) if kind is FactType.TEXT else value
