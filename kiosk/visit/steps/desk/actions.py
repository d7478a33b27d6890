"""Actions and guards of the helper's desk: cases of the service point and the month's report."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.document import Way
from kiosk.people.consent import Consent
from kiosk.staff.desk import Correction
from kiosk.staff.roles import Right
from kiosk.visit.context import Context
from kiosk.visit.devices import has_scanner
from kiosk.visit.events import DeskSeen, Event, MonthKnown, Pressed
from kiosk.visit.reference_data import TEXT_VERSION
from kiosk.visit.state import Purpose, Visit


def begin_absent(visit: Visit, _what: Event, context: Context) -> Visit:
    """Turn to somebody who is not here: what they agreed to stands in the authorisation."""
    return _begun_by_staff(visit, Way.HELPER_ABSENT, context)


def begin_back_entry(visit: Visit, _what: Event, context: Context) -> Visit:
    """Turn to papers that the window accepted earlier."""
    return _begun_by_staff(visit, Way.BACK_ENTRY, context)


def _begun_by_staff(visit: Visit, way: Way, context: Context) -> Visit:
    consent = Consent(TEXT_VERSION, context.moment, face=False)
    return replace(
        visit,
        on_behalf=replace(visit.on_behalf, way=way),
        identity=replace(visit.identity, consent=consent),
        desk=replace(visit.desk, content=None),
    )


def may_file_absent(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether who is in may file for who is not here."""
    return visit.staff.session is not None and visit.staff.session.may(Right.FILE_ABSENT)


def may_back_enter(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether who is in may enter papers later."""
    return visit.staff.session is not None and visit.staff.session.may(Right.BACK_ENTRY)


def may_find(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether who is in may see how far cases are."""
    return visit.staff.session is not None and visit.staff.session.may(Right.FIND)


def may_scan(visit: Visit, what: Event, context: Context) -> bool:
    """Tell whether who is in may, and can, find a case by its slip."""
    return may_find(visit, what, context) and has_scanner(visit, what, context)


def look_for_case(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Turn from the desk to one case; nothing of the others stays."""
    return replace(visit, purpose=Purpose.PROGRESS, desk=replace(visit.desk, content=None))


def may_hand_over(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether who is in has a desk to pass on."""
    return visit.staff.session is not None and visit.staff.session.may(Right.UNSENT)


def begin_handover(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Let who is in leave; the desk was put away before."""
    return replace(
        visit,
        staff=replace(visit.staff, session=None, leaving=visit.staff.session),
        desk=replace(visit.desk, month=None),
    )


def name_of(one: Correction) -> str:
    """Return the value of the press that takes it up."""
    return f"{one.application_id}/{one.service}"


def may_start_correction(visit: Visit, what: Pressed, _context: Context) -> bool:
    """Tell whether who is in may bring this, and it lies on the desk."""
    allowed = visit.staff.session is not None and visit.staff.session.may(Right.CORRECTIONS)
    return allowed and _wanted(visit, what.value) is not None


def start_correction(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Turn to one matter; the others leave the page."""
    return replace(
        visit, desk=replace(visit.desk, correcting=_wanted(visit, what.value), content=None)
    )


def _wanted(visit: Visit, name: str) -> Correction | None:
    lying = (visit.desk.content.corrections if visit.desk.content else None) or ()
    return next((one for one in lying if name_of(one) == name), None)


def may_file_for(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether who is in may file for others."""
    return visit.staff.session is not None and visit.staff.session.may(Right.FILE_FOR)


def take_desk(visit: Visit, what: DeskSeen, _context: Context) -> Visit:
    """Keep what lies on the desk."""
    seen = what
    return replace(visit, failure=seen.failure, desk=replace(visit.desk, content=seen.desk))


def may_report(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether who is in may see what was done at this point."""
    return visit.staff.session is not None and visit.staff.session.may(Right.REPORT)


def take_month(visit: Visit, what: MonthKnown, _context: Context) -> Visit:
    """Keep what was done in the month."""
    return replace(visit, failure=None, desk=replace(visit.desk, month=what.month))


def forget_month(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Return to the desk."""
    return replace(visit, desk=replace(visit.desk, month=None))


def leave_desk(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Turn to a person: nothing of other people's cases stays."""
    return replace(visit, desk=replace(visit.desk, content=None))
