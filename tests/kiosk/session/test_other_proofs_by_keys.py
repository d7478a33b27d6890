"""The proofs by telephone and by vouching, by keys and voice alone, as far as the receipt."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.people.identity import IdCard
from kiosk.people.qr_token import QrToken
from kiosk.ports import CentralAnswer
from kiosk.visit.stages import Stage
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import persona
from tests.kiosk.session.scene import facts_answer
from tests.kiosk.session.test_visit_by_keys import BlindPerson, blind
from tests.kiosk.staff_people import HELPER_CARD, OTHER_PIN, PIN
from tests.kiosk.visit.proofs.proof_visitors import terminal_book

__all__ = ["blind"]

CODE, TOKEN = "a-code-on-a-telephone", "the-token-of-the-platform"


@pytest.fixture
def other_ways(blind: BlindPerson) -> BlindPerson:
    """Somebody who sees nothing, at the page of the other ways."""
    scene = blind.scene
    scene.runner.table = build_table(terminal_book(phone=True))
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"facts": facts_answer()}
    scene.runner.start()
    blind.wait_for("退休一次办")
    blind.plug(plugged=True)
    blind.find("我来办")
    blind.find("不刷脸")
    blind.wait_for("换一种办法")
    return blind


def test_the_telephone_proves_and_its_code_is_nowhere(other_ways, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    scene = other_ways.scene
    said = b'{"version": 1, "token": "%b"}' % TOKEN.encode()
    scene.devices.answers["proofs/phone"] = CentralAnswer(200, "application/json", None, said)
    scene.devices.code = [QrToken(CODE, 0.0)]
    other_ways.find("手机上的码")
    other_ways.hand_in()
    assert scene.runner.visit.proof.accepted.token == TOKEN
    left = "\n".join((*scene.lines, *other_ways.ear.heard, caplog.text)).encode()
    left += b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    assert CODE.encode() not in left
    assert TOKEN.encode() not in left


def laid_down(blind: BlindPerson, card: IdCard) -> Callable[[], IdCard]:
    """Return a reader on which somebody lays this card down, and leaves it there."""

    def read() -> IdCard:
        blind.scene.devices.taken = False
        return card

    return read


def test_two_of_the_staff_vouch_and_their_pins_are_nowhere(other_ways, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    scene, devices = other_ways.scene, other_ways.scene.devices
    devices.taken = False
    other_ways.find("请人证明")
    other_ways.wait_for("为什么要证明")
    devices.card = replace(persona("helper")[0], number=HELPER_CARD)
    other_ways.find("本人不想刷脸")
    other_ways.wait_for("请输密码")
    other_ways.type(PIN)
    other_ways.wait_for("再请一位证明")
    second = persona("wang")[0]
    devices.card, devices.taken = laid_down(other_ways, second), True
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number == second.number)
    other_ways.type(OTHER_PIN)
    scene.until(Stage.FACTS)
    devices.taken = True
    other_ways.hand_in()
    proof = scene.runner.visit.proof.accepted
    assert (proof.voucher, proof.second, proof.picture) == ("H-0001", "H-0002", None)
    said = "\n".join((*scene.lines, *other_ways.ear.heard, caplog.text)).encode()
    said += b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    for pin in (PIN, OTHER_PIN):
        assert pin.encode() not in said
