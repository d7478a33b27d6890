"""Guards and actions for camera, printer and code scanner that several steps share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.delivery.scan_intake import PERSON, STAFF
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import CapturePaper, KeepPicture
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.papers import PaperCaptured, PaperFailed, PictureTaken
from kiosk.visit.records.filing import ShownPicture
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.navigation import show_failure
from kiosk.visit.transition import Change, Effects, On, Transition


def can_capture(visit: Visit, context: Context) -> bool:
    """Return whether a paper camera is set up and no picture is being taken."""
    return bool(context.book.settings.paper_camera.url) and not visit.papers.capturing


PRINTER_FAILURES = (Failure.PRINTER_LOST, Failure.PAPER_OUT, Failure.COVER_OPEN)


def clear_printer_failure(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Remove the failure if it is the printer's; any other one stays on the page."""
    passed = visit.failure in PRINTER_FAILURES
    return replace(visit, failure=None) if passed else visit


def begin_printing(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark a slip as being printed."""
    return replace(visit, failure=None, display=replace(visit.display, printing=True))


def end_printing(visit: Visit, what: Printed, context: Context) -> Visit:
    """Stop saying that a slip is being printed: it lies in the tray."""
    return without_printing(clear_printer_failure(visit, what, context))


def show_print_failure(visit: Visit, what: PrintFailed, context: Context) -> Visit:
    """Show why nothing is printed; a press prints again."""
    return without_printing(show_failure(visit, what, context))


def without_printing(visit: Visit) -> Visit:
    """Return the visit without the word that a slip is being printed."""
    return replace(visit, display=replace(visit.display, printing=False))


def start_capture(visit: Visit, code: str) -> Visit:
    """Mark a picture of the paper `code` as being taken."""
    return replace(visit, failure=None, papers=replace(visit.papers, capturing=code))


def show_no_picture(visit: Visit, what: PaperFailed, _context: Context) -> Visit:
    """Show why there is no picture, and stop capturing."""
    return replace(visit, failure=what.failure, papers=replace(visit.papers, capturing=""))


def has_scanner(_visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether a code scanner is set up."""
    return bool(context.book.settings.code_scanner.url)


def is_waited_for(visit: Visit, what: PaperCaptured, _context: Context) -> bool:
    """Return whether the kept picture is of the paper that is being captured."""
    return what.code == visit.papers.capturing


CAPTURING = frozenset(
    {Stage.MATERIALS, Stage.CORRECTING, Stage.PRINCIPAL, Stage.AUTHORITY, Stage.VOUCHING}
)


def shown_picture(visit: Visit) -> ShownPicture | None:
    """Return the picture shown for a decision; None when no page shows one."""
    return visit.papers.picture if visit.papers.capturing else None


def is_picture_waited_for(visit: Visit, what: PictureTaken, _context: Context) -> bool:
    """Return whether the picture is of the paper that is being captured."""
    return what.code == visit.papers.capturing


def is_picture_shown(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether a picture is shown and nobody has decided to keep it yet."""
    shown = shown_picture(visit)
    return shown is not None and not shown.keeping


def show_picture(visit: Visit, what: PictureTaken, _context: Context) -> Visit:
    """Show the picture that was taken, with the doubt about it if there is one."""
    taken = what
    return replace(
        visit,
        failure=None,
        papers=replace(visit.papers, picture=ShownPicture(taken.number, taken.doubt)),
    )


def retake_picture(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Drop the picture; entering the stage again takes another one of the same paper."""
    return replace(visit, failure=None, papers=replace(visit.papers, picture=None))


def discard_picture(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Drop the picture and stop capturing, which returns to the page before."""
    return replace(visit, failure=None, papers=replace(visit.papers, picture=None, capturing=""))


def confirm_picture(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark the picture as being kept, while it is sealed and stored."""
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
    """Ask for a picture of the paper that is being captured, if any."""
    visit = change.after
    return (CapturePaper(visit.papers.capturing),) if visit.papers.capturing else ()


def keep_picture(change: Change[Any]) -> Effects:
    """Ask to seal and keep the picture that is shown.

    Where the picture is doubtful, the doubt and who decided to keep it (person or staff) are
    recorded.
    """
    visit, shown = change.after, change.after.papers.picture
    assert shown is not None
    which = (visit.application_id, visit.papers.capturing, shown.number)
    if shown.doubt is None:
        return (KeepPicture(*which),)
    return (KeepPicture(*which, shown.doubt.value, STAFF if visit.staff.session else PERSON),)


def picture_transitions() -> tuple[Transition, ...]:
    """Return the transitions of a stage at which a picture is taken, shown and decided on."""
    return (
        On(PictureTaken, when=is_picture_waited_for, do=show_picture),
        On(Press.CAPTURE, when=is_picture_shown, do=retake_picture, again=True),
        On(Press.KEEP_PICTURE, when=is_picture_shown, do=confirm_picture, effects=keep_picture),
        On(Press.BACK, when=is_picture_shown, do=discard_picture, again=True),
    )
