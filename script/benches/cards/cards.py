"""Bench of reading an identity card: our own time on top of that of wire and chip.

Beside it the floor that the wire alone would take, and what hostile noise leads to. `--soak` is in
`cards_soak`; the round trip of a social security card's APDU is the bench `apdu`, how soon a pulled
cable is noticed the bench `unplug`.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING

from drivers.devices.chip_reading import ChipReading
from drivers.devices.id_card_reader import CardReader
from drivers.devices.sam_timing import SamTimeouts, line_seconds
from drivers.protocols.samv import BAUDS
from drivers.simulated import personas
from drivers.simulated.cards.id_card_reader import SimulatedIdCardReader
from drivers.simulated.cards.samv import Delays, Samv
from drivers.transports.serial_url import SerialUrl
from kiosk.units import MIB
from script.benches.cards.cards_soak import soak
from script.benches.cards.hostile_noise import hostile_noise, most_chance_frames, scan_noise
from script.benches.figures import BenchFigure, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["measure", "soak"]
PERSONAS = Path(__file__).resolve().parents[3] / "config" / "personas"
TODAY = date(2026, 11, 23)
NO_CHIP = Delays(0, 0, 0, 0)
# Find, select, read twice, newest address: requests of ten bytes, and their replies.
BYTES_OF_A_READING = 5 * 10 + 15 + 19 + 2 * 1295 + 11
BYTES_OF_THE_SECOND = 10 + 1295
READ_MS = 3000.0  # what a person waits for a card at most (design target)
MILLI = 1000
BUFFER_BYTES = 8192


@dataclass
class RealPace:
    """Sleeps for the simulated reader in real time and adds up how long."""

    waited: float = 0.0

    def __call__(self, seconds: float) -> None:
        """Sleep and add up the time it took."""
        began = time.perf_counter()
        if seconds > 0:
            time.sleep(seconds)
        self.waited += time.perf_counter() - began


@dataclass
class ReaderDesk:
    """One driver and one simulated reader on a pty.

    `own` and `whole`: seconds of each reading, without and with the reader's waits.
    """

    reader: SimulatedIdCardReader
    driver: CardReader
    pace: RealPace
    own: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)

    def read(self) -> None:
        """Read one card; raises TypeError when that fails.

        The time that the reader waited is that of wire and chip.
        """
        self.reader.place_card(personas.load(PERSONAS, "liu").chip)
        self.pace.waited, began = 0.0, time.perf_counter()
        found = self.driver.read_chip(lambda: False)
        took = time.perf_counter() - began
        if not isinstance(found, ChipReading):
            raise TypeError(f"not a reading: {found}")
        self.whole.append(took)
        self.own.append(took - self.pace.waited)
        self.reader.lift_card()
        self.driver.wait_removed(lambda: False)


@contextmanager
def desk(baud: int, delays: Delays) -> Iterator[ReaderDesk]:
    """Plug in a reader of that speed; the driver waits for nothing but bytes."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        pace, link = RealPace(), Path(folder) / "idcard"
        reader = SimulatedIdCardReader(link, Samv(baud=baud), delays, pace)
        reader.plug()
        driver = CardReader(
            lambda: SerialUrl(str(link), baud, time.monotonic),
            time.monotonic,
            lambda _: None,
            lambda: TODAY,
            baud,
            SamTimeouts(repeated=0.0),
        )
        try:
            yield ReaderDesk(reader, driver, pace)
        finally:
            driver.close()
            reader.unplug()


def measure(*, quick: bool) -> Report:
    """Measure readings at both line speeds, and the scanner's answer to noise."""
    figures: dict[str, BenchFigure] = {}
    for baud, readings in ((115200, 60 if quick else 300), (9600, 4 if quick else 20)):
        floor = line_seconds(BYTES_OF_A_READING, baud) * MILLI
        with desk(baud, NO_CHIP) as one:
            for _ in range(readings):
                one.read()
            figures[f"own_p50_{baud}"] = BenchFigure(median(one.own) * MILLI, "ms")
            figures[f"own_p95_{baud}"] = BenchFigure(p95(one.own) * MILLI, "ms", 10.0)
            figures[f"wire_{baud}"] = BenchFigure(median(one.whole) * MILLI, "ms", None, floor)
    for baud in (115200, 9600):
        figures[f"with_chip_{baud}"] = with_chip(baud, 3 if quick else 20)
        second = Delays().read + line_seconds(BYTES_OF_THE_SECOND, baud)
        figures[f"second_reading_{baud}"] = BenchFigure(second * MILLI, "ms")
    return Report("cards", figures | noise_figures(1 if quick else 10))


def p95(values: list[float]) -> float:
    """Return the 95th percentile."""
    return quantiles(values, n=20)[-1]


def with_chip(baud: int, readings: int) -> BenchFigure:
    """Return the median of whole readings of a chip that takes its time.

    It has no target on a slow line: two readings at 9,600 baud take longer than a person should
    wait.
    """
    chip = Delays()
    floor = chip.find + chip.select + 3 * chip.read + line_seconds(BYTES_OF_A_READING, baud)
    bound = READ_MS if baud == BAUDS[0] else None
    with desk(baud, chip) as one:
        for _ in range(readings):
            one.read()
        return BenchFigure(median(one.whole) * MILLI, "ms", bound, floor * MILLI)


def noise_figures(megabytes: int) -> dict[str, BenchFigure]:
    """Return what came out of scanning `megabytes` MiB of noise."""
    seeds = [Random(seed) for seed in range(megabytes)]  # noqa: S311 - noise is no secret
    found = [scan_noise(hostile_noise(seed, MIB), seed) for seed in seeds]
    frames, bound = sum(one.frames for one in found), most_chance_frames(megabytes * MIB)
    return {
        "noise": BenchFigure(megabytes, "MiB"),
        "noise_frames": BenchFigure(frames, "frames", bound),
        "noise_answers": BenchFigure(sum(one.answers for one in found), "frames"),
        "noise_readings": BenchFigure(sum(one.readings for one in found), "readings", 0),
        "noise_buffer": BenchFigure(
            max(one.longest_buffer for one in found), "bytes", BUFFER_BYTES
        ),
    }
