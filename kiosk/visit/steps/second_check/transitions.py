"""The step SECOND: another of the window checks what was entered later."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.staff.roles import Right
from kiosk.staff.roster import hash_card
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, card_of
from kiosk.visit.step_parts.staff_entry import login_transitions, wait_for_staff_card
from kiosk.visit.steps.second_check.page import second_page
from kiosk.visit.transition import On, Step


def may_check(visit: Visit, what: LoggedIn, _context: Context) -> bool:
    """Return whether whoever logged in may check: of a window, another one, not their own case."""
    session = what.session
    another = visit.staff.session is not None and session.id != visit.staff.session.id
    own = hash_card(card_of(visit).number) == session.card_hash
    return session.may(Right.BACK_ENTRY) and another and not own


def refuse_checker(visit: Visit, what: LoggedIn, _context: Context) -> Visit:
    """Show why somebody else has to check."""
    session = what.session
    same = visit.staff.session is not None and session.id == visit.staff.session.id
    failure = Failure.SECOND_SAME if same else Failure.STAFF_NOT_ALLOWED
    return replace(
        visit,
        failure=failure,
        entry=replace(visit.entry, typed=""),
        staff=replace(visit.staff, checking=False, card_number=""),
    )


def take_checker(visit: Visit, what: LoggedIn, context: Context) -> Visit:
    """Keep who checked, and fix the moment of confirmation."""
    checker = what.session.id
    moment = visit.signature.confirmed_at or context.moment
    return replace(
        visit,
        staff=replace(visit.staff, checked_by=checker, card_number="", checking=False),
        signature=replace(visit.signature, confirmed_at=moment),
    )


def drop_checker(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget signature and login, because the application may change in the review."""
    return replace(
        visit,
        failure=None,
        signature=replace(visit.signature, ink=()),
        staff=replace(visit.staff, card_number="", checking=False),
    )


SECOND = Step(
    stage=Stage.SECOND,
    page=second_page,
    enter=wait_for_staff_card,
    transitions=(
        *login_transitions(),
        On(LoggedIn, to=Stage.SUBMITTING, when=may_check, do=take_checker),
        On(LoggedIn, do=refuse_checker),
        On(Press.BACK, to=Stage.REVIEW, do=drop_checker),
    ),
)
