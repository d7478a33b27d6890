"""Byte format of the file of second copies, readable around damaged sectors.

A record begins at a multiple of BLOCK and holds one sector of lengths, numbers and checksums, a
description (JSON), the body, and the first two once more. So damage to a sector or two spoils the
body or one description, and it is still known which record it was. A record whose delivery has
ended keeps its numbers; its body is overwritten.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol

from kiosk.json_decoder import decode_object

PAPER = "paper"
PAPER_TEXTS = ("id", "application_id")
RECORD_TEXTS = (
    *("id", "path", "media_type", "digest", "masked_name", "services", "confirmed_at"),
    *("event", "previous", "head", "sum"),
)
"""Members that a description must have: of a captured paper, and of any other record."""
PERSONAL = ("masked_name", "services")  # data of a person, though they do not identify anybody
SECTOR, BLOCK = 512, 4096  # what a disk writes as one; a record shares no block with another
SETTLED_AT, SETTLED = SECTOR - 1, 1
"""Byte of the first sector, outside of its checksum: the database has flushed the record, too."""
_HEAD, _TAIL, _FILE = b"KIOSKCP1", b"KIOSKCPE", b"KIOSKCPF"
# Mark, state, length of description and of body, sequence, last, serial, SHA-256 of both.
_FIELDS = struct.Struct(">8sBIIQQQ32s32s")
_START = struct.Struct(">8sQQ")  # mark, highest number, size of the file
_SUM = 32  # bytes of a SHA-256
_MARKS = re.compile(b"|".join((_HEAD, _TAIL)))


class Cipher(Protocol):
    """Encryption of the copies, for where the whole database is encrypted, too."""

    @property
    def overhead(self) -> int:
        """The number of bytes by which sealing makes a text longer."""

    def seal(self, plain: bytes, name: bytes) -> bytes:
        """Return the bytes, sealed and bound to `name`."""

    def open(self, sealed: bytes, name: bytes) -> bytes | None:
        """Return what was sealed under `name`; None when it was not."""


class Plain:
    """No encryption: a plain database file shows the same bytes."""

    overhead = 0

    def seal(self, plain: bytes, name: bytes) -> bytes:
        """Return the bytes unchanged."""
        del name
        return plain

    def open(self, sealed: bytes, name: bytes) -> bytes | None:
        """Return the bytes unchanged."""
        del name
        return sealed


class CopyState(IntEnum):
    """Delivery of a record: LIVE waits for its receipt, ENDED needs no second copy any more."""

    LIVE = 1
    ENDED = 2


@dataclass(frozen=True)
class CopyRecord:
    """One record to write: `about` describes the body.

    `sequence` is its number in the outbox and `last` the last number that it took (its papers take
    the ones that follow). `serial` counts the records of a file, so that the newest is known.
    """

    state: CopyState
    sequence: int
    last: int
    serial: int
    about: Mapping[str, Any]
    body: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class FoundCopy:
    """One record as read at `offset`; `about` or `body` is None where it is damaged.

    `settled`: the database is known to have the record, too.
    """

    offset: int
    size: int
    state: CopyState
    settled: bool
    sequence: int
    last: int
    serial: int
    about: Mapping[str, Any] | None
    body: bytes | None = field(repr=False)

    @property
    def is_live(self) -> bool:
        """Return whether the record still waits for its receipt."""
        return self.state is CopyState.LIVE

    @property
    def is_whole(self) -> bool:
        """Return whether the record waits and can be read completely."""
        return self.is_live and self.about is not None and self.body is not None

    @property
    def is_torn(self) -> bool:
        """Return whether a power cut interrupted its writing: nobody was told it is safe."""
        return self.is_live and not self.settled and not self.is_whole


@dataclass(frozen=True)
class CopyScan:
    """Everything that was read in a file.

    `highest` is the number noted at its start, None where that is damaged. `is_cut`: the file is
    shorter than is noted there.
    """

    highest: int | None
    is_cut: bool
    found: tuple[FoundCopy, ...]

    @property
    def last(self) -> int:
        """Return the highest number that any record, or the file's start, tells of."""
        return max((self.highest or 0, *(one.last for one in self.found if not one.is_torn)))


def encode_start(highest: int, size: int) -> bytes:
    """Return the first block of a file of `size` bytes; numbers up to `highest` are taken."""
    start = _START.pack(_FILE, highest, size)
    return _padded(start + _sum(start), BLOCK)


def size_of(record: CopyRecord, cipher: Cipher) -> int:
    """Return the size in bytes that the encoded record will have."""
    lengths = len(_text(record)) + cipher.overhead, len(record.body) + cipher.overhead
    about, body = map(_rounded, lengths)
    return _rounded(2 * (SECTOR + about) + body, BLOCK)


def encode_record(record: CopyRecord, cipher: Cipher) -> bytes:
    """Return the encoded record; its length is a multiple of BLOCK."""
    about = cipher.seal(_text(record), b"about%d" % record.serial)
    body = cipher.seal(record.body, b"body%d" % record.serial)
    return _record(record, about, body, len(body))


def encode_ended(found: FoundCopy, cipher: Cipher) -> bytes:
    """Return the bytes that overwrite a record whose delivery has ended.

    They are as long as the record, without body, masked name and services.
    """
    about = {name: "" if name in PERSONAL else value for name, value in (found.about or {}).items()}
    ended = CopyRecord(CopyState.ENDED, found.sequence, found.last, found.serial, about)
    sealed = cipher.seal(_text(ended), b"about%d" % found.serial)
    room = found.size - 2 * (SECTOR + _rounded(len(sealed)))
    return _record(ended, sealed, b"", room // SECTOR * SECTOR)


def scan_copies(content: bytes, cipher: Cipher) -> CopyScan:
    """Return all that can be read in the bytes of a file, however damaged."""
    highest, size = _read_start(content)
    return CopyScan(highest, len(content) < size, tuple(_read_records(content, cipher)))


def _record(record: CopyRecord, about: bytes, body: bytes, length: int) -> bytes:
    fields = (
        record.state,
        len(about),
        length,
        record.sequence,
        record.last,
        record.serial,
        _sum(about),
        _sum(body),
    )
    ends = [_FIELDS.pack(mark, *fields) for mark in (_HEAD, _TAIL)]
    head, tail = (_padded(end + _sum(end)) + _padded(about) for end in ends)
    return _padded(head + _padded(body.ljust(length, b"\0")) + tail, BLOCK)


def _read_start(content: bytes) -> tuple[int | None, int]:
    start = content[: _START.size]
    if len(start) < _START.size or content[_START.size :][:_SUM] != _sum(start):
        return None, 0
    _, highest, size = _START.unpack(start)
    return highest, size


def _read_records(content: bytes, cipher: Cipher) -> Iterator[FoundCopy]:
    end = BLOCK
    for match in _MARKS.finditer(content):
        at = match.start()
        if at % SECTOR or at < end:
            continue
        found = _read_record(content, at, cipher)
        if found is not None and found.offset >= end:
            end = found.offset + found.size
            yield found


def _read_record(content: bytes, at: int, cipher: Cipher) -> FoundCopy | None:
    """Return the record of which one end lies at `at`; None when there is none."""
    fields = content[at : at + _FIELDS.size]
    if len(fields) < _FIELDS.size or content[at + _FIELDS.size :][:_SUM] != _sum(fields):
        return None
    mark, state, about_bytes, length, sequence, last, serial, about_sum, body_sum = _FIELDS.unpack(
        fields
    )
    of_end, of_body = SECTOR + _rounded(about_bytes), _rounded(length)
    offset = at if mark == _HEAD else at - of_end - of_body
    ends = (offset, offset + of_end + of_body)
    texts = (content[one + SECTOR :][:about_bytes] for one in ends)
    about = next((text for text in texts if _sum(text) == about_sum), None)
    parsed = _document(cipher.open(about, b"about%d" % serial)) if about is not None else None
    body = content[offset + of_end :][:length]
    whole = cipher.open(body, b"body%d" % serial) if _sum(body) == body_sum else None
    settled = content[offset + SETTLED_AT :][:1] not in (b"", b"\0")
    size = _rounded(2 * of_end + of_body, BLOCK)
    return FoundCopy(offset, size, CopyState(state), settled, sequence, last, serial, parsed, whole)


def _text(record: CopyRecord) -> bytes:
    return json.dumps(dict(record.about)).encode()


def _document(content: bytes | None) -> Mapping[str, Any] | None:
    """Return the description in the JSON text; None unless it has all members of its kind."""
    found = None if content is None else decode_object(content)
    if found is None:
        return None
    is_paper = found.get("kind") == PAPER
    kinds: dict[str, type] = dict.fromkeys(PAPER_TEXTS if is_paper else RECORD_TEXTS, str)
    kinds |= {} if is_paper else {"papers": list, "detail": dict}
    whole = all(isinstance(found.get(name), kind) for name, kind in kinds.items())
    return found if whole else None


def _sum(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _rounded(length: int, to: int = SECTOR) -> int:
    return -(-length // to) * to


def _padded(content: bytes, to: int = SECTOR) -> bytes:
    return content.ljust(_rounded(len(content), to), b"\0")
