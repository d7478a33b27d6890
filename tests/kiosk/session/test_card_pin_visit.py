"""A whole visit by social security card and PIN, by keys and voice, over the real driver.

The card is the simulated one that speaks APDUs; its PIN is looked for in every byte that is left.
"""

from __future__ import annotations

import logging

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.stages import Stage
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import persona
from tests.kiosk.session.scene import facts_answer
from tests.kiosk.session.ss_readers import SlotWithCards
from tests.kiosk.session.test_visit_by_keys import blind
from tests.kiosk.visit.proofs.proof_visitors import terminal_book

__all__ = ["blind"]

PIN = "135790"  # config/personas/liu.toml


@pytest.fixture
def cards(scene) -> SlotWithCards:
    found = SlotWithCards()
    scene.devices.ss_reader = found.reader()
    scene.runner.table = build_table(terminal_book())
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"facts": facts_answer()}
    return found


def at_pin(scene, cards: SlotWithCards) -> None:
    scene.runner.start()
    for act in (Press.START_SELF, Press.AGREE_WITHOUT_FACE):
        scene.runner.press(act)
    scene.until(Stage.OTHER_PROOF)
    scene.runner.press(Press.USE_SS_CARD)
    scene.loop.run_until(lambda: scene.runner.visit.proof.ss_card.holder_fits)


def enter(scene, pin: str) -> None:
    for digit in pin:
        scene.runner.press(Press.DIGIT, digit)
    scene.runner.press(Press.NEXT)
    scene.loop.run_until(lambda: not scene.runner.visit.proof.ss_card.checking)


def test_a_visit_by_keys_and_voice_with_card_and_pin(blind, cards, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    scene = blind.scene
    card = cards.insert("liu")
    scene.runner.start()
    blind.wait_for("退休一次办")
    blind.plug(plugged=True)
    blind.find("我来办")
    blind.find("不刷脸")
    blind.wait_for("请输社保卡密码")
    blind.type(PIN)
    blind.find("输好了，核对")
    blind.wait_for("您的退休时间")
    assert card.tries_left == 3
    blind.hand_in()
    left = "\n".join((*scene.lines, *blind.ear.heard, caplog.text)).encode()
    left += b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    assert PIN.encode() not in left
    assert bytes.fromhex(PIN) not in left, "nor as the card gets it"
    assert "一三五七九零" not in "".join(blind.ear.heard)


def test_three_wrong_pins_block_the_card_and_lead_to_another_way(scene, cards):
    card = cards.insert("liu")
    at_pin(scene, cards)
    enter(scene, "111111")
    assert scene.loop.pages[-1].sentence == "密码不对，还能输两次。"
    enter(scene, "111111")
    assert scene.loop.pages[-1].sentence == "密码不对，只能再输一次，错了卡会锁住。"
    enter(scene, "111111")
    scene.until(Stage.OTHER_PROOF)
    assert (card.tries_left, scene.runner.visit.failure) == (0, Failure.PIN_BLOCKED)
    assert scene.loop.pages[-1].sentence == "密码锁住了，请带卡到人社窗口。"


def test_the_card_is_pulled_before_its_pin_is_checked(scene, cards):
    card = cards.insert("liu")
    at_pin(scene, cards)
    cards.slot.remove()
    enter(scene, PIN)
    assert scene.runner.visit.failure is Failure.SS_CARD_MOVED
    assert card.tries_left == 3
    cards.insert("liu")
    scene.loop.run_until(lambda: scene.runner.visit.proof.ss_card.holder_fits)


def test_the_card_of_another_is_taken_out_before_the_own_one_is_read(scene, cards):
    cards.insert("he")
    scene.runner.start()
    for act in (Press.START_SELF, Press.AGREE_WITHOUT_FACE):
        scene.runner.press(act)
    scene.until(Stage.OTHER_PROOF)
    scene.runner.press(Press.USE_SS_CARD)
    scene.loop.run_until(lambda: scene.runner.visit.failure is Failure.SS_CARD_OF_ANOTHER)
    cards.slot.remove()
    cards.insert("liu")
    scene.loop.run_until(lambda: scene.runner.visit.proof.ss_card.holder_fits)


def test_a_card_that_stays_is_not_read_for_the_next_person(scene, cards):
    cards.insert("liu")
    at_pin(scene, cards)
    scene.runner.press(Press.QUIT)
    scene.runner.press(Press.QUIT_YES)
    scene.settle("ss_reader")
    assert scene.devices.ss_reader.read(lambda: False) is Failure.SS_CARD_LEFT


def test_leaving_while_a_card_is_waited_for_answers_nothing(scene, cards):
    scene.runner.start()
    for act in (Press.START_SELF, Press.AGREE_WITHOUT_FACE):
        scene.runner.press(act)
    scene.until(Stage.OTHER_PROOF)
    scene.runner.press(Press.USE_SS_CARD)
    scene.runner.press(Press.QUIT)
    scene.runner.press(Press.QUIT_YES)
    scene.settle("ss_reader")
    assert (scene.stage, scene.runner.visit.failure) == (Stage.WIPING, None)


def test_a_card_that_is_put_in_needs_no_press_before_it(scene, cards):
    scene.runner.start()
    for act in (Press.START_SELF, Press.AGREE_WITHOUT_FACE):
        scene.runner.press(act)
    scene.until(Stage.OTHER_PROOF)
    cards.insert("liu")
    scene.loop.run_until(lambda: scene.runner.visit.proof.ss_card.holder_fits)
    assert scene.stage is Stage.CARD_PIN
    enter(scene, PIN)
    scene.until(Stage.FACTS)


def test_the_visit_ends_when_both_cards_are_taken(scene, cards):
    cards.insert("liu")
    at_pin(scene, cards)
    enter(scene, PIN)
    scene.until(Stage.FACTS)
    scene.runner.press(Press.QUIT)
    scene.runner.press(Press.QUIT_YES)
    scene.settle("reader")
    assert scene.stage is Stage.WIPING, "the identity card is taken, the other is still in"
    cards.slot.remove()
    scene.until(Stage.IDLE)


def test_a_refused_card_that_stays_is_left_without_an_answer(scene, cards):
    cards.insert("he")
    scene.runner.start()
    for act in (Press.START_SELF, Press.AGREE_WITHOUT_FACE):
        scene.runner.press(act)
    scene.until(Stage.OTHER_PROOF)
    scene.runner.press(Press.USE_SS_CARD)
    scene.loop.run_until(lambda: scene.runner.visit.failure is Failure.SS_CARD_OF_ANOTHER)
    scene.runner.press(Press.BACK)
    assert scene.stage is Stage.OTHER_PROOF
    scene.runner.press(Press.QUIT)
    scene.runner.press(Press.QUIT_YES)
    scene.settle("ss_reader")
    assert scene.stage is Stage.WIPING
