"""Questions to the central service; the answers are values, or the failure instead."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from kiosk.application.confirmation import ConfirmationState
from kiosk.application.document import CORRECTION, Way
from kiosk.application.scan import CapturedPaper
from kiosk.application.service_result import ServiceResult, parse_result
from kiosk.civil_time import civil_day
from kiosk.config.schema import Reader
from kiosk.crypto.receipt import understood
from kiosk.failures import Failure
from kiosk.json_decoder import decode_object
from kiosk.people.attendance import Attendance
from kiosk.people.facts import SharedFacts
from kiosk.people.qr_token import QrToken
from kiosk.ports import JSON, Central
from kiosk.visit.central_answers import ask_of_person, trouble_of
from kiosk.visit.records.facts import StartedElsewhere
from kiosk.visit.steps.progress.events import ProgressKnown

NOT_BEGUN = ("waiting", "ready")
MONTH = re.compile(r"(\d{4}-(0[1-9]|1[0-2]))?", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
MONTHS_SHARED = (
    "work_start_month",
    "draws_since",
    "insured_since",
    "notice_month",
    "archive_birth",
)
SHARED = frozenset(one.name for one in fields(SharedFacts))
"""Facts that are read; a newer central service may send more, and mark them as critical."""

NOTHING_KNOWN: dict[str, Any] = {
    "kind": "QY",
    "category": "",
    "paid_months": 0,
    "deemed_months": 0,
    "medical_months": 0,
    "medical_months_needed": 0,
    "work_start_month": "",
}
"""The members of `SharedFacts` without which there are none."""


def portrait_of(central: Central, who: Attendance) -> bytes | Failure:
    """Return the person's portrait as JPEG bytes."""
    answer = ask_of_person(central, "/v1/people/portrait", who)
    if answer.status == HTTPStatus.NOT_FOUND:
        return Failure.PORTRAIT_MISSING
    return trouble_of(answer, "image/jpeg") or answer.body


def facts_of(central: Central, who: Attendance) -> SharedFacts | Failure:
    """Return the person's shared facts."""
    answer = ask_of_person(central, "/v1/people/facts", who)
    if answer.status == HTTPStatus.NOT_FOUND:
        return Failure.PERSON_UNKNOWN
    if trouble := trouble_of(answer, JSON):
        return trouble
    table = table_of(answer.body)
    if not understood(table, SHARED):
        return Failure.CENTRAL_STRANGE
    told = {name: value for name, value in table.items() if name in SHARED}
    facts = Reader(Path("facts")).build(SharedFacts, told)
    if facts is None or not _has_sound_dates(facts):
        return Failure.CENTRAL_STRANGE
    return facts


def added_facts(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what offices add to a filing, by the members of `SharedFacts`.

    `table` is what the service said of them; what is unknown here is left out. Raises ValueError at
    a value that no member can have.
    """
    told = {name: value for name, value in table.items() if name in SHARED}
    facts = Reader(Path("facts")).build(SharedFacts, NOTHING_KNOWN | told)
    if facts is None or not _has_sound_dates(facts):
        raise ValueError
    return {name: getattr(facts, name) for name in told}


def _has_sound_dates(facts: SharedFacts) -> bool:
    """Return whether every month is "YYYY-MM" or "", and every day of a finished service one."""
    months = (getattr(facts, name) for name in MONTHS_SHARED)
    days = (one.on for one in facts.services_done)
    return all(MONTH.fullmatch(one) for one in months) and all(map(_is_day, days))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def begun_by_code(central: Central, token: QrToken) -> StartedElsewhere | Failure:
    """Return the filing that a code on a telephone leads to; the service tells it once."""
    body = json.dumps({"token": token.reveal()}).encode()
    answer = central.call("POST", "/v1/drafts/claim", body, {"Content-Type": JSON})
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY):
        return Failure.CODE_EXPIRED
    return trouble_of(answer, JSON) or _begun(answer.body, Way.PHONE)


def begun_by_employer(central: Central, who: Attendance) -> StartedElsewhere | Failure:
    """Return the filing that the employer started for this person."""
    answer = ask_of_person(central, "/v1/people/draft", who)
    return trouble_of(answer, JSON) or _begun(answer.body, Way.EMPLOYER)


def _begun(body: bytes, by: Way) -> StartedElsewhere | Failure:
    answer = table_of(body)
    try:
        answers = tuple((str(name), str(text)) for name, text in answer["answers"].items())
        papers = tuple(  # services before version 0.3 tell of none
            (str(one["code"]), tuple(_supplied(page, by) for page in one["pages"]))
            for one in answer.get("papers", ())
        )
        services = tuple(map(str, answer["services"]))
        return StartedElsewhere(by, str(answer["id_number"]), services, answers, papers)
    except (AttributeError, KeyError, TypeError, ValueError):
        return Failure.CENTRAL_STRANGE


def _supplied(page: Mapping[str, Any], by: Way) -> CapturedPaper:
    """Return a page that came before the visit; raises ValueError for what names none."""
    plain, blob, length = str(page["digest"]), str(page["blob"]), page["bytes"]
    is_named = DIGEST.fullmatch(plain) and DIGEST.fullmatch(blob)
    if not (is_named and type(length) is int and length > 0):
        raise ValueError
    return CapturedPaper(plain, blob, length, str(page["sealed_for"]), supplied_by=by.value)


def progress_of(central: Central, application_id: str) -> ProgressKnown | Failure:
    """Return the state of each part of a case."""
    answer = central.call("GET", f"/v1/applications/{application_id}/progress")
    if answer.trouble is None and answer.status == HTTPStatus.NOT_FOUND:
        return Failure.CASE_NOT_FOUND
    if trouble := trouble_of(answer, JSON):
        return trouble
    table = table_of(answer.body)
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
        confirmation, until = _confirmation(table.get("confirmation", {}))
    except (AttributeError, KeyError, TypeError, ValueError):
        return Failure.CENTRAL_STRANGE
    number = str(table.get("case_number", ""))
    return ProgressKnown(number, states, due, opens, confirmation, until)


def _confirmation(document: Mapping[str, Any]) -> tuple[ConfirmationState, date | None]:
    """Return how far the person's confirmation is, and its last day.

    An older service says nothing of it, and an unknown state of a newer one counts as NOT_NEEDED,
    so that the rest is still shown.
    """
    state, until = str(document.get("state")), document.get("until")
    known = state in set(ConfirmationState)
    found = ConfirmationState(state) if known else ConfirmationState.NOT_NEEDED
    return found, date.fromisoformat(until) if until else None


def results_of(central: Central, who: Attendance) -> tuple[ServiceResult, ...] | Failure:
    """Return what the offices gave to the person; an older central service gives nothing."""
    answer = ask_of_person(central, "/v1/people/results", who)
    if trouble := trouble_of(answer, JSON):
        return trouble
    try:
        found = [
            ServiceResult(
                str(one["service"]),
                civil_day(datetime.fromisoformat(one["decided_at"])),
                parse_result(one["content"]),
                str(one.get("application_id", "")),
                one.get("has_file") is True,
            )
            for one in table_of(answer.body)["results"]
        ]
    except (AttributeError, KeyError, TypeError, ValueError):
        return Failure.CENTRAL_STRANGE
    return tuple(one for one in found if one.content.kinds)


def table_of(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object in a body; an empty one for anything else."""
    return decode_object(body) or {}
