"""Names of terminals that no other test takes, and a key for them."""

from __future__ import annotations

import itertools
from hashlib import sha256

TERMINALS = itertools.count(1)


class FixedKey:
    """A device key that is the same in each run."""

    def derive(self, purpose: str) -> bytes:
        return sha256(purpose.encode()).digest()
