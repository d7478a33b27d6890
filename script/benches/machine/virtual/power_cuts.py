"""Power cuts in the first start of an image: the next start has to come to its first page."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from script.benches.figures import BenchFigure
from script.benches.machine.virtual.media import drive
from script.benches.machine.virtual.terminal import DATA_READY, FIRST_START, powered
from script.packaging.virtual_machine import overlay

PATIENCE_SECONDS = 900.0
AT_ONCE = 2  # a start keeps one processor busy
TAIL = 4000


@dataclass(frozen=True)
class FreshMachine:
    """A machine whose disk is a fresh copy of the image, with a TPM or a stick; all in `folder`."""

    disk: Path
    folder: Path
    tpm: Path | None
    more: Sequence[str]

    def start(self) -> float | None:
        """Start it; return after how many seconds its first page waits, None when it does not."""
        with powered(self.disk, self.folder, self.tpm, self.more) as one:
            ready = one.machine.wait_for(DATA_READY, PATIENCE_SECONDS)
            found = one.machine.wait_for(FIRST_START, PATIENCE_SECONDS)
            if ready is None or found is None:
                print(one.machine.text()[-TAIL:])
                return None
            return found

    def cut(self, at: float) -> None:
        """Start it and cut its power after `at` seconds."""
        with powered(self.disk, self.folder, self.tpm, self.more) as one:
            one.machine.wait_for("never said", at)


@dataclass(frozen=True)
class PowerCuts:
    """Starts of copies of one image, `AT_ONCE` at a time; `stick` is the stick with the key.

    Every other machine has a TPM instead of the stick.
    """

    image: Path
    stick: Path
    folder: Path

    def figures(self, count: int) -> dict[str, BenchFigure]:
        """Start two machines twice, then cut the power of `count` others at points of the first."""
        pair = [self._machine(f"start-{at}", has_tpm=bool(at)) for at in range(AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as at_once:
            first = list(at_once.map(FreshMachine.start, pair))
            second = list(at_once.map(FreshMachine.start, pair))
            seconds = [one or PATIENCE_SECONDS for one in first]
            points = [seconds[at % 2] * (at + 1) / (count + 1) for at in range(count)]
            usable = list(at_once.map(self._comes_back, range(count), points))
        never = sum(one is None for one in (*first, *second))
        return {
            "first_start": BenchFigure(max(seconds), "s"),
            "second_start": BenchFigure(max(one or PATIENCE_SECONDS for one in second), "s"),
            "starts_without_a_page": BenchFigure(never, "starts", 0),
            "power_cuts": BenchFigure(count, "cuts"),
            "not_usable_after_a_cut": BenchFigure(count - sum(usable), "cuts", 0),
        }

    def _comes_back(self, number: int, at: float) -> bool:
        """Cut the power in a first start and start again; tell whether its first page comes."""
        machine = self._machine(f"cut-{number}", has_tpm=bool(number % 2))
        machine.cut(at)
        found = machine.start()
        print(f"  cut after {at:.0f} s, first page {found or -1:.0f} s after the power came back")
        shutil.rmtree(machine.folder)
        return found is not None

    def _machine(self, name: str, *, has_tpm: bool) -> FreshMachine:
        """Prepare a machine in a folder of its own."""
        folder = self.folder / name
        folder.mkdir()
        disk = overlay(self.image, folder / "own.qcow2")
        if has_tpm:
            return FreshMachine(disk, folder, folder / "tpm", [])
        return FreshMachine(disk, folder, None, drive(Path(shutil.copy(self.stick, folder))))
