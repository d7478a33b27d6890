"""Requests and answers of the Internet Printing Protocol 1.1 (RFC 8010), without a wire.

Only what printing one document and asking for the printer's state take.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

VERSION = b"\x01\x01"
HEAD = struct.Struct(">2sHI")  # version, operation or status, number of the request
LENGTH = struct.Struct(">H")
OPERATION_GROUP, END_OF_GROUPS = 0x01, 0x03  # RFC 8010 3.5.1
LAST_GROUP_TAG = 0x0F  # below it a tag begins a group, above it an attribute
LAST_SUCCESS = 0x00FF  # RFC 8011 B.1
PDF = "application/pdf"


class IppOperation(IntEnum):
    """Operations (RFC 8011 5.4.15)."""

    PRINT_JOB = 0x0002
    GET_PRINTER_ATTRIBUTES = 0x000B


class ValueTag(IntEnum):
    """The kinds of values that requests have (RFC 8010 3.5.2)."""

    ENUM = 0x23
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


Wanted = Iterable[tuple[ValueTag, str, str]]


@dataclass(frozen=True)
class IppAnswer:
    """An answer: its status, and the values of each attribute as they came."""

    status: int
    attributes: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)

    @property
    def is_successful(self) -> bool:
        """Return whether the printer did what was asked."""
        return self.status <= LAST_SUCCESS

    def keywords(self, name: str) -> tuple[str, ...]:
        """Return the values of an attribute of keywords; empty where there is none."""
        return tuple(one.decode("ascii", "replace") for one in self.attributes.get(name, ()))

    def number(self, name: str) -> int | None:
        """Return the value of an attribute of one integer or enum; None where there is none."""
        values = self.attributes.get(name, ())
        return int.from_bytes(values[0]) if len(values) == 1 else None


def encode_request(
    operation: IppOperation, uri: str, wanted: Wanted, document: bytes = b""
) -> bytes:
    """Return a request to the printer `uri`, with the attributes `wanted` and the `document`.

    Several values of one attribute stand one after the other, the later ones with the name "".
    """
    attributes = (
        (ValueTag.CHARSET, "attributes-charset", "utf-8"),
        (ValueTag.LANGUAGE, "attributes-natural-language", "en"),
        (ValueTag.URI, "printer-uri", uri),
        *wanted,
    )
    head = HEAD.pack(VERSION, operation, 1) + bytes([OPERATION_GROUP])
    return head + b"".join(map(_attribute, attributes)) + bytes([END_OF_GROUPS]) + document


def _attribute(one: tuple[ValueTag, str, str]) -> bytes:
    tag, name, value = one
    return bytes([tag]) + b"".join(
        LENGTH.pack(len(part)) + part for part in (name.encode("ascii"), value.encode("utf-8"))
    )


def decode_answer(said: bytes) -> IppAnswer | None:
    """Return an answer, None for bytes that are none."""
    found: dict[str, tuple[bytes, ...]] = {}
    try:
        _, status, _ = HEAD.unpack_from(said)
        at, name = HEAD.size, ""
        while said[at] != END_OF_GROUPS:
            tag, at = said[at], at + 1
            if tag <= LAST_GROUP_TAG:
                continue
            key, at = _part(said, at)
            value, at = _part(said, at)
            name = key.decode("ascii") if key else name
            found[name] = (*found.get(name, ()), value) if not key else (value,)
    except (struct.error, IndexError, UnicodeDecodeError):
        return None
    return IppAnswer(status, found)


def _part(said: bytes, at: int) -> tuple[bytes, int]:
    """Return what stands behind the length at this place, and the place behind it."""
    (length,) = LENGTH.unpack_from(said, at)
    end = at + LENGTH.size + length
    if end > len(said):
        raise IndexError(end)
    return said[at + LENGTH.size : end], end
