"""Was it here before? What every idempotent hand-in comes to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KeptResult:
    """It is here since `received_at`; `new` when this very call brought it."""

    received_at: str
    new: bool
