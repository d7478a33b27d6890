"""Tries of the face check, and other proofs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.ports import Coach
from kiosk.visit.effects import (
    Cancel,
    CheckFace,
)
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Answered
from kiosk.visit.stages import Stage
from kiosk.visit.steps.face_check.events import FaceFailed, FaceHint, FaceMatched
from tests.kiosk.invented_people import (
    NOW,
    InventedVisitor,
    persona,
)


@pytest.mark.parametrize("tries", [0, 1, 2])
def test_who_now_wants_the_face_check_gets_the_tries_that_are_left(tries):
    visitor = InventedVisitor().with_card()
    for _ in range(tries):
        visitor.happen(FaceFailed(Failure.FACE_NOT_ALIKE))
    visitor.press(Press.DECLINE_FACE).press(Press.TRY_AGAIN)
    assert visitor.visit.stage is Stage.PROOF
    assert visitor.visit.identity.consent.face


def test_no_fourth_try():
    visitor = InventedVisitor().with_card()
    for _ in range(3):
        visitor.happen(FaceFailed(Failure.FACE_NOT_ALIKE))
    assert visitor.press(Press.TRY_AGAIN).visit.stage is Stage.OTHER_PROOF


@pytest.mark.parametrize(("seconds", "stage"), [(59, Stage.PROOF), (60, Stage.OTHER_PROOF)])
def test_no_try_begins_after_a_minute(seconds, stage):
    visitor = InventedVisitor().with_card()
    failed = Answered(FaceFailed(Failure.FACE_NOT_LIVE))
    later = NOW + timedelta(seconds=seconds)
    assert visitor.table.step(visitor.visit, failed, later)[0].stage is stage


def test_the_minute_begins_with_the_first_try():
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.AGREE_WITHOUT_FACE)
    visitor.happen(CardRead(persona("liu")[0]))
    visitor.visit = replace(visitor.visit, proof=replace(visitor.visit.proof, began_at=None))
    began = visitor.press(Press.TRY_AGAIN).visit.proof.began_at
    assert began == NOW
    visitor.press(Press.DECLINE_FACE).press(Press.TRY_AGAIN)
    assert visitor.visit.proof.began_at == NOW
    visitor.visit = replace(visitor.visit, proof=replace(visitor.visit.proof, began_at=None))
    assert visitor.happen(FaceFailed(Failure.FACE_NOT_LIVE)).visit.stage is Stage.PROOF


def test_closing_the_eyes_is_not_asked_for_again():
    visitor = InventedVisitor().with_card()
    assert visitor.effects[-1].turn_only is False
    visitor.happen(FaceFailed(Failure.BLINK_NOT_SEEN))
    assert visitor.effects[-1].turn_only is True
    visitor.happen(FaceFailed(Failure.FACE_NOT_ALIKE))
    assert visitor.effects[-1].turn_only is True


def test_who_can_not_close_the_eyes_says_so_herself():
    visitor = InventedVisitor().with_card()
    visitor.happen(FaceHint(Coach.CLOSE_EYES))
    request = visitor.visit.request
    assert [one.act for one in visitor.page.choices] == [Press.DECLINE_FACE, Press.TURN_ONLY]
    visitor.press(Press.TURN_ONLY)
    assert visitor.visit.request == request + 1, "what the first check still says is late"
    assert [type(one) for one in visitor.effects[:2]] == [Cancel, CheckFace]
    assert visitor.effects[1].turn_only is True
    assert (visitor.visit.proof.tries, visitor.visit.proof.hint) == (0, None)
    assert [one.act for one in visitor.page.choices] == [Press.DECLINE_FACE]
    assert visitor.press(Press.TURN_ONLY).visit.request == request + 1, "once is enough"


def test_another_card_may_close_the_eyes_again():
    visitor = InventedVisitor().with_card().press(Press.TURN_ONLY).press(Press.BACK)
    visitor.happen(CardRead(persona("liu")[0]))
    assert visitor.effects[-1].turn_only is False


def test_the_steps_that_were_done_leave_with_the_proof():
    visitor = InventedVisitor().with_card().happen(FaceMatched(0.31, 0.42, "dlib128", ("blink",)))
    record = visitor.visit.proof.accepted.record()
    assert record["steps"] == ["blink"]
    assert set(record) == {"method", "at", "score", "threshold", "engine", "steps"}


def test_who_had_no_card_may_lay_one_down_after_all():
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.AGREE).press(Press.NO_CARD)
    assert visitor.press(Press.TRY_AGAIN).visit.stage is Stage.CARD
