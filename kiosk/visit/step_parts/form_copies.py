"""A copy of the form on A4, as the page with the form and the receipt offer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar

from kiosk.application.ink import Ink
from kiosk.form_case import FormCase
from kiosk.pages.page import Choice
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.device_request import DeviceRequest
from kiosk.visit.events.event import Event
from kiosk.visit.events.form_copies import FormNotPrinted, FormPrinted
from kiosk.visit.records.filing import FormCopy
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.navigation import show_failure
from kiosk.visit_ports import VisitDevices


@dataclass(frozen=True)
class PrintForm(DeviceRequest):
    """Print the merged form on A4, with the strokes `ink` of who signed it.

    Answers FormPrinted or FormNotPrinted.
    """

    thread: ClassVar[str] = "printer"
    case: FormCase = field(repr=False)
    ink: Ink = field(default=(), repr=False)

    def answer(self, devices: VisitDevices, _cancelled: Callable[[], bool]) -> Event:
        """Print one copy; it stays in memory until the printer has it."""
        failure = devices.print_form(self.case, self.ink)
        return FormNotPrinted(failure) if failure else FormPrinted()


def is_not_printing(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the stage may be entered anew: that would drop the printer's answer."""
    return visit.signature.copy is not FormCopy.PRINTING


def may_print(visit: Visit, what: Event, context: Context) -> bool:
    """Return whether there is a printer of A4 sheets, and nothing is being printed."""
    return offers_copy(context.book) and is_not_printing(visit, what, context)


def offers_copy(book: ReferenceData) -> bool:
    """Return whether there is a printer of A4 sheets."""
    return bool(book.settings.document_printer.url)


def copy_choices(visit: Visit, book: ReferenceData, words: str) -> tuple[Choice, ...]:
    """Return the button that prints a copy, with these words; none where it can't be pressed."""
    idle = visit.signature.copy is not FormCopy.PRINTING
    return (Choice(Press.PRINT, words),) if idle and offers_copy(book) else ()


def begin_printing(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark the form as being printed."""
    return replace(_with_copy(visit, FormCopy.PRINTING), failure=None)


def end_printing(visit: Visit, _what: FormPrinted, _context: Context) -> Visit:
    """Tell that the sheet can be taken."""
    return _with_copy(visit, FormCopy.PRINTED)


def show_not_printed(visit: Visit, what: FormNotPrinted, context: Context) -> Visit:
    """Tell why nothing was printed; it can be tried again."""
    return show_failure(_with_copy(visit, FormCopy.NONE), what, context)


def _with_copy(visit: Visit, copy: FormCopy) -> Visit:
    return replace(visit, signature=replace(visit.signature, copy=copy))
