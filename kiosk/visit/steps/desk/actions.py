"""Actions and guards of the helper's desk: the point's cases and the month's report."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.document import Way
from kiosk.people.consent import Consent
from kiosk.staff.desk import Correction
from kiosk.staff.roles import Right
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.reference_data import TEXT_VERSION
from kiosk.visit.state import Purpose, Visit
from kiosk.visit.step_parts.devices import has_scanner
from kiosk.visit.steps.desk.events import DeskSeen, MonthKnown


def begin_absent(visit: Visit, _what: Event, context: Context) -> Visit:
    """Begin to file for a person who is not here.

    The consent is recorded without a face check; what the person agreed to stands in the authority.
    """
    return _begun_by_staff(visit, Way.HELPER_ABSENT, context)


def begin_back_entry(visit: Visit, _what: Event, context: Context) -> Visit:
    """Begin to enter papers that the window accepted on an earlier day."""
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
    """Return whether the staff member may file for a person who is not here."""
    return visit.staff.session is not None and visit.staff.session.may(Right.FILE_ABSENT)


def may_back_enter(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the staff member may enter papers later."""
    return visit.staff.session is not None and visit.staff.session.may(Right.BACK_ENTRY)


def may_find(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the staff member may see the progress of cases."""
    return visit.staff.session is not None and visit.staff.session.may(Right.FIND)


def may_scan(visit: Visit, what: Event, context: Context) -> bool:
    """Return whether the staff member may find a case by its slip, and there is a scanner."""
    return may_find(visit, what, context) and has_scanner(visit, what, context)


def look_for_case(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Turn to the progress of one case; the desk's other cases are forgotten."""
    return replace(visit, purpose=Purpose.PROGRESS, desk=replace(visit.desk, content=None))


def may_hand_over(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the staff member serves people and so has a desk to hand over."""
    return visit.staff.session is not None and visit.staff.session.may(Right.UNSENT)


def begin_handover(visit: Visit, _what: Event, _context: Context) -> Visit:
    """End the session of the staff member and keep who hands the desk over."""
    return replace(
        visit,
        staff=replace(visit.staff, session=None, leaving=visit.staff.session),
        desk=replace(visit.desk, month=None),
    )


def name_of(one: Correction) -> str:
    """Return the value of the press that picks this correction."""
    return f"{one.application_id}/{one.service}"


def may_start_correction(visit: Visit, what: Pressed, _context: Context) -> bool:
    """Return whether the staff member may bring corrections and this one is on the desk."""
    allowed = visit.staff.session is not None and visit.staff.session.may(Right.CORRECTIONS)
    return allowed and _correction_named(visit, what.value) is not None


def start_correction(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Turn to one correction; the desk's other cases are forgotten."""
    return replace(
        visit,
        desk=replace(visit.desk, correcting=_correction_named(visit, what.value), content=None),
    )


def _correction_named(visit: Visit, name: str) -> Correction | None:
    lying = (visit.desk.content.corrections if visit.desk.content else None) or ()
    return next((one for one in lying if name_of(one) == name), None)


def may_file_for(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the staff member may file for others."""
    return visit.staff.session is not None and visit.staff.session.may(Right.FILE_FOR)


def take_desk(visit: Visit, what: DeskSeen, _context: Context) -> Visit:
    """Keep the cases on the desk."""
    seen = what
    return replace(visit, failure=seen.failure, desk=replace(visit.desk, content=seen.desk))


def may_report(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the staff member may see the month's report."""
    return visit.staff.session is not None and visit.staff.session.may(Right.REPORT)


def take_month(visit: Visit, what: MonthKnown, _context: Context) -> Visit:
    """Keep the month's report."""
    return replace(visit, failure=None, desk=replace(visit.desk, month=what.month))


def forget_month(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the month's report."""
    return replace(visit, desk=replace(visit.desk, month=None))


def leave_desk(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the cases on the desk before turning to a person."""
    return replace(visit, desk=replace(visit.desk, content=None))
