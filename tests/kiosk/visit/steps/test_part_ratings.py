"""Finished parts are rated on the own progress page, by the applicant alone; answers are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.visit.effects import FetchProgress, FetchRatings, SendRating
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.ratings import RatingLost, RatingsKnown
from kiosk.visit.records.rating import RateableStage, RatingNeed
from kiosk.visit.stages import Stage
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown
from kiosk.visit.steps.progress.events import ProgressKnown
from tests.kiosk.invented_people import NOW, InventedVisitor, attendance, persona
from tests.kiosk.visit.steps.test_progress_by_slip import STATES, at_the_slip

CASE = "33333333-0000-4000-8000-000000000003"
ANSWER = "窗口已经改了"
UNRATED = RateableStage(CASE, "R01", RatingNeed.UNRATED)
WAITING = RateableStage(CASE, "R06", RatingNeed.WAITING, date(2026, 11, 30))
ANSWERED = RateableStage(CASE, "filing", RatingNeed.ANSWERED, answer=ANSWER)
CLOSED = RateableStage(CASE, "R08", RatingNeed.CLOSED, answer=ANSWER)
ALL = (UNRATED, WAITING, ANSWERED, CLOSED)


def at_progress(*items: RateableStage, open_case: str = CASE) -> InventedVisitor:
    """A proved person at the own progress, who can rate `items`."""
    facts = replace(persona("liu")[1], open_case=open_case)
    visitor = InventedVisitor().press(Press.ASK_PROGRESS)
    if visitor.visit.stage is Stage.FINDING:
        visitor.press(Press.NO_SLIP)
    visitor.press(Press.AGREE)
    visitor.happen(CardRead(persona("liu")[0])).happen(FaceMatched(0.31, 0.42, "dlib128"))
    visitor.happen(FactsKnown(facts))
    assert visitor.visit.stage is Stage.PROGRESS
    assert FetchRatings(attendance("liu")) in visitor.effects
    if open_case:
        assert FetchProgress(CASE) in visitor.effects
        visitor.happen(ProgressKnown("亳退 0042 7138", {"R01": "done", "R06": "done"}))
    return visitor.happen(RatingsKnown(items)) if items else visitor


def at_ratings(*items: RateableStage) -> InventedVisitor:
    return at_progress(*items).press(Press.RATE)


def presses(visitor: InventedVisitor) -> list[Press]:
    return [one.act for one in visitor.page.choices]


def sent(visitor: InventedVisitor) -> list[SendRating]:
    return [one for one in visitor.effects if isinstance(one, SendRating)]


def test_the_button_is_there_when_something_can_be_rated():
    assert Press.RATE not in presses(at_progress())
    assert Press.RATE in presses(at_progress(UNRATED))
    visitor = at_ratings(*ALL)
    assert [row.reason for row in visitor.page.rows] == [
        "还没评",
        "11月30日前答复您",
        "有答复了，请看",
        "答复过了",
    ]
    assert visitor.page.rows[2].words == "那天来交申请"


def test_services_of_a_newer_central_service_are_left_out():
    newer = RateableStage(CASE, "R99", RatingNeed.UNRATED)
    assert at_progress(newer, UNRATED).visit.ratings.items == (UNRATED,)


def test_without_a_case_under_way_finished_parts_can_be_rated_too():
    visitor = at_progress(UNRATED, open_case="")
    assert visitor.page.name == "no_case"
    assert visitor.press(Press.RATE).visit.stage is Stage.RATINGS


def test_a_good_grade_is_two_touches_and_ends_it():
    visitor = at_ratings(UNRATED).press(Press.PICK, "0")
    assert visitor.page.title == "领养老金的资格"
    visitor.press(Press.RATE, "5")
    assert sent(visitor) == [SendRating(CASE, 5, (), "R01")]
    assert (visitor.visit.stage, visitor.page.rows) == (Stage.RATINGS, ())
    visitor.press(Press.DONE)
    assert visitor.visit.stage is Stage.PROGRESS
    assert not any(isinstance(one, FetchRatings) for one in visitor.effects), "asked once"
    assert Press.RATE not in presses(visitor)


def test_a_bad_grade_asks_for_reason_and_own_words():
    visitor = at_ratings(UNRATED, WAITING).press(Press.PICK, "0").press(Press.RATE, "2")
    assert sent(visitor) == []
    assert visitor.page.name == "part_rating_reason"
    visitor.press(Press.PICK, "trips")
    assert visitor.page.name == "rating_words"
    visitor.press(Press.CHARACTER, "跑").press(Press.DIGIT, "3").press(Press.CHARACTER, "趟")
    visitor.press(Press.CHARACTER, "了").press(Press.ERASE).press(Press.MORE)
    visitor.press(Press.NEXT)
    assert sent(visitor) == [SendRating(CASE, 2, ("trips",), "R01", "跑3趟")]
    assert "跑" not in repr(visitor.effects)
    assert visitor.visit.entry.written == ""
    assert [one.stage for one in visitor.visit.ratings.items or ()] == ["R06"]


def test_reason_and_words_may_be_left_out():
    visitor = at_ratings(UNRATED).press(Press.PICK, "0").press(Press.RATE, "1").press(Press.SKIP)
    assert sent(visitor) == [SendRating(CASE, 1, (), "R01")]
    visitor = at_ratings(UNRATED).press(Press.PICK, "0").press(Press.RATE, "1")
    assert sent(visitor.press(Press.PICK, "late").press(Press.NEXT)) == [
        SendRating(CASE, 1, ("late",), "R01")
    ]


def test_an_answer_is_read_and_rated_again():
    visitor = at_ratings(ANSWERED).press(Press.PICK, "0")
    assert visitor.page.panel is not None
    assert visitor.page.panel.lines == (ANSWER,)
    assert ANSWER not in [one.words for one in visitor.page.spoken]
    visitor.press(Press.TRY_AGAIN)
    assert visitor.page.name == "part_rating"
    visitor.press(Press.RATE, "4")
    assert sent(visitor) == [SendRating(CASE, 4, (), "filing_again")]
    (left,) = visitor.visit.ratings.items or ()
    assert (left.need, left.answer) == (RatingNeed.CLOSED, ANSWER)


@pytest.mark.parametrize(("item", "name"), [(WAITING, "rating_awaited"), (CLOSED, "rating_answer")])
def test_what_can_not_be_rated_now_is_only_shown(item: RateableStage, name: str):
    visitor = at_ratings(item).press(Press.PICK, "0")
    assert visitor.page.name == name
    assert presses(visitor) == [Press.DONE]
    for act in (Press.TRY_AGAIN, Press.SKIP, Press.NEXT):
        assert not sent(visitor.press(act))
    assert not sent(visitor.press(Press.RATE, "5"))
    assert visitor.press(Press.DONE).visit.stage is Stage.RATINGS


def test_who_goes_back_has_rated_nothing():
    visitor = at_ratings(UNRATED).press(Press.PICK, "0").press(Press.RATE, "2")
    visitor.press(Press.PICK, "late").press(Press.CHARACTER, "慢").press(Press.BACK)
    assert not sent(visitor)
    assert visitor.visit.entry.written == ""
    visitor.press(Press.PICK, "0")
    assert visitor.page.name == "part_rating"
    assert visitor.press(Press.BACK).press(Press.BACK).visit.stage is Stage.PROGRESS


def test_a_long_list_has_pages():
    many = tuple(RateableStage(CASE, f"R{at:02}", RatingNeed.UNRATED) for at in range(1, 15))
    visitor = at_ratings(*many)
    first = visitor.page.rows
    visitor.press(Press.MORE)
    assert visitor.page.rows[0] not in first
    assert visitor.press(Press.BACK).page.rows == first


def test_a_rating_that_was_not_kept_is_told():
    visitor = at_ratings(UNRATED).press(Press.PICK, "0").press(Press.RATE, "5")
    assert visitor.happen(RatingLost()).visit.failure is Failure.RATING_LOST


def test_a_slip_shows_no_rating_and_asks_for_none():
    visitor = at_the_slip()
    assert not any(isinstance(one, FetchRatings) for one in visitor.effects)
    visitor.happen(STATES).happen(RatingsKnown(ALL))
    assert Press.RATE not in presses(visitor)
    assert visitor.press(Press.RATE).visit.stage is Stage.SLIP


def test_the_journal_replays_the_way_and_tells_neither_grade_nor_words():
    visitor, lines = InventedVisitor(), list[str]()
    steps = (
        Pressed(Press.ASK_PROGRESS),
        Pressed(Press.AGREE),
        CardRead(persona("liu")[0]),
        FaceMatched(0.31, 0.42, "dlib128"),
        FactsKnown(replace(persona("liu")[1], open_case=CASE)),
        RatingsKnown(ALL),
        Pressed(Press.RATE),
        Pressed(Press.PICK, "0"),
        Pressed(Press.RATE, "1"),
        Pressed(Press.PICK, "attitude"),
        Pressed(Press.CHARACTER, "凶"),
        Pressed(Press.NEXT),
        Pressed(Press.PICK, "1"),
        Pressed(Press.TRY_AGAIN),
        Pressed(Press.RATE, "2"),
        Pressed(Press.SKIP),
    )
    for step in steps:
        Journal(lines.append, visitor.table.book).note(visitor.visit, Answered(step), 0.0)
        visitor.happen(step)
    assert visitor.visit.stage is Stage.RATINGS
    *_, last = replay(lines, visitor.table, NOW)
    assert last.stage is Stage.RATINGS
    needs = [[one.need for one in visit.ratings.items or ()] for visit in (last, visitor.visit)]
    assert needs == [[RatingNeed.WAITING, RatingNeed.CLOSED, RatingNeed.CLOSED]] * 2
    text = "".join(lines)
    assert not [one for one in ("凶", "attitude", CASE, ANSWER) if one in text]
