"""Requests of technicians to this terminal: a closed list, signed by the central service.

A request comes with the answer to a heartbeat and is carried out on the delivery thread; the next
heartbeat tells the result. What is not on the list, is signed by no trusted key, is for another
terminal or out of time is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kiosk.crypto.envelope import object_of
from kiosk.crypto.receipt import SigningKey, Trust, sign_document, verify_document
from kiosk.fleet.restart_note import RestartNote

VERSION = 1
KIND = "terminal-request"
MEMBER = "request"  # of a heartbeat and of its answer


class RequestKind(StrEnum):
    """Everything that a terminal can be asked for."""

    READINESS = "readiness"  # examine itself, and send the sheet
    LOG = "log"  # send its log
    RESTART = "restart"  # start its program anew, at night and when nobody is there
    SETTINGS = "settings"  # fetch the signed settings now


class RequestOutcome(StrEnum):
    """What became of a request. A restart is noted until the program began anew."""

    NOTED = "noted"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class TerminalRequest:
    """One request to one terminal; its number is higher than those of earlier ones."""

    number: int
    terminal: str
    kind: RequestKind
    valid_until: datetime

    def document(self) -> dict[str, Any]:
        """Return the members that are signed, without the signing key's id."""
        return {
            "version": VERSION,
            "kind": KIND,
            "number": self.number,
            "terminal": self.terminal,
            "request": self.kind.value,
            "valid_until": self.valid_until.isoformat(timespec="seconds"),
        }


def sign_request(request: TerminalRequest, key: SigningKey) -> str:
    """Return canonical JSON: the request, the key's id and its signature."""
    return sign_document({**request.document(), "key_id": key.receipt_key.id}, key).decode()


def read_request(answer: bytes, trust: Trust) -> TerminalRequest | None:
    """Return the request in the answer to a heartbeat that a trusted key signed, else None."""
    signed = (object_of(answer) or {}).get(MEMBER)
    document = verify_document(signed.encode(), trust) if isinstance(signed, str) else None
    if document is None or (document.get("version"), document.get("kind")) != (VERSION, KIND):
        return None
    try:
        until = datetime.fromisoformat(document["valid_until"])
        kind = RequestKind(document["request"])
        found = TerminalRequest(int(document["number"]), str(document["terminal"]), kind, until)
    except (KeyError, TypeError, ValueError):
        return None
    return None if until.tzinfo is None else found


@dataclass
class RequestDesk:
    """Carries out requests to `terminal`; `acts` return whether it worked, `now` is aware.

    `note` keeps a restart that was asked for: the start that finds it tells that it is done.
    """

    trust: Trust
    terminal: str
    acts: Mapping[RequestKind, Callable[[], bool]]
    now: Callable[[], datetime]
    note: RestartNote
    _result: tuple[int, RequestOutcome] | None = None
    _is_told: bool = True
    _began_anew: bool = False

    def __post_init__(self) -> None:
        noted = self.note.number()
        if noted is not None:
            self._result = noted, RequestOutcome.DONE
            self._is_told, self._began_anew = False, True

    def take(self, answer: bytes) -> None:
        """Carry out what the answer to a heartbeat asks for, once."""
        self._is_told = True
        if self._began_anew:
            self.note.erase()
            self._began_anew = False
        found = read_request(answer, self.trust)
        if found is None or found.terminal != self.terminal or found.valid_until <= self.now():
            return
        self._is_told = False
        if self._result is not None and found.number <= self._result[0]:
            return  # the result did not arrive, or was not kept: it is told again
        self._result = found.number, self._carry_out(found)

    def _carry_out(self, request: TerminalRequest) -> RequestOutcome:
        is_restart = request.kind is RequestKind.RESTART
        noted = not is_restart or self.note.write(request.number)
        if not noted or not self.acts[request.kind]():
            return RequestOutcome.FAILED
        return RequestOutcome.NOTED if is_restart else RequestOutcome.DONE

    def members(self) -> Mapping[str, object]:
        """Return what a heartbeat says of the last request until an answer asks for nothing."""
        if self._result is None or self._is_told:
            return {}
        number, outcome = self._result
        return {MEMBER: {"number": number, "outcome": outcome.value}}
