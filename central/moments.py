"""Moments and days in what a terminal sends."""

from __future__ import annotations

from datetime import date, datetime


def moment_of(said: object) -> datetime | None:
    """Return a moment with its zone, None for anything else."""
    try:
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found if found is not None and found.utcoffset() is not None else None


def day_of(said: object) -> date | None:
    """Return the day of a date or moment in words."""
    try:
        return date.fromisoformat(str(said)[:10])
    except ValueError:
        return None
