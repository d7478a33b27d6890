"""The journal sees the staff again without naming them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.staff.desk import Desk
from kiosk.visit import events as ev
from kiosk.visit.stages import Stage
from tests.kiosk.invented_people import NOW, Visitor, handbook
from tests.kiosk.staff_people import DESK, ENGINEER, HELPER, OTHER_HELPER, WINDOW
from tests.kiosk.visit.steps.staff.staff_visits import LIU, STAFF_CARD, TWO_HERE


@pytest.mark.parametrize("session", [HELPER, OTHER_HELPER, TWO_HERE, ENGINEER])
def test_the_journal_sees_the_staff_again_without_naming_them(session):
    lines: list[str] = []
    visitor = Visitor()

    def happen(what: ev.Event) -> None:
        Journal(lines.append, handbook()).note(visitor.visit, ev.Answered(what), 0.0)
        visitor.happen(what)

    happen(ev.Pressed(Press.STAFF))
    happen(ev.CardRead(STAFF_CARD))
    for digit in "730492":
        happen(ev.Pressed(Press.DIGIT, digit))
    happen(ev.LoginFailed(Failure.STAFF_PIN_WRONG, 61))
    happen(ev.Waited())
    assert visitor.visit.staff.wait == 60
    for _ in range(4):
        happen(ev.Waited())
    for digit in "730492":
        happen(ev.Pressed(Press.DIGIT, digit))
    happen(ev.LoggedIn(session))
    happen(ev.DeskSeen(DESK))
    happen(ev.DeskSeen(Desk(), Failure.STORE_UNREADABLE))
    happen(ev.Pressed(Press.FILE_FOR))
    happen(ev.Pressed(Press.AGREE_WITHOUT_FACE))
    happen(ev.CardRead(LIU))
    if visitor.visit.stage is Stage.OTHER_PROOF:
        happen(ev.Pressed(Press.VOUCH))
        happen(ev.Pressed(Press.PICK, "face_hurt"))
        happen(ev.CardRead(STAFF_CARD))
        for digit in "730492":
            happen(ev.Pressed(Press.DIGIT, digit))
        happen(ev.LoggedIn(session))
        if session.others_vouch:
            full = replace(WINDOW, vouched_today=99)
            for one in (session, replace(WINDOW, card_hash=session.card_hash), full, WINDOW):
                happen(ev.CardLifted())
                happen(ev.CardRead(STAFF_CARD))
                for digit in "730492":
                    happen(ev.Pressed(Press.DIGIT, digit))
                happen(ev.LoggedIn(one))
            assert visitor.visit.stage is Stage.FACTS
    seen = [one.stage for one in replay(lines, visitor.table, NOW)]
    assert seen[-1] is visitor.visit.stage
    text = "".join(lines)
    assert not [
        secret for secret in ("H-000", "T-000", "W-000", "王", "赵", "face_hurt") if secret in text
    ]
