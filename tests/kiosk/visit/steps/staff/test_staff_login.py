"""The staff's login by card and PIN, and vouching for a person without a proof."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.pages.press import Press
from kiosk.people.consent import ProofMethod
from kiosk.staff.roles import Right
from kiosk.visit.effects import (
    LogIn,
    LookAtDesk,
    ReadCard,
    Submit,
    WatchCard,
)
from kiosk.visit.events.cards import CardFailed, CardLifted, CardRead
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Drawn, Pressed
from kiosk.visit.events.staff import LoggedIn, LoginFailed
from kiosk.visit.stages import Stage
from kiosk.visit.steps.facts.events import FactsKnown
from tests.kiosk.invented_people import INK, NOW, InventedVisitor, handbook, persona
from tests.kiosk.staff_people import DESK, ENGINEER, HELPER, OTHER_HELPER, WINDOW
from tests.kiosk.visit.steps.staff.staff_visits import LIU, STAFF_CARD, TWO_HERE


def vouching(reason: str = "portrait_old", failure: Failure | None = None) -> InventedVisitor:
    visitor = InventedVisitor().with_card(face=False).press(Press.VOUCH).press(Press.PICK, reason)
    visitor.happen(CardRead(STAFF_CARD)).type("730492")
    return visitor if failure is None else visitor.happen(LoginFailed(failure))


def test_card_then_pin_then_the_desk():
    visitor = InventedVisitor().press(Press.STAFF)
    assert [type(one) for one in visitor.effects][-1] is ReadCard
    visitor.press(Press.DIGIT, "1")
    assert visitor.visit.entry.typed == "", "no PIN without a card"
    visitor.happen(CardRead(STAFF_CARD))
    assert visitor.effects == (WatchCard(),)
    visitor.type("99").press(Press.ERASE).press(Press.ERASE).type("730492")
    assert visitor.effects == (LogIn(STAFF_CARD.number, "730492"),)
    visitor.press(Press.DIGIT, "1").press(Press.ERASE)
    assert visitor.visit.entry.typed == "730492", "nothing is typed while it is looked at"
    visitor.happen(LoggedIn(OTHER_HELPER))
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.DESK, OTHER_HELPER)
    assert (visitor.visit.staff.card_number, visitor.visit.entry.typed) == ("", "")
    assert LookAtDesk() in visitor.effects


def test_no_digit_of_a_pin_is_shown_said_or_noted():
    lines: list[str] = []
    visitor = InventedVisitor().press(Press.STAFF).happen(CardRead(STAFF_CARD))
    for digit in "73049":
        Journal(lines.append, handbook()).note(
            visitor.visit, Answered(Pressed(Press.DIGIT, digit)), 0.0
        )
        visitor.press(Press.DIGIT, digit)
    page = visitor.page
    assert page.number is not None
    assert page.number.digits == "*****"
    assert "73049" not in repr(visitor.visit)
    assert not [one for one in page.spoken if any(sign.isdigit() for sign in one.words)]
    assert all(json.loads(line)["at"] == count for count, line in enumerate(lines))
    assert '"value"' not in "".join(lines)


@pytest.mark.parametrize(
    ("failure", "same_card"),
    [
        (Failure.STAFF_PIN_WRONG, True),
        (Failure.STAFF_WAIT, True),
        (Failure.DISK_FULL, True),
        (Failure.STAFF_LOCKED, False),
        (Failure.STAFF_UNKNOWN, False),
        (Failure.STAFF_LIST_OLD, False),
        (Failure.STAFF_CLOCK_WRONG, False),
    ],
)
def test_after_a_refusal(failure, same_card):
    visitor = InventedVisitor().knocking().happen(LoginFailed(failure))
    assert visitor.visit.stage is Stage.LOGIN
    assert visitor.page.sentence == handbook().failures[failure].sentence
    assert bool(visitor.visit.staff.card_number) is same_card
    assert (visitor.visit.entry.typed, visitor.visit.staff.checking) == ("", False)


def test_lifting_the_card_begins_anew():
    early = InventedVisitor().knocking().happen(CardLifted())
    assert early.visit.failure is Failure.STAFF_CARD_LIFTED
    assert ReadCard() in early.effects
    after = (
        InventedVisitor().knocking().happen(LoginFailed(Failure.STAFF_UNKNOWN)).happen(CardLifted())
    )
    assert after.visit.failure is None
    assert ReadCard() in after.effects


def test_an_answer_to_the_card_before_lets_nobody_in():
    visitor = InventedVisitor().knocking()
    asked = visitor.visit.request
    visitor.happen(CardLifted())
    visitor.happen(LoggedIn(OTHER_HELPER), visitor.visit.id, asked)
    assert visitor.visit.staff.session is None


def test_a_technician_sees_no_desk():
    visitor = InventedVisitor().knocking().happen(LoggedIn(ENGINEER))
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.CODE, None)
    visitor.type("123456").happen(LoggedIn(ENGINEER)).press(Press.BACK)
    assert visitor.visit.stage is Stage.MAINTENANCE


@pytest.mark.parametrize("act", [Press.BACK, Press.QUIT])
def test_leaving_the_door_wipes(act):
    assert InventedVisitor().knocking().press(act).visit.stage is Stage.WIPING


def test_somebody_of_the_staff_vouches_with_a_reason():
    visitor = InventedVisitor().with_card(face=False).press(Press.VOUCH)
    assert visitor.page.name == "vouching_reason"
    assert ReadCard() not in visitor.effects
    visitor.press(Press.PICK, "portrait_old")
    assert visitor.effects == (ReadCard(),)
    visitor.happen(CardRead(STAFF_CARD)).type("730492").happen(LoggedIn(TWO_HERE))
    assert visitor.visit.staff.card_number == ""
    visitor.happen(CardLifted()).happen(CardRead(STAFF_CARD)).type("285703")
    visitor.happen(LoggedIn(WINDOW))
    assert visitor.visit.stage is Stage.FACTS
    proof = visitor.visit.proof.accepted
    assert proof is not None
    assert proof.record() == {
        "method": "vouched",
        "at": NOW.isoformat(timespec="seconds"),
        "voucher": "H-0002",
        "reason": "portrait_old",
        "second": "W-0001",
    }
    assert visitor.visit.staff.session is None, "who only vouches is not in"
    assert visitor.visit.staff.card_number == ""


def test_without_a_card_there_is_nobody_to_vouch_for():
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.AGREE).press(Press.NO_CARD)
    assert Press.VOUCH not in {one.act for one in visitor.page.choices}
    assert visitor.press(Press.VOUCH).visit.stage is Stage.OTHER_PROOF


@pytest.mark.parametrize(
    ("session", "failure"),
    [
        (HELPER, Failure.STAFF_SELF),
        (ENGINEER, Failure.STAFF_NOT_ALLOWED),
        (replace(OTHER_HELPER, rights=frozenset({Right.FILE_FOR})), Failure.STAFF_NOT_ALLOWED),
    ],
)
def test_not_everybody_may_vouch(session, failure):
    visitor = vouching().happen(LoggedIn(session))
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.VOUCHING, failure)
    assert visitor.visit.proof.accepted is None


def test_wrong_pins_and_lifted_cards_there_too():
    assert vouching(failure=Failure.STAFF_PIN_WRONG).visit.staff.card_number
    assert not vouching(failure=Failure.STAFF_LOCKED).visit.staff.card_number
    assert vouching().press(Press.ERASE).visit.entry.typed == "730492"
    lifted = vouching().happen(CardLifted())
    assert ReadCard() in lifted.effects
    back = vouching().press(Press.BACK)
    assert (back.visit.stage, back.visit.staff.vouch_reason) == (Stage.OTHER_PROOF, "")
    failed = InventedVisitor().with_card(face=False).press(Press.VOUCH).press(Press.PICK, "other")
    assert failed.happen(CardFailed(Failure.CARD_MOVED)).visit.stage is Stage.VOUCHING


def test_what_is_handed_in_names_who_helped_and_who_vouched():
    visitor = InventedVisitor().at_desk(DESK).press(Press.FILE_FOR).press(Press.AGREE_WITHOUT_FACE)
    visitor.happen(CardRead(LIU)).press(Press.VOUCH).press(Press.PICK, "no_face")
    visitor.happen(CardRead(STAFF_CARD)).type("730492").happen(LoggedIn(TWO_HERE))
    visitor.happen(CardLifted()).happen(CardRead(STAFF_CARD)).type("285703")
    visitor.happen(LoggedIn(WINDOW)).happen(FactsKnown(persona("liu")[1]))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor._answered()
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.PROMISE)
    visitor.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)
    (submit,) = (one for one in visitor.effects if isinstance(one, Submit))
    said = json.loads(submit.application.content)
    assert (said["way"], said["staff"]) == ("helper_present", "H-0002")
    assert said["proof"]["method"] == ProofMethod.VOUCHED
    assert (submit.application.way, submit.application.staff) == ("helper_present", "H-0002")
