"""The facts that the rules judge, taken from an application."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kiosk.application.recorded_facts import AbsenceReason
from kiosk.people.facts import InsuredKind, InsuredPlace
from kiosk.people.identity import CardKind
from kiosk.retirement.facts import FactDeclaration, FactSource, FactType, FactValue
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route

if TYPE_CHECKING:
    from kiosk.retirement.catalogue import Catalogue
    from kiosk.retirement.facts import Facts

LONGER_THAN_ANY_LIFE = 1200
"""Months that meet every minimum."""
_DERIVED = frozenset({"draws_pension"})
_KNOWN_NONE = frozenset({AbsenceReason.NO_RECORD, AbsenceReason.PERSON_HAS_NONE})


def filed_facts(catalogue: Catalogue, document: Mapping[str, Any]) -> Facts:
    """Return the facts of an application that the rules judge, in the rules' own types.

    `catalogue` says which field carries which fact. Who has no month on the way by age draws a
    pension already, or is insured as a resident (`RetirementClaim.record`). Raises KeyError,
    TypeError or ValueError for an application that another terminal's software wrote otherwise.
    """
    retirement, recorded = document["retirement"], document["facts"]
    found: dict[str, FactValue] = {
        "citizen": document["applicant"]["card_kind"] == CardKind.RESIDENT.value
    }
    for name, one in catalogue.fields.items():
        declared, said = catalogue.facts.get(one.fact), recorded.get(name, {})
        if declared is not None and "value" in said:
            found[one.fact] = _typed(declared, said["value"])
    kinds = (found.pop("kind", None), retirement.get("told_kind"))
    kind = next((one for one in kinds if one in set(InsuredKind)), None)  # or "drawn", "unsure"
    if kind is not None:
        found["kind"] = kind
    by_age = retirement["route"] == Route.AGE.value
    no_month = by_age and retirement["retire_month"] is None
    found["draws_pension"] = no_month and kind != InsuredKind.RESIDENT
    return found


def fact_assumptions(
    catalogue: Catalogue, document: Mapping[str, Any], known: Facts
) -> Iterator[Facts]:
    """Yield the `known` facts of an application with one that it does not carry assumed as well.

    `catalogue` says which field of the `document` carries which fact. Each fact that none does
    takes each of its values in turn: yes and no, the texts of its options, no month and more months
    than anybody has. What an office has no record of was not known on filing, either, and is not
    assumed.
    """
    settled = {
        one.fact
        for name, one in catalogue.fields.items()
        if document["facts"].get(name, {}).get("reason") in _KNOWN_NONE
    }
    for name, declared in catalogue.facts.items():
        open_fact = declared.from_ is FactSource.SHARED and name not in {
            *known,
            *settled,
            *_DERIVED,
        }
        for value in _values(declared) if open_fact else ():
            yield {**known, name: value}


def _values(declared: FactDeclaration) -> tuple[FactValue, ...]:
    if declared.type is FactType.FLAG:
        return True, False
    if declared.type is FactType.MONTHS:
        return 0, LONGER_THAN_ANY_LIFE
    return tuple(filter(None, declared.options))


def _typed(declared: FactDeclaration, value: Any) -> FactValue:
    if declared.type is FactType.MONTH:
        return Month.parse(value)
    if declared.type is FactType.PERIODS:
        return tuple(InsuredPlace(str(one["place"]), int(one["months"])) for one in value)
    if declared.type is FactType.PLACES:
        return tuple(map(str, value))
    if declared.type is FactType.MONTHS:
        return int(value)
    return bool(value) if declared.type is FactType.FLAG else str(value)
