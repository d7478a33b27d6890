"""The enrolment of this terminal at the central service.

It takes a one-time code, the terminal's key, and six digits that two people compare.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kiosk.crypto.envelope import base64_of, object_of
from kiosk.crypto.terminal_key import claim_of, fingerprint
from kiosk.operator_texts import text_of, texts_of
from kiosk.ports import JSON

if TYPE_CHECKING:
    from kiosk.crypto.terminal_key import TerminalKey
    from kiosk.ports import Central, CentralAnswer

PATH = "/v1/enrolments"
CONFIRMED, PENDING = "confirmed", "pending"


@dataclass(frozen=True)
class EnrolmentStarted:
    """An enrolment whose code is bound to the key.

    `digits` are to be compared by people before anything is confirmed. `terminal`, `point`: what
    the code is for, "" before `ask` was told.
    """

    id: str
    digits: str
    terminal: str = ""
    point: str = ""


@dataclass(frozen=True)
class Admitted:
    """What the central service sent to a terminal that it admitted.

    `point`: where it is to stand, "" from an older service; `points`: the signed list, or b"".
    `profile`: the model of terminal that its card names, "" for none.
    """

    terminal: str
    keys: dict[str, Any]
    authority: str
    point: str = ""
    points: bytes = b""
    profile: str = ""


@dataclass(frozen=True)
class EnrolmentRefused:
    """A refused enrolment; `words` tell the technician why, in Chinese.

    `may_pass`: the line or the service is away, and the same code may be sent again.
    """

    words: str
    may_pass: bool = False


def begin(central: Central, code: str, key: TerminalKey) -> EnrolmentStarted | EnrolmentRefused:
    """Bind the one-time `code` to the key; the same key may ask again."""
    public = base64_of(key.public)
    body = {"code": code, "public_key": public, "proof": key.prove(claim_of(code, public))}
    answer = central.call("POST", PATH, json.dumps(body).encode(), {"Content-Type": JSON})
    told = object_of(answer.body) or {}
    if answer.status != HTTPStatus.CREATED or not isinstance(told.get("id"), str):
        return EnrolmentRefused(_why(answer, told), _may_pass(answer))
    return EnrolmentStarted(told["id"], fingerprint(key.public))


def ask(
    central: Central, begun: EnrolmentStarted, key: TerminalKey
) -> Admitted | EnrolmentRefused | None:
    """Return how the enrolment `begun` ended, None while nobody has decided or the line is down.

    `key` proves that it is still the same terminal.
    """
    path = f"{PATH}/{begun.id}"
    answer = central.call("GET", path, b"", {"Kiosk-Proof": key.prove(path.encode())})
    told = object_of(answer.body) or {}
    if _may_pass(answer):
        return None  # the line may come back
    match told.get("state"):
        case "confirmed" if isinstance(told.get("keys"), dict) and told.get("terminal"):
            return Admitted(
                terminal=str(told["terminal"]),
                keys=told["keys"],
                authority=str(told.get("authority", "")),
                point=str(told.get("point", "")),
                points=str(told.get("points", "")).encode(),
                profile=str(told.get("profile", "")),
            )
        case "pending":
            return None
        case "refused":
            return EnrolmentRefused(text_of("enrolment.not_confirmed"))
    return EnrolmentRefused(_why(answer, told))


def destination(central: Central, begun: EnrolmentStarted, key: TerminalKey) -> EnrolmentStarted:
    """Return the enrolment `begun` with the terminal and the point that its code is for, if told.

    `key` proves that it is still the same terminal.
    """
    path = f"{PATH}/{begun.id}"
    answer = central.call("GET", path, b"", {"Kiosk-Proof": key.prove(path.encode())})
    told = object_of(answer.body) or {}
    where = {name: str(told.get(name, "")) for name in ("terminal", "point")}
    return replace(begun, **where)


def _may_pass(answer: CentralAnswer) -> bool:
    busy = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    return answer.trouble is not None or answer.status in busy


def _why(answer: CentralAnswer, told: dict[str, Any]) -> str:
    if answer.trouble is not None:
        return text_of("enrolment.unreachable", trouble=answer.trouble.value)
    reasons = texts_of("enrolment.reasons")
    name = str(told.get("type"))
    known = reasons.get(f"{name}-{told.get('why')}") or reasons.get(name)
    return known or text_of("enrolment.wrong_answer", status=answer.status)
