"""Transitions of the dock and of lists: overlays, parts, view, reset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.failures import Failure
from kiosk.pages.display import Contrast, Pace, Reach, TextSize, Volume
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.events import (
    CardFailed,
    CodeFailed,
    DeviceLost,
    Event,
    FaceFailed,
    MonthUnknown,
    Pressed,
    PrintFailed,
    ProgressUnknown,
    RatingLost,
    StoreFailed,
)
from kiosk.visit.stages import Overlay
from kiosk.visit.state import Visit


def reset_visit(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Leave nothing of the visit but its ids and the number of its last request."""
    return Visit(visit.id, visit.application_id, request=visit.request)


def cover_with(overlay: Overlay) -> Callable[[Visit, Event, Context], Visit]:
    """Return the action that lays a page on top."""

    def cover(visit: Visit, _what: Event, _context: Context) -> Visit:
        return replace(visit, overlay=overlay)

    return cover


def close_overlay(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Take the page on top away."""
    return replace(visit, overlay=Overlay.NONE)


def change_view(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Turn the switch of text size, contrast, reach, volume or pace one further."""
    view, act = visit.display.view, what.act
    if act is Press.LOUDER:
        louder = Volume((view.volume + 1) % len(Volume))
        return replace(visit, display=replace(visit.display, view=replace(view, volume=louder)))
    if act is Press.SLOWER:
        pace = Pace.SLOW if view.pace is Pace.USUAL else Pace.USUAL
        return replace(visit, display=replace(visit.display, view=replace(view, pace=pace)))
    if act is Press.CONTRAST:
        other = Contrast.HIGH if view.contrast is Contrast.LIGHT else Contrast.LIGHT
        return replace(visit, display=replace(visit.display, view=replace(view, contrast=other)))
    if act is Press.LOWER:
        reach = Reach.SEATED if view.reach is Reach.STANDING else Reach.STANDING
        view = replace(view, reach=reach)
    else:
        view = replace(view, text_size=TextSize((view.text_size + 1) % len(TextSize)))
    return replace(visit, display=replace(visit.display, view=view, part=0))


def turn_leaf(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show the next answers of a page on which few can be reached."""
    return replace(visit, display=replace(visit.display, leaf=visit.display.leaf + 1))


def next_part(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Turn one part further; pages take the part modulo their number of parts."""
    return replace(visit, failure=None, display=replace(visit.display, part=visit.display.part + 1))


def previous_part(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Turn one part back."""
    return replace(visit, failure=None, display=replace(visit.display, part=visit.display.part - 1))


def show_failure(visit: Visit, what: Event, _context: Context) -> Visit:
    """Keep a device's failure for the page."""
    failing = (
        CardFailed,
        CodeFailed,
        FaceFailed,
        PrintFailed,
        RatingLost,
        ProgressUnknown,
        MonthUnknown,
        StoreFailed,
        DeviceLost,
    )
    assert isinstance(what, failing)
    return replace(visit, failure=what.failure)


def ask_to_sign(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Say that the name is missing."""
    return replace(visit, failure=Failure.SIGNATURE_MISSING)


def explain(overlay: Overlay) -> Callable[[Visit, Pressed, Context], Visit]:
    """Return the action that lays the page about one service on top."""

    def about(visit: Visit, what: Pressed, _context: Context) -> Visit:
        return replace(visit, overlay=overlay, display=replace(visit.display, about=what.value))

    return about


def not_first_part(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether a list stands on a later part."""
    return visit.display.part > 0
