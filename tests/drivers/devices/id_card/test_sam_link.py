"""One command gets its own reply, on a line that lies, over every speed."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.devices.sam_link import SamLink
from drivers.protocols.samv import BAUDS, SamvCommand, Status
from drivers.simulated.cards.id_card_reader import IdReaderFault
from drivers.transports.faulty import Faulty, Rates
from drivers.transports.transport import DeviceLostError
from tests.drivers.devices.id_card.id_card_rigs import TappedPort, chip_of
from tests.drivers.devices.in_process import MemoryPort
from tests.drivers.devices.scripted import FOUND, NO_CARD, SAM_ID, ScriptedTime


def link_to(port: MemoryPort) -> SamLink:
    return SamLink(port.open, port.time.monotonic)


@pytest.mark.parametrize(("stale", "card"), [(NO_CARD, True), (FOUND, False)])
def test_what_came_before_the_question_is_no_answer(stale: bytes, *, card: bool) -> None:
    port = MemoryPort(ScriptedTime())
    link = link_to(port)
    assert link.ask(SamvCommand.STATUS, 1.0) is not None
    if card:
        port.reader.place_card(chip_of("D07"))
    port.line.sent = stale
    answer = link.ask(SamvCommand.FIND, 1.0)
    assert answer is not None
    assert answer.status is (Status.CARD_FOUND if card else Status.NO_CARD)


def test_the_reader_says_who_it_is_at_every_opening() -> None:
    port = MemoryPort(ScriptedTime())
    link = link_to(port)
    assert link.sam_number == ""
    link.ask(SamvCommand.STATUS, 1.0)
    assert link.sam_number == SAM_ID
    port.samv.sam_number = bytes(16)
    link.close()
    link.ask(SamvCommand.STATUS, 1.0)
    assert link.sam_number == "00.00-00000000-0000000000-0000000000"
    assert (port.opened, port.closed) == (2, 1)


def test_a_port_that_is_lost_is_closed_and_opened_anew() -> None:
    port = MemoryPort(ScriptedTime())
    link = link_to(port)
    link.ask(SamvCommand.STATUS, 1.0)
    port.plugged = False
    for _ in range(2):
        with pytest.raises(DeviceLostError):
            link.ask(SamvCommand.STATUS, 1.0)
    port.plugged = True
    assert link.ask(SamvCommand.STATUS, 1.0) is not None
    assert port.closed == 1


@pytest.mark.parametrize("has_speed", [True, False])
@pytest.mark.parametrize("losses", [1, 2])
@pytest.mark.parametrize("fault", [IdReaderFault.MUTE, IdReaderFault.TRUNCATE])
@pytest.mark.parametrize("requests_before", [0, 1], ids=["status", "number"])
def test_a_byte_lost_at_the_opening_is_asked_for_again(
    fault: IdReaderFault, losses: int, requests_before: int, *, has_speed: bool
) -> None:
    port = MemoryPort(ScriptedTime(), has_speed=has_speed)
    actions = [None] * requests_before + [lambda: port.reader.fault(fault)] * losses
    link = SamLink(lambda: TappedPort(port.open(), actions), port.time.monotonic)
    link.open()
    assert (link.sam_number, link.baud) == (SAM_ID, 115200)


def test_a_reader_that_stays_silent_is_lost_after_two_resends() -> None:
    port = MemoryPort(ScriptedTime())
    port.samv.baud = 4800  # a speed that is never tried
    link = link_to(port)
    with pytest.raises(DeviceLostError, match="does not answer"):
        link.open()
    assert port.time.now == 1000.0 + 3 * len(BAUDS) * 0.5


@given(st.integers(0, 2**32), st.sampled_from([0.02, 0.1, 0.3]))
def test_a_bad_line_never_gives_another_card(seed: int, rate: float) -> None:
    """Whatever the line does, a reading is the card's own, and a good line reads again."""
    from datetime import date

    from drivers.devices.id_card_reader import CardReader
    from kiosk.failures import Failure
    from kiosk.people.identity import IdCard

    time = ScriptedTime()
    port = MemoryPort(time)
    rates = [Rates(rate, rate / 4, rate, rate, rate)]

    def open_port() -> Faulty:
        return Faulty(port.open(), rates[0], Random(seed), time.sleep)

    reader = CardReader(open_port, time.monotonic, time.sleep, lambda: date(2026, 11, 23))
    own = {"341600196203159177", "测试甲"}
    for _ in range(2):
        port.reader.place_card(chip_of("D07"))
        until = time.now + 30
        found = reader.read(lambda: time.now > until)  # noqa: B023 - used at once
        assert found is None or isinstance(found, Failure) or {found.number, found.name} == own
        port.reader.lift_card()
    rates[0] = Rates()
    reader.close()
    assert reader.wait_removed(lambda: False)
    port.reader.place_card(chip_of("D07"))
    assert isinstance(reader.read(lambda: False), IdCard)
