"""The promise of a new case: its number, its dates and the signed receipt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """What a new case gets: number, dates (ISO 8601) and signed receipt."""

    case_number: str
    received_at: str
    due_on: str
    receipt: bytes
