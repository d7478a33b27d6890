"""Bench from a bare Debian 13 to a terminal and back, by the commands of the handbook.

Slow: it makes a whole system in a folder. Ends with what systemd says of the units there.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from script.benches.figures import BenchFigure, Report
from script.benches.machine.folder_system import FolderSystem, Steps, hindrance
from script.benches.machine.handbook_steps import steps
from script.benches.machine.workshop import (
    KIOSK,
    SERVICE,
    TRAINING,
    another_version,
    let_in,
    open_service,
    packages,
)

MINUTE = 60.0
SETTLE_SECONDS = 5.0
UNITS = (
    "kiosk.service",
    "kiosk-central.service",
    "kiosk-training-devices.service",
    "retirement-kiosk-update.service",
    "retirement-kiosk-update.timer",
    "retirement-kiosk-update-resume.service",
)
STATE = "/var/lib/retirement-kiosk"
ABSENT = {"device.idcard", "device.camera", "device.printer"}


def measure(*, quick: bool) -> Report:
    """Set a terminal up, use it, upgrade and remove it; `quick` changes nothing here.

    Raises SystemExit with the cure when no such system can be made.
    """
    del quick
    if why := hindrance():
        raise SystemExit(f"bench install: {why}")
    with tempfile.TemporaryDirectory(prefix="kiosk-install-") as folder:
        machine = FolderSystem(Path(folder) / "machine")
        with machine:
            return _life(machine, Path(folder))


def _life(machine: FolderSystem, folder: Path) -> Report:
    step, handbook = Steps(), steps()
    printed = partial(_printed, machine, handbook)
    with step("build the packages"):
        first = packages(folder, (KIOSK, TRAINING, SERVICE))
        later = another_version(first[0], "0.1.1", folder)
    with step("lay a bare Debian 13 down"):
        machine.make()
        machine.boot()
    with step("install (handbook)"):
        machine.put(first[0])
        printed("install")
        printed("keep")
    began = time.monotonic() - step.took["install (handbook)"]
    with step("a central service beside it"):
        open_service(machine, first[2])
    with step("settings (handbook)"):
        printed("settings")
    with step("enrol (handbook)"):
        let_in(machine, handbook["enrol"])
    with step("training (handbook)"):
        machine.put(first[1])
        printed("training")
        time.sleep(SETTLE_SECONDS)
    with step("readiness, training (handbook)"):
        training = readiness(machine, handbook["readiness"])
    with step("start until READY (handbook)"):
        printed("start")
    set_up = time.monotonic() - began - step.took["a central service beside it"]
    with step("what systemd says there"):
        verified = _verified(machine)
        score = _score(machine)
    with step("no training (handbook)"):
        printed("no-training")
    with step("readiness, production (handbook)"):
        production = readiness(machine, handbook["readiness"])
    with step("upgrade (handbook)"):
        kept = _upgraded(machine, later, printed)
    with step("remove, purge (handbook)"):
        gone = _removed(machine, printed)
    _show(production)
    return Report(
        "install",
        {
            "set_up": BenchFigure(set_up / MINUTE, "min", 15.0),
            "training_not_green": BenchFigure(len(not_green(training)), "lines", 0),
            "production_red_unnamed": BenchFigure(len(ABSENT - _red(production)), "devices", 0),
            "production_without_cure": BenchFigure(_without_cure(production), "lines", 0),
            "words_of_verify": BenchFigure(verified, "lines", 0),
            "exposure": BenchFigure(score, "of 10", 1.7),
            "lost_by_upgrade": BenchFigure(0 if kept else 1, "files", 0),
            "left_by_purge": BenchFigure(gone, "files", 0),
        },
    )


def _printed(machine: FolderSystem, handbook: dict[str, str], name: str) -> str:
    return machine.run(handbook[name])


def readiness(machine: FolderSystem, command: str) -> list[dict[str, str]]:
    """Return the lines of the readiness sheet from the printed command, as JSON."""
    said = machine.run(command.strip() + " --json", bears=(0, 1))
    lines: list[dict[str, str]] = json.loads(said[said.index("{") :])["lines"]
    return lines


def not_green(sheet: list[dict[str, str]]) -> list[str]:
    found = [f"{one['subject']}: {one['evidence']}" for one in sheet if one["state"] != "green"]
    for one in found:
        print(f"    not green in training: {one}")
    return found if sheet else ["nothing was looked at"]


def _red(sheet: list[dict[str, str]]) -> set[str]:
    return {one["name"] for one in sheet if one["state"] == "red"}


def _without_cure(sheet: list[dict[str, str]]) -> int:
    return sum(one["state"] != "green" and not one["cure"] for one in sheet)


def _show(sheet: list[dict[str, str]]) -> None:
    for one in sheet:
        if one["state"] == "red":
            print(f"    {one['name']}: {one['subject']}，{one['evidence']} → {one['cure']}")


def _verified(machine: FolderSystem) -> int:
    """Return the number of lines that systemd and udev complain about."""
    said = machine.run(f"systemd-analyze verify --man=no {' '.join(UNITS)}")
    udev = machine.run("udevadm verify --no-summary /usr/lib/udev/rules.d/60-kiosk-readers.rules")
    wrong = [line for line in (said + udev).splitlines() if line.strip()]
    for line in wrong:
        print(f"    {line}")
    return len(wrong)


def _score(machine: FolderSystem) -> float:
    said = machine.run("systemd-analyze security --no-pager kiosk.service")
    found = re.search(r"Overall exposure level for kiosk.service: ([0-9.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1])


def _upgraded(machine: FolderSystem, deb: Path, printed: Callable[[str], str]) -> bool:
    """Tell whether an upgrade left settings, key, identity and store unchanged."""
    kept = f"cd /; sha256sum /etc/retirement-kiosk/* {STATE}/identity {STATE}/kiosk.db"
    machine.run(f"rm retirement-kiosk_*.deb; systemctl stop kiosk; ls {STATE}")
    machine.put(deb)
    before = machine.run(kept)
    machine.run("systemctl mask --runtime kiosk")  # nothing is to change the store meanwhile
    machine.run("apt-get install -y -qq ./retirement-kiosk_*.deb")
    after = machine.run(kept)
    machine.run("systemctl unmask --runtime kiosk")
    printed("upgrade")
    version = machine.run("dpkg-query -W -f '${Version}' retirement-kiosk")
    return before == after and version.endswith("0.1.1") and printed("waiting").strip() == "0"


def _removed(machine: FolderSystem, printed: Callable[[str], str]) -> int:
    """Return how many files a purge left; the account stays, as Debian wants.

    Raises RuntimeError when removing alone deleted data.
    """
    printed("remove")
    if not machine.tries(f"test -e {STATE}/kiosk.db && test -e /etc/retirement-kiosk/site.toml"):
        raise RuntimeError("what should be kept is gone")
    printed("purge")
    left = machine.run(f"ls -d {STATE} /etc/retirement-kiosk /usr/lib/retirement-kiosk || true")
    names = [line for line in left.splitlines() if not line.startswith("ls:")]
    for line in names:
        print(f"    left: {line}")
    return len(names)
