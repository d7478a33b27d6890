"""Fields of the one merged form, and how many of them are filled in without asking.

They are declared in config/fields.toml.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.people.facts import SharedFacts
from kiosk.retirement.numbers import CHECKS


class FieldSource(StrEnum):
    """Where the content of a form field comes from."""

    CARD = "card"
    SHARED = "shared"
    PERSON = "person"
    RULE = "rule"


@dataclass(frozen=True)
class Field:
    """One field of the merged form.

    `check` names a check in kiosk/retirement/numbers.py; `fact` is the member of `SharedFacts` that
    fills the field, and `office` the code of the office that knows it. `answer` is the question of
    config/questions.toml whose answer fills it. `common` fields stand in every application. `kinds`
    are the kinds of insurance whose form has the field; empty means all. `for_offices` False: no
    office of the 18 services sees it. `shown_for_check` False: the person is not asked by itself
    whether it is right.
    """

    label: str
    source: FieldSource
    required: bool = True
    common: bool = False
    fact: str = ""
    office: str = ""
    answer: str = ""
    check: str = ""
    kinds: tuple[str, ...] = ()
    for_offices: bool = True
    shown_for_check: bool = True


@dataclass(frozen=True)
class Tally:
    """The number of fields in the form, and of those that need not be asked."""

    known: int
    all: int


def form_fields(
    fields: Mapping[str, Field], wanted: Collection[str], kind: object
) -> Iterator[Field]:
    """Yield the required fields of the form, each once.

    `wanted` are the fields that the chosen services name, `kind` is the kind of insurance or None.
    """
    for name, one in fields.items():
        fits = not one.kinds or kind in one.kinds
        if one.required and fits and (one.common or name in wanted):
            yield one


def listed_fields(
    fields: Mapping[str, Field], listed: Collection[str], kind: object
) -> tuple[str, ...]:
    """Return the names of the fields in a form, optional ones too, in the order of the form.

    `listed` are the fields that services name besides the common ones. `kind` is the kind of
    insurance; while it is not known (None or ""), the fields of every kind are listed.
    """
    return tuple(
        name
        for name, one in fields.items()
        if (one.common or name in listed) and (not one.kinds or not kind or kind in one.kinds)
    )


def doubtful(fields: Mapping[str, Field], shared: SharedFacts, today: date) -> frozenset[str]:
    """Return the names of shared facts that fail their own check, such as a wrong check digit.

    Nobody types over them: they are marked as disputed, and a reviewer looks.

    `fields` are the fields of config/questions.toml, with their checks.
    """
    return frozenset(
        one.fact
        for one in fields.values()
        if one.fact
        and one.check
        and (value := getattr(shared, one.fact))
        and CHECKS[one.check](value, today) is not None
    )


def count(form: Iterable[Field], *, facts_known: bool) -> Tally:
    """Return how many fields there are, and how many that cards, offices and rules fill in.

    `facts_known` is False while the offices do not answer: then their fields count as unknown.
    """
    sources = [one.source for one in form]
    known = [FieldSource.CARD, FieldSource.RULE]
    if facts_known:
        known.append(FieldSource.SHARED)
    return Tally(sum(source in known for source in sources), len(sources))
