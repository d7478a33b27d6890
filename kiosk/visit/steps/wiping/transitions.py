"""The step WIPING: the visit ends and everything of the person is forgotten."""

from __future__ import annotations

from typing import Any

from kiosk.staff.roles import Right
from kiosk.visit.context import Context
from kiosk.visit.effects import KeepDraft, StopBell, Wipe
from kiosk.visit.events.event import Event
from kiosk.visit.events.ratings import RatingLost
from kiosk.visit.records.staff import StaffState
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, card_of
from kiosk.visit.step_parts.draft import draft_of, encode, is_kept
from kiosk.visit.step_parts.navigation import reset_visit, show_failure
from kiosk.visit.step_parts.staff_entry import log_out_gone
from kiosk.visit.steps.wiping.events import Wiped
from kiosk.visit.steps.wiping.page import wiping_page
from kiosk.visit.transition import Change, Effects, On, Step


def staff_in(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether somebody who serves people is logged in, which no technician does."""
    return visit.staff.session is not None and visit.staff.session.may(Right.UNSENT)


def next_person(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Return a fresh visit with the same ids in which the staff stays logged in."""
    return Visit(
        visit.id,
        visit.application_id,
        request=visit.request,
        staff=StaffState(session=visit.staff.session),
    )


def leave_visit(change: Change[Any]) -> Effects:
    """Keep the draft, record a logout, wipe the visit and stop the helper's bell."""
    before = change.before
    kept: Effects = ()
    if is_kept(before):
        kept = (KeepDraft(card_of(before).number, encode(draft_of(before))),)
    called_off = (StopBell(),) if before.help.called else ()
    return (*kept, *log_out_gone(change), Wipe(ss_card=change.after.proof.ss_card_in), *called_off)


WIPING = Step(
    stage=Stage.WIPING,
    page=wiping_page,
    holds_person=False,
    may_end=False,
    may_undo=False,
    enter=leave_visit,
    transitions=(
        On(RatingLost, do=show_failure),
        On(Wiped, to=Stage.DESK, when=staff_in, do=next_person),
        On(Wiped, to=Stage.IDLE, do=reset_visit, effects=log_out_gone),
    ),
)
