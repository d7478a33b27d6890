"""Submission, receipt and rating."""

from __future__ import annotations

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.effects import (
    FetchProgress,
    SendRating,
    Submit,
)
from kiosk.visit.events.devices import StoreFailed
from kiosk.visit.events.idling import Timeout
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.events.ratings import RatingLost
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.application_of_visit import application_of
from kiosk.visit.steps.progress.events import ProgressKnown
from kiosk.visit.steps.submission.events import Accepted, CaseUnderWay, Pending, Refused, Stored
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import (
    INK,
    InventedVisitor,
    handbook,
    receipt_for,
)


def test_a_refused_application_is_another_one_when_it_is_signed_again():
    """The store keeps the refused one under its id: under the same id nothing would be sent."""
    visitor = InventedVisitor().at_submitting()
    first = application_of(visitor.visit, handbook())
    visitor.happen(Stored()).happen(Refused())
    assert (visitor.visit.stage, visitor.visit.signature.ink) == (Stage.REVIEW, ())
    visitor.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)
    (second,) = [one.application for one in visitor.effects if isinstance(one, Submit)]
    assert second.id != first.id
    assert visitor.visit.application_id == second.id


OTHER_CASE = "11111111-0000-4000-8000-000000000002"


@pytest.mark.parametrize("begun", [(Stored(),), (Stored(), Pending())])
def test_who_filed_elsewhere_before_is_shown_that_case(begun):
    """The same person at two terminals: one case, and a friendly answer instead of a refusal."""
    visitor = InventedVisitor().at_submitting()
    for happening in (*begun, CaseUnderWay(OTHER_CASE)):
        visitor.happen(happening)
    assert visitor.visit.stage is Stage.PROGRESS
    assert FetchProgress(OTHER_CASE) in visitor.effects
    assert visitor.visit.application_id != OTHER_CASE, "what is filed next has an id of its own"
    visitor.happen(ProgressKnown("亳退 0000 0007", {"R01": "ready"}))
    assert visitor.page.sentence == "已经交过，正在办，不用再交。"
    assert [row.words for row in visitor.page.rows] == ["领养老金的资格"]
    assert visitor.page.choices[-1].act is Press.DONE
    assert visitor.press(Press.DONE).visit.stage is Stage.WIPING


def test_after_a_full_disk_what_is_signed_next_is_another_application():
    """It may have been changed before it is signed again: one id never has two digests."""
    visitor = InventedVisitor().at_submitting()
    first = visitor.visit.application_id
    visitor.happen(StoreFailed(Failure.DISK_FULL))
    assert visitor.visit.stage is Stage.REVIEW
    assert visitor.visit.application_id != first


def test_a_bad_grade_asks_why_and_sends_the_reason():
    visitor = InventedVisitor().at_receipt().press(Press.DONE).press(Press.RATE, "2")
    assert visitor.page.name == "rating_reason"
    visitor.press(Press.PICK, "slow")
    assert SendRating(visitor.visit.application_id, 2, ("slow",)) in visitor.effects


def test_a_rating_that_was_lost_is_not_told_to_the_next_person():
    visitor = InventedVisitor().at_receipt().press(Press.DONE).press(Press.RATE, "5")
    last, request = visitor.visit.id, visitor.visit.request
    assert visitor.happen(RatingLost(), last, request).visit.failure is Failure.RATING_LOST
    visitor.happen(Wiped()).happen(RatingLost(), last, request)
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.IDLE, None)


@pytest.mark.parametrize("end", [Press.SKIP, Press.QUIT_YES])
def test_who_does_not_rate_sends_nothing(end):
    visitor = InventedVisitor().at_receipt().press(Press.DONE).press(end)
    assert visitor.visit.stage is Stage.WIPING
    assert not any(isinstance(one, SendRating) for one in visitor.effects)


def test_a_rating_page_left_alone_sends_nothing():
    visitor = InventedVisitor().at_receipt().press(Press.DONE).happen(Timeout())
    assert visitor.visit.stage is Stage.WIPING
    assert not any(isinstance(one, SendRating) for one in visitor.effects)


def test_the_receipt_of_someone_else_s_visit_is_dropped():
    visitor = InventedVisitor().at_submitting()
    visitor.happen(Accepted(receipt_for(visitor.visit)), "v-0")
    assert visitor.visit.stage is Stage.SUBMITTING
