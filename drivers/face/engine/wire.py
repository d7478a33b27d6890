"""The messages between the kiosk and the engine's process as JSON, each way within limits.

The engine decodes pictures from outside: what its process says is read as data that anybody could
have written, never unpickled. Whatever is not one of the messages raises ValueError.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields
from typing import Any, Final

from drivers.face.detection.cues import FaceBox, FaceCues
from drivers.face.engine.messages import (
    FaceFinding,
    FaceOutcome,
    Forget,
    Glance,
    LookRequest,
    Prepare,
    Ready,
    Request,
    SecondView,
)
from kiosk.failures import Failure
from kiosk.json_decoder import JsonLimits, decode
from kiosk.ports import Coach

LIMITS: Final = JsonLimits(length=4096, depth=5)
LONGEST: Final = LIMITS.length
_LONGEST_VERSION = 200
_LARGEST = 1e6  # pixels and ratios are far below; a fingerprint is 32 bits
_FINGERPRINTS = 2**32
_REQUESTS: Final[dict[str, type[Request]]] = {
    "prepare": Prepare,
    "look": LookRequest,
    "glance": Glance,
    "forget": Forget,
}
_NAMES = {kind: name for name, kind in _REQUESTS.items()}

Answer = Ready | Failure | FaceOutcome


class MessageError(ValueError):
    """Raised for bytes that are no message of the two processes."""


def encode_request(request: Request) -> bytes:
    """Return a request as the bytes of a message."""
    return json.dumps({"ask": _NAMES[type(request)], **asdict(request)}).encode()


def decode_request(content: bytes) -> Request:
    """Return the request in `content`, a message of `encode_request`.

    Raises MessageError, a ValueError, for any other.
    """
    members = _members(content)
    kind = _REQUESTS.get(_text(members.pop("ask", None)))
    if kind is None:
        raise MessageError("an unknown request")
    wanted = {one.name: one.type for one in fields(kind)}
    if members.keys() != wanted.keys():
        raise MessageError("members of another request")
    for name, value in members.items():
        if type(value).__name__ != wanted[name] or not 0 <= value < _FINGERPRINTS:
            raise MessageError(f"{name} is out of range")
    request: Request = kind(**members)
    return request


def encode_answer(answer: Answer) -> bytes:
    """Return an answer as the bytes of a message."""
    match answer:
        case Ready(version):
            document: dict[str, Any] = {"ready": version}
        case Failure() as failure:
            document = {"failed": failure}
        case FaceOutcome(failure, seen, alone, view):
            look = None if seen is None else asdict(seen)
            beside = None if view is None else asdict(view)
            document = {"failure": failure, "seen": look, "alone": alone, "view": beside}
    return json.dumps(document, default=float).encode()  # numpy's numbers, too


def decode_answer(content: bytes) -> Answer:
    """Return the answer in `content`, a message of `encode_answer`.

    Raises MessageError, a ValueError, for any other.
    """
    members = _members(content)
    if members.keys() == {"ready"}:
        version = _text(members["ready"])
        if len(version) > _LONGEST_VERSION or not version.isprintable():
            raise MessageError("no version")
        return Ready(version)
    if members.keys() == {"failed"}:
        return Failure(_text(members["failed"]))
    _expect(members, "failure", "seen", "alone", "view")
    failure, alone = members["failure"], members["alone"]
    if not (alone is None or isinstance(alone, bool)):
        raise MessageError("alone is yes, no or unknown")
    return FaceOutcome(
        failure=None if failure is None else Failure(_text(failure)),
        seen=None if members["seen"] is None else _finding(members["seen"]),
        alone=alone,
        view=None if members["view"] is None else _view(members["view"]),
    )


def _view(value: object) -> SecondView:
    members = _object(value)
    _expect(members, "fingerprint", "nose", "apart")
    return SecondView(
        _fingerprint(members["fingerprint"]),
        _number_or_none(members["nose"]),
        _number_or_none(members["apart"]),
    )


def _fingerprint(value: object) -> int:
    if type(value) is not int or not 0 <= value < _FINGERPRINTS:
        raise MessageError("no fingerprint")
    return value


def _finding(value: object) -> FaceFinding:
    members = _object(value)
    _expect(members, "fingerprint", "hint", "cues", "quality", "distance", "apart")
    hint, cues = members["hint"], members["cues"]
    return FaceFinding(
        fingerprint=_fingerprint(members["fingerprint"]),
        hint=None if hint is None else Coach(_text(hint)),
        cues=None if cues is None else _cues(cues),
        quality=_number(members["quality"]),
        distance=_number_or_none(members["distance"]),
        apart=_number_or_none(members["apart"]),
    )


def _cues(cues: object) -> FaceCues:
    members = _object(cues)
    _expect(members, *(one.name for one in fields(FaceCues)))
    box = _object(members["box"])
    _expect(box, "x", "y", "width", "height")
    return FaceCues(
        box=FaceBox(**{name: _number(value) for name, value in box.items()}),
        nose=_number(members["nose"]),
        span=_number(members["span"]),
        openness=_number_or_none(members["openness"]),
        mouth=_number(members["mouth"]),
        light=_number(members["light"]),
        lattice=_number_or_none(members["lattice"]),
        drop=_number(members["drop"]),
        room=_number(members["room"]),
    )


def _members(content: bytes) -> dict[str, Any]:
    return _object(decode(content, LIMITS))


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MessageError("no object")
    return value


def _expect(members: dict[str, Any], *names: str) -> None:
    if members.keys() != set(names):
        raise MessageError("other members than expected")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise MessageError("no text")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MessageError("no number")
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise MessageError("out of range")
    return float(value)


def _number_or_none(value: object) -> float | None:
    return None if value is None else _number(value)
