"""The journal sees the staff again without naming them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.staff.desk import Desk
from kiosk.visit.events.cards import CardLifted, CardRead
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.staff import LoggedIn, LoginFailed, Waited
from kiosk.visit.stages import Stage
from kiosk.visit.steps.desk.events import DeskSeen
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook
from tests.kiosk.staff_people import DESK, ENGINEER, HELPER, OTHER_HELPER, WINDOW
from tests.kiosk.visit.steps.staff.staff_visits import LIU, STAFF_CARD, TWO_HERE


@pytest.mark.parametrize("session", [HELPER, OTHER_HELPER, TWO_HERE, ENGINEER])
def test_the_journal_sees_the_staff_again_without_naming_them(session):
    lines: list[str] = []
    visitor = InventedVisitor()

    def happen(what: Event) -> None:
        Journal(lines.append, handbook()).note(visitor.visit, Answered(what), 0.0)
        visitor.happen(what)

    happen(Pressed(Press.STAFF))
    happen(CardRead(STAFF_CARD))
    for digit in "730492":
        happen(Pressed(Press.DIGIT, digit))
    happen(LoginFailed(Failure.STAFF_PIN_WRONG, 61))
    happen(Waited())
    assert visitor.visit.staff.wait == 60
    for _ in range(4):
        happen(Waited())
    for digit in "730492":
        happen(Pressed(Press.DIGIT, digit))
    happen(LoggedIn(session))
    happen(DeskSeen(DESK))
    happen(DeskSeen(Desk(), Failure.STORE_UNREADABLE))
    happen(Pressed(Press.FILE_FOR))
    happen(Pressed(Press.AGREE_WITHOUT_FACE))
    happen(CardRead(LIU))
    if visitor.visit.stage is Stage.OTHER_PROOF:
        happen(Pressed(Press.VOUCH))
        happen(Pressed(Press.PICK, "face_hurt"))
        happen(CardRead(STAFF_CARD))
        for digit in "730492":
            happen(Pressed(Press.DIGIT, digit))
        happen(LoggedIn(session))
        if session.others_vouch:
            full = replace(WINDOW, vouched_today=99)
            for one in (session, replace(WINDOW, card_hash=session.card_hash), full, WINDOW):
                happen(CardLifted())
                happen(CardRead(STAFF_CARD))
                for digit in "730492":
                    happen(Pressed(Press.DIGIT, digit))
                happen(LoggedIn(one))
            assert visitor.visit.stage is Stage.FACTS
    seen = [one.stage for one in replay(lines, visitor.table, NOW)]
    assert seen[-1] is visitor.visit.stage
    text = "".join(lines)
    assert not [
        secret for secret in ("H-000", "T-000", "W-000", "王", "赵", "face_hurt") if secret in text
    ]
