"""The step RATING: a grade for the visit, and a reason for a bad one (好差评)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.application.rating import WORST_GOOD_GRADE
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import SendRating
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.grade_codec import GRADE
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.steps.rating.page import rating_page
from kiosk.visit.transition import Change, Effects, On, Step


def take_grade(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Keep the grade, 5 (best) to 1."""
    return replace(visit, outcome=replace(visit.outcome, grade=int(what.value)))


def grade_is_bad(_visit: Visit, what: Pressed, _context: Context) -> bool:
    """Return whether the grade is so low that a reason is asked for."""
    return int(what.value) < WORST_GOOD_GRADE


def send_rating(change: Change[Any]) -> Effects:
    """Send the grade if one was given, with the reason if one was picked."""
    visit, event = change.after, change.event
    if not visit.outcome.grade:
        return ()
    reasons = (event.value,) if isinstance(event, Pressed) and event.act is Press.PICK else ()
    return (SendRating(visit.application_id, visit.outcome.grade, reasons),)


RATING = Step(
    stage=Stage.RATING,
    page=rating_page,
    needs_proof=True,
    may_undo=False,
    leave=send_rating,
    recorded={Press.RATE: GRADE},
    transitions=(
        On(Press.RATE, when=grade_is_bad, do=take_grade),
        On(Press.RATE, to=Stage.WIPING, do=take_grade),
        On(Press.PICK, to=Stage.WIPING),
        On(Press.SKIP, to=Stage.WIPING),
    ),
)
