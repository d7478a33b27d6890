"""Updates of a terminal that is a virtual machine, and its power cut afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from script.benches.figures import BenchFigure
from script.benches.machine.ring_systems import is_fit, version_of
from script.benches.machine.room_processes import RoomProcesses
from script.benches.machine.three_versions import BROKEN, GOOD
from script.benches.machine.update import STATE, await_success
from script.benches.machine.virtual.first_day import READY
from script.benches.machine.virtual.terminal import VirtualTerminal, powered

PATIENCE_SECONDS = 900.0

NIGHT = "systemctl start retirement-kiosk-update.service"
STAGE = f"cat {STATE}-update/state.json"


@dataclass
class KeptUpdates:
    """The terminal's disk and TPM, and the control room whose repository it takes packages from."""

    room: RoomProcesses
    disk: Path
    tpm: Path
    folder: Path

    def begin(self, one: VirtualTerminal) -> dict[str, BenchFigure]:
        """Update a terminal that runs; its power is to be cut at once afterwards."""
        self._tell(one, GOOD)
        one.shell.run(NIGHT, bears=(0, 1))
        return {"good_not_installed": _count(not is_fit(one.shell, GOOD))}

    def go_on(self) -> dict[str, BenchFigure]:
        """Start again: the good version runs; a broken one is taken back, and stays so."""
        found = {}
        with powered(self.disk, self.folder, self.tpm) as one:
            found["good_lost_by_power_cut"] = _count(not self._runs(one, GOOD))
            self._tell(one, BROKEN)
            one.shell.run(NIGHT, bears=(0, 1))
            found["broken_not_taken_back"] = _count(not is_fit(one.shell, GOOD))
        with powered(self.disk, self.folder, self.tpm) as one:
            found["broken_after_power_cut"] = _count(not self._runs(one, GOOD))
            page = one.screen.await_page("after-updates", PATIENCE_SECONDS)
            found["no_page_after_updates"] = _count(page is None)
        return found

    def _tell(self, one: VirtualTerminal, version: str) -> None:
        """Set the ring, and wait until a heartbeat told the terminal."""
        self.room.release(version, 100.0)
        await_success(one.shell, f"grep -qxF {version} {STATE}/release", PATIENCE_SECONDS)

    def _runs(self, one: VirtualTerminal, version: str) -> bool:
        one.shell.open(PATIENCE_SECONDS)
        await_success(one.shell, READY, PATIENCE_SECONDS)
        print(f"  after the power cut: {version_of(one.shell)}")
        return is_fit(one.shell, version)


def _count(is_wrong: bool) -> BenchFigure:
    return BenchFigure(int(is_wrong), "terminals", 0)
