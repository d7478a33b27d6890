"""Login of one of the staff by card and PIN, shared by all steps that ask for it.

While it goes on, `visit.staff.card_number` is the number that was read, `visit.entry.typed` the PIN
and `visit.staff.checking` true once both are being checked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.staff.pin import DIGITS
from kiosk.staff.roles import Session
from kiosk.staff.roster import hash_card
from kiosk.visit.context import Context
from kiosk.visit.effects import LogIn, LogOut, ReadCard, Remind, WatchCard
from kiosk.visit.events.cards import CardFailed, CardLifted, CardRead
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.staff import LoggedIn, LoginFailed, Waited
from kiosk.visit.state import Visit, card_of
from kiosk.visit.step_parts.login_backoff import count_down, next_mark, waits
from kiosk.visit.step_parts.navigation import show_failure
from kiosk.visit.step_parts.text_entry import erase
from kiosk.visit.transition import Change, Effects, On, Transition

CARD_IS_OF_NO_USE = frozenset(
    {
        Failure.STAFF_UNKNOWN,
        Failure.STAFF_EXPIRED,
        Failure.STAFF_LOCKED,
        Failure.STAFF_LIST_MISSING,
        Failure.STAFF_LIST_OLD,
        Failure.STAFF_CLOCK_WRONG,
        Failure.STAFF_NOT_ALLOWED,
        Failure.STAFF_SELF,
        Failure.STAFF_SAME,
        Failure.STAFF_CODE_MISSING,
    }
)
"""Failures after which another PIN for the same card would not help."""


def pin_complete(visit: Visit, what: Pressed, _context: Context) -> bool:
    """Return whether this is the last digit of the PIN."""
    growing = pin_growing(visit, what, _context)
    return growing and len(visit.entry.typed + what.value) == DIGITS


def pin_growing(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether another digit of the PIN may be typed now."""
    return bool(visit.staff.card_number) and not visit.staff.checking and not visit.staff.wait


def another_pin_helps(_visit: Visit, what: LoginFailed, _context: Context) -> bool:
    """Return whether the same card may be tried again with another PIN."""
    return what.failure not in CARD_IS_OF_NO_USE


def take_staff_card(visit: Visit, what: CardRead, _context: Context) -> Visit:
    """Keep the card's number and nothing else of it; the PIN is asked for next."""
    number = what.card.number
    return replace(
        visit,
        failure=None,
        staff=replace(visit.staff, card_number=number),
        entry=replace(visit.entry, typed=""),
    )


def type_pin(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Append a digit to the PIN."""
    return replace(
        visit, failure=None, entry=replace(visit.entry, typed=visit.entry.typed + what.value)
    )


def submit_pin(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Append the last digit and mark card and PIN as being checked."""
    return replace(base := type_pin(visit, what, context), staff=replace(base.staff, checking=True))


def reject_login(visit: Visit, what: LoginFailed, _context: Context) -> Visit:
    """Show why the login failed, and for how long to wait; the PIN is typed anew."""
    said = what
    return replace(
        visit,
        failure=said.failure,
        entry=replace(visit.entry, typed=""),
        staff=replace(visit.staff, checking=False, wait=said.wait),
    )


def reject_staff_card(visit: Visit, what: LoginFailed, context: Context) -> Visit:
    """Show why the login failed, and forget the card: it is of no use here."""
    return replace(
        base := reject_login(visit, what, context),
        staff=replace(base.staff, card_number=""),
        on_behalf=replace(base.on_behalf, typing=False),
    )


def refuse_right(visit: Visit, what: LoggedIn, _context: Context) -> Visit:
    """Show that the staff member may not do this, or that the matter is their own."""
    own = is_same_person(visit, what.session)
    failure = Failure.STAFF_SELF if own else Failure.STAFF_NOT_ALLOWED
    return replace(
        visit,
        failure=failure,
        entry=replace(visit.entry, typed=""),
        staff=replace(visit.staff, checking=False, card_number=""),
        on_behalf=replace(visit.on_behalf, typing=False),
    )


def ask_for_staff_card(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget card and PIN; if a card was lifted before its PIN was right, tell so."""
    failure = Failure.STAFF_CARD_LIFTED if visit.staff.card_number else None
    visit = replace(
        visit,
        entry=replace(visit.entry, typed=""),
        staff=replace(visit.staff, checking=False, card_number="", wait=0),
        on_behalf=replace(visit.on_behalf, typing=False),
    )
    return replace(visit, failure=failure)


def open_session(visit: Visit, what: LoggedIn, _context: Context) -> Visit:
    """Begin the staff session and forget card and PIN."""
    session = what.session
    return replace(
        visit,
        staff=replace(visit.staff, session=session, card_number="", checking=False),
        on_behalf=replace(visit.on_behalf, typing=False),
    )


def log_out(visit: Visit, _what: Event, _context: Context) -> Visit:
    """End the staff session."""
    return replace(visit, staff=replace(visit.staff, session=None))


def is_same_person(visit: Visit, session: Session) -> bool:
    """Return whether the person of the visit is the one of the staff who is logged in."""
    return visit.identity.card is not None and hash_card(card_of(visit).number) == session.card_hash


def wait_for_staff_card(change: Change[Any]) -> Effects:
    """Ask for a card, unless one was read or a number is being typed."""
    visit = change.after
    return () if visit.staff.card_number or visit.on_behalf.typing else (ReadCard(),)


def watch_card(change: Change[Any]) -> Effects:
    """Watch the card that was just read, so that lifting it ends the login."""
    fresh = change.after.staff.card_number and not change.before.staff.card_number
    return (WatchCard(),) if fresh and not change.after.on_behalf.typing else ()


def log_in(change: Change[Any]) -> Effects:
    """Ask to check card and PIN."""
    visit = change.after
    relieves = visit.staff.leaving.id if visit.staff.leaving else ""
    return (
        LogIn(visit.staff.card_number, visit.entry.typed, not visit.on_behalf.typing, relieves),
    )


def remind_of_wait(change: Change[Any]) -> Effects:
    """Ask for a reminder at the moment when the page shows a shorter wait."""
    wait = change.after.staff.wait
    return (Remind(wait - next_mark(wait)),) if wait and wait != change.before.staff.wait else ()


def log_out_gone(change: Change[Any]) -> Effects:
    """Record the logout of whoever was logged in, or handed over, and is not any more."""
    out = change.before.staff.session or change.before.staff.leaving
    stays = change.after.staff.session or change.after.staff.leaving
    return () if out is None or stays is not None else (LogOut(out.id),)


def card_and_pin_transitions() -> tuple[Transition, ...]:
    """Return the transitions of a stage at which one of the staff shows card and PIN."""
    return (
        On(CardRead, do=take_staff_card, effects=watch_card),
        On(CardFailed, do=show_failure, again=True),
        On(CardLifted, do=ask_for_staff_card, again=True),
        On(Press.DIGIT, when=pin_complete, do=submit_pin, effects=log_in),
        On(Press.DIGIT, when=pin_growing, do=type_pin),
        On(Press.ERASE, when=pin_growing, do=erase),
    )


def login_transitions() -> tuple[Transition, ...]:
    """Return those transitions together with what follows a failed login."""
    return (
        *card_and_pin_transitions(),
        On(Waited, when=waits, do=count_down, effects=remind_of_wait),
        On(LoginFailed, when=another_pin_helps, do=reject_login, effects=remind_of_wait),
        On(LoginFailed, do=reject_staff_card, effects=remind_of_wait),
    )
