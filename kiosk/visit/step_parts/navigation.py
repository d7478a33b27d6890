"""Actions of the dock and of lists: overlays, parts, view, reset, failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.failures import Failure
from kiosk.pages.display import Contrast, Pace, Reach, TextSize, Volume
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.stages import Overlay
from kiosk.visit.state import Visit


def reset_visit(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Return a fresh visit with the same ids and the number of the last request."""
    return Visit(visit.id, visit.application_id, request=visit.request)


def cover_with(overlay: Overlay) -> Callable[[Visit, Event, Context], Visit]:
    """Return an action that lays `overlay` on top of the page."""

    def cover(visit: Visit, _what: Event, _context: Context) -> Visit:
        return replace(visit, overlay=overlay)

    return cover


def close_overlay(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Remove the overlay."""
    return replace(visit, overlay=Overlay.NONE)


def change_view(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Advance the setting that was pressed: text size, contrast, reach, volume or pace.

    A list starts at its first part again when size or reach changes, since its parts change.
    """
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
    """Show the next answers, when a seated person is shown only those within reach."""
    return replace(visit, display=replace(visit.display, leaf=visit.display.leaf + 1))


def next_part(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show the next part; pages take the part modulo their number of parts."""
    return replace(visit, failure=None, display=replace(visit.display, part=visit.display.part + 1))


def previous_part(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show the previous part."""
    return replace(visit, failure=None, display=replace(visit.display, part=visit.display.part - 1))


def show_failure(visit: Visit, what: FailureEvent, _context: Context) -> Visit:
    """Keep the failure that the event carries, for the page to tell."""
    return replace(visit, failure=what.failure)


def ask_to_sign(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Tell on the page that the signature is missing."""
    return replace(visit, failure=Failure.SIGNATURE_MISSING)


def explain(overlay: Overlay) -> Callable[[Visit, Pressed, Context], Visit]:
    """Return an action that shows `overlay` about the service that was pressed."""

    def about(visit: Visit, what: Pressed, _context: Context) -> Visit:
        return replace(visit, overlay=overlay, display=replace(visit.display, about=what.value))

    return about


def not_first_part(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the page shows a later part than the first."""
    return visit.display.part > 0
