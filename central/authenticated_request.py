"""One authenticated request of a terminal, and the Kiosk-Sequence and Kiosk-Audit headers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SEQUENCE, AUDIT = "kiosk-sequence", "kiosk-audit"
_SEQUENCE = re.compile(r"[1-9][0-9]{0,17}")
_AUDIT = re.compile(r"(0|[1-9][0-9]{0,17}):([0-9a-f]{64})")


@dataclass(frozen=True)
class Witness:
    """The head of a terminal's audit chain as the terminal states it: number and digest."""

    sequence: int
    head: str

    @property
    def text(self) -> str:
        """Return "sequence:digest"."""
        return f"{self.sequence}:{self.head}"


@dataclass(frozen=True)
class Marks:
    """The values of the Kiosk-* headers; `sequence` comes only with a record of the outbox."""

    sequence: int | None = None
    witness: Witness | None = None


@dataclass(frozen=True)
class AuthenticatedRequest:
    """One request of a known terminal, received at the aware time `at`.

    `whole` is the SHA-256 in hex of a larger content that the body is a part of, otherwise "".
    """

    terminal: str
    path: str
    body: bytes = field(repr=False)
    at: datetime
    marks: Marks = Marks()
    whole: str = ""

    @property
    def digest(self) -> str:
        """Return the SHA-256 in hex of the body, or of the whole that it is a part of."""
        return self.whole or hashlib.sha256(self.body).hexdigest()

    def about(self, path: str, whole: str) -> AuthenticatedRequest:
        """Return the request as one about the content at `path` whose digest is `whole`."""
        return replace(self, path=path, whole=whole)

    @property
    def said_at(self) -> str:
        """Return the time of receipt in ISO 8601, to the second."""
        return self.at.isoformat(timespec="seconds")


def read_marks(headers: Mapping[str, str]) -> Marks | None:
    """Return what Kiosk-Sequence and Kiosk-Audit say; None when one of them is malformed."""
    sequence, audit = headers.get(SEQUENCE), headers.get(AUDIT)
    number = _SEQUENCE.fullmatch(sequence) if sequence is not None else None
    found = _AUDIT.fullmatch(audit) if audit is not None else None
    if (sequence is not None and number is None) or (audit is not None and found is None):
        return None
    return Marks(
        int(number[0]) if number else None, Witness(int(found[1]), found[2]) if found else None
    )
