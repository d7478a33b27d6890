"""Commands and responses of contact chip cards: ISO 7816-4, short APDUs.

Cards on T=0 answer `61 xx` ("fetch xx bytes") and `6C xx` ("ask again for xx bytes"); pcsc-lite
hands both to the application, so `exchange` does what they ask for.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_DATA = 255
LONGEST_ANSWER = 256
MOST_STEPS = 16  # a card that always says 61 or 6C must not keep us for ever
_SW_BYTES = 2


class StatusMeaning(StrEnum):
    """The meaning of the status bytes SW1 SW2 (hexadecimal beside each), where it is told apart."""

    DONE = "done"  # 9000
    MORE_DATA = "more_data"  # 61xx
    DATA_DOUBTFUL = "data_doubtful"  # 6281
    FILE_INVALIDATED = "file_invalidated"  # 6283
    AUTHENTICATION_FAILED = "authentication_failed"  # 6300
    TRIES_LEFT = "tries_left"  # 63Cx
    WRONG_LENGTH = "wrong_length"  # 6700
    SECURITY_NOT_SATISFIED = "security_not_satisfied"  # 6982
    BLOCKED = "blocked"  # 6983
    CONDITIONS_NOT_SATISFIED = "conditions_not_satisfied"  # 6985
    FUNCTION_NOT_SUPPORTED = "function_not_supported"  # 6A81
    FILE_NOT_FOUND = "file_not_found"  # 6A82
    RECORD_NOT_FOUND = "record_not_found"  # 6A83
    WRONG_P1_P2 = "wrong_p1_p2"  # 6A86
    WRONG_LE = "wrong_le"  # 6Cxx
    INSTRUCTION_UNKNOWN = "instruction_unknown"  # 6D00
    CLASS_UNKNOWN = "class_unknown"  # 6E00
    NO_DIAGNOSIS = "no_diagnosis"  # 6F00
    APPLICATION_LOCKED = "application_locked"  # 9303
    UNKNOWN = "unknown"


_OUTCOMES = {
    0x9000: StatusMeaning.DONE,
    0x6281: StatusMeaning.DATA_DOUBTFUL,
    0x6283: StatusMeaning.FILE_INVALIDATED,
    0x6300: StatusMeaning.AUTHENTICATION_FAILED,
    0x6700: StatusMeaning.WRONG_LENGTH,
    0x6982: StatusMeaning.SECURITY_NOT_SATISFIED,
    0x6983: StatusMeaning.BLOCKED,
    0x6985: StatusMeaning.CONDITIONS_NOT_SATISFIED,
    0x6A81: StatusMeaning.FUNCTION_NOT_SUPPORTED,
    0x6A82: StatusMeaning.FILE_NOT_FOUND,
    0x6A83: StatusMeaning.RECORD_NOT_FOUND,
    0x6A86: StatusMeaning.WRONG_P1_P2,
    0x6D00: StatusMeaning.INSTRUCTION_UNKNOWN,
    0x6E00: StatusMeaning.CLASS_UNKNOWN,
    0x6F00: StatusMeaning.NO_DIAGNOSIS,
    0x9303: StatusMeaning.APPLICATION_LOCKED,
}
_OUTCOMES_BY_SW1 = {0x61: StatusMeaning.MORE_DATA, 0x6C: StatusMeaning.WRONG_LE}


@dataclass(frozen=True)
class CommandApdu:
    """One command APDU.

    `le` is how many bytes of answer are expected (1 to 256), None for none. Raises ValueError for
    what a short APDU cannot hold: more than 255 bytes of data, or another `le`.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    le: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for what a short APDU can't hold."""
        if len(self.data) > LONGEST_DATA or not (self.le is None or 0 < self.le <= LONGEST_ANSWER):
            raise ValueError("not a short APDU")

    def encode(self, *, t0: bool = False) -> bytes:
        """Return the bytes of case 1, 2, 3 or 4.

        `t0` leaves Le out of a command with data (case 4), as T=0 requires (ISO 7816-3).
        """
        body = bytes([len(self.data)]) + self.data if self.data else b""
        tail = b"" if self.le is None or (t0 and self.data) else bytes([self.le % LONGEST_ANSWER])
        return bytes([self.cla, self.ins, self.p1, self.p2]) + body + tail


@dataclass(frozen=True)
class Response:
    """One response APDU: its data, and the status bytes SW1 SW2 as a 16-bit number."""

    data: bytes = field(repr=False)
    sw: int

    @property
    def outcome(self) -> StatusMeaning:
        """Return the meaning of the status bytes; UNKNOWN for a value that is not in the table."""
        if self.sw >> 4 == 0x63C:  # noqa: PLR2004 - as the standard writes it
            return StatusMeaning.TRIES_LEFT
        by_sw1 = _OUTCOMES_BY_SW1.get(self.sw >> 8, StatusMeaning.UNKNOWN)
        return _OUTCOMES.get(self.sw, by_sw1)

    @property
    def tries_left(self) -> int | None:
        """Return x of 63Cx, 0 when blocked, None for a status that does not count tries."""
        if self.outcome is StatusMeaning.BLOCKED:
            return 0
        return self.sw & 0x0F if self.outcome is StatusMeaning.TRIES_LEFT else None

    @property
    def announced(self) -> int:
        """Return xx of 61xx and 6Cxx as a number of bytes; 00 means 256."""
        return self.sw & 0xFF or LONGEST_ANSWER


def parse_response(raw: bytes) -> Response | None:
    """Return the response in `raw`, or None when it is too short for its status bytes."""
    if len(raw) < _SW_BYTES:
        return None
    return Response(raw[:-2], int.from_bytes(raw[-2:]))


def exchange(
    transmit: Callable[[bytes], bytes], command: CommandApdu, *, t0: bool = False
) -> Response | None:
    """Send a command, follow `61 xx` and `6C xx`, and return the whole answer.

    `transmit` sends one APDU and returns the raw response; what it raises passes through. `t0`
    encodes for T=0. None: an answer without status bytes, or one that never ended within 16 steps.
    """
    data, asked = b"", command
    for _ in range(MOST_STEPS):
        answer = parse_response(transmit(asked.encode(t0=t0)))
        if answer is None:
            return None
        match answer.outcome:
            case StatusMeaning.MORE_DATA:
                data += answer.data
                asked = CommandApdu(command.cla, 0xC0, 0, 0, le=answer.announced)
            case StatusMeaning.WRONG_LE:
                asked = replace(asked, le=answer.announced)
            case _:
                return Response(data + answer.data, answer.sw)
    return None
