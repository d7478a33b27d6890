"""What the technician's steps share: their stages, notes, and the readiness report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.maintenance.readiness_report import Sheet
from kiosk.maintenance.report_lines import Judge
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit

PAGES = (Stage.MAINTENANCE, Stage.SHEET, Stage.GUIDED, Stage.SEEKING, Stage.IMPORTING)


OF_A_TECHNICIAN = frozenset({Stage.CODE, *PAGES})


PRINTING, EXPORTING, WRITTEN = "printing", "exporting", "written"


Action = Callable[[Visit, Event, Context], Visit]


def whole_sheet(visit: Visit, book: ReferenceData) -> Sheet:
    """Return the readiness report together with the guided tests that were done."""
    assert visit.maintenance.report is not None
    judge = Judge(book.upkeep, book.cures, book.titles, book.settings.maintenance)
    return replace(
        visit.maintenance.report,
        lines=(*visit.maintenance.report.lines, *map(judge.trial, visit.maintenance.tests)),
    )


def leave_subpage(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget notes of the page and stop waiting for what is being written."""
    return replace(visit, maintenance=replace(visit.maintenance, noted="", writing=False))


def drop_found(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the devices that were found, so that they are searched for again."""
    return replace(
        visit,
        failure=None,
        maintenance=replace(visit.maintenance, found=None, writing=False, noted=""),
        display=replace(visit.display, part=0),
    )
