"""Events of what the central service prepared, and of the opt-out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from kiosk.retirement.months import Month
from kiosk.retirement.questions import AnswerKind
from kiosk.visit.events.event import Event, FailureEvent, PlainEvent
from kiosk.visit.journalling.record import LATE, Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_DAY, STAND_IN_DIGITS, STAND_IN_WORD
from kiosk.visit.records.facts import PreparedLook
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class PreparedKnown(Event):
    """What was prepared came: month of retirement, services, answers by field, offices' looks."""

    month: Month
    services: tuple[str, ...]
    answers: tuple[tuple[str, str], ...] = field(repr=False)
    looks: tuple[PreparedLook, ...]

    def record(self, visit: Visit, book: ReferenceData) -> Record:
        """Return what decides how the visit goes on, without data of the person.

        Of the month it is how much later than the first it is, and of what was typed only that it
        was.
        """
        if visit.facts.situation is None:
            return LATE
        picked = {one.field for one in book.questions if one.asking is AnswerKind.OPTIONS}
        return {
            "month": self.month.since(visit.facts.situation.first),
            "services": list(self.services),
            "answers": [(name, text if name in picked else None) for name, text in self.answers],
            "looks": [(one.kind, one.finding, min(one.months, 1)) for one in self.looks],
        }

    @classmethod
    def restore(cls, said: Said, visit: Visit) -> Self:
        """Return the same with stand-ins for what was typed."""
        if visit.facts.situation is None:  # no stage takes it
            return cls(Month.of_day(STAND_IN_DAY), (), (), ())
        return cls(
            visit.facts.situation.first.later(said["month"]),
            tuple(said["services"]),
            tuple((name, _stand_in(name, text)) for name, text in said["answers"]),
            tuple(PreparedLook(*one) for one in said["looks"]),
        )


def _stand_in(name: str, text: str | None) -> str:
    return STAND_IN_DIGITS.get(name, STAND_IN_WORD) if text is None else text


class PreparedUnknown(FailureEvent):
    """What was prepared counts no more, or did not come; the visit goes the usual way."""


class OptedOut(PlainEvent):
    """What was prepared is erased, and nothing more will be prepared."""


class NotOptedOut(PlainEvent):
    """The opt-out did not reach the central service, or was not understood."""
