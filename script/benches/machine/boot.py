"""Bench of an image in a virtual machine: its first start, power cuts in it, and the second start.

It makes the terminal's package and an image of it, which takes minutes, and boots copies of it by
UEFI with an emulated processor: seconds here are no seconds of a terminal. The proof is what the
serial console says.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from script.benches.figures import BenchFigure, Report
from script.benches.machine.workshop import KIOSK, packages
from script.packaging import image
from script.packaging.virtual_machine import booted, lacking

PATIENCE_SECONDS = 420.0
CUTS, QUICK_CUTS = 12, 3
DATA_READY = "kiosk-data: ready"
WAITS = "retirement-kiosk: first start"
CONSOLE = "console=ttyS0 systemd.journald.forward_to_console=1 loglevel=4"
KEY_BYTES, STICK_MIB = 64, 34


def measure(*, quick: bool) -> Report:
    """Boot an image and return what it took. Raises SystemExit where the machine lacks a tool."""
    if missing := lacking():
        raise SystemExit(f"no image can be booted here, missing: {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="kiosk-boot-") as name:
        folder = Path(name)
        disk = make_disk(folder)
        stick = make_stick(folder)
        first, second = start_twice(disk, stick, folder)
        lost = sum(
            cut_at(disk, stick, folder, first, at, count(quick)) for at in range(count(quick))
        )
    return Report(
        "boot",
        {
            "first_start": BenchFigure(first, "s"),
            "second_start": BenchFigure(second, "s"),
            "power_cuts": BenchFigure(count(quick), "cuts"),
            "not_usable_after_a_cut": BenchFigure(lost, "cuts", 0),
        },
    )


def count(quick: bool) -> int:
    """Return how often the power is cut."""
    return QUICK_CUTS if quick else CUTS


def make_disk(folder: Path) -> Path:
    """Make the package and an image of it; return its file."""
    authority = folder / "authority.crt"
    authority.write_text("none\n")
    (deb,) = packages(folder, [KIOSK])
    disk = folder / "kiosk.img"
    words = ["--package", str(deb), "--url", "https://central.example.invalid"]
    code = image.main(
        [*words, "--authority", str(authority), "--kernel", CONSOLE, "--to", str(disk)]
    )
    if code != 0:
        raise SystemExit(code)
    return disk


def make_stick(folder: Path) -> Path:
    """Make the stick with the key of the data partition."""
    stick, key = folder / "stick.img", folder / "kiosk-data.key"
    key.write_bytes(os.urandom(KEY_BYTES))
    stick.touch()
    os.truncate(stick, STICK_MIB * image.MIB)
    quiet = subprocess.DEVNULL
    subprocess.run(["mkfs.vfat", "-n", "KIOSKKEY", str(stick)], check=True, stdout=quiet)
    subprocess.run(["mcopy", "-i", str(stick), str(key), "::kiosk-data.key"], check=True)
    return stick


def start_twice(disk: Path, stick: Path, folder: Path) -> tuple[float, float]:
    """Boot a copy of the disk twice; return the seconds until it waits for its card."""
    own = copy_of(disk, folder)
    return wait_for_card(own, stick, folder), wait_for_card(own, stick, folder)


def cut_at(disk: Path, stick: Path, folder: Path, whole: float, number: int, all_cuts: int) -> bool:
    """Cut the power in the first start, boot again; return whether it is not usable then."""
    own, at = copy_of(disk, folder), whole * (number + 1) / (all_cuts + 1)
    with booted(own, folder, drive(stick)) as machine:
        machine.wait_for("never said", at)
    return wait_for_card(own, stick, folder) > PATIENCE_SECONDS


def wait_for_card(disk: Path, stick: Path, folder: Path) -> float:
    """Return after how many seconds it waits for its card; twice the patience for never."""
    with booted(disk, folder, drive(stick)) as machine:
        ready = machine.wait_for(DATA_READY, PATIENCE_SECONDS)
        found = machine.wait_for(WAITS, PATIENCE_SECONDS)
        if ready is None or found is None:
            print(machine.text()[-4000:])
        return 2 * PATIENCE_SECONDS if ready is None or found is None else found


def copy_of(disk: Path, folder: Path) -> Path:
    """Return a fresh copy of the disk."""
    own = folder / "own.img"
    own.unlink(missing_ok=True)
    subprocess.run(["cp", "--sparse=always", str(disk), str(own)], check=True)
    return own


def drive(stick: Path) -> list[str]:
    """Return the words for QEMU that put the stick in."""
    return ["-drive", f"if=virtio,format=raw,file={stick}"]
