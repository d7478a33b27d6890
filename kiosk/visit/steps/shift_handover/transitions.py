"""The step HANDOVER: one helper leaves the desk and another logs in (交班).

Card and PIN may be shown once; whatever fails leads to the ordinary login, with nobody logged in.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.staff.roles import Right, Session
from kiosk.staff.roster import hash_card
from kiosk.visit.context import Context
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Event
from kiosk.visit.events.staff import LoggedIn, LoginFailed
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.staff_entry import (
    another_pin_helps,
    card_and_pin_transitions,
    log_out_gone,
    open_session,
    refuse_right,
    reject_login,
    reject_staff_card,
    wait_for_staff_card,
)
from kiosk.visit.steps.shift_handover.page import handover_page
from kiosk.visit.transition import On, Step


def _leaving(visit: Visit) -> Session:
    assert visit.staff.leaving is not None
    return visit.staff.leaving


def is_leaving_card(visit: Visit, what: CardRead, _context: Context) -> bool:
    """Return whether the card is that of whoever leaves."""
    return hash_card(what.card.number) == _leaving(visit).card_hash


def may_take_over(visit: Visit, what: LoggedIn, _context: Context) -> bool:
    """Return whether whoever logged in is another one who serves people."""
    session = what.session
    another = session.id != _leaving(visit).id
    return another and session.may(Right.UNSENT) and not session.needs_code


def refuse_leaving_card(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that somebody else has to take over."""
    return replace(visit, failure=Failure.STAFF_SAME)


def take_over(visit: Visit, what: LoggedIn, context: Context) -> Visit:
    """Log in whoever takes over, and mark that the page tells once what is taken over."""
    return replace(
        base := open_session(visit, what, context),
        staff=replace(base.staff, leaving=None, taken_over=True),
    )


def refuse_takeover(visit: Visit, what: LoggedIn, context: Context) -> Visit:
    """Show why whoever logged in may not take over; nobody is logged in."""
    session = what.session
    refused = refuse_right(visit, what, context)
    same = session.id == _leaving(visit).id
    failure = Failure.STAFF_SAME if same else refused.failure
    return replace(refused, failure=failure, staff=replace(refused.staff, leaving=None))


def reject_takeover(visit: Visit, what: LoginFailed, context: Context) -> Visit:
    """Show why the login failed; nobody is logged in, and the PIN may be typed again."""
    return replace(
        base := reject_login(visit, what, context), staff=replace(base.staff, leaving=None)
    )


def reject_takeover_card(visit: Visit, what: LoginFailed, context: Context) -> Visit:
    """Show why the card is of no use; nobody is logged in."""
    return replace(
        base := reject_staff_card(visit, what, context), staff=replace(base.staff, leaving=None)
    )


HANDOVER = Step(
    stage=Stage.HANDOVER,
    page=handover_page,
    enter=wait_for_staff_card,
    leave=log_out_gone,
    transitions=(
        # Before the common transitions, which would take the card of whoever leaves.
        On(CardRead, when=is_leaving_card, do=refuse_leaving_card, again=True),
        *card_and_pin_transitions(),
        On(LoggedIn, to=Stage.DESK, when=may_take_over, do=take_over),
        On(LoggedIn, to=Stage.LOGIN, do=refuse_takeover),
        On(LoginFailed, to=Stage.LOGIN, when=another_pin_helps, do=reject_takeover),
        On(LoginFailed, to=Stage.LOGIN, do=reject_takeover_card),
        On(Press.QUIT, to=Stage.WIPING),
    ),
)
