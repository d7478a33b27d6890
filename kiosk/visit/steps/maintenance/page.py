"""Pages of a technician's overview and the readiness report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.failures import Failure
from kiosk.maintenance.readiness_report import LineState, Sheet, SheetLine
from kiosk.pages.display import Reach, TextSize
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Row, StatusCard
from kiosk.pages.press import Press
from kiosk.visit.page_parts.report_rows import LINES, LINES_LOW, shortened
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.pagination import cut
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.maintenance_state import EXPORTING, PRINTING, whole_sheet

CARDS = {TextSize.NORMAL: 8, TextSize.LARGE: 6, TextSize.LARGEST: 4}


ICONS = {
    LineState.GREEN: "check-circle",
    LineState.AMBER: "warning-circle",
    LineState.RED: "x-circle",
}


def maintenance_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overview: one card for each part of the machine, and how many are bad."""
    words, sheet = book.words["maintenance"], visit.maintenance.report
    parts = cut(tuple(_cards(sheet, book)), visit.display.view, CARDS)
    part = visit.display.part % len(parts)
    bad = 0 if sheet is None else sum(one.good is False for one in _cards(sheet, book))
    kind = "" if sheet is None else "_bad" if bad else "_good"
    return Page(
        name="maintenance",
        layout=Layout.STATUS,
        title=words[f"title{kind}"].format(count=bad),
        sentence=_returned(sheet, book) or words[f"sentence{kind}"],
        cards=parts[part],
        choices=_choices(words, ready=sheet is not None, turns=len(parts) > 1),
        mend=bool(bad),
    )


def _returned(sheet: Sheet | None, book: ReferenceData) -> str:
    """Return the words that changed settings failed their trial; "" when they did not."""
    back = Failure.SETTINGS_RETURNED
    told = sheet is not None and any(one.failure is back for one in sheet.lines)
    return book.failures[back].sentence if told else ""


def _choices(words: Mapping[str, Any], *, ready: bool, turns: bool) -> tuple[Choice, ...]:
    more = (Choice(Press.MORE, words["more"]),) if turns else ()
    looked = (Choice(Press.SHEET, words["sheet"], icon="file-text"),) if ready else ()
    again = Choice(Press.RETEST, words["retest"], tone=ButtonStyle.PRIMARY, icon="arrow-clockwise")
    return (
        *more,
        *looked,
        Choice(Press.GUIDED, words["guided"], icon="note-pencil"),
        Choice(Press.SEEK, words["seek"], icon="magnifying-glass"),
        *((again,) if ready else ()),
    )


def _cards(sheet: Sheet | None, book: ReferenceData) -> Iterator[StatusCard]:
    """Yield a card for each part of the machine that this terminal has."""
    for card in book.upkeep["cards"]["list"]:
        name, icon = str(card["words"]), str(card["icon"])
        if sheet is None:
            yield StatusCard(name, str(book.words["maintenance"]["waiting"]), icon)
            continue
        lines = [one for one in sheet.lines if one.name.startswith(tuple(card["lines"]))]
        ill = [one for one in lines if one.state is not LineState.GREEN]
        worst = min(ill, key=lambda one: one.state is not LineState.RED, default=None)
        if worst is not None:
            yield StatusCard(name, worst.brief or worst.subject, icon, good=False)
        elif lines:
            yield StatusCard(name, str(card["well"]), icon, good=True)


def sheet_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the readiness report, the most urgent lines first."""
    words = book.words["sheet"]
    found = sorted(whole_sheet(visit, book).lines, key=_urgency)
    rows = tuple(_line(one, visit) for one in found)
    low = visit.display.view.reach is Reach.SEATED
    parts = cut(rows, visit.display.view, LINES_LOW if low else LINES)
    more = (Choice(Press.MORE, words["more"]),) if len(parts) > 1 else ()
    busy = visit.maintenance.noted in (PRINTING, EXPORTING)
    acts = (
        Choice(Press.EXPORT, words["export"]),
        Choice(Press.PRINT, words["print"], tone=ButtonStyle.PRIMARY),
    )
    return Page(
        name="sheet",
        layout=Layout.DESK,
        title=words["title"],
        sentence=sentence_or_failure(
            visit, book, words[f"sentence_{visit.maintenance.noted}".rstrip("_")]
        ),
        rows=parts[visit.display.part % len(parts)],
        choices=(*more, *(() if busy else acts)),
        mend=visit.failure is not None,
    )


def _urgency(line: SheetLine) -> int:
    return (LineState.RED, LineState.AMBER, LineState.GREEN).index(line.state)


def _line(line: SheetLine, visit: Visit) -> Row:
    said, bad = line.cure or line.evidence, line.state is not LineState.GREEN
    return Row(line.subject, shortened(said, visit), icon=ICONS[line.state], mend=bad)
