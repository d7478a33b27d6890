"""Replay of a recorded visit, with stand-ins for its person and the same decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kiosk.config.settings import PaperCameraSettings
from kiosk.failures import Failure
from kiosk.journal.recorder import TERMINAL
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.journalling.record import Said
from kiosk.visit.journalling.stand_ins import STAND_IN_CASE
from kiosk.visit.press_codec import PressReplay, codec_of, restore_press
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.table import Table

FRESH = (Stage.IDLE.value, Stage.OUT_OF_SERVICE.value)


class NotANoteError(ValueError):
    """A line of a journal can't be replayed; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class Run:
    """The lines of one recording from an idle page on; `first` is the first one's number.

    `terminal` is what was recorded of the terminal, empty when that is unknown.
    """

    first: int
    lines: tuple[str, ...]
    terminal: Mapping[str, Any]


def runs_of(lines: Iterable[str]) -> Iterator[Run]:
    """Yield the runs that can be replayed by themselves. Raises NotANoteError.

    The program may have ended in between; what a full file lost of a first visit is left out.
    """
    run: list[str] = []
    terminal: Mapping[str, Any] = {}
    first, visit = 0, ""
    for number, line in enumerate(lines, 1):
        line_record = _note_in(line, number)
        heads = line_record["kind"] == TERMINAL
        if heads or (line_record["visit"] != visit and line_record["stage"] in FRESH):
            if run:
                yield Run(first, tuple(run), terminal)
            run, first, visit = [], 0 if heads else number, ""
        if heads:
            terminal = line_record
        elif first:
            run.append(line)
            visit = line_record["visit"]
    if run:
        yield Run(first, tuple(run), terminal)


def as_noted(book: ReferenceData, terminal: Mapping[str, Any]) -> ReferenceData:
    """Return the reference data with the recorded settings of the terminal."""
    if not terminal:
        return book
    here = book.settings
    camera = PaperCameraSettings(TERMINAL if terminal["paper_camera"] else "")
    scanner = replace(here.code_scanner, url=TERMINAL if terminal["code_scanner"] else "")
    face = replace(here.face, tries=int(terminal["tries"]))
    return replace(
        book, settings=replace(here, paper_camera=camera, code_scanner=scanner, face=face)
    )


def _note_in(line: str, number: int) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        raise NotANoteError(number) from None
    sound = isinstance(document, dict) and all(
        isinstance(document.get(name), str) for name in ("visit", "stage", "kind")
    )
    if not sound:
        raise NotANoteError(number)
    found: dict[str, Any] = document
    return found


def replay(lines: Iterable[str], table: Table, moment: datetime) -> Iterator[Visit]:
    """Yield the visit after each recorded event, with stand-ins for the person.

    `lines` are those of one run of the program; `moment` is the time at which the visit is
    replayed. Raises KeyError at an event of a kind that no step takes, and other errors at a line
    whose values don't fit its kind.
    """
    visit = Visit("replay", STAND_IN_CASE)
    for line in lines:
        document = json.loads(line)
        if document.get("refused"):  # the stand-in digits would have been right
            visit = replace(visit, failure=Failure(document["refused"]))
        elif "late" not in document:
            visit = _after(document, visit, table, Context(table.book, moment))
        yield visit


def _after(said: Said, visit: Visit, table: Table, context: Context) -> Visit:
    """Return the visit after one recorded event."""
    kind = said["kind"]
    if kind in set(Press):
        codec = codec_of(Press(kind), table.steps[visit.stage].recorded)
        visit, context = codec.prepare(said, visit, context)
        ready = visit
        press = PressReplay(said, ready, table.book, lambda: draw_page(ready, table))
        event: Event = restore_press(codec, press)
    else:
        happened = table.event_types[kind]
        visit, context = happened.prepare(said, visit, context)
        event = happened.restore(said, visit)
    return table.step(visit, Answered(event), context.moment)[0]
