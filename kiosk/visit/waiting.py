"""How long is it until somebody of the staff may try again, and when does the page say less? Pure.

The page shows whole minutes, of the last one every quarter. Nothing is drawn in between.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit import events as ev
from kiosk.visit.context import Context
from kiosk.visit.handbook import Handbook
from kiosk.visit.page import Layout, Page
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


def count_down(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Tell of the time that is left; at its end the door is as it was before."""
    left = next_mark(visit.wait)
    return replace(visit, wait=left, failure=visit.failure if left else None)


def waits(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether nobody may try yet."""
    return bool(visit.wait)


def waiting(visit: Visit, book: Handbook, step: int) -> Page:
    """Return the page that stands where keys were."""
    words, left = book.words["staff_wait"], shown(visit.wait)
    in_minutes = left >= MINUTE
    said = words["minutes" if in_minutes else "seconds"]
    return Page(
        name="staff_wait",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=said.format(count=left // MINUTE if in_minutes else left),
        step=step,
        hint_icon="hourglass",
    )
