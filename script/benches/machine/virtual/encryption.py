"""Which key opens the data partition of an image: TPM, stick, none, another machine's TPM."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
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
NOT_ENCRYPTED = "NOT encrypted"
CLOSED = "kiosk-data: DATA-2"
CURE = "back into its own machine"


@dataclass
class EncryptionBench:
    """Starts of copies of one image; `stick` is the stick with the key."""

    image: Path
    stick: Path
    folder: Path

    def figures(self) -> dict[str, BenchFigure]:
        """Start with each key, and without; return what was not as it has to be."""
        tpm, other = self.folder / "tpm", self.folder / "tpm-of-another"
        own = overlay(self.image, self.folder / "bound.qcow2")
        bound = self._opens(own, "tpm2", tpm) and self._opens(own, "tpm2", tpm)
        opened_elsewhere = not self._is_closed(own, other)
        opened_without = not self._is_closed(own, None)
        found = {
            "tpm_not_opening_without_stick": BenchFigure(int(not bound), "machines", 0),
            "opened_by_another_tpm": BenchFigure(int(opened_elsewhere), "machines", 0),
            "opened_without_tpm": BenchFigure(int(opened_without), "machines", 0),
            "own_tpm_closed_afterwards": BenchFigure(
                int(not self._opens(own, "tpm2", tpm)), "machines", 0
            ),
        }
        sticky = overlay(self.image, self.folder / "sticky.qcow2")
        with_stick = self._opens(sticky, "key-file", None, drive(self.stick))
        without = not self._is_closed(sticky, None)
        bare = overlay(self.image, self.folder / "bare.qcow2")
        for file in (own, sticky):
            file.unlink()
        shutil.rmtree(other)
        found |= {
            "stick_not_opening": BenchFigure(int(not with_stick), "machines", 0),
            "opened_without_stick": BenchFigure(int(without), "machines", 0),
            "bare_not_said_in_words": BenchFigure(int(not self._is_red(bare)), "machines", 0),
        }
        bare.unlink()
        return found

    def _opens(self, disk: Path, way: str, tpm: Path | None, more: Sequence[str] = ()) -> bool:
        """Tell whether it opens by this way, and comes as far as its first page."""
        with powered(disk, self.folder, tpm, more) as one:
            is_open = one.machine.wait_for(f"{DATA_READY}{way}", PATIENCE_SECONDS)
            found = is_open and one.machine.wait_for(FIRST_START, PATIENCE_SECONDS)
            return _told(one, found is not None)

    def _is_closed(self, disk: Path, tpm: Path | None) -> bool:
        """Tell whether it does not open, and says so with the cure."""
        with powered(disk, self.folder, tpm) as one:
            found = one.machine.wait_for(CLOSED, PATIENCE_SECONDS)
            said = one.machine.text()
            return _told(one, found is not None and CURE in said and DATA_READY not in said)

    def _is_red(self, disk: Path) -> bool:
        """Tell whether boot and readiness sheet say that nothing is encrypted."""
        with powered(disk, self.folder) as one:
            found = one.machine.wait_for(FIRST_START, PATIENCE_SECONDS)
            if found is None or NOT_ENCRYPTED not in one.machine.text():
                return _told(one, False)
            one.shell.open(PATIENCE_SECONDS)
            said = one.shell.run("retirement-kiosk readiness", bears=(0, 1))
            return _told(one, "没有加密：第一次开机时没有 TPM" in said)


def _told(one: VirtualTerminal, is_right: bool) -> bool:
    if not is_right:
        print(one.machine.text()[-3000:])
    return is_right
