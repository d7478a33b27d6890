"""The PC/SC slot says what every return code means, and comes back from each of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from drivers.transports import pcsc_library
from drivers.transports.pcsc import CardLost, CardTrouble, SlotLostError, SlotState, SlotTrouble
from drivers.transports.pcsc_library import STATE_UNAVAILABLE, PcscLite, PcscReturnCode
from drivers.transports.pcsc_slot import PcscSlot

LIMIT = 30.0
EMPTY, PRESENT, MUTE = 0x10, 0x20, 0x220


class ScriptedWinscard:
    """PC/SC calls that return what a test says, once each; else success."""

    def __init__(self, *readers: str) -> None:
        self.names = list(readers or ("Example Reader 00 00", "Example Reader 01 00"))
        self.codes: dict[str, list[int]] = {}
        self.states: list[int] = []
        self.said: list[str] = []
        self.answers: list[bytes] = []
        self.block: Callable[[], object] = lambda: None
        self.contexts: set[int] = set()
        self._made = 0

    def _code(self, call: str, *details: object) -> int:
        self.said.append(" ".join([call, *map(str, details)]))
        waiting = self.codes.get(call, [])
        return waiting.pop(0) if waiting else 0

    def establish(self) -> tuple[int, int]:
        code = self._code("establish")
        if code:
            return code, 0
        self._made += 1
        self.contexts.add(self._made)
        return 0, self._made

    def release(self, context: int) -> int:
        self.contexts.remove(context)
        return self._code("release")

    def readers(self, context: int) -> tuple[int, list[str]]:
        assert context in self.contexts
        return self._code("readers"), self.names

    def status_change(self, context: int, reader: str, known: int, milliseconds: int):
        assert context in self.contexts
        assert milliseconds >= 0
        return self._code("status", reader, hex(known)), self.states.pop(
            0
        ) if self.states else known

    def connect(self, context: int, reader: str) -> tuple[int, int, int]:
        assert context in self.contexts
        return self._code("connect", reader), 7, 1

    def transmit(self, card: int, protocol: int, apdu: bytes | bytearray) -> tuple[int, bytes]:
        self.block()
        return self._code("transmit", bytes(apdu).hex()), (
            self.answers.pop(0) if self.answers else b"\x90\x00"
        )

    def disconnect(self, card: int, *, reset: bool) -> int:
        return self._code("disconnect", "reset" if reset else "leave")


@pytest.fixture
def library() -> ScriptedWinscard:
    return ScriptedWinscard()


@pytest.fixture
def slot(library: ScriptedWinscard):
    made = PcscSlot("pcsc://", time.monotonic, lambda: library)
    yield made
    made.close()
    assert not library.contexts
    assert not [one for one in threading.enumerate() if one.name == "pcsc"]


def soon(seconds: float = LIMIT) -> float:
    return time.monotonic() + seconds


def use(slot: PcscSlot) -> None:
    slot.presence(soon(0))
    slot.connect(soon()).transmit(b"\x00", soon())


@pytest.mark.parametrize(
    ("url", "reader"),
    [
        ("pcsc://", "Example Reader 00 00"),
        ("pcsc://Example%20Reader%2001", "Example Reader 01 00"),
        ("pcsc://Example Reader 01 00", "Example Reader 01 00"),
    ],
)
def test_which_reader_is_meant(url: str, reader: str, library: ScriptedWinscard) -> None:
    slot = PcscSlot(url, time.monotonic, lambda: library)
    slot.presence(soon(0))
    assert f"status {reader} 0x0" in library.said
    slot.close()


def test_other_urls_are_refused() -> None:
    with pytest.raises(ValueError, match="not pcsc://"):
        PcscSlot("tcp://reader:1", time.monotonic)


@pytest.mark.parametrize("names", [["Another Reader"], []])
def test_a_reader_of_that_name_is_missing(names: list[str], library: ScriptedWinscard) -> None:
    library.names = names
    slot = PcscSlot("pcsc://Example", time.monotonic, lambda: library)
    with pytest.raises(SlotLostError) as caught:
        slot.presence(soon(0))
    assert caught.value.trouble is SlotTrouble.READER_ABSENT
    slot.close()


def test_which_reader_is_there_now(slot: PcscSlot, library: ScriptedWinscard) -> None:
    assert slot.reader(soon()) == "Example Reader 00 00"
    library.names = ["Example Reader 02 00"]
    with pytest.raises(SlotLostError) as caught:
        slot.reader(soon())
    assert caught.value.trouble is SlotTrouble.READER_GONE
    assert slot.reader(soon()) == "Example Reader 02 00"
    library.codes["readers"] = [PcscReturnCode.NO_READERS_AVAILABLE, PcscReturnCode.NO_SERVICE]
    library.names = []
    for trouble in (SlotTrouble.READER_GONE, SlotTrouble.SERVICE_STOPPED):
        with pytest.raises(SlotLostError) as caught:
            slot.reader(soon())
        assert caught.value.trouble is trouble


def test_the_counter_tells_a_swap(slot: PcscSlot, library: ScriptedWinscard) -> None:
    library.states = [0x00010022, 0x00030022, 0x00040012, 0x00050222]
    assert [slot.presence(soon(0)) for _ in range(4)] == [
        SlotState(present=True, insertion=1, epoch=1),
        SlotState(present=True, insertion=3, epoch=1),
        SlotState(present=False, insertion=4, epoch=1),
        SlotState(present=True, mute=True, insertion=5, epoch=1),
    ]
    # The next look waits for news of the last one.
    assert library.said[-1] == "status Example Reader 00 00 0x40010"


def test_a_quiet_slot_keeps_its_state(slot: PcscSlot, library: ScriptedWinscard) -> None:
    library.states = [0x00010022]
    library.codes["status"] = [0, PcscReturnCode.TIMEOUT]
    assert slot.presence(soon(0)) == slot.presence(soon(0))


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (PcscReturnCode.INVALID_HANDLE, SlotTrouble.SERVICE_STOPPED),
        (PcscReturnCode.NO_SERVICE, SlotTrouble.SERVICE_STOPPED),
        (PcscReturnCode.SERVICE_STOPPED, SlotTrouble.SERVICE_STOPPED),
        (0x80100013, SlotTrouble.SERVICE_STOPPED),  # F_COMM_ERROR
        (0x80100012, SlotTrouble.SERVICE_STOPPED),  # any 0x8010001x
        (PcscReturnCode.UNKNOWN_READER, SlotTrouble.READER_GONE),
        (PcscReturnCode.READER_UNAVAILABLE, SlotTrouble.READER_GONE),
        (PcscReturnCode.NO_READERS_AVAILABLE, SlotTrouble.READER_GONE),
        (PcscReturnCode.SECURITY_VIOLATION, SlotTrouble.FORBIDDEN),
    ],
)
@pytest.mark.parametrize("call", ["establish", "readers", "status", "connect", "transmit"])
def test_a_lost_slot_begins_anew(
    slot, library: ScriptedWinscard, call: str, code: int, trouble
) -> None:
    library.codes[call] = [code]
    with pytest.raises(SlotLostError) as caught:
        use(slot)
    if (call, code) == ("readers", PcscReturnCode.NO_READERS_AVAILABLE):
        trouble = SlotTrouble.READER_ABSENT  # perhaps not yet: nobody has seen it
    else:
        assert f"{code:#010x}" in str(caught.value)
    assert caught.value.trouble is trouble
    assert not library.contexts, "a context that may be dead must be released"
    before = slot.presence(soon(0)).epoch
    assert before == len([one for one in library.said if one == "establish"]) - (
        call == "establish"
    )


def test_a_vanished_reader_shows_in_its_state(slot, library: ScriptedWinscard) -> None:
    library.states = [STATE_UNAVAILABLE]
    with pytest.raises(SlotLostError) as caught:
        slot.presence(soon(0))
    assert caught.value.trouble is SlotTrouble.READER_GONE


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (PcscReturnCode.NO_SMARTCARD, CardTrouble.GONE),
        (PcscReturnCode.REMOVED_CARD, CardTrouble.GONE),
        (PcscReturnCode.NOT_TRANSACTED, CardTrouble.GONE),
        (PcscReturnCode.UNRESPONSIVE_CARD, CardTrouble.MUTE),
        (PcscReturnCode.UNPOWERED_CARD, CardTrouble.MUTE),
        (PcscReturnCode.UNSUPPORTED_CARD, CardTrouble.MUTE),
        (0x80100008, CardTrouble.FAULT),  # the answer is too long
    ],
)
@pytest.mark.parametrize("call", ["connect", "transmit"])
def test_a_lost_card(slot, library: ScriptedWinscard, call: str, code: int, trouble) -> None:
    library.codes[call] = [code]
    with pytest.raises(CardLost) as caught:
        slot.connect(soon()).transmit(b"\x00", soon())
    assert caught.value.trouble is trouble
    assert library.contexts, "the service is still there"


def test_a_card_that_was_just_put_in_is_asked_twice(slot, library: ScriptedWinscard) -> None:
    library.codes["connect"] = [PcscReturnCode.RESET_CARD]
    assert slot.connect(soon()).t0
    library.codes["connect"] = [PcscReturnCode.RESET_CARD, PcscReturnCode.RESET_CARD]
    with pytest.raises(CardLost) as caught:
        slot.connect(soon())
    assert caught.value.trouble is CardTrouble.RESET


def test_a_busy_card_keeps_the_context(slot, library: ScriptedWinscard) -> None:
    library.codes["connect"] = [PcscReturnCode.SHARING_VIOLATION]
    with pytest.raises(SlotLostError) as caught:
        slot.connect(soon())
    assert caught.value.trouble is SlotTrouble.BUSY
    assert library.contexts


@pytest.mark.parametrize("answer", [b"", b"\x90"])
def test_an_answer_without_status_is_a_pulled_card(slot, library, answer: bytes) -> None:
    library.answers = [answer]
    card = slot.connect(soon())
    with pytest.raises(CardLost):
        card.transmit(b"\x00", soon())
    card.close()
    assert library.said[-1] == "disconnect leave", "a reset would hide the next card"


def test_a_card_is_reset_when_it_is_let_go(slot, library: ScriptedWinscard) -> None:
    card = slot.connect(soon())
    assert card.transmit(bytearray(b"\x00"), soon()) == b"\x90\x00"
    card.close()
    card.close()
    assert [one for one in library.said if "disconnect" in one] == ["disconnect reset"]


def test_a_card_of_an_older_context_is_gone(slot, library: ScriptedWinscard) -> None:
    card = slot.connect(soon())
    slot.close()
    for _ in range(2):
        with pytest.raises(CardLost):
            card.transmit(b"\x00", soon())
        slot.presence(soon(0))
    card.close()
    assert not [one for one in library.said if "disconnect" in one or "transmit" in one]


def test_a_call_that_does_not_come_back_is_left(slot, library: ScriptedWinscard) -> None:
    release, inside = threading.Event(), threading.Event()

    def block() -> None:
        inside.set()
        assert release.wait(LIMIT)

    library.block = block
    card = slot.connect(soon())
    for work in (
        lambda: card.transmit(b"\x00", soon(0.01)),
        lambda: slot.presence(soon(0)),
        lambda: slot.connect(soon()),
    ):
        with pytest.raises(SlotLostError) as caught:
            work()
        assert caught.value.trouble is SlotTrouble.STUCK
    assert inside.wait(LIMIT)
    assert len([one for one in threading.enumerate() if one.name == "pcsc"]) == 1
    card.close()
    release.set()
    until = soon()
    while not slot_is_back(slot):
        assert time.monotonic() < until
        time.sleep(0.01)


def slot_is_back(slot: PcscSlot) -> bool:
    try:
        return slot.presence(soon(0)).epoch > 1
    except SlotLostError:
        return False


def test_a_machine_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc_library, "LIBRARY", "libpcsclite-that-is-not-there.so.1")
    slot = PcscSlot("pcsc://", time.monotonic, PcscLite)
    with pytest.raises(SlotLostError) as caught:
        slot.presence(soon(0))
    assert caught.value.trouble is SlotTrouble.LIBRARY_MISSING
    slot.close()
    slot.close()
