"""Calls about what others filed in a person's name: fetched, and decided on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from kiosk.application.confirmation import ConfirmationState, FiledForMe
from kiosk.application.document import Way
from kiosk.civil_time import civil_day
from kiosk.failures import Failure
from kiosk.people.attendance import Attendance
from kiosk.ports import JSON, Central
from kiosk.session.central_queries import added_facts, table_of
from kiosk.session.device_tasks import Tell
from kiosk.visit.central_answers import ask_of_person, trouble_of
from kiosk.visit.effects import DecideFiling, FetchFilings
from kiosk.visit.steps.confirmation.events import FilingDecided, FilingUndecided
from kiosk.visit.steps.facts.events import FactsUnknown, FilingsKnown


def fetch_filings(central: Central, wanted: FetchFilings, tell: Tell) -> None:
    """Tell the filings that the person, `wanted.who`, has to decide on.

    Tells FactsUnknown when the service can't be reached. What an older or strange service answers
    never keeps a person from filing: then nothing waits.
    """
    found = filings_of(central, wanted.who)
    if found is Failure.CENTRAL_UNREACHABLE:
        tell(FactsUnknown(found))
    else:
        tell(FilingsKnown(() if isinstance(found, Failure) else found))


def send_decision(central: Central, wanted: DecideFiling, tell: Tell) -> None:
    """Send the person's decision, `wanted`, and tell what became of the application."""
    found = decide_filing(central, wanted)
    tell(FilingUndecided(found) if isinstance(found, Failure) else FilingDecided(found))


def filings_of(central: Central, who: Attendance) -> tuple[FiledForMe, ...] | Failure:
    """Return the filings in this person's name on which the person has not decided."""
    answer = ask_of_person(central, "/v1/people/confirmations", who)
    if trouble := trouble_of(answer, JSON):
        return trouble
    try:
        return tuple(map(_filing, table_of(answer.body)["items"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        return Failure.CENTRAL_STRANGE


def _filing(document: Mapping[str, Any]) -> FiledForMe:
    waits = document["state"] == ConfirmationState.AWAITING
    return FiledForMe(
        application_id=str(UUID(document["application_id"])),
        filed_on=civil_day(datetime.fromisoformat(document["filed_at"])),
        until=date.fromisoformat(document["until"]) if waits else None,
        filer=str(document["filer"]) if document["way"] == Way.PROXY else "",
        relation=str(document["relation"]),
        point=str(document.get("point_name") or document["point"]),
        services=tuple(map(str, document["services"])),
        facts=added_facts(dict(document.get("facts", {}))),  # services before 0.2 tell none
        facts_mark=str(document.get("facts_mark", "")),
    )


def decide_filing(central: Central, wanted: DecideFiling) -> ConfirmationState | Failure:
    """Send the person's decision on an application; return what state it is in now.

    A decision that is sent twice counts once. Where the service refuses, UNKNOWN, OTHER_CASE or the
    state that ended the confirmation is returned; VOUCHER_FILED when whoever vouched for the person
    filed the application.
    """
    path = f"/v1/confirmations/{wanted.application_id}"
    more: dict[str, Any] = {"decision": wanted.decision.value}
    if wanted.facts_mark:  # an older service knows no such members, and shows no facts, either
        more |= {"facts_mark": wanted.facts_mark, "facts_wrong": list(wanted.wrong)}
    answer = ask_of_person(central, path, wanted.who, **more)
    problem = table_of(answer.body)
    if answer.trouble is None:
        match answer.status, problem:
            case HTTPStatus.NOT_FOUND, _:
                return ConfirmationState.UNKNOWN
            case HTTPStatus.CONFLICT, {"type": "open-case"}:
                return ConfirmationState.OTHER_CASE
            case HTTPStatus.CONFLICT, {"type": "confirmation-closed", "state": str(state)}:
                return _state(state)
            case HTTPStatus.UNPROCESSABLE_ENTITY, {"type": "not-allowed"}:
                return Failure.VOUCHER_FILED
    return trouble_of(answer, JSON) or _state(str(problem.get("state")))


def _state(text: str) -> ConfirmationState | Failure:
    known = text in set(ConfirmationState)
    return ConfirmationState(text) if known else Failure.CENTRAL_STRANGE
