"""Actions and guards of a correction: papers that an office asked for (补正)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid5

from kiosk.delivery.correction import PAPER, CorrectionPapers
from kiosk.visit.context import Context
from kiosk.visit.events.devices import StoreFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.papers import PaperCaptured
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.devices import start_capture

MOST_PAGES = 6


def may_capture(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether another page can be captured now."""
    has_camera = bool(context.book.settings.paper_camera.url)
    busy = bool(visit.papers.capturing) or visit.desk.handing_in
    return has_camera and not busy and len(visit.desk.brought) < MOST_PAGES


def has_pages(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether there are pages to hand in and nothing is under way."""
    return bool(visit.desk.brought) and not visit.desk.handing_in and not visit.papers.capturing


def begin_capture(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark a page as being captured."""
    return start_capture(visit, PAPER)


def take_page(visit: Visit, what: PaperCaptured, _context: Context) -> Visit:
    """Keep the captured page."""
    page = what.paper
    return replace(
        visit,
        failure=None,
        papers=replace(visit.papers, capturing=""),
        desk=replace(visit.desk, brought=(*visit.desk.brought, page)),
    )


def submit_correction(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark the correction as being handed in."""
    return replace(visit, failure=None, desk=replace(visit.desk, handing_in=True))


def show_not_stored(visit: Visit, what: StoreFailed, _context: Context) -> Visit:
    """Show why it could not be stored; nothing was handed in."""
    return replace(visit, failure=what.failure, desk=replace(visit.desk, handing_in=False))


def finish_correction(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the correction and take a new id for the next thing handed in."""
    anew = str(uuid5(UUID(visit.application_id), "anew"))
    cleared = replace(
        visit,
        desk=replace(visit.desk, correcting=None, handing_in=False, brought=()),
        papers=replace(visit.papers, capturing=""),
    )
    return replace(cleared, application_id=anew)


def papers_of(visit: Visit) -> CorrectionPapers:
    """Return the correction to hand in; the guards ensure that there is one and staff is in."""
    assert visit.desk.correcting is not None
    assert visit.staff.session is not None
    return CorrectionPapers(
        id=visit.application_id,
        application_id=visit.desk.correcting.application_id,
        service=visit.desk.correcting.service,
        pages=visit.desk.brought,
        staff=visit.staff.session.id,
        masked_name=visit.desk.correcting.masked_name,
    )
