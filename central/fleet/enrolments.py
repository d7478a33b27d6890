"""Enrolment of a new terminal: a one-time code, the terminal's own key, a fingerprint to compare.

The technician gets a code, the terminal makes a key and sends both, and a person at the central
service compares six digits with the technician before the terminal is let in.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.crypto.envelope import digest

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
CODE_LENGTH = 8
_CODE_BYTES = 5
# Letters that people write for digits which look alike; the alphabet has none of them.
_SAME = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


class EnrolmentState(StrEnum):
    """State of an enrolment; the last three are told only to the holder of the terminal's key."""

    NEW = "new"  # the code was not used yet
    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class ReviewAct(StrEnum):
    """What one person said of an enrolment; the value is stored."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"


class CodeTrouble(StrEnum):
    """Why a code lets nobody in; the value is told to who asked."""

    UNKNOWN = "unknown"  # no code, or one whose card was printed anew
    USED = "used"  # by another terminal
    EXPIRED = "expired"


def new_code(random: Callable[[int], bytes]) -> str:
    """Return 40 random bits as eight letters; `random` is os.urandom."""
    number = int.from_bytes(random(_CODE_BYTES), "big")
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(CODE_LENGTH)))


def code_name(code: str) -> str:
    """Return the name under which a code is stored, whatever case or hyphens a person typed."""
    return digest(code.upper().translate(_SAME).encode())


@dataclass(frozen=True)
class WrongCodes:
    """Limit of wrong enrolment codes: `tries` from one address within `window`."""

    tries: int
    window: timedelta
    _at: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def wait(self, address: str, now: datetime) -> int:
        """Return for how many seconds this address has to wait, 0 when it may try."""
        with self._lock:
            found = [at for at in self._at.get(address, ()) if at + self.window > now]
            if len(found) < self.tries:
                return 0
            return max(1, round((found[0] + self.window - now).total_seconds()))

    def note(self, address: str, now: datetime) -> None:
        """Record a wrong code of this address, and drop the addresses whose window is over."""
        with self._lock:
            self._at[address].append(now)
            for one in [one for one, at in self._at.items() if at[-1] + self.window <= now]:
                del self._at[one]
