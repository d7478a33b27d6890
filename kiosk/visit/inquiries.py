"""What does the central service know? Its answers as values, or the failure instead."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any

from kiosk.failures import Failure
from kiosk.people.facts import SharedFacts
from kiosk.ports import Answer, Central
from kiosk.schema import Reader
from kiosk.visit.events import ProgressKnown

JSON = "application/json"
CORRECTION = "correction"  # 补正
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


def portrait_of(central: Central, number: str) -> bytes | Failure:
    """Return the portrait as JPEG bytes."""
    answer = _ask(central, "/v1/people/portrait", number)
    if answer.status == HTTPStatus.NOT_FOUND:
        return Failure.PORTRAIT_MISSING
    return _trouble(answer, "image/jpeg") or answer.body


def facts_of(central: Central, number: str) -> SharedFacts | Failure:
    """Return the shared facts."""
    answer = _ask(central, "/v1/people/facts", number)
    if answer.status == HTTPStatus.NOT_FOUND:
        return Failure.PERSON_UNKNOWN
    if trouble := _trouble(answer, JSON):
        return trouble
    facts = Reader(Path("facts")).build(SharedFacts, _table(answer.body))
    if facts is None or not MONTH.fullmatch(facts.work_start_month):
        return Failure.CENTRAL_STRANGE
    return facts


def progress_of(central: Central, application_id: str) -> ProgressKnown | Failure:
    """Return the state of each part of a case."""
    answer = central.call("GET", f"/v1/applications/{application_id}/progress")
    if answer.trouble is None and answer.status == HTTPStatus.NOT_FOUND:
        return Failure.CASE_NOT_FOUND
    if trouble := _trouble(answer, JSON):
        return trouble
    table = _table(answer.body)
    try:
        states = {str(one["code"]): str(one["state"]) for one in table["services"]}
        due = {
            str(one["code"]): date.fromisoformat(one["due_on"])
            for one in table["services"]
            if one["state"] == CORRECTION and one.get("due_on")
        }
    except (KeyError, TypeError, ValueError):
        return Failure.CENTRAL_STRANGE
    return ProgressKnown(str(table.get("case_number", "")), states, due)


def _ask(central: Central, path: str, number: str) -> Answer:
    body = json.dumps({"id_number": number}).encode()
    return central.call("POST", path, body, {"Content-Type": JSON})


def _trouble(answer: Answer, wanted: str) -> Failure | None:
    if answer.trouble is not None:
        return Failure.CENTRAL_UNREACHABLE
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Failure.CENTRAL_UNREACHABLE
    if answer.status != HTTPStatus.OK or answer.media_type != wanted:
        return Failure.CENTRAL_STRANGE
    return None


def _table(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
