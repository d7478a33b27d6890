"""What does the central service know? Its answers as values, or the failure instead."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any

from kiosk.failures import Failure
from kiosk.filing.application import Way
from kiosk.json_decoder import decode_object
from kiosk.people.facts import SharedFacts
from kiosk.people.qr_token import QrToken
from kiosk.ports import Answer, Central
from kiosk.schema import Reader
from kiosk.visit.events import ProgressKnown
from kiosk.visit.state import Begun

JSON = "application/json"
CORRECTION = "correction"  # 补正
NOT_BEGUN = ("waiting", "ready")
MONTH = re.compile(r"(\d{4}-(0[1-9]|1[0-2]))?", re.ASCII)
SHARED = frozenset(one.name for one in fields(SharedFacts))
"""Names of facts that are read; a newer central service may tell more."""


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
    told = {name: value for name, value in _table(answer.body).items() if name in SHARED}
    facts = Reader(Path("facts")).build(SharedFacts, told)
    if facts is None or not MONTH.fullmatch(facts.work_start_month):
        return Failure.CENTRAL_STRANGE
    return facts


def begun_by_code(central: Central, token: QrToken) -> Begun | Failure:
    """Return what the code on a telephone leads to; it is told once."""
    body = json.dumps({"token": token.reveal()}).encode()
    answer = central.call("POST", "/v1/drafts/claim", body, {"Content-Type": JSON})
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY):
        return Failure.CODE_EXPIRED
    return _trouble(answer, JSON) or _begun(answer.body, Way.PHONE)


def begun_by_employer(central: Central, number: str) -> Begun | Failure:
    """Return what the employer began for this person."""
    answer = _ask(central, "/v1/people/draft", number)
    return _trouble(answer, JSON) or _begun(answer.body, Way.EMPLOYER)


def _begun(body: bytes, by: Way) -> Begun | Failure:
    said = _table(body)
    try:
        answers = tuple((str(name), str(text)) for name, text in said["answers"].items())
        return Begun(by, str(said["id_number"]), tuple(map(str, said["services"])), answers)
    except (AttributeError, KeyError, TypeError):
        return Failure.CENTRAL_STRANGE


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
        opens = {  # services before version 0.2 don't tell it
            str(one["code"]): date.fromisoformat(one["opens_on"])
            for one in table["services"]
            if one["state"] in NOT_BEGUN and one.get("opens_on")
        }
    except (KeyError, TypeError, ValueError):
        return Failure.CENTRAL_STRANGE
    return ProgressKnown(str(table.get("case_number", "")), states, due, opens)


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
    return decode_object(body) or {}
