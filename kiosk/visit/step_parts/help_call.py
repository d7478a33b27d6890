"""Calls for a helper by the bell, and the bell's answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.visit.context import Context
from kiosk.visit.effects import RingBell, StopBell
from kiosk.visit.events.devices import BellTold
from kiosk.visit.events.event import Event
from kiosk.visit.stages import Overlay
from kiosk.visit.state import Visit
from kiosk.visit.transition import Change, Effects


def call_helper(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show the help page and mark a helper as called."""
    return replace(visit, overlay=Overlay.HELP, help=replace(visit.help, called=True))


def call_off(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Close the help page and cancel the call."""
    return replace(visit, overlay=Overlay.NONE, help=replace(visit.help, called=False, bell=None))


def take_bell(visit: Visit, what: BellTold, _context: Context) -> Visit:
    """Keep the bell's answer, unless the call was cancelled."""
    bell = what.bell
    return replace(visit, help=replace(visit.help, bell=bell)) if visit.help.called else visit


def ring_once(change: Change[Any]) -> Effects:
    """Ring the helper's desk, unless it rings already."""
    return () if change.before.help.called else (RingBell(),)


def stop_ringing(change: Change[Any]) -> Effects:
    """Stop ringing, if a helper was called."""
    return (StopBell(),) if change.before.help.called else ()


def ring_or_stop(change: Change[Any]) -> Effects:
    """Ring or stop ringing where this change has just begun or ended the call."""
    if change.after.help.called is change.before.help.called:
        return ()
    return (RingBell(),) if change.after.help.called else (StopBell(),)
