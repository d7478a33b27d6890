"""The question about what a person can rate: what is asked, and what is understood."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.ports import CentralAnswer, Trouble
from kiosk.session.rating_tasks import fetch_ratings
from kiosk.visit.effects import FetchRatings
from kiosk.visit.events.event import Event
from kiosk.visit.events.ratings import RatingsKnown
from kiosk.visit.records.rating import RateableStage, RatingNeed
from tests.kiosk.invented_people import attendance
from tests.kiosk.visit.steps.test_confirmation import ID, ConfirmationCentral, said

PART = {"application_id": ID, "stage": "R01"}


def told(answer: CentralAnswer) -> list[Event]:
    events: list[Event] = []
    fetch_ratings(ConfirmationCentral(answer), FetchRatings(attendance("liu")), events.append)
    return events


def test_every_kind_of_stage_is_understood():
    items = [
        {**PART, "grade": 0, "something_newer": 1},
        {**PART, "grade": 2, "due_on": "2026-11-30"},
        {**PART, "grade": 1, "answer": "已经改了", "again": True},
        {**PART, "grade": 1, "answer": "已经改了", "again": False},
    ]
    assert told(said(items=items)) == [
        RatingsKnown(
            (
                RateableStage(ID, "R01", RatingNeed.UNRATED),
                RateableStage(ID, "R01", RatingNeed.WAITING, date(2026, 11, 30)),
                RateableStage(ID, "R01", RatingNeed.ANSWERED, answer="已经改了"),
                RateableStage(ID, "R01", RatingNeed.CLOSED, answer="已经改了"),
            )
        )
    ]


def test_the_question_holds_the_evidence_of_the_visit():
    central = ConfirmationCentral(said(items=[]))
    fetch_ratings(central, FetchRatings(attendance("liu")), lambda _event: None)
    assert central.asked == [("POST", "/v1/people/ratings", attendance("liu").record())]


@pytest.mark.parametrize(
    "answer",
    [
        CentralAnswer(trouble=Trouble.UNREACHABLE),
        CentralAnswer(404, "application/problem+json", None, b"{}"),
        said(),
        said(items=None),
        said(items=["R01"]),
        said(items=[{"stage": "R01"}]),
        said(items=[{**PART, "application_id": "1", "grade": 0}]),
        said(items=[{**PART, "grade": 2, "due_on": "soon"}]),
        said(items=[{**PART, "grade": 2, "answer": "好"}]),
    ],
)
def test_of_an_older_or_strange_service_nothing_is_told(answer: CentralAnswer):
    assert told(answer) == []
