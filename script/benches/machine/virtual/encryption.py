"""Which key opens the data partition of an image: TPM, stick, none, another machine's TPM."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from script.benches.figures import BenchFigure
from script.benches.machine.virtual.media import drive
from script.benches.machine.virtual.terminal import (
    DATA_READY,
    FIRST_START,
    VirtualTerminal,
    powered,
)
from script.packaging.virtual_machine import overlay

PATIENCE_SECONDS = 900.0
NEXT_LINE_SECONDS = 60.0
AT_ONCE = 2  # a start keeps one processor busy
NOT_ENCRYPTED = "NOT encrypted"
CLOSED = "kiosk-data: DATA-2"
CURE = "back into its own machine"


@dataclass(frozen=True)
class EncryptionBench:
    """Starts of copies of one image; `stick` is the stick with the key."""

    image: Path
    stick: Path
    folder: Path

    def figures(self) -> dict[str, BenchFigure]:
        """Start with each key, and without; return what was not as it has to be."""
        with ThreadPoolExecutor(AT_ONCE) as at_once:
            halves = [at_once.submit(one) for one in (self._bound_by_tpm, self._bound_by_nothing)]
            return {name: figure for half in halves for name, figure in half.result().items()}

    def _bound_by_tpm(self) -> dict[str, BenchFigure]:
        """Start with its own TPM, another's, none, and its own again."""
        folder = self._folder("bound")
        tpm, other = folder / "tpm", folder / "tpm-of-another"
        own = overlay(self.image, folder / "bound.qcow2")
        starts = [_opens(own, "tpm2", tpm) for _ in range(2)]
        opened_elsewhere = not _is_closed(own, other)
        opened_without = not _is_closed(own, None)
        again = _opens(own, "tpm2", tpm)
        shutil.rmtree(folder)
        return {
            "tpm_not_opening_without_stick": _count(not all(starts)),
            "opened_by_another_tpm": _count(opened_elsewhere),
            "opened_without_tpm": _count(opened_without),
            "own_tpm_closed_afterwards": _count(not again),
        }

    def _bound_by_nothing(self) -> dict[str, BenchFigure]:
        """Start a machine without a TPM: with a stick, then without it; another with neither."""
        folder = self._folder("sticky")
        sticky, stick = overlay(self.image, folder / "sticky.qcow2"), folder / "stick.img"
        shutil.copy(self.stick, stick)
        with_stick = _opens(sticky, "key-file", None, drive(stick))
        without = not _is_closed(sticky, None)
        is_red = _is_red(overlay(self.image, folder / "bare.qcow2"))
        shutil.rmtree(folder)
        return {
            "stick_not_opening": _count(not with_stick),
            "opened_without_stick": _count(without),
            "bare_not_said_in_words": _count(not is_red),
        }

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder


def _count(is_wrong: bool) -> BenchFigure:
    return BenchFigure(int(is_wrong), "machines", 0)


def _opens(disk: Path, way: str, tpm: Path | None, more: Sequence[str] = ()) -> bool:
    """Tell whether it opens by this way, and comes as far as its first page."""
    with powered(disk, disk.parent, tpm, more) as one:
        is_open = one.machine.wait_for(f"{DATA_READY}{way}", PATIENCE_SECONDS)
        found = is_open and one.machine.wait_for(FIRST_START, PATIENCE_SECONDS)
        return _told(one, found is not None)


def _is_closed(disk: Path, tpm: Path | None) -> bool:
    """Tell whether it does not open, and says so with the cure."""
    with powered(disk, disk.parent, tpm) as one:
        found = one.machine.wait_for(CLOSED, PATIENCE_SECONDS)
        cured = found and one.machine.wait_for(CURE, found + NEXT_LINE_SECONDS)
        return _told(one, cured is not None and DATA_READY not in one.machine.text())


def _is_red(disk: Path) -> bool:
    """Tell whether boot and readiness sheet say that nothing is encrypted."""
    with powered(disk, disk.parent) as one:
        found = one.machine.wait_for(FIRST_START, PATIENCE_SECONDS)
        if found is None or NOT_ENCRYPTED not in one.machine.text():
            return _told(one, False)
        one.shell.open(PATIENCE_SECONDS)
        said = one.shell.run("retirement-kiosk readiness", bears=(0, 1))
        is_red = "没有加密：第一次开机时没有 TPM" in said
        if not is_red:
            print(said)
        return is_red


def _told(one: VirtualTerminal, is_right: bool) -> bool:
    if not is_right:
        print(one.machine.text()[-3000:])
    return is_right
