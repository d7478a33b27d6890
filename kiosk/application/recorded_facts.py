"""The facts of an application: value, source, time, and whether the person confirmed each.

A member `facts` of the application document (version 3) names every field of the form. One without
a value says why, from the closed list `AbsenceReason`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kiosk.people.facts import FinishedService, InsuredPlace, SharedFacts

FactsMember = dict[str, dict[str, Any]]


class FactOrigin(StrEnum):
    """Who says a fact."""

    CARD = "card"
    OFFICE = "office"  # member `office` names which
    PERSON = "person"  # whoever files, in answer to a question
    RULE = "rule"  # worked out by this program from the others


class FactState(StrEnum):
    """What was made of a fact."""

    CONFIRMED = "confirmed"  # whoever signed saw it, and let it stand
    MARKED_WRONG = "marked_wrong"  # by the person, or by its own check
    JOINED = "joined"  # from the office at the central service, after the person confirmed


class AbsenceReason(StrEnum):
    """Why a field has no value."""

    PERSON_HAS_NONE = "person_has_none"  # the person says so, or it follows from another fact
    NO_RECORD = "no_record"  # the office answered and has nothing on record
    OFFICE_UNREACHABLE = "office_unreachable"
    PERSON_ABSENT = "person_absent"  # never shown to, nor taken from, somebody else
    OLDER_FORM = "older_form"  # the terminal's form had no such field; no terminal says so itself


@dataclass(frozen=True)
class RecordedFact:
    """One fact as it is handed in; `value` is None where `reason` says why there is none.

    `words` is what the page said for a coded value, "" where the value speaks for itself. `at` is
    when the source said it. `office` is a code of config/offices.toml.
    """

    value: Any = field(default=None, repr=False)
    origin: FactOrigin | None = None
    at: datetime | None = None
    state: FactState = FactState.CONFIRMED
    office: str = ""
    words: str = field(default="", repr=False)
    reason: AbsenceReason | None = None

    def record(self) -> dict[str, Any]:
        """Return the fact's member of the document."""
        if self.reason is not None:
            said = {"reason": self.reason.value}
            return said | ({"office": self.office} if self.office else {})
        assert self.origin is not None
        assert self.at is not None
        return {
            "value": self.value,
            "source": self.origin.value,
            "at": self.at.isoformat(timespec="seconds"),
            "state": self.state.value,
            **({"office": self.office} if self.office else {}),
            **({"words": self.words} if self.words else {}),
        }


RecordedFacts = Mapping[str, RecordedFact]


def missing(reason: AbsenceReason, office: str = "") -> RecordedFact:
    """Return a fact without a value; `office` is the one that should know."""
    return RecordedFact(reason=reason, office=office)


def shared_value(shared: SharedFacts, fact: str) -> Any:
    """Return what the offices say of `fact`, as JSON has it; None for nothing on record.

    Zero months are a value; an empty text or list is none.
    """
    value = getattr(shared, fact)
    if isinstance(value, tuple):
        value = [
            asdict(one) if isinstance(one, InsuredPlace | FinishedService) else one for one in value
        ]
    return None if value in ("", [], None) else value


def facts_member(facts: RecordedFacts) -> FactsMember:
    """Return the member `facts` of the application document."""
    return {name: one.record() for name, one in facts.items()}


def is_facts_member(said: object) -> bool:
    """Return whether what a terminal sent has the form of the member `facts`."""
    if not isinstance(said, dict):
        return False
    return all(isinstance(name, str) and _is_fact(one) for name, one in said.items())


def _is_fact(one: object) -> bool:
    match one:
        case {"reason": str(reason), **rest}:
            of_terminals = set(AbsenceReason) - {AbsenceReason.OLDER_FORM}
            return reason in of_terminals and "value" not in rest
        case {"value": value, "source": str(source), "at": str(), "state": str(state), **rest}:
            known = source in set(FactOrigin) and state in set(FactState)
            named = isinstance(rest.get("office", ""), str)
            return (
                known
                and named
                and (source == FactOrigin.OFFICE) <= bool(rest.get("office"))
                and (value is not None)
            )
    return False


def names_of_source(facts: Mapping[str, Any], source: FactOrigin) -> Collection[str]:
    """Return the names of the facts in a document's member `facts` that come from `source`."""
    return {name for name, one in facts.items() if one.get("source") == source}
