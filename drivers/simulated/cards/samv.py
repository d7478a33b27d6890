"""The logic of a simulated SAM_V reader: commands, states and verdicts (cards.md §1.3, §1.4).

No bytes on a line and no clock: those are in `id_card_reader`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from drivers.simulated.cards.samv_frame import reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivers.simulated.cards.card_chip import CardChip
    from drivers.simulated.cards.samv_frame import Request

RESET: Final = b"\x10\xff"
STATUS: Final = b"\x11\xff"
SAM_NUMBER: Final = b"\x12\xff"
FIND: Final = b"\x20\x01"
SELECT: Final = b"\x20\x02"
READ: Final = b"\x30\x01"
READ_NEW_ADDRESS: Final = b"\x30\x03"
READ_MANAGEMENT_NUMBER: Final = b"\x30\x05"
READ_WITH_FINGERPRINT: Final = b"\x30\x10"
SET_BAUD: Final = b"\x60"
SET_RF_BYTES: Final = b"\x61\xff"
READS: Final = (READ, READ_NEW_ADDRESS, READ_WITH_FINGERPRINT)
BAUDS: Final = (115200, 57600, 38400, 19200, 9600)

# 05.03-20990101-0001234567-0007654321, five little-endian words (cards.md §1.7)
DEFAULT_SAM_NUMBER: Final = bytes.fromhex("05000300 95484001 87D61200 B1CB7400")


class SimulatedStatus(IntEnum):
    """The values of SW3 (cards.md §1.4)."""

    DONE = 0x90
    CARD_FOUND = 0x9F
    NO_CONTENT = 0x91
    CHECKSUM_WRONG = 0x10
    LENGTH_WRONG = 0x11
    BAD_COMMAND = 0x21
    SAM_REFUSES_CARD = 0x32
    CHECK_FAILED = 0x33
    NOT_IDENTITY = 0x40
    READ_FAILED = 0x41
    SELF_TEST_FAILED = 0x60
    NOT_LICENSED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81


@dataclass(frozen=True)
class Delays:
    """Seconds between a request and the first byte of its reply (cards.md §6)."""

    find: float = 0.06
    select: float = 0.06
    read: float = 0.45
    fingerprint: float = 0.7

    def of(self, command: bytes) -> float:
        """Return the delay of a command in seconds; those that need no card answer at once."""
        return {
            FIND: self.find,
            SELECT: self.select,
            READ: self.read,
            READ_NEW_ADDRESS: self.read,
            READ_WITH_FINGERPRINT: self.fingerprint,
        }.get(command, 0.0)


class Samv:
    """The security module with at most one card in its field.

    Most modules find a card that was read only after it was lifted or the field was off; with
    `finds_again` it is one of the others (cards.md §1.9). Not every module knows the command
    30 05; one that does has a `management_number` of 28 bytes. A `hung` chip is found but fails
    every select until the field was off. With `reads_once` a card must be selected anew for
    another reading of its text.

    `sam_number` is the module's own; one that is not `licensed` answers every request with that
    status. `baud` is the speed of its line.
    """

    def __init__(
        self,
        sam_number: bytes = DEFAULT_SAM_NUMBER,
        *,
        licensed: bool = True,
        finds_again: bool = False,
        reads_once: bool = False,
        management_number: bytes = b"",
        baud: int = BAUDS[0],
    ) -> None:
        self.sam_number = sam_number
        self.licensed = licensed
        self.finds_again = finds_again
        self.reads_once = reads_once
        self.management_number = management_number
        self.baud = baud
        self.hung = False
        self.card: CardChip | None = None
        self._found = self._selected = self._read = False

    def place(self, card: CardChip) -> None:
        """Lay a card on the reader, in the place of any other."""
        self.lift()
        self.card = card

    def lift(self) -> None:
        """Take the card away."""
        self.card = None
        self.hung = False
        self._found = self._selected = self._read = False

    def answer(self, request: Request) -> bytes:
        """Return the reply frame of a request and move to the state after it."""
        if not request.sound:
            return reply(SimulatedStatus.CHECKSUM_WRONG)
        if not self.licensed:
            return reply(SimulatedStatus.NOT_LICENSED)
        body = request.body
        handler = self._set_baud if body[:1] == SET_BAUD else self._handlers().get(body[:2])
        if handler is None:
            return reply(SimulatedStatus.BAD_COMMAND)
        if len(body) != (3 if body[:2] == SET_RF_BYTES else 2):
            return reply(SimulatedStatus.LENGTH_WRONG)
        return handler(body)

    def _handlers(self) -> Mapping[bytes, Callable[[bytes], bytes]]:
        return {
            RESET: self._reset,
            STATUS: lambda _: reply(SimulatedStatus.DONE),
            SAM_NUMBER: lambda _: reply(SimulatedStatus.DONE, self.sam_number),
            SET_RF_BYTES: lambda _: reply(SimulatedStatus.DONE),
            FIND: self._find,
            SELECT: self._select,
            READ: self._read_card,
            READ_NEW_ADDRESS: self._read_address,
            READ_WITH_FINGERPRINT: self._read_card,
            **({READ_MANAGEMENT_NUMBER: self._read_number} if self.management_number else {}),
        }

    def _reset(self, _body: bytes) -> bytes:
        # The field goes off and on: a card that lies there begins anew.
        self.hung = False
        self._found = self._selected = self._read = False
        return reply(SimulatedStatus.DONE)

    def _set_baud(self, body: bytes) -> bytes:
        if body[1] >= len(BAUDS):
            return reply(SimulatedStatus.BAD_COMMAND)
        self.baud = BAUDS[body[1]]
        return reply(SimulatedStatus.DONE)

    def _find(self, _body: bytes) -> bytes:
        self._selected = False
        self._found = self.card is not None and (self.finds_again or not self._read)
        return (
            reply(SimulatedStatus.CARD_FOUND, bytes(4))
            if self._found
            else reply(SimulatedStatus.NO_CARD)
        )

    def _select(self, _body: bytes) -> bytes:
        self._selected, self._found = self._found and not self.hung, False
        return (
            reply(SimulatedStatus.DONE, bytes(8))
            if self._selected
            else reply(SimulatedStatus.SELECT_FAILED)
        )

    def _read_card(self, body: bytes) -> bytes:
        if self.card is None or not self._selected or (self._read and self.reads_once):
            return reply(SimulatedStatus.READ_FAILED)
        self._read = True
        parts = [self.card.text, self.card.photo]
        if body == READ_WITH_FINGERPRINT:
            parts.append(self.card.fingerprint)
        lengths = b"".join(len(part).to_bytes(2, "big") for part in parts)
        return reply(SimulatedStatus.DONE, lengths + b"".join(parts))

    def _read_number(self, _body: bytes) -> bytes:
        if self.card is None or not self._selected:
            return reply(SimulatedStatus.READ_FAILED)
        return reply(SimulatedStatus.DONE, self.management_number)

    def _read_address(self, _body: bytes) -> bytes:
        if self.card is None or not self._selected:
            return reply(SimulatedStatus.READ_FAILED)
        if not self.card.new_address:
            return reply(SimulatedStatus.NO_CONTENT)
        return reply(SimulatedStatus.DONE, self.card.new_address)
