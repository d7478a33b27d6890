"""The step CORRECTING: papers that an office asked for are captured and handed in (补正)."""

from __future__ import annotations

from typing import Any

from kiosk.pages.press import Press
from kiosk.visit.effects import HandInCorrection
from kiosk.visit.events.devices import StoreFailed
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.devices import (
    is_waited_for,
    picture_transitions,
    request_capture,
    show_no_picture,
)
from kiosk.visit.steps.correction.actions import (
    begin_capture,
    finish_correction,
    has_pages,
    may_capture,
    papers_of,
    show_not_stored,
    submit_correction,
    take_page,
)
from kiosk.visit.steps.correction.events import CorrectionKept
from kiosk.visit.steps.correction.page import correcting_page
from kiosk.visit.transition import Change, Effects, On, Step


def hand_in(change: Change[Any]) -> Effects:
    """Hand the captured pages in."""
    return (HandInCorrection(papers_of(change.after)),)


CORRECTING = Step(
    stage=Stage.CORRECTING,
    page=correcting_page,
    enter=request_capture,
    transitions=(
        *picture_transitions(),
        On(Press.CAPTURE, when=may_capture, do=begin_capture, again=True),
        On(PaperCaptured, when=is_waited_for, do=take_page),
        On(PaperFailed, do=show_no_picture),
        On(Press.HAND_IN, when=has_pages, do=submit_correction, effects=hand_in),
        On(CorrectionKept, to=Stage.DESK, do=finish_correction),
        On(StoreFailed, do=show_not_stored),
        On(Press.BACK, to=Stage.DESK, do=finish_correction),
    ),
)
