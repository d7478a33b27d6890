"""Replay of a recorded visit, with stand-ins for its person and the same decisions."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kiosk.application.proof_rules import PIN_READERS
from kiosk.config.settings import (
    DocumentPrinterSettings,
    PaperCameraSettings,
    Profile,
    SsCardReaderSettings,
)
from kiosk.failures import Failure
from kiosk.journal.recorder import TERMINAL
from kiosk.pages.press import Press
from kiosk.retirement.questions import Question
from kiosk.visit.context import Context
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.journalling.record import Said
from kiosk.visit.journalling.stand_ins import STAND_IN_CASE
from kiosk.visit.press_codec import PressReplay, codec_of, restore_press
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.table import Table

FRESH = (Stage.IDLE.value, Stage.OUT_OF_SERVICE.value)
EARLIEST_QUESTIONS = (
    "mobile",
    "mobile_alt",
    "live",
    "live_county",
    "live_town",
    "live_village",
    "live_detail",
    "bank",
    "account",
    "child_birth",
    "pay_mode",
    "special_job",
    "special_years",
    "leader",
    "talent",
)
"""What the programs asked that did not record their questions yet."""
MOST_PAGES = 50  # that are passed over in a row


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
    """Return the reference data with what was recorded of the terminal: settings and questions.

    A question that came later was not asked in the visit, so a replay does not ask it either: each
    recorded answer goes to its own question.
    """
    book = replace(book, questions=_known(book, terminal.get("questions", EARLIEST_QUESTIONS)))
    here = book.settings
    # Before profiles decided it, the face alone proved everywhere.
    profile = Profile(terminal.get("profile", Profile.DEMO))
    if not terminal:
        return replace(book, settings=replace(here, profile=profile))
    camera = PaperCameraSettings(TERMINAL if terminal["paper_camera"] else "")
    scanner = replace(
        here.code_scanner,
        url=TERMINAL if terminal["code_scanner"] else "",
        phone_proof=bool(terminal.get("phone_proof")),
    )
    # Journals of older programs do not have it.
    printer = DocumentPrinterSettings(TERMINAL if terminal.get("document_printer") else "")
    ss_reader = SsCardReaderSettings(PIN_READERS if terminal.get("ss_card_reader") else "")
    infrared = TERMINAL if terminal.get("infrared") else ""
    face = replace(here.face, tries=int(terminal["tries"]), infrared=infrared)
    settings = replace(
        here,
        paper_camera=camera,
        code_scanner=scanner,
        document_printer=printer,
        ss_card_reader=ss_reader,
        face=face,
        profile=profile,
    )
    return replace(book, settings=settings)


def _known(book: ReferenceData, asked: Iterable[str]) -> tuple[Question, ...]:
    """Return the questions with these names that are still asked, in the order of the names.

    They do not depend on questions that came later.
    """
    still, names = {one.field: one for one in book.questions}, tuple(asked)
    return tuple(_depending(still[name], names) for name in names if name in still)


def _depending(question: Question, names: Collection[str]) -> Question:
    when = {name: value for name, value in question.when.items() if name in names}
    unless = {name: value for name, value in question.unless.items() if name in names}
    return replace(question, when=when, unless=unless)


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
    replayed. Where an earlier program showed fewer pages with facts, the others are passed over;
    where it showed more, what was pressed on them is left out. Raises KeyError at an event of a
    kind that no step takes, and other errors at a line whose values don't fit its kind.
    """
    visit = Visit("replay", STAND_IN_CASE)
    for line in lines:
        document = json.loads(line)
        if document.get("refused"):  # the stand-in digits would have been right
            visit = replace(visit, failure=Failure(document["refused"]))
        elif "late" not in document:
            context = Context(table.book, moment)
            visit = _past_new_facts(document, visit, table, context)
            if document["stage"] != Stage.FACTS or visit.stage is Stage.FACTS:
                visit = _after(document, visit, table, context)
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


def _past_new_facts(said: Said, visit: Visit, table: Table, context: Context) -> Visit:
    """Return the visit past the pages with facts, where the recorded visit was past them."""
    pages_left = MOST_PAGES
    while pages_left and visit.stage is Stage.FACTS and said["stage"] != Stage.FACTS:
        visit = table.step(visit, Answered(Pressed(Press.NEXT)), context.moment)[0]
        pages_left -= 1
    return visit
