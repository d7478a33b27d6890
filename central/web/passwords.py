"""Hashes of passwords: Argon2id (RFC 9106)."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
_MEMORY_KIB, _PASSES, _LANES = 19 * 1024, 2, 1
_AT_ONCE = 4  # a flood of log-ins may use no more memory than so many hashes
FEWEST_DIFFERENT = 5


@dataclass(frozen=True)
class PasswordHashes:
    """Makes and compares hashes; an account that does not exist takes as long as one that does.

    `hasher` makes them with a salt of their own; the names of its costs are in each hash.
    """

    hasher: PasswordHasher = field(
        default_factory=lambda: PasswordHasher(
            time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES
        )
    )
    _places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AT_ONCE))

    def make(self, password: str) -> str:
        """Return the hash that an account keeps, with a salt of its own."""
        with self._places:
            return self.hasher.hash(password)

    def matches(self, password: str, kept: str) -> bool:
        """Return whether the password fits an account's hash; False when the account has none."""
        if not kept:
            self.make(password)
            return False
        with self._places:
            try:
                return self.hasher.verify(kept, password)
            except (VerificationError, InvalidHashError):
                return False


def is_weak(password: str, shortest: int) -> bool:
    """Return whether a password is shorter than so many characters, or of few different ones."""
    return len(password) < shortest or len(set(password)) < FEWEST_DIFFERENT
