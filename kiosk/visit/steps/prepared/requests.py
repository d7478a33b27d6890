"""What the steps ask of the central service: what was prepared, and to erase it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ClassVar

from kiosk.failures import Failure
from kiosk.json_decoder import decode_object
from kiosk.people.attendance import Attendance
from kiosk.ports import JSON
from kiosk.retirement.months import Month
from kiosk.visit.central_answers import ask_of_person, trouble_of
from kiosk.visit.device_request import DeviceRequest
from kiosk.visit.events.event import Event
from kiosk.visit.records.facts import PreparedLook
from kiosk.visit.steps.prepared.events import (
    NotOptedOut,
    OptedOut,
    PreparedKnown,
    PreparedUnknown,
)
from kiosk.visit_ports import VisitDevices

PATH = "/v1/people/prepared"
OPT_OUT_PATH = f"{PATH}/opt-out"
READY = "ready"
STALE: Mapping[str, Failure] = {
    "month-passed": Failure.PREPARED_MONTH_PASSED,
    "changed": Failure.PREPARED_CHANGED,
}


@dataclass(frozen=True)
class FetchPrepared(DeviceRequest):
    """Ask for what was prepared for this person."""

    thread: ClassVar[str] = "central"

    who: Attendance = field(repr=False)

    def answer(self, devices: VisitDevices, _cancelled: Callable[[], bool]) -> Event:
        """Return it, or why there is none any more."""
        answer = ask_of_person(devices.central, PATH, self.who)
        if answer.trouble is None and answer.status == HTTPStatus.NOT_FOUND:
            return PreparedUnknown(Failure.PREPARED_CHANGED)  # erased since the facts were told
        if trouble := trouble_of(answer, JSON):
            return PreparedUnknown(trouble)
        return _read(decode_object(answer.body) or {})


@dataclass(frozen=True)
class OptOut(DeviceRequest):
    """Ask to erase what was prepared for this person, and to prepare nothing more."""

    thread: ClassVar[str] = "central"

    who: Attendance = field(repr=False)

    def answer(self, devices: VisitDevices, _cancelled: Callable[[], bool]) -> Event:
        """Return that it is done, or that it is not."""
        trouble = trouble_of(ask_of_person(devices.central, OPT_OUT_PATH, self.who), JSON)
        return NotOptedOut() if trouble else OptedOut()


def _read(said: Mapping[str, Any]) -> Event:
    state = str(said.get("state"))
    if state in STALE:
        return PreparedUnknown(STALE[state])
    try:
        found = PreparedKnown(
            Month.parse(said["month"]),
            tuple(map(str, said["services"])),
            tuple((str(name), str(text)) for name, text in said["answers"].items()),
            tuple(
                PreparedLook(str(one["kind"]), str(one["finding"]), int(one["months"]))
                for one in said["looks"]
            ),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return PreparedUnknown(Failure.CENTRAL_STRANGE)
    return found if state == READY else PreparedUnknown(Failure.CENTRAL_STRANGE)
