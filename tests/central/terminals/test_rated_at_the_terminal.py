"""From a finished part to its second rating: real pages, outbox and central service."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from central.store.ratings.rating_follow_ups import FollowUpAnswer
from central.store.tables import RatingRow
from central.tasks import TaskMove, TaskState
from central.vault_port import WordsLook
from kiosk.application.rating import Rating
from kiosk.delivery.submission import rate
from kiosk.pages.press import Press
from kiosk.session.rating_tasks import fetch_ratings
from kiosk.visit.effects import FetchRatings, SendRating
from kiosk.visit.events.cards import CardRead
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown
from tests.central.intake.test_promised_dates import Counter, central, side
from tests.central.standing import NOON, Standing
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.kiosk.invented_people import InventedVisitor, persona

__all__ = ("central", "side")

WORDS, ANSWER = "跑了三趟没人管", "窗口已经改了，以后一次说清"


def file(central: Standing, side: TerminalSide) -> str:
    visitor = InventedVisitor(now=NOON).proved().happen(FactsKnown(persona("liu")[1]))
    return Counter(central, side, visitor).file(keep=("R17",)).id


def at_own_progress(side: TerminalSide, case: str) -> InventedVisitor:
    """The person comes back, and the terminal asks the service what can be rated."""
    visitor = InventedVisitor(now=NOON).press(Press.ASK_PROGRESS).press(Press.AGREE)
    visitor.happen(CardRead(persona("liu")[0])).happen(FaceMatched(0.31, 0.42, "dlib128"))
    visitor.happen(FactsKnown(replace(persona("liu")[1], open_case=case)))
    (wanted,) = (one for one in visitor.effects if isinstance(one, FetchRatings))
    fetch_ratings(side.central, wanted, visitor.happen)
    return visitor


def send(side: TerminalSide, visitor: InventedVisitor, number: int) -> None:
    (given,) = (one for one in visitor.effects if isinstance(one, SendRating))
    said = given.grade, given.reasons, given.words
    rating = Rating(given.application_id, given.stage, *said)
    assert rate(side.store, rating, NOON, f"rating-{number}", side.sender()) is None


def test_a_bad_rating_is_answered_read_and_rated_again(
    central: Standing, side: TerminalSide, tmp_path: Path
) -> None:
    case = file(central, side)
    assert at_own_progress(side, case).visit.ratings.items == ()
    move = TaskMove(TaskState.DONE)
    assert central.office.store.work.settle(case, "R17", move, NOON.isoformat())
    visitor = at_own_progress(side, case).press(Press.RATE).press(Press.PICK, "0")
    visitor.press(Press.RATE, "1").press(Press.PICK, "trips")
    for sign in WORDS:
        visitor.press(Press.CHARACTER, sign)
    send(side, visitor.press(Press.NEXT), 1)
    held = b"".join(one.read_bytes() for one in tmp_path.glob("kiosk.db*"))
    assert WORDS.encode() not in held
    side.carry()
    assert side.refused == []
    (stored,) = central.rows((RatingRow.words,))
    assert WORDS not in stored[0]
    look = WordsLook("Q-0001", "要答复", "R17", stored[0].encode())
    assert central.office.vault.rating_words(look) == WORDS
    visitor = at_own_progress(side, case).press(Press.RATE)
    assert visitor.page.rows[0].reason == "11月30日前答复您"
    said = FollowUpAnswer("Q-0001", ANSWER, NOON.isoformat())
    assert central.office.store.rating_follow_ups.answer(case, "R17", said) is None
    visitor = at_own_progress(side, case).press(Press.RATE).press(Press.PICK, "0")
    assert visitor.page.panel is not None
    assert visitor.page.panel.lines == (ANSWER,)
    send(side, visitor.press(Press.TRY_AGAIN).press(Press.RATE, "4"), 2)
    side.carry()
    assert sorted(central.rows((RatingRow.stage, RatingRow.grade))) == [
        ("R17", 1),
        ("R17_again", 4),
    ]
    assert side.refused == []
    visitor = at_own_progress(side, case).press(Press.RATE)
    assert visitor.page.rows[0].reason == "答复过了"


def test_words_need_somebody_who_seals_them(side: TerminalSide) -> None:
    with pytest.raises(AssertionError):
        rate(side.store, Rating("a", "R01", 1, (), WORDS), NOON, "rating-1")
