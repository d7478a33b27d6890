"""Wrong tries of a PIN or code, and the wait before the next one; pure.

Growing waits after VotingWorks' cards (anchors.md §A.1): some tries are free, then each wait is
twice the one before, and in the end the account is locked here until its PIN is a new one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from kiosk.config.settings import StaffSettings
from kiosk.json_decoder import decode_object
from kiosk.storage.terminal_notes import is_count, is_time, tell_unreadable

KIND = "staff_attempts"  # in the log, which names nobody


@dataclass(frozen=True)
class Attempts:
    """Wrong tries in a row with one PIN hash; `last` is in seconds of the wall clock."""

    pin: str = ""
    wrong: int = 0
    last: float = 0.0

    def spent(self, pin: str, now: float) -> Attempts:
        """Return the state with one more try, which counts as wrong until proved right."""
        before = self.wrong if self.pin == pin else 0
        return Attempts(pin, before + 1, now)

    def is_locked(self, pin: str, rules: StaffSettings) -> bool:
        """Return whether only a new PIN helps."""
        return self.pin == pin and self.wrong >= rules.lock_after

    def wait(self, pin: str, now: float, rules: StaffSettings) -> float:
        """Return the seconds until the next try is allowed; 0 when it is.

        `pin` is the name of the present PIN hash, `now` seconds of the wall clock. A clock that was
        set back shortens nothing.

        `rules` say how many tries are free, and how long the first wait is.
        """
        if self.pin != pin or self.wrong < rules.free_tries:
            return 0.0
        whole = rules.first_wait_seconds * 2.0 ** (self.wrong - rules.free_tries)
        return max(0.0, whole - max(0.0, now - self.last))


def name_pin(pin_hash: str) -> str:
    """Return the name of a PIN hash; a new PIN has another and begins with no wrong tries."""
    return hashlib.sha256(pin_hash.encode()).hexdigest()[:16]


def encode(attempts: Attempts) -> str:
    """Return the state as the store keeps it."""
    return json.dumps(asdict(attempts))


def decode(kept: str) -> Attempts:
    """Return the state that `encode` wrote; no tries for anything else, which the log names."""
    document = decode_object(kept) or {}
    pin, wrong, last = document.get("pin"), document.get("wrong"), document.get("last")
    if isinstance(pin, str) and is_count(wrong) and is_time(last):
        return Attempts(pin, wrong, last)
    if kept:
        tell_unreadable(KIND)
    return Attempts()
