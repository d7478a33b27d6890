"""Actions and guards of the login of the staff with card, PIN and one-time code."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.people.id_number import is_valid
from kiosk.staff.roles import Right
from kiosk.visit.context import Context
from kiosk.visit.events import Event, LoggedIn
from kiosk.visit.state import Visit

READERS = frozenset(one for one in Failure if one.name.startswith("READER_"))


def serves_people(visit: Visit, what: LoggedIn, _context: Context) -> bool:
    """Tell whether who came in may see cases, and came in by a card."""
    return what.session.may(Right.UNSENT) and not visit.on_behalf.typing


def needs_code(_visit: Visit, what: LoggedIn, _context: Context) -> bool:
    """Tell whether card and PIN are not enough for who stands there."""
    return what.session.needs_code


def reader_gone(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether no card can be read here: then a technician's number is typed."""
    return visit.failure in READERS and not visit.on_behalf.typing


def is_typing_number(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether a technician's number is being typed."""
    return visit.on_behalf.typing and not visit.staff.card_number


def own_number_right(visit: Visit, what: Event, context: Context) -> bool:
    """Tell whether what was typed can be somebody's number."""
    return is_typing_number(visit, what, context) and is_valid(visit.entry.typed, context.today)


def begin_typing_number(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Type the number of who stands before a reader that reads nothing."""
    return replace(visit, failure=None, on_behalf=replace(visit.on_behalf, typing=True))


def take_typed_number(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Keep the number that was typed: the PIN is asked for next."""
    return replace(
        visit,
        failure=None,
        staff=replace(visit.staff, card_number=visit.entry.typed),
        entry=replace(visit.entry, typed=""),
    )


def refuse_typed_number(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Say that nobody has this number."""
    return replace(visit, failure=Failure.ID_NUMBER_WRONG)


def await_code(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Ask for the code; nobody is in before it is right."""
    return replace(visit, staff=replace(visit.staff, checking=False))
