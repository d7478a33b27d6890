"""How does a visit change while something is brought that an office had asked for (补正)? Pure."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid5

from kiosk.delivery.correction import PAPER, CorrectionPapers
from kiosk.staff.desk import Correction
from kiosk.staff.roles import Right
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.state import Visit

MOST_PAGES = 6


def name_of(one: Correction) -> str:
    """Return the value of the press that takes it up."""
    return f"{one.application_id}/{one.service}"


def may_take_up(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether who is in may bring this, and it lies on the desk."""
    allowed = visit.staff is not None and visit.staff.may(Right.CORRECTIONS)
    return allowed and _wanted(visit, expect(ev.Press, what).value) is not None


def may_capture(visit: Visit, _what: ev.Happening, context: Context) -> bool:
    """Tell whether another page can be taken a picture of."""
    has_camera = bool(context.book.settings.paper_camera.url)
    busy = bool(visit.capturing) or visit.handing_in
    return has_camera and not busy and len(visit.brought) < MOST_PAGES


def is_waited_for(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether the picture is the one that is waited for."""
    return expect(ev.PaperCaptured, what).code == visit.capturing


def has_pages(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether there is something to hand in, and not already on its way."""
    return bool(visit.brought) and not visit.handing_in and not visit.capturing


def take_up(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Turn to one matter; the others leave the page."""
    return replace(visit, correcting=_wanted(visit, expect(ev.Press, what).value), desk=None)


def begin_capture(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Take a picture of a page."""
    return replace(visit, capturing=PAPER, failure=None)


def take_page(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep what stands for the page."""
    page = expect(ev.PaperCaptured, what).paper
    return replace(visit, capturing="", brought=(*visit.brought, page), failure=None)


def hand_in(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Let it be sealed and stored."""
    return replace(visit, handing_in=True, failure=None)


def not_kept(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Say why it could not be stored; nothing was handed in."""
    return replace(visit, handing_in=False, failure=expect(ev.StoreFailed, what).failure)


def put_away(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Return to the desk, with another id for what is handed in next."""
    anew = str(uuid5(UUID(visit.application_id), "anew"))
    cleared = replace(visit, correcting=None, handing_in=False, capturing="", brought=())
    return replace(cleared, application_id=anew)


def papers_of(visit: Visit) -> CorrectionPapers:
    """Return what is handed in."""
    assert visit.correcting is not None
    assert visit.staff is not None
    return CorrectionPapers(
        id=visit.application_id,
        application_id=visit.correcting.application_id,
        service=visit.correcting.service,
        pages=visit.brought,
        staff=visit.staff.id,
        masked_name=visit.correcting.masked_name,
    )


def _wanted(visit: Visit, name: str) -> Correction | None:
    lying = (visit.desk.corrections if visit.desk else None) or ()
    return next((one for one in lying if name_of(one) == name), None)
