"""The steps MAINTENANCE, a technician's overview, and SHEET, the readiness report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.maintenance.report_formats import Forms
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import Examine, ExportSheet, PrintSlip
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.event import Event
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.maintenance_state import (
    EXPORTING,
    PRINTING,
    Action,
    drop_found,
    leave_subpage,
    whole_sheet,
)
from kiosk.visit.step_parts.navigation import next_part, not_first_part, previous_part
from kiosk.visit.step_parts.staff_entry import log_out
from kiosk.visit.steps.maintenance.events import Examined, Exported, ExportFailed
from kiosk.visit.steps.maintenance.page import maintenance_page, sheet_page
from kiosk.visit.transition import Change, Effects, On, Step


def examined(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the readiness report has come."""
    return visit.maintenance.report is not None


def take_sheet(visit: Visit, what: Examined, _context: Context) -> Visit:
    """Keep the readiness report."""
    return replace(visit, maintenance=replace(visit.maintenance, report=what.sheet))


def drop_sheet(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the readiness report, so that the machine is examined again."""
    return replace(
        visit,
        maintenance=replace(visit.maintenance, report=None),
        display=replace(visit.display, part=0),
    )


def request(word: str) -> Action:
    """Return an action that notes a request, PRINTING or EXPORTING."""
    return lambda visit, _what, _context: replace(
        visit, failure=None, maintenance=replace(visit.maintenance, noted=word)
    )


def confirm(word: str) -> Action:
    """Return an action that notes that a request is fulfilled; `word` keys the page's words."""
    return lambda visit, _what, _context: replace(
        visit, maintenance=replace(visit.maintenance, noted=word)
    )


def show_export_failure(visit: Visit, what: Event, _context: Context) -> Visit:
    """Show why the report was not printed or exported."""
    return replace(
        visit,
        failure=getattr(what, "failure", None),
        maintenance=replace(visit.maintenance, noted=""),
    )


def examine(change: Change[Any]) -> Effects:
    """Examine the machine, unless there is a report."""
    return (Examine(),) if change.after.maintenance.report is None else ()


def print_report(change: Change[Any]) -> Effects:
    """Print the readiness report when it was asked for."""
    visit, book = change.after, change.context.book
    if visit.maintenance.noted != PRINTING:
        return ()
    columns = book.settings.printer.columns
    return (PrintSlip(Forms(book.upkeep).as_slip(whole_sheet(visit, book), columns)),)


def export_report(change: Change[Any]) -> Effects:
    """Write the readiness report as files, unless that is under way."""
    if change.before.maintenance.noted == EXPORTING:
        return ()
    return (ExportSheet(whole_sheet(change.after, change.context.book)),)


MAINTENANCE = Step(
    stage=Stage.MAINTENANCE,
    page=maintenance_page,
    back_from_first_part=False,
    enter=examine,
    transitions=(
        On(Press.QUIT, to=Stage.WIPING, do=log_out),
        On(Examined, do=take_sheet),
        On(Press.RETEST, when=examined, do=drop_sheet, again=True),
        On(Press.MORE, do=next_part),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(Press.SHEET, to=Stage.SHEET, when=examined),
        On(Press.GUIDED, to=Stage.GUIDED),
        On(Press.SEEK, to=Stage.SEEKING, do=drop_found),
    ),
)


SHEET = Step(
    stage=Stage.SHEET,
    page=sheet_page,
    enter=print_report,
    transitions=(
        On(Press.QUIT, to=Stage.WIPING, do=log_out),
        On(Press.MORE, do=next_part),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(Press.BACK, to=Stage.MAINTENANCE, do=leave_subpage),
        # Entering the stage again prints: `print_report` is what entering asks for.
        On(Press.PRINT, do=request(PRINTING), again=True),
        On(Printed, do=confirm("printed")),
        On(PrintFailed, do=show_export_failure),
        On(Press.EXPORT, do=request(EXPORTING), effects=export_report),
        On(Exported, do=confirm("exported")),
        On(ExportFailed, do=show_export_failure),
    ),
)
