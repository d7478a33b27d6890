"""Calls for a helper: by the bell, with its answer, and in the control room, who may look.

Of a helper who looks only the state is kept in the visit. What is shown and pointed at is the
session's own (kiosk/session/remote_help_session.py): no event of a helper moves a visit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.fleet.remote_help import RemoteLook
from kiosk.pages.page import Page
from kiosk.visit.context import Context
from kiosk.visit.effects import RingBell, StopBell
from kiosk.visit.events.devices import BellTold, RemoteHelpTold
from kiosk.visit.events.event import Event
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit
from kiosk.visit.transition import Change, Effects

NOT_OFFERED = frozenset(
    {Stage.IDLE, Stage.OUT_OF_SERVICE, Stage.LOGIN, Stage.CODE, Stage.HANDOVER, Stage.WIPING}
)
"""Stages at which nobody is there who files, or the staff logs in."""


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


def offers_remote(visit: Visit, book: ReferenceData) -> bool:
    """Return whether the person may ask that a helper in the control room looks."""
    alone = visit.staff.session is None and visit.stage not in NOT_OFFERED
    return book.settings.help.remote and alone and visit.help.remote is None


def may_begin(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether a session may begin now."""
    return offers_remote(visit, context.book)


def begin_remote(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Close the page that asked, and let a helper look."""
    begun = replace(visit.help, remote=RemoteLook.WAITING)
    return replace(visit, overlay=Overlay.NONE, help=begun)


def end_remote(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Let nobody look any more."""
    return replace(visit, help=replace(visit.help, remote=None))


def take_remote(visit: Visit, what: RemoteHelpTold, _context: Context) -> Visit:
    """Keep whether somebody looks, unless the person ended it meanwhile."""
    if visit.help.remote is None:
        return visit
    look = None if what.look is RemoteLook.ENDED else what.look
    return replace(visit, help=replace(visit.help, remote=look))


def watch_words(visit: Visit, book: ReferenceData, page: Page) -> str:
    """Return what stands above the page while a helper may look, "" while nobody may."""
    words, look = book.words["remote_watch"], visit.help.remote
    if look is None:
        return ""
    is_hidden = not book.remote_help.parts_of(page)
    name = "hidden" if is_hidden and look is RemoteLook.WATCHED else look.value
    text: str = words[name].format(phone=book.settings.terminal.phone)
    return text
