"""The views of an application as they reach the offices.

A friend or relative who files in the person's absence signs only what they entered themselves.
Account and mobile numbers among it never reach an office, and what the offices know of the person
is joined here, at the earliest after the person has confirmed: no task begins before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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


@dataclass(frozen=True)
class DeliveredViews:
    """Makes the view of one office.

    `view` returns what the office of a service may see of a document. `known` is what the offices
    know, by identity number; `fields` says which of it fills which field.
    """

    view: Callable[[dict[str, Any], str], dict[str, Any]]
    known: Mapping[str, SharedFacts] = field(default_factory=dict, repr=False)
    fields: Mapping[str, Field] = field(default_factory=dict)

    def of(self, document: dict[str, Any], service: str, at: datetime) -> dict[str, Any]:
        """Return what reaches the office of `service` at the moment `at`."""
        found = self.view(document, service)
        if facts := found.get("facts"):
            return {**found, "facts": self._delivered(document, facts, at)}
        # What somebody else answered for an absent principal does not reach an office.
        withheld = WITHHELD - given_answers(document).keys()
        answers = found.get("answers", {})
        kept = {name: said for name, said in answers.items() if name not in withheld}
        return {**found, "answers": kept} if answers else found

    def _delivered(
        self, document: Document, facts: Mapping[str, Any], at: datetime
    ) -> Mapping[str, Any]:
        if not is_principal_absent(document):
            return facts
        shared = self.known.get(normalise(str(document["applicant"]["number"])))
        return {name: self._of_absent(name, one, shared, at) for name, one in facts.items()}

    def _of_absent(
        self, name: str, one: Mapping[str, Any], shared: SharedFacts | None, at: datetime
    ) -> Mapping[str, Any]:
        """Return one fact of a person who was not there when it was filed."""
        withheld = name in WITHHELD and one.get("source") == FactOrigin.PERSON
        if not withheld and one.get("reason") != AbsenceReason.PERSON_ABSENT:
            return one
        declared = self.fields.get(name)
        if declared is None or not declared.fact:
            return missing(AbsenceReason.PERSON_ABSENT).record()
        if shared is None:
            return missing(AbsenceReason.OFFICE_UNREACHABLE, declared.office).record()
        value = shared_value(shared, declared.fact)
        if value is None:
            return missing(AbsenceReason.NO_RECORD, declared.office).record()
        joined = RecordedFact(value, FactOrigin.OFFICE, at, FactState.JOINED, declared.office)
        return joined.record()
