"""Framing of scanned codes: lines of a serial scanner, keys of a keyboard scanner.

CR, LF, or a read that heard nothing for a while end a code. Key codes: linux/input-event-codes.h.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.failures import Failure
from kiosk.people.qr_token import QrToken

LONGEST: Final = 4096
IDLE_SECONDS: Final = 0.05
KEY_ENTER: Final = 28
KEY_KEYPAD_ENTER: Final = 96
_SHIFTS = {42, 54}
_UP, _DOWN = 0, 1
_ENDS = b"\r\n"


@dataclass(frozen=True)
class Framing:
    """What a scanner is set to put around a code, and when a code ends.

    `idle` is the silence that ends a code, in seconds; `longest` the most bytes of one code.
    """

    prefix: str = ""
    suffix: str = ""
    idle: float = IDLE_SECONDS
    longest: int = LONGEST


class CodeAssembler:
    """Collects the bytes of a scanner until a code has ended.

    It has no clock: instants are passed in, in seconds of a monotonic clock.
    """

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._text = bytearray()
        self._too_long = False

    def ends_at(self, began: float) -> float | None:
        """Return the instant until which a read from `began` on must hear nothing to end the code.

        None when no code has begun.
        """
        return began + self._framing.idle if self._text or self._too_long else None

    def feed(self, data: bytes, now: float) -> list[QrToken | Failure]:
        """Take bytes that came at `now`; return the codes that they ended.

        CODE_UNREADABLE stands for a code that is too long, no UTF-8, or empty within its frame.
        """
        found: list[QrToken | Failure] = []
        for one in data:
            if one in _ENDS:
                found += self._end(now)
            elif len(self._text) < self._framing.longest:
                self._text.append(one)
            else:
                self._too_long = True
        return found

    def pause(self, began: float, now: float) -> list[QrToken | Failure]:
        """Return the code that was ended by a read which heard nothing from `began` until `now`.

        Time between two reads is no pause: it says how late the caller is, not the scanner.
        """
        ends_at = self.ends_at(began)
        return [] if ends_at is None or now < ends_at else self._end(now)

    def forget(self) -> None:
        """Overwrite and drop the bytes of an unfinished code."""
        self._text[:] = bytes(len(self._text))
        self._text.clear()
        self._too_long = False

    def _end(self, now: float) -> list[QrToken | Failure]:
        if not self._text and not self._too_long:
            return []
        code = None if self._too_long else _unwrapped(bytes(self._text), self._framing)
        self.forget()
        return [Failure.CODE_UNREADABLE if code is None else QrToken(code, now)]


def _unwrapped(raw: bytes, framing: Framing) -> str | None:
    """Return the code without prefix and suffix; None when it is no text, or nothing is left."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text.removeprefix(framing.prefix).removesuffix(framing.suffix).strip() or None


_PLAIN: Final = {
    **dict(enumerate("1234567890-=", 2)),
    **dict(enumerate("qwertyuiop[]", 16)),
    **dict(enumerate("asdfghjkl;'`", 30)),
    **dict(enumerate("\\zxcvbnm,./", 43)),
    57: " ",
    **dict(zip((71, 72, 73, 75, 76, 77, 79, 80, 81, 82), "7894561230", strict=True)),
    **dict(zip((55, 74, 78, 83, 98), "*-+./", strict=True)),
}
_FIRST_KEYPAD_KEY = 55
_SPACE = 57
_SHIFTED: Final = dict(zip("1234567890-=[]\\;'`,./", '!@#$%^&*()_+{}|:"~<>?', strict=True))


class KeyDecoder:
    """Turns presses of a US keyboard into the bytes that a serial scanner would send."""

    def __init__(self) -> None:
        self._held: set[int] = set()

    def feed(self, key: int, value: int) -> bytes:
        """Take one key event; return the bytes that it types, or b"".

        `value` is 0 for a released key, 1 for a pressed one, 2 for a repetition.
        """
        if key in _SHIFTS:
            (self._held.discard if value == _UP else self._held.add)(key)
            return b""
        if value != _DOWN:
            return b""
        if key in {KEY_ENTER, KEY_KEYPAD_ENTER}:
            return b"\r"
        letter = _PLAIN.get(key, "")
        if self._held and (key < _FIRST_KEYPAD_KEY or key == _SPACE):
            letter = _SHIFTED.get(letter, letter.upper())
        return letter.encode("ascii")
