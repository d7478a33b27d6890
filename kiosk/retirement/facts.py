"""Facts that the rules may use, as declared in config/facts.toml, and how their values are read.

There is no name, number or address among them: the rules decide without knowing who asks.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, Reader, line_of, read_table
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import CardKind
from kiosk.retirement.months import Month

FactValue = bool | int | str | Month | tuple[str, ...]
Facts = Mapping[str, FactValue]
"""Known facts by name; a fact that is missing here is not known."""


class FactType(StrEnum):
    """The type of a fact's value."""

    FLAG = "flag"
    MONTHS = "months"  # a whole number of months
    MONTH = "month"  # a calendar month
    TEXT = "text"
    PLACES = "places"


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

SEPARATOR = re.compile("[,，、]")
YES, NO = ("yes", "true", "是", "有"), ("no", "false", "否", "无")
WRITTEN: Mapping[FactType, str] = {
    FactType.FLAG: "yes 或 no",
    FactType.MONTHS: "月数，如 402",
    FactType.MONTH: "年月，如 1987-09",
    FactType.TEXT: "文字",
    FactType.PLACES: "地名，几个地方用逗号隔开",
}


def _flag(text: str) -> bool:
    if text.lower() not in YES + NO:
        raise ValueError(text)
    return text.lower() in YES


def _months(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


def _places(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in SEPARATOR.split(text) if part.strip())


READ: Mapping[FactType, Callable[[str], FactValue]] = {
    FactType.FLAG: _flag,
    FactType.MONTHS: _months,
    FactType.MONTH: Month.parse,
    FactType.TEXT: str,
    FactType.PLACES: _places,
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
        Problem(str(path), line_of(path, name), name, "程序里没有这项事实，请改名或删去")
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
        return f"“{text}”应写成 名字=值，例如 paid_months=402。"
    if name not in written_ones:
        near = difflib.get_close_matches(name, written_ones, n=1)
        hint = f"是不是想写“{near[0]}”？" if near else ""
        return f"没有“{name}”这项事实。{hint}可以写的有：{'、'.join(written_ones)}。"
    declaration = declared[name]
    wanted = "、".join(declaration.options) or WRITTEN[declaration.type]
    if declaration.options and written not in declaration.options:
        return f"{name}（{declaration.label}）应是：{wanted}。"
    try:
        return name, READ[declaration.type](written)
    except ValueError:
        return f"{name}（{declaration.label}）应是：{wanted}。"


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
            blank = declaration.type is FactType.MONTH and value == ""
            if value is not None and not blank:
                known[name] = _typed(declaration.type, value)
    return known


def _typed(kind: FactType, value: FactValue) -> FactValue:
    if kind is FactType.MONTH and isinstance(value, str):
        return Month.parse(value)
    return str(value) if kind is FactType.TEXT else value
