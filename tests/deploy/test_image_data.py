"""The data partition of an image: made once, encrypted or said so, and begun anew after any power cut.

The machine is a stand-in: each command that would touch a disk writes down what it did.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from wiring.places import ROOT

PARTS = ROOT / "deploy" / "image"
# Every command counts as a step; at the step CUT the power goes, before the command or after it.
STAND_IN = """#!/bin/sh
name=${0##*/} code=0
count=$(($(cat "$HERE/steps" 2>/dev/null || echo 0) + 1))
echo $count >"$HERE/steps"
[ "${CUT:-}" != "$count-before" ] || kill -9 $MAIN
echo "$name $*" >>"$HERE/said"
case "$name" in
mountpoint) shift $(($# - 1)); grep -qx "$1" "$HERE/mounted" 2>/dev/null || code=1 ;;
mount) for last; do :; done; echo "$last" >>"$HERE/mounted" ;;
umount) grep -vx "$1" "$HERE/mounted" >"$HERE/rest" || true; mv "$HERE/rest" "$HERE/mounted" ;;
systemd-repart) grep -h ^Encrypt= "$RUN"/repart.d/*.conf >"$HERE/partition"
    : >"$HERE/dev/disk/by-partlabel/kiosk-data" ;;
blkid) grep -q =off "$HERE/partition" && echo ext4 || echo crypto_LUKS ;;
systemd-creds) [ -n "${TPM:-}" ] || code=1 ;;
lsblk) echo vda ;;
findmnt) echo /dev/vda2 ;;
esac
[ "${CUT:-}" != "$count-after" ] || kill -9 $MAIN
exit $code
"""
NAMES = (
    "mount", "umount", "mountpoint", "systemd-machine-id-setup", "systemd-repart", "udevadm",
    "blkid", "systemd-creds", "lsblk", "findmnt", "systemd-cryptsetup", "sync",
)  # fmt: skip


@dataclass
class ImageMachine:
    """One machine: its folders, and whether it has a TPM or a stick with a key."""

    folder: Path
    tpm: bool = False
    stick: bool = False

    def start(self, cut: str = "") -> int:
        """Switch it on; what is not on the disk is gone before."""
        run, here = self.folder / "run", self.folder
        for name in ("steps", "mounted"):
            (here / name).unlink(missing_ok=True)
        subprocess.run(["rm", "-rf", str(run)], check=True)
        program = (PARTS / "prepare-data").read_text("utf-8")
        for real, ours in (
            ("/dev/disk", f"{here}/dev/disk"),
            ("/dev/tpmrm0", f"{here}/dev/tpmrm0"),
            ("/run/machine-id", f"{here}/none"),
            ("/usr/bin/systemd-cryptsetup", "systemd-cryptsetup"),
        ):
            program = program.replace(real, ours)
        (here / "program").write_text(f"export MAIN=$$\n{program}", "utf-8")
        self._devices()
        around = {
            "PATH": f"{here}/bin:{os.environ['PATH']}",
            "HERE": str(here),
            "RUN": str(run),
            "KIOSK_RUN": str(run),
            "KIOSK_ROOT": str(here / "root"),
            "KIOSK_IMAGE": str(PARTS),
            "CUT": cut,
            "TPM": "yes" if self.tpm else "",
        }
        done = subprocess.run(
            ["sh", str(here / "program"), "start"],
            env=around,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        self.said = done.stdout + done.stderr
        return done.returncode

    def _devices(self) -> None:
        labels = self.folder / "dev/disk/by-label"
        parts = self.folder / "dev/disk/by-partlabel"
        for path in (labels, parts):
            subprocess.run(["rm", "-rf", str(path)], check=True)
            path.mkdir(parents=True)
        if (self.folder / "partition").exists():
            (parts / "kiosk-data").touch()
        (self.folder / "dev/tpmrm0").unlink(missing_ok=True)
        if self.tpm:
            (self.folder / "dev/tpmrm0").touch()
        if self.stick:  # the stand-in mounts nothing, so the stick's content lies there before
            (labels / "KIOSKKEY").touch()
            held = self.folder / "run/stick"
            held.mkdir(parents=True)
            (held / "kiosk-data.key").write_bytes(b"k" * 64)

    @property
    def way(self) -> str:
        return (self.folder / "run/way").read_text("utf-8").strip()

    @property
    def steps(self) -> int:
        return int((self.folder / "steps").read_text())


@pytest.fixture
def machine(tmp_path: Path) -> ImageMachine:
    (tmp_path / "bin").mkdir()
    for name in NAMES:
        path = tmp_path / "bin" / name
        path.write_text(STAND_IN, "utf-8")
        path.chmod(0o755)
    (tmp_path / "root/var/lib").mkdir(parents=True)
    (tmp_path / "root/var/lib/seeded").write_text("whole", "utf-8")
    (tmp_path / "root/etc").mkdir()
    return ImageMachine(tmp_path)


def seeded(machine: ImageMachine) -> str:
    """The data partition outlives the run folder in truth; the stand-in keeps it there."""
    return (machine.folder / "run/data/var/lib/seeded").read_text("utf-8")


@pytest.mark.parametrize(
    ("tpm", "stick", "way"),
    [(True, False, "tpm2"), (False, True, "key-file"), (False, False, "off"), (True, True, "tpm2")],
)
def test_it_is_encrypted_by_what_there_is(
    machine: ImageMachine, way: str, *, tpm: bool, stick: bool
) -> None:
    machine.tpm, machine.stick = tpm, stick
    assert machine.start() == 0, machine.said
    assert machine.way == way
    assert (machine.folder / "partition").read_text().strip() == f"Encrypt={way}"
    assert seeded(machine) == "whole"
    assert not (machine.folder / "run/key").exists()
    assert ("NOT encrypted" in machine.said) is (way == "off")


def test_without_its_stick_it_says_so_and_begins_nothing(machine: ImageMachine) -> None:
    machine.stick = True
    assert machine.start() == 0
    machine.stick = False
    assert machine.start() == 1
    assert "kiosk-data: DATA-2: " in machine.said
    assert "KIOSKKEY" in machine.said
    assert "back into its own machine" in machine.said
    machine.stick = True
    assert machine.start() == 0, machine.said
    assert machine.way == "key-file"


def test_a_partition_that_could_not_be_made_is_not_an_open_one(machine: ImageMachine) -> None:
    """Seen in a virtual machine: repart had grown another partition and made none."""
    (machine.folder / "bin/systemd-repart").write_text("#!/bin/sh\n", "utf-8")
    assert machine.start() == 1
    assert "kiosk-data: DATA-1: there is no data partition" in machine.said
    assert "NOT encrypted" not in machine.said
    assert not (machine.folder / "run/way").exists()


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("tpm", [True, False], ids=["tpm", "stick"])
def test_the_power_goes_at_every_command(
    tmp_path: Path, machine: ImageMachine, side: str, *, tpm: bool
) -> None:
    machine.tpm, machine.stick = tpm, not tpm
    assert machine.start() == 0
    whole = machine.steps
    assert whole >= 8
    for step in range(1, whole + 1):
        (tmp_path / "partition").unlink(missing_ok=True)
        assert machine.start(f"{step}-{side}") != 0, step
        assert machine.start() == 0, (step, machine.said)
        assert machine.way == ("tpm2" if tpm else "key-file")
        assert seeded(machine) == "whole"


def test_half_a_seed_is_made_anew(machine: ImageMachine, tmp_path: Path) -> None:
    target = tmp_path / "data"
    (tmp_path / "data.new/lib").mkdir(parents=True)
    (tmp_path / "data.new/lib/half").touch()
    words = ["sh", str(PARTS / "prepare-data"), "seed", str(tmp_path / "root/var"), str(target)]
    around = {**os.environ, "KIOSK_RUN": str(tmp_path / "run")}
    for _ in range(2):
        subprocess.run(words, check=True, env=around, timeout=60)
        assert [one.name for one in (target / "lib").iterdir()] == ["seeded"]
    (target / "lib/own").write_text("the terminal's", "utf-8")
    subprocess.run(words, check=True, env=around, timeout=60)
    assert (target / "lib/own").read_text("utf-8") == "the terminal's"
