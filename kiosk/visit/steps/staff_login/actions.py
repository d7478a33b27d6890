"""Actions and guards of the staff login with card, PIN and one-time code."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.people.id_number import is_valid
from kiosk.staff.roles import Right
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.state import Visit

READERS = frozenset(one for one in Failure if one.name.startswith("READER_"))


def serves_people(visit: Visit, what: LoggedIn, _context: Context) -> bool:
    """Return whether whoever logged in may see cases, and did so by card."""
    return what.session.may(Right.UNSENT) and not visit.on_behalf.typing


def needs_code(_visit: Visit, what: LoggedIn, _context: Context) -> bool:
    """Return whether a one-time code must follow card and PIN."""
    return what.session.needs_code


def reader_gone(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the card reader fails, so that a technician's number may be typed."""
    return visit.failure in READERS and not visit.on_behalf.typing


def is_typing_number(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether a technician's number is being typed."""
    return visit.on_behalf.typing and not visit.staff.card_number


def own_number_right(visit: Visit, what: Event, context: Context) -> bool:
    """Return whether the typed number is a valid identity number."""
    return is_typing_number(visit, what, context) and is_valid(visit.entry.typed, context.today)


def begin_typing_number(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Type the number of a technician whose card cannot be read."""
    return replace(visit, failure=None, on_behalf=replace(visit.on_behalf, typing=True))


def take_typed_number(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Keep the typed number in place of the card's; the PIN is asked for next."""
    return replace(
        visit,
        failure=None,
        staff=replace(visit.staff, card_number=visit.entry.typed),
        entry=replace(visit.entry, typed=""),
    )


def refuse_typed_number(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that the typed number is not valid."""
    return replace(visit, failure=Failure.ID_NUMBER_WRONG)


def await_code(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Ask for the code; no session begins before it is right."""
    return replace(visit, staff=replace(visit.staff, checking=False))
