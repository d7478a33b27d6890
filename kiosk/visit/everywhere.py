"""Transitions that every stage has besides its own: leaving, time-out, view, help."""

from __future__ import annotations

from kiosk.pages.press import Press
from kiosk.visit.events.devices import BellTold, RemoteHelpTold
from kiosk.visit.events.idling import IdleWarning, Timeout
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.step_parts.help_call import (
    begin_remote,
    call_helper,
    call_off,
    end_remote,
    may_begin,
    ring_once,
    stop_ringing,
    take_bell,
    take_remote,
)
from kiosk.visit.step_parts.navigation import change_view, close_overlay, cover_with, turn_leaf
from kiosk.visit.step_parts.staff_entry import log_out
from kiosk.visit.transition import On, Transition

LEAVING: tuple[Transition, ...] = (
    On(Press.QUIT_YES, to=Stage.WIPING),
    # Nobody answered the warning, so whoever of the staff is logged in has left, too.
    On(Timeout, to=Stage.WIPING, do=log_out),  # whom nobody answers for is out, too
)

EVERYWHERE: tuple[Transition, ...] = (
    On(Press.LARGER, do=change_view),
    On(Press.CONTRAST, do=change_view),
    On(Press.LOWER, do=change_view),
    On(Press.TURN, do=turn_leaf),
    On(Press.LOUDER, do=change_view),
    On(Press.SLOWER, do=change_view),
    On(Press.STAY, do=close_overlay),
    On(Press.HELP, do=call_helper, effects=ring_once),
    On(Press.PHONE, do=call_helper, effects=ring_once),
    On(Press.CALL_OFF, do=call_off, effects=stop_ringing),
    On(Press.SIGNS, do=cover_with(Overlay.SIGNS)),
    On(BellTold, do=take_bell),
    On(Press.ASK_REMOTE, when=may_begin, do=cover_with(Overlay.REMOTE_HELP)),
    On(Press.AGREE_REMOTE, when=may_begin, do=begin_remote),
    On(Press.END_REMOTE, do=end_remote),
    On(RemoteHelpTold, do=take_remote),
    On(IdleWarning, do=cover_with(Overlay.STILL_HERE)),
)
"""Transitions of view, help and idle warning; none of them changes the stage."""
