"""Events of the steps about the progress of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from kiosk.application.confirmation import ConfirmationState
from kiosk.application.service_result import ServiceResult
from kiosk.people.qr_token import QrToken
from kiosk.visit.events.event import Event, FailureEvent, PlainEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import (
    STAND_IN_CASE,
    STAND_IN_DAY,
    STAND_IN_FIRST_DAY,
    stand_in_result,
)
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.slips import case_of_code, query_code

STAND_IN_CODES = {True: query_code(STAND_IN_CASE), False: ""}


@dataclass(frozen=True)
class CodeScanned(Event):
    """A code was scanned."""

    token: QrToken

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return whether it is the code of a slip, but not the code: it would name the case."""
        return {"slip": bool(case_of_code(self.token.reveal()))}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the code of the stand-in's case, or one that is no slip's."""
        return cls(QrToken(STAND_IN_CODES[said["slip"]], 0.0))


@dataclass(frozen=True)
class ProgressKnown(Event):
    """The state of each part of a case, by service code.

    `confirm_until` is the last day on which the person may confirm what waits for them.
    """

    case_number: str
    states: Mapping[str, str]
    due: Mapping[str, date] = field(default_factory=dict)  # until when something must be brought
    opens: Mapping[str, date] = field(default_factory=dict)  # first day of what begins later
    confirmation: ConfirmationState = ConfirmationState.NOT_NEEDED
    confirm_until: date | None = None

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return states, and which parts have a day; neither the case number nor the days."""
        later = {"opens": sorted(self.opens)} if self.opens else {}
        said = {"states": dict(self.states), "due": sorted(self.due), **later}
        return {**said, "confirmation": self.confirmation.value}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same states on other days."""
        due = dict.fromkeys(said.get("due", ()), STAND_IN_DAY)
        opens = dict.fromkeys(said.get("opens", ()), STAND_IN_FIRST_DAY)
        state = ConfirmationState(said.get("confirmation", ConfirmationState.NOT_NEEDED))
        return cls("", said["states"], due, opens, state)


@dataclass(frozen=True)
class ResultsKnown(Event):
    """What the offices gave to the person, of all their cases."""

    results: tuple[ServiceResult, ...] = field(repr=False)

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return each service's kinds of content, remedies and file, by number; no content."""
        return {"results": [_shape_of(one) for one in self.results]}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return results of the same kinds that say something else."""
        return cls(tuple(stand_in_result(*shape) for shape in said["results"]))


def _shape_of(one: ServiceResult) -> list[Any]:
    refusal = one.content.refusal
    remedies = len(refusal.remedies) if refusal else 0
    return [one.service, sorted(one.content.kinds), remedies, one.has_file]


class CertificatePrinted(PlainEvent):
    """The A4 printer took a certificate."""


class CertificateNotPrinted(FailureEvent):
    """A certificate was not printed."""


class ProgressUnknown(FailureEvent):
    """The progress could not be fetched."""
