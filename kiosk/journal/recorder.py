"""The recorder of a visit's events, so that a complaint can be replayed (`replay.py`).

It records no person: each event says what is kept of it (`kiosk.visit.events.event`), each step
what is kept of its presses (`Step.recorded`). Replay makes up a person for whom everything comes
out the same. Stages and pages are the same then; months, amounts and words are not, nor is which
months "later" offers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.application.proof_rules import PIN_READERS
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.journalling.record import LATE, Record
from kiosk.visit.press_codec import codec_of
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.steps.catalogue import STEP_OF
from kiosk.visit.table import is_late

TERMINAL = "terminal"  # the kind of the line that a kiosk begins with


@dataclass
class Journal:
    """Recording of events as JSON lines through `write`; it keeps nothing itself."""

    write: Callable[[str], None]
    book: ReferenceData

    def begin(self) -> None:
        """Write what decides which pages come, for a replay elsewhere and by a later program."""
        settings = self.book.settings
        line: Record = {
            "visit": "",
            "stage": "",
            "kind": TERMINAL,
            "paper_camera": bool(settings.paper_camera.url),
            "code_scanner": bool(settings.code_scanner.url),
            "ss_card_reader": settings.ss_card_reader.url.startswith(PIN_READERS),
            "phone_proof": settings.code_scanner.phone_proof,
            "infrared": bool(settings.face.infrared),
            "profile": settings.profile.value,
            "document_printer": bool(settings.document_printer.url),
            "tries": settings.face.tries,
            "questions": [one.field for one in self.book.questions],
        }
        self.write(json.dumps(line, ensure_ascii=False))

    def note(self, visit: Visit, event: Answered, seconds: float) -> None:
        """Write one line for an event that happened to `visit` at `seconds` (monotonic)."""
        line: Record = {
            "ms": round(seconds * 1000),
            "visit": visit.id,
            "stage": visit.stage.value,
            "kind": event.what.kind,
        }
        line |= LATE if is_late(visit, event) else self._record(visit, event.what)
        self.write(json.dumps(line, ensure_ascii=False))

    def _record(self, visit: Visit, what: Event) -> Record:
        if isinstance(what, Pressed):
            codec = codec_of(what.act, STEP_OF[visit.stage].recorded)
            return codec.record(what, visit, self.book)
        return what.record(visit, self.book)


def heads(line: str) -> bool:
    """Return whether a line is the one with which a terminal's recording begins."""
    return f'"kind": "{TERMINAL}"' in line
