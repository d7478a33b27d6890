"""A visit uses the reader of social security cards through its worker, over the real pcscd."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.ss_card_image import load
from drivers.supervision.ports import NoSsReader, SupervisedSsReader
from drivers.supervision.worker import SupervisionContext
from drivers.supervisor import Supervised, supervise
from kiosk.config.settings import SsCardReaderSettings
from kiosk.config.settings_reader import read_settings
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard
from kiosk.ports import PinVerdict
from tests.drivers.pcscd import PrivatePcscd
from wiring import places

OUTSIDE = SupervisionContext(time.monotonic, lambda: 0.0, lambda *_: None, pytest.fail)


def devices_with(url: str) -> Supervised:
    settings = replace(read_settings(places.DEFAULTS), ss_card_reader=SsCardReaderSettings(url))
    return supervise(settings, OUTSIDE)


def never() -> bool:
    return False


@pytest.fixture
def reader(pcsc: PrivatePcscd) -> Iterator[SupervisedSsReader]:
    found = devices_with(f"pcsc://{pcsc.reader_name}")
    worker = found.supervisor.workers["sscard"]
    worker.start()
    assert isinstance(found.ss_reader, SupervisedSsReader)
    yield found.ss_reader
    found.ss_reader.close()
    assert worker.ended(20.0)


def test_a_card_is_read_its_pin_verified_and_its_taking_out_noticed(
    reader: SupervisedSsReader, pcsc: PrivatePcscd
) -> None:
    card = SimulatedSsCard(load(places.CONFIG / "personas", "liu"))
    pcsc.insert(card)
    found = reader.read(never)
    assert isinstance(found, SsCard)
    assert found.card_number == "Z00000515"
    wrong, right = bytearray(b"111111"), bytearray(b"135790")
    assert reader.verify_pin(wrong) == PinVerdict(Failure.PIN_WRONG, 2)
    assert reader.verify_pin(right) == PinVerdict(None)
    assert (bytes(wrong), bytes(right)) == (bytes(6), bytes(6)), "nothing of a PIN is left"
    assert not reader.wait_removed(lambda: True)
    pcsc.remove()
    assert reader.wait_removed(never)
    assert reader.check() is None


def test_a_card_that_is_left_is_not_read_for_the_next_person(
    reader: SupervisedSsReader, pcsc: PrivatePcscd
) -> None:
    pcsc.insert(SimulatedSsCard(load(places.CONFIG / "personas", "liu")))
    assert isinstance(reader.read(never), SsCard)
    reader.forget_card()
    assert reader.read(never) is Failure.SS_CARD_LEFT


def test_no_pin_survives_a_reader_that_is_gone(pcsc: PrivatePcscd) -> None:
    found = devices_with("pcsc://Nobody has this reader")
    worker = found.supervisor.workers["sscard"]
    worker.start()
    pin = bytearray(b"135790")
    assert found.ss_reader.verify_pin(pin) == PinVerdict(Failure.READER_LOST)
    assert bytes(pin) == bytes(6)
    assert found.ss_reader.check() is Failure.READER_LOST
    found.ss_reader.close()
    assert worker.ended(20.0)


@pytest.mark.parametrize("url", ["", "lib:/opt/vendor.so"])
def test_a_terminal_without_a_reader_that_takes_our_pin(url: str) -> None:
    reader = devices_with(url).ss_reader
    assert isinstance(reader, NoSsReader)
    pin = bytearray(b"135790")
    assert reader.read(never) is reader.check() is Failure.READER_LOST
    assert (reader.verify_pin(pin).failure, bytes(pin)) == (Failure.READER_LOST, bytes(6))
    assert reader.wait_removed(never)
    reader.forget_card()
    reader.close()
