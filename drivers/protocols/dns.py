"""DNS messages for one address question and its answer (RFC 1035 §4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address

HEADER = struct.Struct("!HHHHHH")
RECORD = struct.Struct("!HHIH")  # type, class, time to live, length
RECURSE, RESPONSE, CODE = 0x0100, 0x8000, 0x000F
INTERNET = 1
POINTER = 0xC0  # §4.1.4: the rest of the name stands elsewhere
LONGEST_LABEL = 63
NAME_ERROR = 3


class RecordType(IntEnum):
    """The record types that are asked for: IPv4 and IPv6 addresses."""

    A = 1
    AAAA = 28


Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class DnsReply:
    """The answer of a name server.

    `code` is the RCODE: 0 answered, 3 no such name, any other: the server cannot say.
    """

    code: int
    addresses: tuple[Address, ...]


def ask(number: int, name: str, kind: RecordType) -> bytes:
    """Return the query message for one question, of the kind of record.

    `number` is the message id (16 bits). Raises ValueError for a name that cannot be asked: a label
    that is empty, longer than 63 bytes, or that IDNA refuses.
    """
    labels = name.rstrip(".").encode("idna").split(b".")
    if not all(0 < len(one) <= LONGEST_LABEL for one in labels):
        raise ValueError(f"not a name: {name!r}")
    asked = b"".join(bytes([len(one)]) + one for one in labels) + b"\0"
    return HEADER.pack(number, RECURSE, 1, 0, 0, 0) + asked + struct.pack("!HH", kind, INTERNET)


def read(packet: bytes, number: int) -> DnsReply | None:
    """Return the reply to the question with id `number`.

    None for anything else: another id, a query, or a message that ends too early.
    """
    try:
        got, flags, questions, answers, _, _ = HEADER.unpack_from(packet)
        if got != number or not flags & RESPONSE:
            return None
        at = HEADER.size
        for _ in range(questions):
            at = _after_name(packet, at) + 4
        return DnsReply(flags & CODE, tuple(_addresses(packet, at, answers)))
    except (struct.error, IndexError):
        return None


def _addresses(packet: bytes, at: int, answers: int) -> Iterator[Address]:
    for _ in range(answers):
        at = _after_name(packet, at)
        kind, of, _, length = RECORD.unpack_from(packet, at)
        at += RECORD.size
        value, at = packet[at : at + length], at + length
        if of != INTERNET:
            continue
        if kind == RecordType.A and len(value) == IPv4Address(0).max_prefixlen // 8:
            yield IPv4Address(value)
        elif kind == RecordType.AAAA and len(value) == IPv6Address(0).max_prefixlen // 8:
            yield IPv6Address(value)


def _after_name(packet: bytes, at: int) -> int:
    while (length := packet[at]) and length < POINTER:
        at += 1 + length
    return at + (2 if length else 1)
