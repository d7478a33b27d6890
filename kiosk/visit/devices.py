"""Transitions that answer to devices at several steps: camera, printer, code scanner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.delivery.scan_intake import PERSON, STAFF
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import CapturePaper, KeepPicture
from kiosk.visit.events import Event, PaperCaptured, PaperFailed, PictureTaken
from kiosk.visit.stages import Stage
from kiosk.visit.state import ShownPicture, Visit
from kiosk.visit.transition import Change, Effects, On


def can_capture(visit: Visit, context: Context) -> bool:
    return bool(context.book.settings.paper_camera.url) and not visit.papers.capturing


PRINTER_FAILURES = (Failure.PRINTER_LOST, Failure.PAPER_OUT, Failure.COVER_OPEN)


def clear_printer_failure(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Say nothing more of the printer; whatever else is wrong stays said."""
    passed = visit.failure in PRINTER_FAILURES
    return replace(visit, failure=None) if passed else visit


def show_no_picture(visit: Visit, what: PaperFailed, _context: Context) -> Visit:
    """Say what was wrong with the picture."""
    return replace(visit, failure=what.failure, papers=replace(visit.papers, capturing=""))


def has_scanner(_visit: Visit, _what: Event, context: Context) -> bool:
    """Tell whether a code can be scanned here."""
    return bool(context.book.settings.code_scanner.url)


def is_waited_for(visit: Visit, what: PaperCaptured, _context: Context) -> bool:
    """Tell whether the picture is the one that is waited for."""
    return what.code == visit.papers.capturing


CAPTURING = frozenset(
    {Stage.MATERIALS, Stage.CORRECTING, Stage.PRINCIPAL, Stage.AUTHORITY, Stage.VOUCHING}
)


def shown_picture(visit: Visit) -> ShownPicture | None:
    """Return the picture that is on the page, None for none."""
    return visit.papers.picture if visit.papers.capturing else None


def is_picture_waited_for(visit: Visit, what: PictureTaken, _context: Context) -> bool:
    """Tell whether the picture is of the paper that is to be taken."""
    return what.code == visit.papers.capturing


def is_picture_shown(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether a picture is looked at, and nobody said yet to use it."""
    shown = shown_picture(visit)
    return shown is not None and not shown.keeping


def show_picture(visit: Visit, what: PictureTaken, _context: Context) -> Visit:
    """Show the picture."""
    taken = what
    return replace(
        visit,
        failure=None,
        papers=replace(visit.papers, picture=ShownPicture(taken.number, taken.doubt)),
    )


def retake_picture(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Drop the picture and take another one of the same paper."""
    return replace(visit, failure=None, papers=replace(visit.papers, picture=None))


def discard_picture(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Drop the picture and return to the page before."""
    return replace(visit, failure=None, papers=replace(visit.papers, picture=None, capturing=""))


def confirm_picture(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Let it be sealed and kept."""
    assert visit.papers.picture is not None
    return replace(
        visit, papers=replace(visit.papers, picture=replace(visit.papers.picture, keeping=True))
    )


def without_stale_picture(visit: Visit) -> Visit:
    """Return the visit without a picture of a paper that is no longer being captured."""
    return (
        visit
        if visit.papers.capturing or visit.papers.picture is None
        else replace(visit, papers=replace(visit.papers, picture=None))
    )


def request_capture(change: Change[Any]) -> Effects:
    """Take the picture of the paper that is asked for."""
    visit = change.after
    return (CapturePaper(visit.papers.capturing),) if visit.papers.capturing else ()


def keep_picture(change: Change[Any]) -> Effects:
    """Seal and keep the picture; against a doubt it is kept on the word of who stands there."""
    visit, shown = change.after, change.after.papers.picture
    assert shown is not None
    which = (visit.application_id, visit.papers.capturing, shown.number)
    if shown.doubt is None:
        return (KeepPicture(*which),)
    return (KeepPicture(*which, shown.doubt.value, STAFF if visit.staff.session else PERSON),)


def picture_transitions() -> tuple[On[Any], ...]:
    """Return the transitions while a picture is looked at before it is kept."""
    return (
        On(PictureTaken, when=is_picture_waited_for, do=show_picture),
        On(Press.CAPTURE, when=is_picture_shown, do=retake_picture, again=True),
        On(Press.KEEP_PICTURE, when=is_picture_shown, do=confirm_picture, effects=keep_picture),
        On(Press.BACK, when=is_picture_shown, do=discard_picture, again=True),
    )
