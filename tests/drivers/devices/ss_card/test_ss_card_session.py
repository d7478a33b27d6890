"""Each record is taken by its own tag and length, whatever the chip's habits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.devices.ss_card_session import SsCardSession
from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.ss_card_image import LeRule
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard
from kiosk.ports import PinVerdict
from tests.drivers.devices.ss_card.ss_card_contract import expected, image


class BentCard:
    """A simulated card whose answers a test may bend."""

    def __init__(self, card: SimulatedSsCard, t0: bool = True) -> None:
        self.card, self.t0 = card, t0
        self.bent: dict[str, bytes] = {}
        self.said: list[str] = []
        self.last: bytes | bytearray = b""

    def transmit(self, apdu: bytes | bytearray, deadline: float) -> bytes:
        assert deadline == 3.0
        self.last = apdu
        self.said.append(bytes(apdu).hex().upper())
        answer = self.card.transmit(bytes(apdu))
        return self.bent.get(self.said[-1], answer)

    def close(self) -> None:
        pass


def read(wire: BentCard) -> SsCard:
    session = SsCardSession(wire, lambda: 0.0)
    assert session.select() is None
    session.read()
    return session.card()


def longer(tag: int, size: int):
    made = image("D21")
    records = {
        ef: tuple(
            replace(one, value=one.value.ljust(size, b"\0")) if one.tag == tag else one
            for one in items
        )
        for ef, items in made.records.items()
    }
    return replace(made, records=records)


@pytest.mark.parametrize("le_rule", LeRule)
@pytest.mark.parametrize(("tag", "size"), [(0x09, 40), (0x08, 24), (0x07, 12)])
def test_a_record_longer_than_the_table(le_rule: LeRule, tag: int, size: int) -> None:
    made = longer(tag, size).with_habits(le_rule=le_rule)
    assert read(BentCard(SimulatedSsCard(made))) == expected("D21")


@pytest.mark.parametrize("t0", [True, False])
def test_both_protocols(t0: bool) -> None:
    assert read(BentCard(SimulatedSsCard(image("D21")), t0)) == expected("D21")


def test_a_record_that_is_always_cut_is_flagged() -> None:
    wire = BentCard(SimulatedSsCard(image("D21")))
    cut = bytes.fromhex("0804333431369000")
    wire.bent = {"00B2080014": cut[:-3] + cut[-2:], "00B2080000": cut[:-3] + cut[-2:]}
    found = read(wire)
    assert found == replace(expected("D21"), ssn="", flags=("EF06/08:damaged",))


def test_doubtful_data_is_flagged() -> None:
    wire = BentCard(SimulatedSsCard(image("D21")))
    wire.bent = {"00B20A0003": bytes.fromhex("0A01316281")}
    assert read(wire) == replace(expected("D21"), flags=("EF06/0A:doubtful",))


def test_the_second_form_of_selecting_a_file() -> None:
    wire = BentCard(SimulatedSsCard(image("D21")))
    wire.bent = {f"00A4000002EF0{file}": b"\x6a\x86" for file in (5, 6)}
    assert read(wire) == expected("D21")
    assert "00A4020002EF05" in wire.said


def test_files_that_cannot_be_selected_are_read_by_their_short_names() -> None:
    wire = BentCard(SimulatedSsCard(image("D21")))
    wire.bent = {f"00A40{form}0002EF0{file}": b"\x6a\x82" for file in (5, 6) for form in (0, 2)}
    assert read(wire) == expected("D21")
    reads = [said for said in wire.said if said.startswith("00B2")]
    assert {said[6:8] for said in reads} == {"2C", "34"}


def test_the_card_file_under_its_other_short_name() -> None:
    made = image("D21").with_habits(by_id=False, by_number=False, sfis={0x0B: 0xEF05, 0x06: 0xEF06})
    wire = BentCard(SimulatedSsCard(made))
    assert read(wire) == expected("D21")
    assert "00B2015C12" in wire.said


def test_the_public_application_where_there_is_no_environment() -> None:
    wire = BentCard(SimulatedSsCard(image("D21")))
    wire.bent = {
        "00A404000F7378312E73682EC9E7BBE1B1A3D5CF": b"\x6a\x82",
        "00A4040006D15600000500": b"\x90\x00",
    }
    assert read(wire) == expected("D21")


@pytest.mark.parametrize("digits", [b"123450", b"654321"])
def test_pin_and_command_are_overwritten(digits: bytes) -> None:
    wire = BentCard(SimulatedSsCard(image("D24")))
    session = SsCardSession(wire, lambda: 0.0)
    assert session.select() is None
    pin = bytearray(digits)
    session.verify(pin)
    assert wire.said[-1] == "0020000003" + digits.decode()
    assert isinstance(wire.last, bytearray)
    assert not any(pin)
    assert not any(wire.last)


def test_a_pin_without_an_answer() -> None:
    wire = BentCard(SimulatedSsCard(image("D24")))
    wire.bent = {"0020000003123450": b""}
    session = SsCardSession(wire, lambda: 0.0)
    assert session.select() is None
    assert session.verify(bytearray(b"123450")) == PinVerdict(Failure.SS_CARD_DAMAGED)


def test_a_flag_is_told_once() -> None:
    session = SsCardSession(BentCard(SimulatedSsCard(image("D21"))), lambda: 0.0)
    for _ in range(2):
        session._flag("EF06/08:damaged")
    assert session.card().flags == ("EF06/08:damaged",)
