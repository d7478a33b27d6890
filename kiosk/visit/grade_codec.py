"""What the journal keeps of a grade that somebody gives."""

from __future__ import annotations

from kiosk.application.rating import WORST_GOOD_GRADE
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.journalling.record import Record
from kiosk.visit.press_codec import PressCodec, PressReplay
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit

STAND_IN_GRADES = {True: "5", False: "2"}


def record_grade(what: Pressed, _visit: Visit, _book: ReferenceData) -> Record:
    """Return whether the grade is good: nobody is to find out who complained (好差评)."""
    return {"good": int(what.value) >= WORST_GOOD_GRADE}


def stand_in_grade(replay: PressReplay) -> str:
    """Return a grade that is as good."""
    return STAND_IN_GRADES[replay.said["good"]]


GRADE = PressCodec(record_grade, stand_in_grade)
