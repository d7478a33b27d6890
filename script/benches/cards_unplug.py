"""How soon is a pulled cable noticed, and how soon is the reader ready after the plug?

On a pty, with the chip's own delays, and a worker as a terminal has one. The cable is pulled in
every state; plugged again, the reader has another name.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from random import Random
from statistics import median, quantiles

from drivers.devices import sam_verdicts
from drivers.devices.id_card_reader import CardReader
from drivers.simulated import personas
from drivers.simulated.id_card_reader import IdCardReader
from drivers.simulated.samv import Delays, Samv
from drivers.stable_names import Machine, what_lies_at
from drivers.supervision.life import Condition, Life
from drivers.supervision.ports import SupervisedReader
from drivers.supervision.worker import Outside, Plan, Worker
from drivers.transports.serial_url import SerialUrl
from kiosk.failures import Failure
from script.benches.figures import Figure

PERSONAS = Path(__file__).resolve().parents[2] / "config" / "personas"
TODAY = date(2026, 11, 23)
LIMIT = 60.0  # seconds; only a bug reaches it
SEED = 20261124
CHIP = Delays()
# Seconds after the card was laid down; the poll comes within 0.3 s.
USES = {
    "find": (0.0, CHIP.find),
    "select": (CHIP.find, CHIP.find + CHIP.select),
    "read": (CHIP.find + CHIP.select, CHIP.find + CHIP.select + CHIP.read),
}


@dataclass
class Cable:
    """One supervised reader, and when its worker told of which condition."""

    reader: IdCardReader
    worker: Worker[CardReader]
    told: SimpleQueue[tuple[float, Condition]]
    random: Random
    faults: list[float] = field(default_factory=list)
    readies: list[float] = field(default_factory=list)
    spare: list[int] = field(default_factory=list)

    def until(self, condition: Condition) -> float:
        """Return when it was told."""
        at, told = self.told.get(timeout=LIMIT)
        while told is not condition:
            at, told = self.told.get(timeout=LIMIT)
        return at

    def round(self, state: str) -> None:
        """Pull the cable in that state, and plug it in again."""
        began = self._pull(state)
        self.faults.append(self.until(Condition.FAULT) - began)
        time.sleep(self.random.uniform(0.0, 1.5))  # the pause between two tries has grown
        self.spare += os.openpty()  # somebody else has the old name now
        began = time.monotonic()
        self.reader.plug()
        self.readies.append(self.until(Condition.READY) - began)

    def _pull(self, state: str) -> float:
        if state == "ready":
            time.sleep(self.random.uniform(0.0, 0.5))
            return self._unplug()
        device = SupervisedReader(self.worker, time.sleep)
        if state == "wait_removal":
            self.reader.place_card(personas.load(PERSONAS, "liu").chip)
            device.read(lambda: False)
            return self._pull_during(device.wait_removed, 0.0, 0.6)
        self.reader.lift_card()
        device.wait_removed(lambda: False)
        self.reader.place_card(personas.load(PERSONAS, "liu").chip)
        return self._pull_during(device.read, *USES[state])

    def _pull_during(self, use: Callable[..., object], first: float, last: float) -> float:
        over = threading.Event()
        user = threading.Thread(target=use, args=(over.is_set,))
        user.start()
        time.sleep(self.random.uniform(first, last))
        began = self._unplug()
        over.set()
        user.join(LIMIT)
        return began

    def _unplug(self) -> float:
        while not self.told.empty():  # what was told before says nothing of this pull
            self.told.get()
        began = time.monotonic()
        self.reader.unplug()
        return began


@contextmanager
def cable() -> Iterator[Cable]:
    """Plug a reader in, and have a worker look after it."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        link = Path(folder) / "idcard"
        reader = IdCardReader(link, Samv())
        reader.plug()
        driver = CardReader(
            lambda: SerialUrl(str(link), 115200, time.monotonic),
            time.monotonic,
            time.sleep,
            lambda: TODAY,
        )
        told: SimpleQueue[tuple[float, Condition]] = SimpleQueue()

        def tell(_name: str, life: Life) -> None:
            told.put((time.monotonic(), life.condition))

        random = Random(SEED)  # noqa: S311 - when a cable is pulled is no secret
        plan = Plan(
            "idcard",
            driver,
            lambda: what_lies_at(str(link), Machine()),
            Failure.READER_LOST,
            sam_verdicts.OF_THE_READER,
        )
        worker = Worker(plan, Outside(time.monotonic, random.random, tell, _raise))
        one = Cable(reader, worker, told, random)
        worker.start()
        try:
            one.until(Condition.READY)
            yield one
        finally:
            worker.leave()
            worker.ended(LIMIT)
            reader.unplug()
            for descriptor in one.spare:
                os.close(descriptor)


def _raise(bug: BaseException) -> None:
    raise bug


def unplug_figures(rounds: int) -> dict[str, Figure]:
    """Pull the cable so often in each state."""
    with cable() as one:
        for _ in range(rounds):
            for state in ("ready", *USES, "wait_removal"):
                one.round(state)
        faults, readies = one.faults, one.readies
    return {
        "unplugs": Figure(len(faults), "times"),
        "unplug_to_fault_p50": Figure(median(faults), "s"),
        "unplug_to_fault_p95": Figure(quantiles(faults, n=20)[-1], "s", 1.0),
        "replug_to_ready_p50": Figure(median(readies), "s"),
        "replug_to_ready_p95": Figure(quantiles(readies, n=20)[-1], "s", 3.0),
    }
