"""Social security card and PIN in a visit: the ways beside the straight one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.consent import ProofMethod
from kiosk.people.ss_card import SsCard
from kiosk.visit.effects import Cancel, Wipe
from kiosk.visit.stages import Stage
from kiosk.visit.steps.other_proof.card_pin.events import (
    PinAccepted,
    PinRefused,
    SsCardFailed,
    SsCardRead,
)
from kiosk.visit.steps.other_proof.card_pin.requests import LeaveSsCard, ReadSsCard, VerifyPin
from kiosk.visit.steps.submission.events import Accepted, Stored
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import InventedVisitor, persona, receipt_for
from tests.kiosk.visit.proofs.proof_visitors import OWN_CARD, visitor_at, with_pin_asked

PIN = "135790"


def at_card() -> InventedVisitor:
    return visitor_at().with_card(face=False).press(Press.USE_SS_CARD)


def asked(visitor: InventedVisitor) -> list[object]:
    return [one for one in visitor.effects if one != Cancel()]


def test_card_and_pin_prove():
    visitor = at_card()
    assert asked(visitor) == [ReadSsCard()]
    visitor.happen(SsCardRead(OWN_CARD))
    assert visitor.page.name == "card_pin_number"
    visitor.type(PIN)
    assert visitor.page.number.digits == "******"
    visitor.press(Press.NEXT)
    assert asked(visitor) == [VerifyPin(PIN)]
    assert PIN not in repr(visitor.effects)
    assert PIN not in repr(visitor.visit)
    assert visitor.visit.entry.typed == "", "the request alone has the PIN"
    visitor.happen(PinAccepted())
    assert visitor.visit.stage is Stage.FACTS
    assert LeaveSsCard() in asked(visitor), "it may stay in, and is of no use to anybody"
    proof = visitor.visit.proof.accepted
    assert proof is not None
    assert proof.record() == {
        "method": "card_pin",
        "at": "2026-11-23T09:30:00+00:00",
        "card_number": "Z00000515",
    }


def test_a_proxy_proves_by_the_own_card():
    visitor = visitor_at().press(Press.START_PROXY).press(Press.AGREE_WITHOUT_FACE)
    from kiosk.visit.events.cards import CardRead

    visitor.happen(CardRead(persona("wang")[0])).press(Press.USE_SS_CARD)
    visitor.happen(SsCardRead(replace(OWN_CARD, ssn=persona("wang")[0].number)))
    visitor.type(PIN).press(Press.NEXT).happen(PinAccepted())
    assert visitor.visit.stage is Stage.PRINCIPAL


@pytest.mark.parametrize(
    ("card", "failure"),
    [
        (replace(OWN_CARD, ssn=persona("wang")[0].number), Failure.SS_CARD_OF_ANOTHER),
        (SsCard(card_number="Z00000515"), Failure.SS_CARD_UNREADABLE_HOLDER),
    ],
)
def test_the_card_of_another_or_of_nobody_asks_for_no_pin(card: SsCard, failure: Failure):
    visitor = at_card().happen(SsCardRead(card))
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.CARD_PIN, failure)
    assert asked(visitor) == [ReadSsCard(after_another=True)]
    assert visitor.type(PIN).press(Press.NEXT).visit.failure is failure, "no PIN is taken"
    assert visitor.happen(SsCardRead(OWN_CARD)).page.name == "card_pin_number"


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (2, "密码不对，还能输两次。"),
        (1, "密码不对，只能再输一次，错了卡会锁住。"),
        (None, "密码不对，请想好了再输一次。"),
    ],
)
def test_a_wrong_pin_says_how_many_tries_are_left(left: int | None, words: str):
    visitor = with_pin_asked().type(PIN).press(Press.NEXT)
    assert visitor.page.sentence == "正在核对，请稍等。"
    assert visitor.type("1").visit.entry.typed == "", "nothing is typed while it is checked"
    visitor.happen(PinRefused(Failure.PIN_WRONG, left))
    assert (visitor.page.sentence, visitor.page.mend) == (words, True)
    assert visitor.type("1").page.sentence == "六位数字，屏幕上只显示星号。"


def test_a_blocked_card_leads_to_the_other_ways_with_its_cure():
    visitor = with_pin_asked().type(PIN).press(Press.NEXT)
    visitor.happen(PinRefused(Failure.PIN_BLOCKED, 0))
    assert visitor.page.name == "other_proof"
    assert visitor.page.sentence == "密码锁住了，请带卡到人社窗口。"
    assert asked(visitor) == [LeaveSsCard(), ReadSsCard(after_another=True)]
    assert visitor.visit.proof.accepted is None


@pytest.mark.parametrize("failure", [Failure.SS_CARD_MOVED, Failure.SS_CARD_SWAPPED])
def test_a_card_that_was_pulled_before_the_pin_is_asked_for_again(failure: Failure):
    visitor = with_pin_asked().type(PIN).press(Press.NEXT).happen(PinRefused(failure))
    assert (visitor.page.name, visitor.visit.failure) == ("card_pin", failure)
    assert asked(visitor) == [ReadSsCard()]


def test_a_card_that_fails_can_be_tried_again_and_a_reader_can_not():
    visitor = at_card().happen(SsCardFailed(Failure.SS_CARD_NOT_SEATED))
    assert (visitor.page.name, asked(visitor)) == ("card_pin", [ReadSsCard()])
    visitor.happen(SsCardFailed(Failure.PCSC_STOPPED))
    assert (visitor.page.name, visitor.visit.failure) == ("other_proof", Failure.PCSC_STOPPED)


def test_fewer_than_six_digits_cost_no_try():
    visitor = with_pin_asked().type("1357").press(Press.NEXT)
    assert visitor.visit.failure is Failure.PIN_NOT_SIX_DIGITS
    assert not asked(visitor)
    visitor.press(Press.ERASE).type("7909")
    assert visitor.visit.entry.typed == "135790", "a seventh digit is not taken"


def test_going_back_forgets_card_pin_and_proof():
    visitor = with_pin_asked().type("13").press(Press.BACK)
    assert visitor.visit.stage is Stage.OTHER_PROOF
    assert asked(visitor) == [LeaveSsCard(), ReadSsCard(after_another=True)]
    assert (visitor.visit.entry.typed, visitor.visit.proof.ss_card.holder_fits) == ("", False)


def test_leaving_the_visit_leaves_no_card_to_the_next_person():
    visitor = with_pin_asked().type("13").press(Press.QUIT).press(Press.QUIT_YES)
    assert visitor.visit.stage is Stage.WIPING
    assert LeaveSsCard() in visitor.effects
    assert Wipe(ss_card=True) in visitor.effects, "and the card has to come out"


def test_both_cards_are_taken_at_the_end():
    visitor = with_pin_asked().type(PIN).press(Press.NEXT).happen(PinAccepted())
    visitor.press(Press.QUIT).press(Press.QUIT_YES)
    assert (visitor.page.title, Wipe(ss_card=True) in visitor.effects) == ("请取走两张卡", True)
    assert visitor.page.picture == "take_both_cards"
    assert visitor.happen(Wiped()).visit.proof.ss_card_in is False
    visitor = visitor_at().with_card(face=False).press(Press.QUIT).press(Press.QUIT_YES)
    assert (visitor.page.title, Wipe() in visitor.effects) == ("请取走身份证", True)
    assert visitor.page.picture == "take_card"


@pytest.mark.parametrize(("both", "said"), [(True, "小票和两张卡"), (False, "小票和身份证")])
def test_the_receipt_names_what_to_take(both: bool, said: str):
    visitor = InventedVisitor().at_submitting()
    visitor.visit = replace(visitor.visit, proof=replace(visitor.visit.proof, ss_card_in=both))
    visitor.happen(Stored()).happen(Accepted(receipt_for(visitor.visit)))
    assert visitor.page.sentence == f"请取走{said}。"


def test_the_ways_are_rows_of_equal_standing_and_only_those_that_are_here():
    rows = visitor_at().with_card(face=False).page.rows
    assert {row.act for row in rows} == {Press.TRY_AGAIN, Press.USE_SS_CARD, Press.VOUCH}
    assert {(row.tick, row.mend, bool(row.reason), bool(row.icon)) for row in rows} == {
        (rows[0].tick, False, True, True)
    }
    vendor = visitor_at(pin=False).with_card(face=False)
    assert Press.USE_SS_CARD not in {row.act for row in vendor.page.rows}
    assert vendor.press(Press.USE_SS_CARD).visit.stage is Stage.OTHER_PROOF


def test_proof_methods_of_staff_are_counted_through_a_completed_face():
    from kiosk.people.consent import Proof
    from tests.kiosk.invented_people import NOW

    beside = Proof(ProofMethod.VOUCHED, NOW, voucher="H-1", reason="camera")
    whole = Proof(ProofMethod.FACE, NOW, 0.3, 0.4, "x", completed_by=beside)
    assert whole.vouchers == ("H-1",)
    assert whole.record()["completed_by"]["voucher"] == "H-1"
