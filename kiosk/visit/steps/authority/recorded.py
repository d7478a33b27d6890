"""What the journal keeps of presses in the step AUTHORITY."""

from __future__ import annotations

from functools import partial

from kiosk.pages.press import Press
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.journalling.phase import day_of, fit_birth, phase_of, situation_with
from kiosk.visit.journalling.record import Record
from kiosk.visit.journalling.stand_ins import STAND_IN_LAST_DAY
from kiosk.visit.press_codec import (
    PressCodec,
    Recorded,
    digit_of,
    position,
    said_or_first,
    said_value,
)
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.steps.authority.actions import Point, assesses_by_card, open_point, wrong_day


def record_day(_what: Pressed, visit: Visit, _book: ReferenceData) -> Record:
    """Return what is wrong with the typed last day; nothing of the day."""
    asked = open_point(visit) is Point.UNTIL
    wrong = wrong_day(visit.entry.typed, day_of(visit)) if asked else None
    return {"value": "", "refused": wrong.value if wrong else ""}


def record_choice(what: Pressed, _visit: Visit, _book: ReferenceData) -> Record:
    """Return what was picked; a day on which papers were accepted is hidden."""
    return {"value": "" if what.value[:1].isdigit() else what.value}


def record_authorised(_what: Pressed, visit: Visit, book: ReferenceData) -> Record:
    """Return category and phase by the card alone, when the person's facts are not fetched."""
    phase = phase_of(situation_with(visit, None, book)) if assesses_by_card(visit) else {}
    return {"value": "", **phase}


RECORDED: Recorded = {
    Press.NEXT: PressCodec(record_day, said_value),
    Press.DIGIT: PressCodec(position, partial(digit_of, STAND_IN_LAST_DAY)),
    Press.PICK: PressCodec(record_choice, said_or_first),
    Press.AUTHORISE: PressCodec(record_authorised, said_value, fit_birth),
}
