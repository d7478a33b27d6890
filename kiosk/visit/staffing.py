"""How does a visit change when somebody of the staff comes in, vouches, or leaves? Pure."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.people.id_number import is_valid
from kiosk.staff.pin import DIGITS
from kiosk.staff.roles import Right, Session
from kiosk.staff.roster import hash_card
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.state import Visit, card_of

READERS = frozenset(one for one in Failure if one.name.startswith("READER_"))
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
"""After these another PIN would not help."""


# may it be?


def pin_complete(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether this is the last digit of the PIN."""
    growing = pin_growing(visit, what, _context)
    return growing and len(visit.typed + expect(ev.Press, what).value) == DIGITS


def pin_growing(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether another digit has its place."""
    return bool(visit.staff_card) and not visit.knocking and not visit.wait


def serves_people(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether who came in may see cases, and came in by a card."""
    return expect(ev.LoggedIn, what).session.may(Right.UNSENT) and not visit.typing


def needs_code(_visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether card and PIN are not enough for who stands there."""
    return expect(ev.LoggedIn, what).session.needs_code


def reader_gone(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether no card can be read here: then a technician's number is typed."""
    return visit.failure in READERS and not visit.typing


def types_own(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a technician's number is being typed."""
    return visit.typing and not visit.staff_card


def own_number_right(visit: Visit, what: ev.Happening, context: Context) -> bool:
    """Tell whether what was typed can be somebody's number."""
    return types_own(visit, what, context) and is_valid(visit.typed, context.today)


def may_file_for(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether who is in may file for others."""
    return visit.staff is not None and visit.staff.may(Right.FILE_FOR)


def own_card(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether who files for others has laid down the own card."""
    card = expect(ev.CardRead, what).card
    return visit.staff is not None and hash_card(card.number) == visit.staff.card_hash


def staff_in(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether somebody of the staff is in who serves people: a technician is out."""
    return visit.staff is not None and visit.staff.may(Right.UNSENT)


def card_known(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether there is a card that could be vouched for."""
    return visit.card is not None


def reason_open(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether the reason for vouching is still to be said."""
    return not visit.vouch_reason


def another_pin_helps(_visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether the same card may be tried again."""
    return expect(ev.LoginFailed, what).failure not in CARD_IS_OF_NO_USE


# then so


def type_own(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Type the number of who stands before a reader that reads nothing."""
    return replace(visit, typing=True, failure=None)


def take_own(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Keep the number that was typed: the PIN is asked for next."""
    return replace(visit, staff_card=visit.typed, typed="", failure=None)


def refuse_own(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that nobody has this number."""
    return replace(visit, failure=Failure.ID_NUMBER_WRONG)


def await_code(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Ask for the code; nobody is in before it is right."""
    return replace(visit, knocking=False)


def take_staff_card(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep the number only: the PIN is asked for next."""
    number = expect(ev.CardRead, what).card.number
    return replace(visit, staff_card=number, typed="", failure=None)


def type_pin(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Add a digit of the PIN."""
    return replace(visit, typed=visit.typed + expect(ev.Press, what).value, failure=None)


def knock(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Add the last digit: card and PIN are looked at now."""
    return replace(type_pin(visit, what, context), knocking=True)


def turn_away(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Say why nobody came in; the PIN is typed anew."""
    said = expect(ev.LoginFailed, what)
    return replace(visit, typed="", knocking=False, failure=said.failure, wait=said.wait)


def ask_another_card(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Say why this card is of no use here."""
    return replace(turn_away(visit, what, context), staff_card="", typing=False)


def refuse_right(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Say that who came in may not do this."""
    own = _is_own(visit, expect(ev.LoggedIn, what).session)
    failure = Failure.STAFF_SELF if own else Failure.STAFF_NOT_ALLOWED
    return replace(visit, typed="", knocking=False, staff_card="", typing=False, failure=failure)


def begin_anew(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Ask for a card of the staff; one that was lifted before its PIN was right counts no more."""
    failure = Failure.STAFF_CARD_LIFTED if visit.staff_card else None
    visit = replace(visit, typed="", knocking=False, staff_card="", typing=False, wait=0)
    return replace(visit, failure=failure)


def let_in(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Begin the time at the desk; card and PIN are forgotten."""
    session = expect(ev.LoggedIn, what).session
    return replace(visit, staff=session, staff_card="", knocking=False, typing=False)


def take_reason(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep why it has to be vouched for."""
    return replace(visit, vouch_reason=expect(ev.Press, what).value)


def take_desk(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep what lies on the desk."""
    seen = expect(ev.DeskSeen, what)
    return replace(visit, desk=seen.desk, failure=seen.failure)


def may_report(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether who is in may see what was done at this point."""
    return visit.staff is not None and visit.staff.may(Right.REPORT)


def take_month(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep what was done in the month."""
    return replace(visit, month=expect(ev.MonthKnown, what).month, failure=None)


def put_month_away(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Return to the desk."""
    return replace(visit, month=None)


def leave_desk(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Turn to a person: nothing of other people's cases stays."""
    return replace(visit, desk=None)


def log_out(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """End the time of whoever of the staff is in."""
    return replace(visit, staff=None)


def refuse_own_card(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that the own matter is for somebody else."""
    return replace(visit, failure=Failure.STAFF_SELF)


def next_person(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Leave nothing of the visit but its ids, and who of the staff is in."""
    return Visit(visit.id, visit.application_id, request=visit.request, staff=visit.staff)


def _is_own(visit: Visit, session: Session) -> bool:
    return visit.card is not None and hash_card(card_of(visit).number) == session.card_hash
