"""The messages between the kiosk and the process that reads papers, as JSON within limits.

That process decodes pictures from outside: what it says is read as data that anybody could have
written, never unpickled.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from kiosk.json_decoder import JsonLimits, decode
from kiosk.paper_text import PaperText, ReadField
from kiosk.units import MIB

LIMITS: Final = JsonLimits(length=65_536, depth=4)
LONGEST_PICTURE: Final = 8 * MIB  # bytes of a JPEG
MOST: Final = 64  # fields
LONGEST_TEXT: Final = 4096  # characters
TURNS: Final = 4  # quarter turns that are different
READY: Final = b"ready"


class PaperMessageError(ValueError):
    """Raised for bytes that are no message of the two processes."""


@dataclass(frozen=True)
class ReadRequest:
    """A request to read the JPEG that follows as a picture of the paper `code`."""

    code: str
    today: date


def encode_request(request: ReadRequest) -> bytes:
    """Return a request as the bytes of a message."""
    return json.dumps({"code": request.code, "today": request.today.isoformat()}).encode()


def decode_request(said: bytes) -> ReadRequest:
    """Return the request in `said`, a message of `encode_request`.

    Raises PaperMessageError, a ValueError, for any other.
    """
    members = decode(said, LIMITS)
    if not isinstance(members, dict) or members.keys() != {"code", "today"}:
        raise PaperMessageError("no request")
    return ReadRequest(_text(members["code"]), date.fromisoformat(_text(members["today"])))


def encode_text(text: PaperText) -> bytes:
    """Return what was read as the bytes of a message."""
    return json.dumps(asdict(text)).encode()


def decode_text(said: bytes) -> PaperText:
    """Return what was read, from `said`, a message of `encode_text`.

    Raises PaperMessageError, a ValueError, for any other.
    """
    members = decode(said, LIMITS)
    names = {"fields", "quarter_turns", "is_another"}
    if not isinstance(members, dict) or members.keys() != names:
        raise PaperMessageError("no text of a paper")
    return PaperText(
        tuple(_field(one) for one in _list(members["fields"])),
        _turns(members["quarter_turns"]),
        _flag(members["is_another"]),
    )


def _field(said: Any) -> ReadField:
    if not isinstance(said, dict) or said.keys() != {"name", "value", "is_checked"}:
        raise PaperMessageError("no field")
    return ReadField(_text(said["name"]), _text(said["value"]), _flag(said["is_checked"]))


def _list(said: Any) -> list[Any]:
    if not isinstance(said, list) or len(said) > MOST:
        raise PaperMessageError("no list, or too long")
    return said


def _text(said: Any) -> str:
    if not isinstance(said, str) or len(said) > LONGEST_TEXT:
        raise PaperMessageError("no text, or too long")
    return said


def _turns(said: Any) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or said not in range(TURNS):
        raise PaperMessageError("no number of quarter turns")
    return said


def _flag(said: Any) -> bool:
    if not isinstance(said, bool):
        raise PaperMessageError("neither true nor false")
    return said
