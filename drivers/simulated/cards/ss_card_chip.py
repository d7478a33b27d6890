"""The chip of a simulated social security card: its files, its PIN, its keys (cards.md §2).

No faults, no reader and no clock: those are in `ss_card` and `vpcd`.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from drivers.simulated.cards.ss_card_image import ImageItem, LeRule, SsCardImage
from drivers.simulated.cards.ss_card_keys import (
    CRYPTOGRAM_BYTES,
    EXTERNAL_KEY_ID,
    external_response,
    internal_response,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Status words (ISO 7816-4; those that speak of this card: cards.md §2.4).
DONE: Final = 0x9000
MORE: Final = 0x6100
AUTHENTICATION_FAILED: Final = 0x6300
TRIES_LEFT: Final = 0x63C0
WRONG_LENGTH: Final = 0x6700
WRONG_FILE_KIND: Final = 0x6981
NOT_PERMITTED: Final = 0x6982
BLOCKED: Final = 0x6983
CONDITIONS_NOT_MET: Final = 0x6985
NO_FILE_SELECTED: Final = 0x6986
FUNCTION_NOT_SUPPORTED: Final = 0x6A81
FILE_NOT_FOUND: Final = 0x6A82
RECORD_NOT_FOUND: Final = 0x6A83
WRONG_PARAMETERS: Final = 0x6A86
KEY_NOT_FOUND: Final = 0x6A88
OFFSET_OUTSIDE: Final = 0x6B00
RIGHT_LENGTH: Final = 0x6C00
UNKNOWN_COMMAND: Final = 0x6D00
UNKNOWN_CLASS: Final = 0x6E00

MASTER_FILE: Final = b"\x3f\x00"
HEADER: Final = 4
SHORT_MAXIMUM: Final = 256
PIN_BYTES: Final = 3
CHALLENGE_LENGTHS: Final = (8, 16)
SHORT_OFFSET: Final = 0x80  # READ BINARY: P1 names a file by its short id, P2 is the offset


def status(word: int) -> bytes:
    """Return a status word as the two bytes at the end of an answer."""
    return word.to_bytes(2, "big")


@dataclass(frozen=True)
class ShortApdu:
    """A short APDU behind its class byte; `le` is None where no length was given, 0 for all."""

    instruction: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None


def parsed(apdu: bytes) -> ShortApdu | None:
    """Return a short APDU of ISO 7816-4 cases 1 to 4; None when its lengths do not agree."""
    if len(apdu) < HEADER:
        return None
    _, instruction, p1, p2 = apdu[:HEADER]
    body = apdu[HEADER:]
    if len(body) <= 1:
        return ShortApdu(instruction, p1, p2, le=body[0] if body else None)
    data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
    if not body[0] or len(data) < body[0] or len(rest) > 1:
        return None
    return ShortApdu(instruction, p1, p2, data, rest[0] if rest else None)


class SsCardChip:
    """One chip with power; `random` returns as many unforeseeable bytes as it is asked for."""

    def __init__(self, image: SsCardImage, random: Callable[[int], bytes]) -> None:
        self.image = image
        self.tries_left = image.pin_left
        self._random = random
        self._handlers: Mapping[int, Callable[[ShortApdu], bytes]] = {
            0xA4: self._select,
            0xB2: self._read_record,
            0xB0: self._read_binary,
            0xC0: self._get_response,
            0x20: self._verify,
            0x84: self._get_challenge,
            0x88: self._authenticate_internally,
            0x82: self._authenticate_externally,
            0xD6: self._refuse_writing,
            0xDC: self._refuse_writing,
            0xE2: self._refuse_writing,
        }
        self.reset()

    def reset(self) -> None:
        """Forget everything but the tries that the PIN has left."""
        self._in_application = self.authenticated = self.verified = False
        self._file: int | None = None
        self._challenge = self._waiting = b""

    def answer(self, apdu: bytes) -> bytes:
        """Return data and status word for any bytes; never raises."""
        command = parsed(apdu)
        if command is None:
            return status(WRONG_LENGTH)
        if apdu[0]:
            return status(UNKNOWN_CLASS)
        handler = self._handlers.get(command.instruction)
        if handler is None:
            return status(UNKNOWN_COMMAND)
        if handler != self._get_response:
            self._waiting = b""
        return handler(command)

    def _select(self, command: ShortApdu) -> bytes:
        if command.p2:
            return status(WRONG_PARAMETERS)
        match command.p1:
            case 0x04:
                return self._select_by_name(command.data)
            case 0x00 | 0x02:
                return self._select_by_id(command.data)
            case _:
                return status(FUNCTION_NOT_SUPPORTED)

    def _select_by_name(self, name: bytes) -> bytes:
        if name != self.image.aid:
            return status(FILE_NOT_FOUND)
        self._in_application, self._file = True, None
        dedicated_file_name = b"\x84" + bytes([len(name)]) + name
        return self._give(b"\x6f" + bytes([len(dedicated_file_name)]) + dedicated_file_name)

    def _select_by_id(self, identifier: bytes) -> bytes:
        if identifier == MASTER_FILE:
            self.reset()
            return status(DONE)
        ef = int.from_bytes(identifier, "big")
        if not self._in_application or not self._exists(ef):
            return status(FILE_NOT_FOUND)
        self._file = ef
        return status(DONE)

    def _read_record(self, command: ShortApdu) -> bytes:
        short, kind = command.p2 >> 3, command.p2 & 0b111
        habits = self.image.habits
        allowed = habits.by_sfi if short else habits.by_number if kind else habits.by_id
        if not allowed or kind not in {0, 4} or (short and not kind):
            return status(WRONG_PARAMETERS)
        if (refusal := self._open(short)) is not None:
            return refusal
        ef = self._file
        if ef is None:
            return status(NO_FILE_SELECTED)
        if ef not in self.image.records:
            return status(WRONG_FILE_KIND)
        item = self._item(ef, command.p1, by_number=bool(kind))
        if self._is_closed(ef, item):
            return status(NOT_PERMITTED)
        if item is None:
            return status(RECORD_NOT_FOUND)
        return self._measured(bytes([item.tag, len(item.value)]) + item.value, command.le)

    def _read_binary(self, command: ShortApdu) -> bytes:
        short = command.p1 & 0x1F if command.p1 & SHORT_OFFSET else 0
        offset = command.p2 if short else (command.p1 << 8) | command.p2
        if command.p1 & SHORT_OFFSET and not (short and self.image.habits.by_sfi):
            return status(WRONG_PARAMETERS)
        if (refusal := self._open(short)) is not None:
            return refusal
        if self._file is None:
            return status(NO_FILE_SELECTED)
        content = self.image.binaries.get(self._file)
        if content is None:
            return status(WRONG_FILE_KIND)
        if not self.authenticated:
            return status(NOT_PERMITTED)
        if offset >= len(content):
            return status(OFFSET_OUTSIDE)
        asked = command.le or SHORT_MAXIMUM
        part = content[offset : offset + asked]
        return self._measured(part, len(part) if len(part) == asked else command.le)

    def _open(self, short: int) -> bytes | None:
        """Make the file with a short id the current one; 0 leaves it as it is."""
        if not short:
            return None
        ef = self.image.habits.sfis.get(short)
        if ef is None or not self._in_application or not self._exists(ef):
            return status(FILE_NOT_FOUND)
        self._file = ef
        return None

    def _exists(self, ef: int) -> bool:
        return ef in self.image.records or ef in self.image.binaries

    def _item(self, ef: int, wanted: int, *, by_number: bool) -> ImageItem | None:
        for item in self.image.records[ef]:
            if wanted == (item.number if by_number else item.tag):
                return item
        return None

    def _is_closed(self, ef: int, item: ImageItem | None) -> bool:
        # A file that is closed as a whole does not tell which items it lacks.
        return not self.authenticated and self.image.is_restricted(ef, item.tag if item else 0)

    def _get_response(self, command: ShortApdu) -> bytes:
        if not self._waiting:
            return status(CONDITIONS_NOT_MET)
        if command.p1 or command.p2:
            return status(WRONG_PARAMETERS)
        le = command.le or len(self._waiting)
        if le > len(self._waiting):
            return status(RIGHT_LENGTH | len(self._waiting))
        data, self._waiting = self._waiting[:le], self._waiting[le:]
        return data + status(MORE | len(self._waiting) if self._waiting else DONE)

    def _verify(self, command: ShortApdu) -> bytes:
        if command.p1 or command.p2:
            return status(WRONG_PARAMETERS)
        if not self.tries_left:
            return status(BLOCKED)
        if not command.data:  # only asks how many tries are left
            return status(DONE if self.verified else TRIES_LEFT | self.tries_left)
        if len(command.data) != PIN_BYTES:
            return status(WRONG_LENGTH)
        self.verified = hmac.compare_digest(command.data, self.image.pin)
        if self.verified:
            self.tries_left = self.image.pin_tries
            return status(DONE)
        self.tries_left -= 1
        return status(TRIES_LEFT | self.tries_left)

    def _get_challenge(self, command: ShortApdu) -> bytes:
        length = command.le or CHALLENGE_LENGTHS[0]
        if command.p1 or command.p2 or command.data:
            return status(WRONG_PARAMETERS)
        if length not in CHALLENGE_LENGTHS:
            return status(WRONG_LENGTH)
        self._challenge = self._random(length)
        return self._challenge + status(DONE)

    def _authenticate_internally(self, command: ShortApdu) -> bytes:
        if command.p1:
            return status(WRONG_PARAMETERS)
        if len(command.data) not in CHALLENGE_LENGTHS:
            return status(WRONG_LENGTH)
        return self._give(internal_response(self.image.identifier, command.p2, command.data))

    def _authenticate_externally(self, command: ShortApdu) -> bytes:
        if command.p1:
            return status(WRONG_PARAMETERS)
        if command.p2 != EXTERNAL_KEY_ID:
            return status(KEY_NOT_FOUND)
        if len(command.data) != CRYPTOGRAM_BYTES:
            return status(WRONG_LENGTH)
        challenge, self._challenge = self._challenge, b""
        if not challenge:
            return status(CONDITIONS_NOT_MET)
        expected = external_response(self.image.identifier, command.p2, challenge)
        self.authenticated = hmac.compare_digest(command.data, expected)
        return status(DONE if self.authenticated else AUTHENTICATION_FAILED)

    def _refuse_writing(self, _command: ShortApdu) -> bytes:
        return status(NOT_PERMITTED)  # the keys for writing never leave the issuer

    def _give(self, data: bytes) -> bytes:
        """Return the answer with data to a command with data: at once, or 61xx and GET RESPONSE."""
        if not self.image.habits.answers_61:
            return data + status(DONE)
        self._waiting = data
        return status(MORE | len(data))

    def _measured(self, data: bytes, le: int | None) -> bytes:
        rule = self.image.habits.le_rule
        if le == len(data) or (not le and rule is not LeRule.EXACT):
            return data + status(DONE)
        match rule:
            case LeRule.LAX:
                return data[:le] + status(DONE)
            case LeRule.REFUSING:
                return status(WRONG_LENGTH)
            case _:
                return status(RIGHT_LENGTH | len(data) & 0xFF)
