"""Parsing of times and days in the documents that terminals send."""

from __future__ import annotations

from datetime import date, datetime


def moment_of(said: object) -> datetime | None:
    """Return the aware time of an ISO 8601 string; None for anything else."""
    try:
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found if found is not None and found.utcoffset() is not None else None


def day_of(said: object) -> date | None:
    """Return the date that an ISO 8601 date or time begins with; None for anything else."""
    try:
        return date.fromisoformat(str(said)[:10])
    except ValueError:
        return None
