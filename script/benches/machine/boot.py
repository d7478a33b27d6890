"""Bench of an image in a virtual machine, from the first start to an update and a power cut.

It makes the terminal's package and an image of it, and boots copies by UEFI: with power cuts in the
first start; with a TPM, a stick, another machine's TPM, and nothing; from the bare machine by a
card to the readiness sheet of a real control room; and through updates. With KVM seconds are those
of this machine's processor; emulated, they are several times as many.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from script.benches.figures import BenchFigure, Report
from script.benches.machine.folder_system import Steps
from script.benches.machine.ring_systems import SOURCE_PACKAGE
from script.benches.machine.room_processes import RoomProcesses, room_processes
from script.benches.machine.three_versions import BROKEN, FIRST, GOOD, make_versions
from script.benches.machine.virtual import software_tpm
from script.benches.machine.virtual.encryption import EncryptionBench
from script.benches.machine.virtual.first_day import FirstDay
from script.benches.machine.virtual.kept_updates import KeptUpdates
from script.benches.machine.virtual.media import (
    ImageParts,
    make_image,
    make_stick,
    replace_files,
)
from script.benches.machine.virtual.power_cuts import PowerCuts
from script.benches.machine.virtual.terminal import (
    FIRST_START,
    HOST_SEEN,
    VirtualTerminal,
    powered,
)
from script.packaging.image import SITE
from script.packaging.virtual_machine import has_kvm, lacking, overlay

PATIENCE_SECONDS = 900.0
CUTS, QUICK_CUTS = 12, 3
PROGRAM = "/usr/lib/retirement-kiosk/main.py"
POLL_SECONDS = 1.0
KILL_X = "kill -KILL $(grep -lx Xwayland /proc/[0-9]*/comm | cut -d/ -f3)"
BREAK = f"""mount -o remount,rw /
echo 'raise SystemExit("broken on purpose")' > {PROGRAM}
sync
"""


def measure(*, quick: bool, kept: Path | None = None) -> Report:
    """Boot an image and return what came of it; `quick`: fewer power cuts, and no update.

    `kept`: a folder where packages and image stay for the next run. Raises SystemExit where the
    machine lacks a tool.
    """
    if missing := (*lacking(), *software_tpm.lacking()):
        raise SystemExit(f"no image can be booted here, missing: {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="kiosk-boot-") as name:
        bench = BootBench(kept or Path(name), Path(name), quick)
        return bench.report()


@dataclass
class BootBench:
    """One run; `kept` holds packages and image, `folder` what goes with the run."""

    kept: Path
    folder: Path
    quick: bool
    step: Steps = field(default_factory=Steps)
    found: dict[str, BenchFigure] = field(default_factory=dict)

    def report(self) -> Report:
        """Do all of it and return what was found."""
        self.found["emulated"] = BenchFigure(int(not has_kvm()), "processors")
        with ExitStack() as opened:
            with self.step("a control room with two technicians"):
                room = opened.enter_context(room_processes(self.folder / "room"))
                room.repository_url = room.repository_url.replace("127.0.0.1", HOST_SEEN)
            with self.step("build the packages"):
                versions = make_versions(self.kept)
            with self.step("the signed repository"):
                room.publish_package(versions[FIRST])
            image, stick = self._image(room, versions[FIRST]), make_stick(self.folder)
            count = QUICK_CUTS if self.quick else CUTS
            with self.step(f"{count} power cuts"):
                self.found |= PowerCuts(image, stick, self.folder).figures(count)
            with self.step("TPM, stick, another TPM, nothing"):
                self.found |= EncryptionBench(image, stick, self.folder).figures()
            self._first_day(room, image, versions)
            with self.step("control: a broken program"):
                self.found |= self._broken_image(image)
        return Report("boot", self.found)

    def _image(self, room: RoomProcesses, package: Path) -> Path:
        """Return the image, made where none is kept, for this control room."""
        (source,) = (room.folder / "repository" / "pool").rglob(SOURCE_PACKAGE)
        parts = ImageParts(package, source, room.url, room.authority)
        image = self.kept / "kiosk.img"
        with self.step("make the image"):
            if not image.exists():
                return make_image(parts, self.kept)
            replace_files(image, dict(_own_files(parts, self.folder)), self.folder)
        return image

    def _first_day(self, room: RoomProcesses, image: Path, versions: dict[str, Path]) -> None:
        """Bring a terminal to its sheet, then update it and cut the power."""
        disk, tpm = overlay(image, self.folder / "day.qcow2"), self.folder / "tpm-of-the-day"
        day = FirstDay(room, self.folder)
        updates = KeptUpdates(room, disk, tpm, self.folder)
        with powered(disk, self.folder, tpm) as one:
            with self.step("from the bare machine to the sheet"):
                is_let_in = day.run(one)
            self.found |= {"not_let_in": BenchFigure(int(not is_let_in), "terminals", 0)}
            self.found |= day.figures()
            for row in day.rows:
                print(f"    {row.state:4} {row.subject}: {row.evidence}")
            if self.quick:
                return
            with self.step("a newer version"):
                room.publish_package(versions[GOOD])
                self.found |= updates.begin(one)
        with self.step("a broken version"):
            room.publish_package(versions[BROKEN])
            self.found |= updates.go_on()

    def _broken_image(self, image: Path) -> dict[str, BenchFigure]:
        """Kill a copy's X server, then break its program; return whether pages were seen."""
        disk = overlay(image, self.folder / "broken.qcow2")
        with powered(disk, self.folder) as one:
            one.shell.open(PATIENCE_SECONDS)
            whole = one.screen.await_page("whole", PATIENCE_SECONDS)
            is_back = _comes_back(one)
            one.shell.run(BREAK)
        seconds = 4 * (whole[1] if whole else PATIENCE_SECONDS)
        with powered(disk, self.folder) as one:
            seen = one.screen.await_page("broken", min(seconds, PATIENCE_SECONDS))
        return {
            "page_not_drawn": BenchFigure(int(whole is None), "machines", 0),
            "black_after_its_x_server_died": BenchFigure(int(not is_back), "machines", 0),
            "control_broken_shows_a_page": BenchFigure(int(seen is not None), "machines", 0),
        }


def _comes_back(one: VirtualTerminal) -> bool:
    """Kill the X server under the page; tell whether the first start begins anew and draws it."""
    before = one.machine.text().count(FIRST_START)
    one.shell.run(KILL_X)
    give_up = time.monotonic() + PATIENCE_SECONDS
    while one.machine.text().count(FIRST_START) == before:
        if time.monotonic() > give_up:
            return False
        time.sleep(POLL_SECONDS)
    return one.screen.await_page("after-x-died", PATIENCE_SECONDS) is not None


def _own_files(parts: ImageParts, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an image that say which control room and repository it belongs to."""
    etc = "/etc/retirement-kiosk"
    yield f"{etc}/site.toml", SITE.format(url=parts.url).encode()
    yield f"{etc}/authority.crt", parts.authority.read_bytes()
    tree = folder / "source"
    subprocess.run(["dpkg-deb", "-x", str(parts.repository), str(tree)], check=True)
    for path in (one for one in tree.rglob("*") if one.is_file() and "doc" not in one.parts):
        yield f"/{path.relative_to(tree)}", path.read_bytes()
    shutil.rmtree(tree)
