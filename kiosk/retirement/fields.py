"""What stands in the one form, and how much of it is known already? config/fields.toml."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.people.facts import SharedFacts
from kiosk.retirement.numbers import CHECKS


class FieldSource(StrEnum):
    """Where a field of the form comes from."""

    CARD = "card"
    SHARED = "shared"
    PERSON = "person"
    RULE = "rule"


@dataclass(frozen=True)
class Field:
    """One field of the merged form; `check` names one of kiosk/retirement/numbers.py.

    `fact` is its name among the shared facts, when those have it under a check.
    `common` fields stand in every application; `kinds` are the insured kinds whose form has the
    field, all when empty.
    """

    label: str
    source: FieldSource
    required: bool = True
    common: bool = False
    fact: str = ""
    check: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """How many fields the form has, and how many of them need not be asked."""

    known: int
    all: int


def form_fields(
    fields: Mapping[str, Field], wanted: Collection[str], kind: object
) -> Iterator[Field]:
    """Yield the required fields for what the chosen services want, each once."""
    for name, one in fields.items():
        fits = not one.kinds or kind in one.kinds
        if one.required and fits and (one.common or name in wanted):
            yield one


def doubtful(fields: Mapping[str, Field], shared: SharedFacts, today: date) -> frozenset[str]:
    """Return the shared facts whose own check digit says that they can't be right.

    Nobody types over them: they are marked, and a reviewer looks.
    """
    return frozenset(
        one.fact
        for one in fields.values()
        if one.fact
        and (value := getattr(shared, one.fact))
        and CHECKS[one.check](value, today) is not None
    )


def count(form: Iterable[Field], *, facts_known: bool) -> Tally:
    """Count what cards, offices and rules fill in; the offices nothing while they don't answer."""
    sources = [one.source for one in form]
    known = [FieldSource.CARD, FieldSource.RULE]
    if facts_known:
        known.append(FieldSource.SHARED)
    return Tally(sum(source in known for source in sources), len(sources))
