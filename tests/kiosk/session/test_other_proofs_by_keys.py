"""The proof by telephone, by keys and voice alone."""

from __future__ import annotations

import logging

import pytest

from kiosk.people.qr_token import QrToken
from kiosk.ports import CentralAnswer
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import persona
from tests.kiosk.session.scene import facts_answer
from tests.kiosk.session.test_visit_by_keys import BlindPerson, blind
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
    other_ways.wait_for("您的退休时间")
    assert scene.runner.visit.proof.accepted.token == TOKEN
    left = "\n".join((*scene.lines, *other_ways.ear.heard, caplog.text)).encode()
    left += b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    assert CODE.encode() not in left
    assert TOKEN.encode() not in left
