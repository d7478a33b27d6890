"""What does the runner have to do when a stage is entered or left?"""

from __future__ import annotations

from kiosk.visit.actions import application_of
from kiosk.visit.effects import (
    CheckFace,
    Effect,
    FetchFacts,
    FetchProgress,
    PrintSlip,
    ReadCard,
    SendRating,
    Submit,
    Wipe,
)
from kiosk.visit.events import Happening, Press
from kiosk.visit.handbook import Handbook
from kiosk.visit.page import Act
from kiosk.visit.receipts import notice_of, slip_of
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, has_open_case


def effects_of_entering(visit: Visit, book: Handbook) -> tuple[Effect, ...]:
    """Return what the stage that `visit` has just entered asks for."""
    number = visit.card.number if visit.card else ""
    match visit.stage:
        case Stage.CARD:
            return (ReadCard(),)
        case Stage.PROOF:
            return (CheckFace(number),)
        case Stage.FACTS if visit.situation is None:
            return (FetchFacts(number),)
        case Stage.PROGRESS if has_open_case(visit):
            return (FetchProgress(visit.application_id),)
        case Stage.SUBMITTING:
            return (Submit(application_of(visit, book)),)
        case Stage.GUIDE if visit.printing:
            return (PrintSlip(notice_of(book)),)
        case Stage.RECEIPT:
            return (PrintSlip(slip_of(visit, book)),)
        case Stage.WIPING:
            return (Wipe(),)
        case _:
            return ()


def effects_of_leaving(before: Visit, after: Visit, what: Happening) -> tuple[Effect, ...]:
    """Return what is still to be done for the stage that was left: a grade once given is sent."""
    if before.stage is not Stage.RATING or not after.grade:
        return ()
    reasons = (what.value,) if isinstance(what, Press) and what.act is Act.PICK else ()
    return (SendRating(after.application_id, after.grade, reasons),)
