"""Staff who file for the absent, at a home visit or later at a window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.staff.desk import Desk
from kiosk.staff.roles import Right, Role, Session
from kiosk.visit.effects import (
    ReadCard,
    Submit,
)
from kiosk.visit.events.cards import CardFailed, CardLifted, CardRead
from kiosk.visit.events.idling import Timeout
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.events.staff import LoggedIn, LoginFailed
from kiosk.visit.stages import Stage
from kiosk.visit.steps.facts.events import FactsUnknown
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import (
    INK,
    NOW,
    InventedVisitor,
)
from tests.kiosk.staff_people import HELPER, OTHER_HELPER, OTHER_WINDOW, WINDOW
from tests.kiosk.visit.steps.filing_for_another import (
    BACK_ENTRY,
    FACE,
    HELPER_ABSENT,
    LIU,
    SECOND,
    handed_in,
    one,
    receipt,
    slip_lines,
    walk,
    with_camera,
)


def test_a_helper_needs_no_face_but_an_authority():
    visitor = walk(*HELPER_ABSENT)
    said = handed_in(visitor)
    assert said["proof"] == {"method": "authority", "at": NOW.isoformat(timespec="seconds")}
    assert (said["staff"], said["authority"]["until"]) == ("H-0002", "2027-03-31")
    assert "relation" not in said["authority"]
    assert "proxy" not in said
    assert said["consent"]["face"] is False
    receipt(visitor)
    assert "工作人员替 刘** 办" in slip_lines(visitor)
    assert visitor.press(Press.DONE).visit.stage is Stage.WIPING, "nobody is here who may rate"
    assert visitor.happen(Wiped()).visit.stage is Stage.DESK


def test_at_a_home_visit_the_person_signs_on_the_same_pages():
    visitor = with_camera().at_desk(Desk()).press(Press.FILE_ABSENT).happen(CardRead(LIU))
    for said in ("apply", "signed", "year"):
        visitor.press(Press.PICK, said)
    visitor.press(Press.AGREE).happen(FACE)
    assert [row.words for row in visitor.page.rows][:2] == [LIU.name, "帮办员"]
    visitor.happen(Drawn(INK)).press(Press.AUTHORISE)
    visitor.happen(FactsUnknown(Failure.CENTRAL_UNREACHABLE))
    assert visitor.visit.stage is Stage.FACTS
    assert visitor.visit.on_behalf.authority.until == date(2027, 11, 23)


def test_nobody_of_the_staff_acts_for_oneself():
    visitor = with_camera().at_desk(Desk(), HELPER).press(Press.FILE_ABSENT).happen(CardRead(LIU))
    assert (visitor.visit.stage, visitor.visit.identity.card) == (Stage.PRINCIPAL, None)
    assert visitor.visit.failure is Failure.STAFF_SELF


@pytest.mark.parametrize(
    ("session", "may"),
    [
        (OTHER_HELPER, {Press.FILE_ABSENT}),
        (WINDOW, {Press.FILE_ABSENT, Press.BACK_ENTER}),
        (Session("H-1", Role.HELPER, frozenset({Right.UNSENT, Right.FILE_FOR})), set()),
    ],
)
def test_who_may_act_for_the_absent_and_who_enters_later(session, may):
    for act in (Press.FILE_ABSENT, Press.BACK_ENTER):
        visitor = InventedVisitor().at_desk(Desk(), session).press(act)
        assert (visitor.visit.stage is Stage.PRINCIPAL) is (act in may)
    desk = InventedVisitor().at_desk(Desk(), session)
    assert (Press.OTHER_FILING in {one.act for one in desk.page.choices}) is bool(may)
    offered = {row.act for row in desk.press(Press.OTHER_FILING).page.rows}
    assert offered == may or not may


def test_two_look_at_what_a_window_enters_later():
    visitor = walk(*BACK_ENTRY[: -len(SECOND) - 1])
    assert (visitor.visit.stage, visitor.page.name) == (Stage.SECOND, "second")
    assert ReadCard() in visitor.effects
    assert not [one for one in visitor.effects if isinstance(one, Submit)]
    visitor = walk(*SECOND, LoggedIn(OTHER_WINDOW), visitor=visitor)
    said = handed_in(visitor)
    assert (said["staff"], said["checked_by"]) == ("W-0001", "W-0002")
    assert (said["accepted_on"], said["late_because"]) == ("2026-11-20", "power")
    assert "until" not in said["authority"]
    assert one(visitor.effects, Submit).application.checked_by == "W-0002"


@pytest.mark.parametrize(
    ("session", "failure"),
    [
        (WINDOW, Failure.SECOND_SAME),
        (OTHER_HELPER, Failure.STAFF_NOT_ALLOWED),
        (replace(OTHER_WINDOW, card_hash=HELPER.card_hash), Failure.STAFF_NOT_ALLOWED),
    ],
)
def test_not_everybody_may_be_the_second(session, failure):
    visitor = walk(*BACK_ENTRY[:-1], LoggedIn(session))
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.SECOND, failure)
    assert visitor.visit.staff.checked_by == ""
    assert visitor.visit.staff.card_number == "", "another card is waited for"
    assert visitor.press(Press.BACK).visit.stage is Stage.REVIEW
    assert visitor.visit.signature.ink == ()


def test_a_window_cannot_go_back_further_than_the_limit():
    visitor = with_camera().at_back_entry().press(Press.PICK, "2026-11-23")
    assert visitor.visit.on_behalf.authority.accepted_on is None, "today is no later entry"
    assert visitor.press(Press.PICK, "2026-11-12").visit.on_behalf.authority.accepted_on is None
    assert visitor.press(Press.PICK, "2026-11-13").visit.on_behalf.authority.accepted_on == date(
        2026, 11, 13
    )


def test_the_second_types_card_and_pin_like_everybody():
    visitor = walk(*BACK_ENTRY[:-1], LoginFailed(Failure.STAFF_PIN_WRONG))
    assert (visitor.visit.stage, visitor.visit.entry.typed) == (Stage.SECOND, "")
    visitor.type("28").press(Press.ERASE)
    assert visitor.visit.entry.typed == "2"
    visitor.happen(CardLifted())
    assert visitor.visit.failure is Failure.STAFF_CARD_LIFTED
    visitor.happen(CardFailed(Failure.CARD_MOVED))
    assert ReadCard() in visitor.effects
    visitor.happen(Timeout())
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.WIPING, None)


def test_the_helper_who_is_locked_out_looks_at_nothing():
    visitor = walk(*BACK_ENTRY[:-1], LoginFailed(Failure.STAFF_LOCKED))
    assert (visitor.visit.staff.card_number, visitor.visit.stage) == ("", Stage.SECOND)
