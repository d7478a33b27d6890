"""Transitions while a picture of a paper is looked at before it is kept. Pure.

The same at every stage that takes pictures (`CAPTURING`), also of a person who is vouched for. The
picture itself is held outside the visit (`held_picture.py`); the visit knows its number.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.stages import Stage
from kiosk.visit.state import ShownPicture, Visit

CAPTURING = frozenset(
    {Stage.MATERIALS, Stage.CORRECTING, Stage.PRINCIPAL, Stage.AUTHORITY, Stage.VOUCHING}
)


def shown_picture(visit: Visit) -> ShownPicture | None:
    """Return the picture that is on the page, None for none."""
    return visit.picture if visit.capturing else None


def is_waited_for(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether the picture is of the paper that is to be taken."""
    return expect(ev.PictureTaken, what).code == visit.capturing


def is_shown(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a picture is looked at, and nobody said yet to use it."""
    shown = shown_picture(visit)
    return shown is not None and not shown.keeping


def show(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Show the picture."""
    taken = expect(ev.PictureTaken, what)
    return replace(visit, picture=ShownPicture(taken.number, taken.doubt), failure=None)


def take_again(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Drop the picture and take another one of the same paper."""
    return replace(visit, picture=None, failure=None)


def discard(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Drop the picture and return to the page before."""
    return replace(visit, picture=None, capturing="", failure=None)


def keep(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Let it be sealed and kept."""
    assert visit.picture is not None
    return replace(visit, picture=replace(visit.picture, keeping=True))


def without_stale_picture(visit: Visit) -> Visit:
    """Return the visit without a picture of a paper that is no longer being captured."""
    return visit if visit.capturing or visit.picture is None else replace(visit, picture=None)
