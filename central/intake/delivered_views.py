"""The views of an application as they reach the offices.

A friend or relative who files in the person's absence signs only what they entered themselves.
Account and mobile numbers among it never reach an office, and what the offices know of the person
is joined here, at the earliest after the person has confirmed: no task begins before. Who confirms
at a terminal is shown what is joined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from central.confirmation import SeenFacts
from central.intake.examiner import WITHHELD, given_answers
from central.intake.recorded_facts import is_principal_absent
from kiosk.application.recorded_facts import (
    AbsenceReason,
    FactOrigin,
    FactState,
    RecordedFact,
    missing,
    shared_value,
)
from kiosk.people.facts import SharedFacts
from kiosk.people.id_number import normalise
from kiosk.retirement.fields import Field

Document = Mapping[str, Any]
View = Callable[[dict[str, Any], str], dict[str, Any]]
"""Returns the part of an application (document, service) that the service's office may see."""
NOT_SEEN = SeenFacts()


@dataclass(frozen=True)
class JoinedFacts:
    """What the offices know of principals who were absent when somebody filed for them.

    `known` is what they know, by identity number; `fields` says which of it fills which field;
    `mark` returns the keyed hash that names a set of facts without telling them.
    """

    known: Mapping[str, SharedFacts] = field(repr=False)
    fields: Mapping[str, Field]
    mark: Callable[[Mapping[str, Any]], str]

    def shown(self, document: Document) -> dict[str, Any]:
        """Return what is joined to a filing, by the members of `SharedFacts`; {} where nothing is.

        This is what the principal is shown before confirming, and nobody else.
        """
        shared, facts = self._shared(document), document.get("facts")
        if shared is None or not isinstance(facts, dict) or not is_principal_absent(document):
            return {}
        keys = (self.fields[name].fact for name in facts if self._is_joined(name, facts[name]))
        found = ((key, shared_value(shared, key)) for key in keys)
        return {key: value for key, value in found if value is not None}

    def join(
        self, document: Document, facts: Mapping[str, Any], at: datetime, seen: SeenFacts
    ) -> Mapping[str, Any]:
        """Return the facts with those of the offices, as they are known at the moment `at`.

        `facts` are some of the document's; `seen` is what the principal was shown. They count as
        confirmed only if they are still exactly those.
        """
        if not is_principal_absent(document):
            return facts
        is_seen = bool(seen.mark) and seen.mark == self.mark(self.shown(document))
        shared = self._shared(document)
        return {
            name: self._of_office(self.fields[name], shared, at, seen if is_seen else None)
            if self._is_joined(name, one)
            else _without_withheld(name, one)
            for name, one in facts.items()
        }

    def _shared(self, document: Document) -> SharedFacts | None:
        return self.known.get(normalise(str(document["applicant"]["number"])))

    def _is_joined(self, name: str, one: Mapping[str, Any]) -> bool:
        declared = self.fields.get(name)
        open_to_it = _is_withheld(name, one) or one.get("reason") == AbsenceReason.PERSON_ABSENT
        return open_to_it and declared is not None and bool(declared.fact)

    def _of_office(
        self, one: Field, shared: SharedFacts | None, at: datetime, seen: SeenFacts | None
    ) -> Mapping[str, Any]:
        """Return what the office knows; `seen` is None where the principal has not seen it."""
        if shared is None:
            return missing(AbsenceReason.OFFICE_UNREACHABLE, one.office).record()
        value = shared_value(shared, one.fact)
        if value is None:
            return missing(AbsenceReason.NO_RECORD, one.office).record()
        state = FactState.JOINED
        if seen is not None:
            state = FactState.MARKED_WRONG if one.fact in seen.wrong else FactState.CONFIRMED
        return RecordedFact(value, FactOrigin.OFFICE, at, state, one.office).record()


@dataclass(frozen=True)
class DeliveredViews:
    """Makes the view of one office.

    `view` returns what the office of a service may see of a document; `joined` adds to it what the
    offices know of a principal who was absent.
    """

    view: View
    joined: JoinedFacts

    def of(
        self, document: dict[str, Any], service: str, at: datetime, seen: SeenFacts = NOT_SEEN
    ) -> dict[str, Any]:
        """Return what reaches the office of `service` at the moment `at`.

        `seen` is what a principal was shown on confirming what somebody else filed.
        """
        found = self.view(document, service)
        if facts := found.get("facts"):
            return {**found, "facts": self.joined.join(document, facts, at, seen)}
        # What somebody else answered for an absent principal does not reach an office.
        withheld = WITHHELD - given_answers(document).keys()
        answers = found.get("answers", {})
        kept = {name: said for name, said in answers.items() if name not in withheld}
        return {**found, "answers": kept} if answers else found


def _is_withheld(name: str, one: Mapping[str, Any]) -> bool:
    """Return whether only the principal may say this, and somebody else did."""
    return name in WITHHELD and one.get("source") == FactOrigin.PERSON


def _without_withheld(name: str, one: Mapping[str, Any]) -> Mapping[str, Any]:
    return missing(AbsenceReason.PERSON_ABSENT).record() if _is_withheld(name, one) else one
