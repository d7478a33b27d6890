"""Is there a limit to what one may file for others, and who looks before it is sent? Pure."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.document import Way
from kiosk.failures import Failure
from kiosk.staff.roles import Right
from kiosk.staff.roster import hash_card
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.state import Visit, card_of


def over_limit(_visit: Visit, what: ev.Happening, context: Context) -> bool:
    """Tell whether this friend or relative files for too many people already."""
    return expect(ev.PrincipalsCounted, what).others >= context.book.authority.principals_a_year


def note_limit(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say so."""
    return replace(visit, failure=Failure.PROXY_LIMIT)


def is_back_entry(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a second pair of eyes looks before it is sent."""
    return visit.way is Way.BACK_ENTRY and bool(visit.ink)


def may_check(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether who came in may look: another of the window, and not in their own matter."""
    session = expect(ev.LoggedIn, what).session
    another = visit.staff is not None and session.id != visit.staff.id
    own = hash_card(card_of(visit).number) == session.card_hash
    return session.may(Right.BACK_ENTRY) and another and not own


def refuse_checker(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Say that somebody else has to look."""
    session = expect(ev.LoggedIn, what).session
    same = visit.staff is not None and session.id == visit.staff.id
    failure = Failure.SECOND_SAME if same else Failure.STAFF_NOT_ALLOWED
    return replace(visit, typed="", knocking=False, staff_card="", failure=failure)


def take_checker(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep who looked, and fix the moment."""
    checker = expect(ev.LoggedIn, what).session.id
    moment = visit.confirmed_at or context.moment
    return replace(visit, checked_by=checker, staff_card="", knocking=False, confirmed_at=moment)


def drop_checker(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Go back to the review: what is signed may change."""
    return replace(visit, ink=(), staff_card="", knocking=False, failure=None)


def nobody_rates(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether nobody is here who may rate: never does somebody of the staff."""
    return visit.way in (Way.HELPER_ABSENT, Way.BACK_ENTRY)
