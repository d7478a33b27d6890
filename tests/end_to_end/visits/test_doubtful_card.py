"""A card whose chip says another birth date: read, compared by a helper, filed, seen by an office."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.simulated import personas
from drivers.simulated.cards.id_card_reader import SimulatedIdCardReader
from drivers.simulated.cards.samv import FIND, Samv
from drivers.simulated.cards.samv_frame import Request
from kiosk.pages.press import Press
from kiosk.people.identity import CardDoubt
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.application_of_visit import application_of
from tests.end_to_end.conftest import open_terminal
from wiring import places

PERSONAS = places.CONFIG / "personas"
CHIP_BIRTH = "19500131"
BIRTH = slice(36, 52)  # of the text block
LOOKS = 3  # after these the terminal knows that the card was taken away
PIN = "246810"  # config/staff/BZ-DEMO.toml


class SeenEmpty(Samv):
    """Counts how often the terminal looked and no card lay there."""

    looks = 0

    def answer(self, request: Request) -> bytes:
        self.looks += request.body == FIND and self.card is None
        return super().answer(request)


@pytest.mark.slow
def test_a_chip_with_another_birth_date_is_compared_and_filed(tmp_path: Path) -> None:
    liu, helper = (personas.load(PERSONAS, name).chip for name in ("liu", "helper"))
    text = bytearray(liu.text)
    text[BIRTH] = CHIP_BIRTH.encode("utf-16-le")
    samv = SeenEmpty()
    reader = SimulatedIdCardReader(0, samv)
    reader.plug()
    try:
        with open_terminal(tmp_path / "run", reader.url) as terminal:
            terminal.desk.bench.place_card("liu")  # the face before the camera
            terminal.press(Press.START_SELF)
            terminal.press(Press.AGREE)
            reader.place_card(replace(liu, text=bytes(text)))
            terminal.loop.run_until(lambda: terminal.page.name == "card_doubt")
            assert terminal.visit.identity.card is None
            held = terminal.visit.identity.doubted
            assert held is not None
            assert held.card.doubts == (CardDoubt.BIRTH,)
            terminal.press(Press.VOUCH)
            reader.lift_card()
            looks = samv.looks
            terminal.loop.run_until(lambda: samv.looks > looks + LOOKS)
            reader.place_card(helper)
            terminal.loop.run_until(lambda: terminal.page.name == "staff_pin")
            for digit in PIN:
                terminal.press(Press.DIGIT, digit)
            terminal.loop.run_until(lambda: terminal.page.name == "card_compare")
            terminal.press(Press.CONFIRM_CARD)
            terminal.until(Stage.FACTS)
            terminal.fill_in()
            document = json.loads(
                application_of(terminal.visit, terminal.kiosk.runner.table.book).content
            )
            terminal.until(Stage.RECEIPT)
            terminal.loop.run_until(lambda: terminal.page.title == "收到了，请放心")
            reader.lift_card()
            terminal.go_home()
            noted = "".join(terminal.lines)
        kept = [path.read_bytes() for path in (tmp_path / "run").glob("kiosk.db*")]
    finally:
        reader.unplug()
    said = document["applicant"]["card_doubts"]
    assert (document["applicant"]["birth"], said["found"]) == ("1966-06-15", ["birth"])
    assert (said["seen_by"], said["chip"]) == ("H-0001", {"birth": "1950-01-31"})
    for secret in ("刘长青", "34162219660615001X", CHIP_BIRTH, "1950-01-31", PIN):
        assert secret not in noted
        assert not [one for one in kept if secret.encode() in one]
