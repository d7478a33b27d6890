"""Adapter of an office's own system over REST: settings say how its API names things.

One idempotent call does all: it hands the task over under its key, and the answer says how the
task stands. So a call whose answer was lost is simply made again, and a task under way is asked
about by the same call.
"""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from central.offices.adapter import (
    Assignment,
    Decision,
    OfficeFailure,
    OfficeTrouble,
    OfficeWait,
)
from central.offices.http_exchange import HttpAnswer, HttpCall, HttpLimits
from central.offices.kept_connections import KeptConnections
from central.offices.office_system import OfficeSystem
from central.results.file_check import CertificateCheck
from central.results.reading import (
    FILE_MEMBER,
    REASON_MEMBER,
    ResultFault,
    ResultRules,
    ResultTrouble,
    read_result,
)
from central.tasks import ENDS, TaskMove, TaskState
from kiosk.application.service_result import ResultKind
from kiosk.civil_time import civil_day
from kiosk.json_decoder import JsonLimits, decode_object

_DEPTH = 8
_LONGEST_REASON = 500  # characters; the reason is shown to the person
_UNDER_WAY = (TaskState.WORKING, TaskState.RESUMED)


def idempotency_key(assignment: Assignment) -> str:
    """Return the key under which an office takes a task once, however often it is handed over.

    Each correction (`round`) hands the task over anew.
    """
    return f"{assignment.application_id}.{assignment.service}.{assignment.round}"


@dataclass(frozen=True)
class RestAdapter:
    """The system of one office; `secret` authenticates this side, `tls` is None for plain HTTP.

    `results`: what a result has to be; `check`: what looks through a certificate's file, None where
    no office gives one.
    """

    system: OfficeSystem
    secret: str = field(repr=False)
    results: ResultRules
    tls: ssl.SSLContext | None = None
    check: CertificateCheck | None = None
    lines: KeptConnections = field(
        default_factory=KeptConnections, init=False, repr=False, compare=False
    )

    def handle(self, assignment: Assignment, now: datetime) -> Decision:
        """Hand the task over, possibly again; return the office's decision."""
        limits = HttpLimits(self.system.timeout_seconds, self.system.longest_bytes)
        answer = self.lines.exchange(self._call(assignment), limits, self.tls)
        if isinstance(answer, OfficeTrouble):
            return OfficeFailure(answer)
        found = self._said(answer)
        if isinstance(found, OfficeTrouble):
            return OfficeFailure(found)
        return self._decision(found, assignment, now)

    def _call(self, assignment: Assignment) -> HttpCall:
        key, names, credentials = (
            idempotency_key(assignment),
            self.system.request,
            self.system.credentials,
        )
        said = {
            names.case: assignment.application_id,
            names.service: assignment.service,
            names.round: assignment.round,
            names.due_on: assignment.due_on,
            names.view: assignment.view,
        }
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Idempotency-Key": key,
        }
        if self.secret:
            headers[credentials.header] = f"{credentials.scheme} {self.secret}".strip()
        path = self.system.path.format(key=quote(key, safe=""))
        url = self.system.address.rstrip("/") + path
        body = json.dumps(said, ensure_ascii=False, default=str).encode()
        return HttpCall(self.system.method, url, headers, body)

    def _said(self, answer: HttpAnswer) -> dict[str, Any] | OfficeTrouble:
        status = answer.status
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return OfficeTrouble.NOT_AUTHORISED
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return OfficeTrouble.BUSY
        if status not in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED):
            return OfficeTrouble.REQUEST_REFUSED
        limits = JsonLimits(length=self.system.longest_bytes, depth=_DEPTH)
        found = decode_object(answer.body, limits)
        return OfficeTrouble.NOT_JSON if found is None else found

    def _decision(self, said: dict[str, Any], assignment: Assignment, now: datetime) -> Decision:
        names = self.system.answer
        about = said.get(names.case), said.get(names.service)
        if about != (assignment.application_id, assignment.service):
            self.lines.forget()
            return OfficeFailure(OfficeTrouble.OTHER_CASE)
        state = self.system.states.get(str(said.get(names.state)))
        if state is None:
            return OfficeFailure(OfficeTrouble.UNKNOWN_RESULT)
        if _is_unchanged(state, assignment.state):
            return OfficeWait(now + timedelta(seconds=self.system.poll_seconds))
        reason, due_on = said.get(names.reason, ""), said.get(names.due_on, "")
        if not _is_complete(state, reason, due_on, civil_day(now)):
            return OfficeFailure(OfficeTrouble.INCOMPLETE)
        if state is TaskState.WORKING and assignment.state is TaskState.SUSPENDED:
            state = TaskState.RESUMED
        move = TaskMove(state, reason, due_on if state is TaskState.CORRECTION else "")
        if state not in ENDS or not names.result:
            return move
        content = _with_reason(said.get(names.result, {}), state, reason)
        found = read_result(content, assignment.service, state, civil_day(now), self.results)
        if isinstance(found, ResultFault):
            return _wrong_result(found.trouble, found.member)
        if found.file and self.check and (trouble := self.check.trouble(found.file)):
            return _wrong_result(trouble, f"{ResultKind.CERTIFICATE.value}.{FILE_MEMBER}")
        return replace(move, result=found)


def _wrong_result(trouble: ResultTrouble, member: str) -> OfficeFailure:
    return OfficeFailure(OfficeTrouble(f"result-{trouble.value}"), member)


def _with_reason(content: Any, state: TaskState, reason: str) -> Any:
    """Return the content with the reason of a refusal, which its answer says once."""
    if state is not TaskState.REFUSED or not isinstance(content, dict):
        return content
    grounds = content.get(ResultKind.REFUSAL)
    if not isinstance(grounds, dict):
        return content
    return {**content, ResultKind.REFUSAL.value: {REASON_MEMBER: reason, **grounds}}


def _is_unchanged(said: TaskState, state: TaskState) -> bool:
    """Tell whether what the office said moves nothing; "received" moves nothing, ever."""
    both_under_way = said in _UNDER_WAY and state in _UNDER_WAY
    return said is state or both_under_way or said in (TaskState.READY, TaskState.WAITING)


def _is_complete(state: TaskState, reason: object, due_on: object, today: date) -> bool:
    """Tell whether an answer says what a person needs: why, and until when."""
    if not isinstance(reason, str) or not isinstance(due_on, str):
        return False
    if len(reason) > _LONGEST_REASON or (
        not reason.strip() and state in (TaskState.REFUSED, TaskState.CORRECTION)
    ):
        return False
    if state is not TaskState.CORRECTION:
        return True
    try:
        return date.fromisoformat(due_on) >= today
    except ValueError:
        return False
