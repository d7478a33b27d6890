"""How does one of the staff take over from another at the desk (交班)? Pure.

Who leaves is out as soon as the act begins: no way leads back. Who comes in has one try; after
that, or when nobody comes, it is a login like any other.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.staff.roles import Right, Session
from kiosk.staff.roster import hash_card
from kiosk.visit import events as ev
from kiosk.visit import staffing
from kiosk.visit.context import Context, expect
from kiosk.visit.state import Visit


def _leaving(visit: Visit) -> Session:
    assert visit.leaving is not None
    return visit.leaving


def may_hand_over(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether who is in has a desk to pass on."""
    return visit.staff is not None and visit.staff.may(Right.UNSENT)


def is_leaving_card(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether the card is that of who leaves."""
    return hash_card(expect(ev.CardRead, what).card.number) == _leaving(visit).card_hash


def may_take_over(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether who came in is another one, and serves people."""
    session = expect(ev.LoggedIn, what).session
    another = session.id != _leaving(visit).id
    return another and session.may(Right.UNSENT) and not session.needs_code


def begin(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Let who is in leave; the desk was put away before."""
    return replace(visit, staff=None, leaving=visit.staff, month=None)


def refuse_leaving_card(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that somebody else has to come."""
    return replace(visit, failure=Failure.STAFF_SAME)


def take_over(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Give the desk to who came in, and tell once what is taken over."""
    return replace(staffing.let_in(visit, what, context), leaving=None, taken_over=True)


def refuse(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Say that who came in may not take over; nobody is in."""
    session = expect(ev.LoggedIn, what).session
    refused = staffing.refuse_right(visit, what, context)
    same = session.id == _leaving(visit).id
    failure = Failure.STAFF_SAME if same else refused.failure
    return replace(refused, leaving=None, failure=failure)


def turn_away(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Say why nobody took over; nobody is in, and the PIN is typed anew as at any login."""
    return replace(staffing.turn_away(visit, what, context), leaving=None)


def ask_another_card(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Say why this card is of no use; nobody is in."""
    return replace(staffing.ask_another_card(visit, what, context), leaving=None)
