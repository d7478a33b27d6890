"""The step GUIDE: the one notice (一次告知), to read or to print, without identification."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import PrintSlip
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.event import Event
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.devices import clear_printer_failure
from kiosk.visit.step_parts.navigation import (
    explain,
    next_part,
    not_first_part,
    previous_part,
    reset_visit,
    show_failure,
)
from kiosk.visit.step_parts.slips import notice_of
from kiosk.visit.steps.guide.page import guide_page
from kiosk.visit.transition import Change, Effects, On, Step


def print_notice(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark the notice as being printed."""
    return replace(visit, failure=None, display=replace(visit.display, printing=True))


def end_printing(visit: Visit, what: Printed, context: Context) -> Visit:
    """Stop saying that the notice is being printed: it lies in the tray."""
    return _no_longer_printing(clear_printer_failure(visit, what, context))


def show_print_failure(visit: Visit, what: PrintFailed, context: Context) -> Visit:
    """Show why nothing is printed; a press prints again."""
    return _no_longer_printing(show_failure(visit, what, context))


def _no_longer_printing(visit: Visit) -> Visit:
    return replace(visit, display=replace(visit.display, printing=False))


def print_guide(change: Change[Any]) -> Effects:
    """Print the notice when it was asked for."""
    return (PrintSlip(notice_of(change.context.book)),) if change.after.display.printing else ()


GUIDE = Step(
    stage=Stage.GUIDE,
    page=guide_page,
    holds_person=False,
    shows_leave=False,
    enter=print_guide,
    transitions=(
        On(Press.MORE, do=next_part),
        On(Press.WHY, do=explain(Overlay.ENTRY)),
        # Entering the stage again prints: `print_guide` is what entering asks for.
        On(Press.PRINT, do=print_notice, again=True),
        On(PrintFailed, do=show_print_failure),
        On(Printed, do=end_printing),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(Press.BACK, to=Stage.IDLE, do=reset_visit),
        On(Press.DONE, to=Stage.IDLE, do=reset_visit),
    ),
)
