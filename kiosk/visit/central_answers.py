"""Questions to the central service about a person who is here, and whether answers are usable."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from kiosk.failures import Failure
from kiosk.people.attendance import Attendance
from kiosk.ports import JSON, Central, CentralAnswer


def ask_of_person(central: Central, path: str, who: Attendance, **more: Any) -> CentralAnswer:
    """Return the answer to a question about a person who is here, as `who` proves.

    `path` is below the service's address; `more` are further members of the body.
    """
    body = json.dumps({**who.record(), **more}).encode()
    return central.call("POST", path, body, {"Content-Type": JSON})


def trouble_of(answer: CentralAnswer, wanted: str) -> Failure | None:
    """Return why an answer can't be used; None when it is OK with the media type `wanted`."""
    if answer.trouble is not None:
        return Failure.CENTRAL_UNREACHABLE
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Failure.CENTRAL_UNREACHABLE
    if answer.status != HTTPStatus.OK or answer.media_type != wanted:
        return Failure.CENTRAL_STRANGE
    return None
