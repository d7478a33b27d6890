"""Cables of supervised readers that can be pulled: on a pty, over TCP, over the real pcscd.

The chips have their own delays.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import Any, Protocol

from drivers import registry
from drivers.devices import sam_verdicts
from drivers.devices.id_card_reader import CardReader
from drivers.devices.ss_card_reader import SlotSsCardReader
from drivers.simulated import personas
from drivers.simulated.cards.id_card_reader import SimulatedIdCardReader
from drivers.simulated.cards.samv import Delays, Samv
from drivers.stable_names import SystemTree, what_lies_at
from drivers.supervision.devices import Unheld
from drivers.supervision.life import DeviceCondition, Life, SupervisionPace
from drivers.supervision.ports import SupervisedReader
from drivers.supervision.worker import SupervisionContext, SupervisionPlan, Worker
from drivers.supervisor import OF_THE_SS_READER, pace_of
from drivers.transports.pcsc_library import PcscLite
from drivers.transports.pcsc_slot import PcscSlot
from kiosk.failures import Failure
from script.benches.cards.apdu import simulated_card
from tests.drivers.devices.id_card.id_card_rigs import TappedPort
from tests.drivers.pcsc_cable import CabledWinscard
from tests.drivers.pcscd import PrivatePcscd

PERSONAS = Path(__file__).resolve().parents[3] / "config" / "personas"
TODAY = date(2026, 11, 23)
LIMIT = 60.0  # seconds; only a bug reaches it
CHIP = Delays()
# Requests at an opening: status and SAM number, then the status of the self-test.
OPENING, SELF_TEST = 0, 2
# Seconds after a card was laid down; the poll comes within 0.3 s.
USES = {
    "find": (0.0, CHIP.find),
    "select": (CHIP.find, CHIP.find + CHIP.select),
    "read": (CHIP.find + CHIP.select, CHIP.find + CHIP.select + CHIP.read),
}
# A social security card is read in some 20 ms once it was seen.
SS_READING = (0.0, 0.05)


class Cable(Protocol):
    """A supervised reader whose cable can be pulled; `states` are those in which it can be."""

    states: tuple[str, ...]
    worker: Worker[Any]

    def pull(self) -> None:
        """Pull the cable and record when."""

    def plug(self) -> None:
        """Connect it again, behind another device name where it has one."""

    def pull_in(self, state: str) -> None:
        """Bring the reader into that state, then pull."""

    def close(self) -> None:
        """End the worker and the reader."""


@dataclass
class Watch:
    """Conditions that a worker reported with their times, and when its cable was pulled."""

    random: Random
    told: SimpleQueue[tuple[float, DeviceCondition]] = field(default_factory=SimpleQueue)
    pulled_at: float = 0.0

    def outside(self) -> SupervisionContext:
        """Return the context through which a worker reports."""
        return SupervisionContext(time.monotonic, self.random.random, self._tell, _raise)

    def until(self, condition: DeviceCondition) -> float:
        """Return when `condition` was reported next."""
        at, told = self.told.get(timeout=LIMIT)
        while told is not condition:
            at, told = self.told.get(timeout=LIMIT)
        return at

    def note_pull(self) -> None:
        """Record the pull and forget earlier reports, which say nothing about it."""
        while not self.told.empty():
            self.told.get()
        self.pulled_at = time.monotonic()

    def pause(self, first: float, last: float) -> None:
        """Sleep for a random time between `first` and `last` seconds."""
        time.sleep(self.random.uniform(first, last))

    def _tell(self, _name: str, life: Life) -> None:
        self.told.put((time.monotonic(), life.condition))


def _raise(bug: BaseException) -> None:
    raise bug


def pull_during(cable: Cable, watch: Watch, use: Callable[..., object], span: Any) -> None:
    """Pull while `use` reads or waits, at a random time within `span` seconds."""
    over = threading.Event()
    user = threading.Thread(target=use, args=(over.is_set,))
    user.start()
    watch.pause(*span)
    cable.pull()
    watch.told.put(
        (watch.until(DeviceCondition.FAULT), DeviceCondition.FAULT)
    )  # told again to who measures
    over.set()
    user.join(LIMIT)


class IdCardCable:
    """An identity card reader; `where` is a link to its pty, or 0 for a TCP port."""

    states: tuple[str, ...] = ("opening", "self_test", "ready", *USES, "wait_removal", "absent")

    def __init__(self, where: Path | int, watch: Watch) -> None:
        self._watch = watch
        self._reader = SimulatedIdCardReader(where, Samv())
        self._reader.plug()
        self._deeds: list[Callable[[], None] | None] = []
        self._spare: list[int] = []
        url = self._reader.url
        driver = CardReader(
            lambda: TappedPort(registry.open_reader_port(url, 115200), self._deeds),
            time.monotonic,
            time.sleep,
            lambda: TODAY,
        )
        place = partial(what_lies_at, url, SystemTree())
        own = sam_verdicts.OF_THE_READER
        plan = SupervisionPlan("idcard", driver, place, Failure.READER_LOST, own, pace_of(url))
        self.worker = Worker(plan, watch.outside())
        self._device = SupervisedReader(self.worker, time.sleep)
        self.worker.start()

    def pull(self) -> None:
        self._watch.note_pull()
        self._reader.unplug()

    def plug(self) -> None:
        self._spare += os.openpty()  # somebody else has the old name now
        self._reader.plug()

    def pull_in(self, state: str) -> None:
        if state in {"opening", "self_test"}:
            self._pull_at(OPENING if state == "opening" else SELF_TEST)
        elif state in USES:
            self._clear()
            self._reader.place_card(personas.load(PERSONAS, "liu").chip)
            pull_during(self, self._watch, self._device.read, USES[state])
        elif state == "wait_removal":
            self._clear()
            self._reader.place_card(personas.load(PERSONAS, "liu").chip)
            self._device.read(lambda: False)
            pull_during(self, self._watch, self._device.wait_removed, (0.0, 0.6))
        else:
            self._watch.pause(0.0, 0.5)
            self.pull()

    def close(self) -> None:
        self.worker.leave()
        self.worker.ended(LIMIT)
        self._reader.unplug()
        for descriptor in self._spare:
            os.close(descriptor)

    def _pull_at(self, request: int) -> None:
        """Pull, and once more at the given request while the reader is opened again."""
        self.pull()
        self._watch.until(DeviceCondition.FAULT)
        pulled = threading.Event()

        def action() -> None:
            self.pull()
            pulled.set()

        self._deeds[:] = [*[None] * request, action]
        self.plug()
        pulled.wait(LIMIT)

    def _clear(self) -> None:
        self._reader.lift_card()
        self._device.wait_removed(lambda: False)


class PcscCable:
    """A reader of social security cards over the real pcscd."""

    states: tuple[str, ...] = ("ready", "wait_card", "read", "wait_removal", "absent")

    def __init__(self, daemon: PrivatePcscd, watch: Watch) -> None:
        self._daemon = daemon
        self._watch = watch
        self._cable = CabledWinscard(PcscLite())
        slot = PcscSlot("pcsc://", time.monotonic, lambda: self._cable)
        reader = SlotSsCardReader(slot, time.monotonic, time.sleep, lambda: TODAY)
        held = Unheld(reader, reader.close, reader.pulse)
        lost, own = Failure.READER_LOST, OF_THE_SS_READER
        self.worker = Worker(
            SupervisionPlan("sscard", held, reader.where, lost, own, SupervisionPace()),
            watch.outside(),
        )
        self.worker.start()

    def pull(self) -> None:
        self._watch.note_pull()
        self._cable.pull()

    def plug(self) -> None:
        self._cable.plug()

    def pull_in(self, state: str) -> None:
        self._daemon.remove()
        self._wait_lifted(lambda: False)
        if state == "wait_card":
            pull_during(self, self._watch, self._read, (0.0, 0.6))
        elif state == "read":
            self._daemon.insert(simulated_card())
            pull_during(self, self._watch, self._read, SS_READING)
        elif state == "wait_removal":
            self._daemon.insert(simulated_card())
            self._read(lambda: False)
            pull_during(self, self._watch, self._wait_lifted, (0.0, 0.6))
        else:
            self._watch.pause(0.0, 0.5)
            self.pull()

    def close(self) -> None:
        self.worker.leave()
        self.worker.ended(LIMIT)

    def _read(self, cancelled: Callable[[], bool]) -> object:
        return self.worker.do(lambda held, ended: held.driver.read(ended), cancelled)

    def _wait_lifted(self, cancelled: Callable[[], bool]) -> object:
        return self.worker.do(lambda held, ended: held.driver.wait_lifted(ended), cancelled)
