"""The SAM_V ("SDT") frame protocol of identity card readers.

Frame: preamble AA AA AA 96 69, length (2, big endian), body, XOR. The body of a request is a
command and its parameter; that of a reply three status words, SW1 to SW3, and data.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
HEAD = len(PREAMBLE) + 2
SHORTEST = 3
LONGEST = 4096
TEXT_BYTES = 256
PHOTO_BYTES = 1024
FINGER_BYTES = 512


BAUDS = (115200, 57600, 38400, 19200, 9600)
"""The speeds of a reader; the place of each is the parameter of SET_BAUD."""


class SamvCommand(Enum):
    """Command and parameter bytes; SET_BAUD and SET_RF_BYTES need an argument of one byte."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    SAM_NUMBER = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ = b"\x30\x01"
    NEW_ADDRESS = b"\x30\x03"
    MANAGEMENT_NUMBER = b"\x30\x05"
    READ_WITH_FINGERPRINT = b"\x30\x10"
    SET_BAUD = b"\x60"
    SET_RF_BYTES = b"\x61\xff"


class Status(StrEnum):
    """The meaning of SW3, the reader's own verdict; UNKNOWN is any value that no table names."""

    OK = "ok"
    CARD_FOUND = "card_found"
    NO_CONTENT = "no_content"
    RX_CHECKSUM = "rx_checksum"
    RX_LENGTH = "rx_length"
    BAD_COMMAND = "bad_command"
    NO_PERMISSION = "no_permission"
    UNKNOWN_ERROR = "unknown_error"
    CARD_REJECTS_SAM = "card_rejects_sam"
    SAM_REJECTS_CARD = "sam_rejects_card"
    INFO_VERIFY_FAILED = "info_verify_failed"
    WRONG_CARD_TYPE = "wrong_card_type"
    READ_FAILED = "read_failed"
    RANDOM_FAILED = "random_failed"
    WRITE_FAILED = "write_failed"
    SAM_SELFTEST_FAILED = "sam_selftest_failed"
    SAM_NOT_AUTHORISED = "sam_not_authorised"
    NO_CARD = "no_card"
    SELECT_FAILED = "select_failed"
    UNKNOWN = "unknown"


_STATUS = {
    0x90: Status.OK,
    0x9F: Status.CARD_FOUND,
    0x91: Status.NO_CONTENT,
    0x10: Status.RX_CHECKSUM,
    0x11: Status.RX_LENGTH,
    0x21: Status.BAD_COMMAND,
    0x23: Status.NO_PERMISSION,
    0x24: Status.UNKNOWN_ERROR,
    0x31: Status.CARD_REJECTS_SAM,
    0x32: Status.SAM_REJECTS_CARD,
    0x33: Status.INFO_VERIFY_FAILED,
    0x40: Status.WRONG_CARD_TYPE,
    0x41: Status.READ_FAILED,
    0x47: Status.RANDOM_FAILED,
    0x50: Status.WRITE_FAILED,
    0x51: Status.WRITE_FAILED,
    0x60: Status.SAM_SELFTEST_FAILED,
    0x66: Status.SAM_NOT_AUTHORISED,
    0x80: Status.NO_CARD,
    0x81: Status.SELECT_FAILED,
}


@dataclass(frozen=True)
class SamvReply:
    """One reply: the card's own status words, the reader's verdict (SW3), and the data."""

    sw1: int
    sw2: int
    sw3: int
    data: bytes = field(default=b"", repr=False)

    @property
    def status(self) -> Status:
        """Return the meaning of SW3."""
        return _STATUS.get(self.sw3, Status.UNKNOWN)


@dataclass(frozen=True)
class CardBlocks:
    """The blocks of a read reply, as they are on the chip."""

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    fingerprint: bytes = field(default=b"", repr=False)


def checksum(data: bytes) -> int:
    """Return the XOR of all bytes."""
    return reduce(xor, data, 0)


def frame(body: bytes) -> bytes:
    """Return a body with preamble, length and checksum around it."""
    counted = struct.pack(">H", len(body) + 1) + body
    return PREAMBLE + counted + bytes([checksum(counted)])


def request(command: SamvCommand, argument: bytes = b"") -> bytes:
    """Return the whole request frame of a command."""
    return frame(command.value + argument)


def reply(body: bytes) -> SamvReply | None:
    """Return the reply in a body that `FrameScanner` found; None when it is too short for one."""
    if len(body) < SHORTEST:
        return None
    return SamvReply(body[0], body[1], body[2], body[3:])


class FrameScanner:
    """Finds sound frames in a byte stream; holds at most one unfinished frame.

    After a wrong length or checksum it goes on one byte later, as the preamble may be noise.
    `bad_lengths` and `bad_checksums` count what was skipped.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.bad_lengths = 0
        self.bad_checksums = 0

    @property
    def pending(self) -> int:
        """Return how many bytes are kept because they may begin a frame."""
        return len(self._buffer)

    def feed(self, chunk: bytes) -> list[bytes]:
        """Add bytes as they came; return the bodies (without checksum) that are now complete."""
        self._buffer += chunk
        bodies = []
        while self._hunt() and (body := self._next()) is not None:
            if body:
                bodies.append(body)
        return bodies

    def _hunt(self) -> bool:
        at = self._buffer.find(PREAMBLE)
        if at < 0:
            del self._buffer[: len(self._buffer) - _prefix_at_end(self._buffer)]
            return False
        del self._buffer[:at]
        return len(self._buffer) >= HEAD

    def _next(self) -> bytes | None:
        """Return a body, b"" after a resynchronisation, or None when bytes are missing."""
        (length,) = struct.unpack_from(">H", self._buffer, len(PREAMBLE))
        if not SHORTEST <= length <= LONGEST:
            self.bad_lengths += 1
            return self._skip(1)
        if len(self._buffer) < HEAD + length:
            return None
        frame = bytes(self._buffer[len(PREAMBLE) : HEAD + length])
        if checksum(frame):
            self.bad_checksums += 1
            return self._skip(1)
        self._skip(HEAD + length)
        return frame[2:-1]

    def _skip(self, count: int) -> bytes:
        del self._buffer[:count]
        return b""


def _prefix_at_end(buffer: bytearray) -> int:
    """Return the length of the longest end of `buffer` that begins a preamble."""
    lengths = range(len(PREAMBLE) - 1, 0, -1)
    return next((n for n in lengths if buffer.endswith(PREAMBLE[:n])), 0)


_GOOD = {
    SamvCommand.RESET: (Status.OK, 0),
    SamvCommand.STATUS: (Status.OK, 0),
    SamvCommand.SAM_NUMBER: (Status.OK, 16),
    SamvCommand.FIND: (Status.CARD_FOUND, 4),
    SamvCommand.SELECT: (Status.OK, 8),
    SamvCommand.MANAGEMENT_NUMBER: (Status.OK, 28),
    SamvCommand.SET_BAUD: (Status.OK, 0),
    SamvCommand.SET_RF_BYTES: (Status.OK, 0),
}
# Statuses that only the commands in _GOOD and _ALSO answer; errors may answer any command.
_TIED = {Status.OK, Status.CARD_FOUND, Status.NO_CONTENT, Status.NO_CARD, Status.SELECT_FAILED}
_ALSO = {
    (SamvCommand.FIND, Status.NO_CARD),
    (SamvCommand.SELECT, Status.SELECT_FAILED),
    (SamvCommand.NEW_ADDRESS, Status.NO_CONTENT),
}
_ADDRESS_LONGEST = 280


def fits(command: SamvCommand, answer: SamvReply) -> bool:
    """Tell whether a reply can answer `command`.

    A late reply to an earlier command has no mark of its own; its status and size give it away.
    """
    status, size = answer.status, len(answer.data)
    if command in _GOOD and status is _GOOD[command][0]:
        return size == _GOOD[command][1]
    if status is Status.OK and command is SamvCommand.NEW_ADDRESS:
        return 0 < size <= _ADDRESS_LONGEST and size % 2 == 0
    if status is Status.OK:
        return split(command, answer.data) is not None
    return size == 0 and (status not in _TIED or (command, status) in _ALSO)


def split(command: SamvCommand, data: bytes) -> CardBlocks | None:
    """Cut the data of a read reply by its own lengths.

    None when `command` is not a read, or when the lengths do not describe the data.
    """
    count = {SamvCommand.READ: 2, SamvCommand.READ_WITH_FINGERPRINT: 3}.get(command, 0)
    if not count or len(data) < 2 * count:
        return None
    text, photo, finger = (*struct.unpack_from(f">{count}H", data), 0)[:3]
    sizes_known = (
        text == TEXT_BYTES
        and photo in {0, PHOTO_BYTES}
        and finger in {0, FINGER_BYTES, 2 * FINGER_BYTES}
    )
    if not sizes_known or len(data) != 2 * count + text + photo + finger:
        return None
    photo_at = 2 * count + text
    return CardBlocks(
        data[2 * count : photo_at], data[photo_at : photo_at + photo], data[photo_at + photo :]
    )


def sam_number(data: bytes) -> str:
    """Return the 16 bytes of a reader's identity as text: 05.03-20990101-0001234567-0007654321."""
    return "{:02d}.{:02d}-{:08d}-{:010d}-{:010d}".format(*struct.unpack("<HHIII", data))
