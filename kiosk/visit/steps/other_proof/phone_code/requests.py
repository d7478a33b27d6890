"""What the step asks: a code of the scanner, and the central service about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import ClassVar

from kiosk.failures import Failure
from kiosk.json_decoder import decode_object
from kiosk.people.attendance import Attendance
from kiosk.people.qr_token import QrToken
from kiosk.ports import JSON, CentralAnswer
from kiosk.visit.device_request import DeviceRequest
from kiosk.visit.events.event import Event
from kiosk.visit.steps.other_proof.phone_code.events import PhoneFailed, PhoneProved, PhoneScanned
from kiosk.visit_ports import VisitDevices

PATH = "/v1/proofs/phone"
REFUSALS: Mapping[str, Failure] = {
    "code-unknown": Failure.PHONE_CODE_UNKNOWN,
    "code-expired": Failure.CODE_EXPIRED,
    "code-used": Failure.PHONE_CODE_USED,
    "other-terminal": Failure.PHONE_OTHER_TERMINAL,
    "other-person": Failure.PHONE_OF_ANOTHER,
}
"""By the type of the central service's problem; anything else is no answer of the platform."""


@dataclass(frozen=True)
class ScanPhone(DeviceRequest):
    """Wait for a code at the scanner."""

    thread: ClassVar[str] = "scanner"

    def answer(self, devices: VisitDevices, cancelled: Callable[[], bool]) -> Event | None:
        """Return the code or the failure; None when cancelled first."""
        found = devices.scanner.scan(cancelled)
        if isinstance(found, QrToken):
            return PhoneScanned(found)
        return None if found is None else PhoneFailed(found)


@dataclass(frozen=True)
class ProveByPhone(DeviceRequest):
    """Ask whose telephone the code is on; `nonce` binds the answer to this visit."""

    thread: ClassVar[str] = "central"

    token: QrToken = field(repr=False)
    who: Attendance = field(repr=False)
    nonce: str

    def answer(self, devices: VisitDevices, _cancelled: Callable[[], bool]) -> Event:
        """Return the platform's token, or why there is none."""
        asked = {**self.who.record(), "code": self.token.reveal(), "nonce": self.nonce}
        body = json.dumps(asked).encode()
        return _judged(devices.central.call("POST", PATH, body, {"Content-Type": JSON}))


def _judged(answer: CentralAnswer) -> Event:
    said = decode_object(answer.body) or {}
    token = said.get("token")
    if answer.status == HTTPStatus.OK and isinstance(token, str) and token:
        return PhoneProved(token)
    problem = str(said.get("type")) if answer.trouble is None else ""
    return PhoneFailed(REFUSALS.get(problem, Failure.PHONE_PLATFORM_AWAY))
