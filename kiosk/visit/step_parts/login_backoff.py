"""The growing wait after wrong PINs, counted down on the page in rough steps."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.state import Visit

MINUTE, QUARTER = 60, 15  # seconds


def _unit(seconds: int) -> int:
    return MINUTE if seconds > MINUTE else QUARTER


def shown(seconds: int) -> int:
    """Return the seconds shown on the page: rounded up to a whole minute or quarter."""
    unit = _unit(seconds)
    return -(-seconds // unit) * unit


def next_mark(seconds: int) -> int:
    """Return the seconds left when the page changes next; 0 means that one may try again."""
    unit = _unit(seconds)
    return (seconds - 1) // unit * unit


def count_down(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Advance the wait to its next mark; at its end the failure is removed."""
    left = next_mark(visit.staff.wait)
    return replace(
        visit, failure=visit.failure if left else None, staff=replace(visit.staff, wait=left)
    )


def waits(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the wait is not over."""
    return bool(visit.staff.wait)
