"""Soak of the identity card reader: thousands of cards and faults.

Every reading has a chance of a fault, an unplugged cable or a taken licence. What counts: the
number read is that of the card that lay there, the reader is ready afterwards, and no thread, no
descriptor and no memory is left behind.
"""

from __future__ import annotations

import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import psutil

from drivers.devices.id_card_reader import CardReader
from drivers.devices.sam_timing import SamTimeouts
from drivers.simulated import personas
from drivers.simulated.cards.id_card_reader import IdReaderFault, SimulatedIdCardReader
from drivers.simulated.cards.samv import Samv
from drivers.transports.serial_url import SerialUrl
from kiosk.people.identity import IdCard
from kiosk.units import MIB
from script.benches.figures import BenchFigure, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from drivers.simulated.personas import Persona

PERSONAS = Path(__file__).resolve().parents[3] / "config" / "personas"
SEED = 20261123
TODAY = date(2026, 11, 23)
FAULTY_SHARE = 0.3
TRIES = 12
# A silence costs its whole limit, so unpaced limits are short; a pause of this machine that passes
# one of them is only one more fault.
BRISK = SamTimeouts(
    poll=0.001,
    reply=0.1,
    read=0.1,
    whole_read=0.3,
    after_reset=0.0,
    answer=0.1,
    repeated=0.0,
    patience=0.0,
)
MISHAPS = (*IdReaderFault, "unplugged", "unlicensed")


@dataclass
class SoakCounts:
    """Counts of one soak."""

    readings: int = 0
    wrong: int = 0
    given_up: int = 0
    mishaps: int = 0
    not_ready: int = 0


class Soak:
    """One driver, one simulated reader, and visits during which something often goes wrong."""

    def __init__(self, reader: SimulatedIdCardReader, driver: CardReader, random: Random) -> None:
        self.reader = reader
        self.driver = driver
        self.random = random
        self.tally = SoakCounts()
        self.people = [personas.load(PERSONAS, name) for name in personas.names(PERSONAS)]

    def visit(self) -> None:
        """Lay one person's card down until it is read, and take it away."""
        person = self.random.choice(self.people)
        self.stumble()
        for _ in range(TRIES):
            self.reader.place_card(person.chip)
            found = self.driver.read(_within(2.0))
            if isinstance(found, IdCard):
                self.tally.readings += 1
                self.tally.wrong += not is_of(found, person)
                break
            self.reader.lift_card()
            self.reader.plug()
            self.reader.license(valid=True)
            self.driver.wait_removed(_within(2.0))
        else:
            self.tally.given_up += 1
        self.reader.lift_card()
        removed = self.driver.wait_removed(_within(10.0))
        ready = any(self.driver.check() is None for _ in range(3))
        self.tally.not_ready += not (removed and ready)

    def stumble(self) -> None:
        """Cause a random fault in `FAULTY_SHARE` of the visits."""
        if self.random.random() >= FAULTY_SHARE:
            return
        self.tally.mishaps += 1
        mishap = self.random.choice(MISHAPS)
        if mishap == "unplugged":
            self.reader.unplug()
        elif mishap == "unlicensed":
            self.reader.license(valid=False)
        else:
            self.reader.fault(IdReaderFault(mishap))


def is_of(card: IdCard, person: Persona) -> bool:
    """Tell whether name and number are those on the persona's chip."""
    raw = (card.number.encode("utf-16-le"), card.name.encode("utf-16-le"))
    return all(item in person.chip.text for item in raw)


def _within(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


@contextmanager
def soaking(*, paced: bool) -> Iterator[Soak]:
    """Plug in a reader on a pty; `paced`: with real waits and limits."""
    with tempfile.TemporaryDirectory(prefix="kiosk-soak-") as folder:
        link = Path(folder) / "idcard"
        reader = SimulatedIdCardReader(link, Samv(), sleep=None if paced else lambda _: None)
        reader.plug()
        driver = CardReader(
            lambda: SerialUrl(str(link), 115200, time.monotonic),
            time.monotonic,
            time.sleep,
            lambda: TODAY,
            limits=SamTimeouts(repeated=0.0, patience=0.0) if paced else BRISK,
        )
        try:
            yield Soak(reader, driver, Random(SEED))  # noqa: S311 - mishaps are no secret
        finally:
            driver.close()
            reader.unplug()


def descriptors() -> int:
    """Return the number of open file descriptors of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))


def soak(*, quick: bool) -> Report:
    """Read many cards, unpaced and paced, and report errors and leaks."""
    figures: dict[str, BenchFigure] = {}
    threads, files, process = threading.active_count(), descriptors(), psutil.Process()
    for name, paced, visits in (
        ("unpaced", False, 300 if quick else 10_000),
        ("paced", True, 3 if quick else 200),
    ):
        with soaking(paced=paced) as one:
            settled = 0
            for number in range(visits):
                one.visit()
                if number == visits // 10:
                    settled = process.memory_info().rss
            grown = (process.memory_info().rss - settled) / MIB
        figures |= figures_of(name, one.tally, grown)
    figures["leaked_threads"] = BenchFigure(threading.active_count() - threads, "threads", 0)
    figures["leaked_descriptors"] = BenchFigure(descriptors() - files, "descriptors", 0)
    return Report("cards --soak", figures)


def figures_of(name: str, tally: SoakCounts, grown: float) -> dict[str, BenchFigure]:
    """Return the figures of one half of the soak; memory may move by some pages."""
    return {
        f"{name}_readings": BenchFigure(tally.readings, "cards"),
        f"{name}_mishaps": BenchFigure(tally.mishaps, "mishaps"),
        f"{name}_wrong": BenchFigure(tally.wrong, "cards", 0),
        f"{name}_given_up": BenchFigure(tally.given_up, "cards", 0),
        f"{name}_not_ready": BenchFigure(tally.not_ready, "times", 0),
        f"{name}_memory_grown": BenchFigure(grown, "MiB", 4.0),
    }
