"""Result of storing something that may be handed in repeatedly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KeptResult:
    """The content is stored since `received_at`; `new` when this call stored it."""

    received_at: str
    new: bool
