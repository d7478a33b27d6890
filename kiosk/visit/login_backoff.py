"""The growing wait after wrong PINs, counted down on the page."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit.context import Context
from kiosk.visit.events import Event
from kiosk.visit.state import Visit

MINUTE, QUARTER = 60, 15  # seconds


def _unit(seconds: int) -> int:
    return MINUTE if seconds > MINUTE else QUARTER


def shown(seconds: int) -> int:
    """Return how many seconds are told of: never less than there are."""
    unit = _unit(seconds)
    return -(-seconds // unit) * unit


def next_mark(seconds: int) -> int:
    """Return what is left when the page says something else; 0: one may try again."""
    unit = _unit(seconds)
    return (seconds - 1) // unit * unit


def count_down(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Tell of the time that is left; at its end the door is as it was before."""
    left = next_mark(visit.staff.wait)
    return replace(
        visit, failure=visit.failure if left else None, staff=replace(visit.staff, wait=left)
    )


def waits(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether nobody may try yet."""
    return bool(visit.staff.wait)
