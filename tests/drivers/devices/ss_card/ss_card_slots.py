"""Card slots for tests: a simulated card in process, a recorder around any slot, a replay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.transports.pcsc import (
    CardConnection,
    CardLost,
    CardSlot,
    CardTrouble,
    SlotLostError,
    SlotState,
    SlotTrouble,
)

# What was asked of a slot or its card, and the answer or the exception that came.
Recording = list[tuple[str, Any]]


class SlotTime:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class InProcessSlot:
    """Holds a simulated card without any reader; insertions count as pcscd counts them.

    `script` is what happens to the slot while somebody looks, one step a look.
    """

    def __init__(self, time: SlotTime) -> None:
        self.time = time
        self.card: SimulatedSsCard | None = None
        self.counter = 0
        self.epoch = 1
        self.mute = False
        self.name = "Example Reader 00 00"
        self.trouble: SlotTrouble | None = None
        self.refusals: list[CardTrouble] = []
        self.script: list[Callable[[], object]] = []
        self.held = 0

    def insert(self, card: SimulatedSsCard) -> None:
        card.put_back()
        self.card, self.counter = card, self.counter + 1

    def remove(self) -> None:
        assert self.card is not None
        self.card.pull()
        self.card, self.counter = None, self.counter + 1

    def restart(self) -> None:
        self.epoch += 1

    def break_down(self, trouble: SlotTrouble | None) -> None:
        self.trouble = trouble

    def reader(self, deadline: float) -> str:
        self._check()
        return self.name

    def presence(self, deadline: float) -> SlotState:
        if self.script:
            self.script.pop(0)()
        self.time.now = max(self.time.now, deadline)
        self._check()
        return SlotState(self.card is not None, self.mute, self.counter, self.epoch)

    def connect(self, deadline: float) -> CardConnection:
        assert deadline > self.time.now
        self._check()
        if self.refusals:
            raise CardLost(self.refusals.pop(0))
        if self.card is None:
            raise CardLost(CardTrouble.GONE)
        assert not self.held, "the card is held already"
        self.held += 1
        return InProcessConnection(self, self.card)

    def close(self) -> None:
        pass

    def _check(self) -> None:
        if self.trouble is not None:
            raise SlotLostError(self.trouble)


class InProcessConnection:
    t0 = True

    def __init__(self, slot: InProcessSlot, card: SimulatedSsCard) -> None:
        self._slot, self._card = slot, card
        self._open = True
        card.reset()

    def transmit(self, apdu: bytes | bytearray, deadline: float) -> bytes:
        assert self._open
        assert deadline > self._slot.time.now
        answer = b"" if self._card.is_pulled else self._card.transmit(bytes(apdu))
        if answer and self._slot.time.now < deadline:
            return answer
        if self._card.is_pulled:
            raise CardLost(CardTrouble.GONE)
        self._slot.time.now = max(self._slot.time.now, deadline)
        raise SlotLostError(SlotTrouble.STUCK)

    def close(self) -> None:
        if self._open:
            self._open = False
            self._slot.held -= 1
            self._card.reset()


class RecordedSlot:
    """Any slot, with everything that was asked of it and its cards written down."""

    def __init__(self, slot: CardSlot, recording: Recording) -> None:
        self._slot, self.recording = slot, recording

    def reader(self, deadline: float) -> str:
        return self.note("reader", lambda: self._slot.reader(deadline))

    def presence(self, deadline: float) -> SlotState:
        return self.note("presence", lambda: self._slot.presence(deadline))

    def connect(self, deadline: float) -> CardConnection:
        held: list[CardConnection] = []

        def connect() -> bool:
            held.append(self._slot.connect(deadline))
            return held[0].t0

        self.note("connect", connect)
        return RecordedConnection(self, held[0])

    def close(self) -> None:
        self._slot.close()

    def note(self, asked: str, work: Callable[[], Any]) -> Any:
        try:
            answer = work()
        except (CardLost, SlotLostError) as lost:
            self.recording.append((asked, lost))
            raise
        self.recording.append((asked, answer))
        return answer


class RecordedConnection:
    def __init__(self, slot: RecordedSlot, inner: CardConnection) -> None:
        self._slot, self._inner = slot, inner
        self.t0 = inner.t0

    def transmit(self, apdu: bytes | bytearray, deadline: float) -> bytes:
        asked = bytes(apdu).hex().upper()
        return self._slot.note(asked, lambda: self._inner.transmit(apdu, deadline))

    def close(self) -> None:
        self._inner.close()


class ReplaySlot:
    """Answers from a recording, in its order. `unknown` is said to what was not recorded next."""

    t0 = True

    def __init__(self, recording: Recording, time: SlotTime, unknown: bytes | None = None) -> None:
        self.recording, self._time, self._unknown = list(recording), time, unknown

    def reader(self, deadline: float) -> str:
        return self._next("reader")

    def presence(self, deadline: float) -> SlotState:
        self._time.now = max(self._time.now, deadline)
        if self._unknown is not None:
            return SlotState(present=True, insertion=1, epoch=1)
        return self._next("presence")

    def connect(self, deadline: float) -> CardConnection:
        if self._unknown is None:
            self.t0 = self._next("connect")
        return self

    def transmit(self, apdu: bytes | bytearray, deadline: float) -> bytes:
        return self._next(bytes(apdu).hex().upper())

    def close(self) -> None:
        pass

    def _next(self, asked: str) -> Any:
        expected = self.recording[0][0] if self.recording else "nothing more"
        if expected != asked:
            assert self._unknown is not None, f"asked {asked}, recorded is {expected}"
            return self._unknown
        answer = self.recording.pop(0)[1]
        if isinstance(answer, Exception):
            raise answer
        return answer
