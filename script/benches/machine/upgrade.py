"""Bench of an upgrade over an older release: its packages, its outbox, then today's packages.

In a folder system with its own systemd, as `install`. Both programs are set up by the commands of
their own handbooks. The packages of before are built from the commit `BEFORE`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from script.benches.figures import BenchFigure, Report
from script.benches.machine.folder_system import FolderSystem, Steps, hindrance
from script.benches.machine.handbook_steps import steps
from script.benches.machine.install import not_green, readiness
from script.benches.machine.update import DUMP, WAITING, await_success
from script.benches.machine.workshop import (
    KIOSK,
    ROOT,
    SERVICE,
    TRAINING,
    let_in,
    open_service,
    packages,
    run_with_device_key,
)

BEFORE = "1973830"  # 2026-11-27, the last release of the rooms of before
POINT_BEFORE = "BZ-DEMO"  # the only point that it knew
NAMES = (KIOSK, TRAINING, SERVICE)
KEPT = "cd /; sha256sum /etc/retirement-kiosk/* /var/lib/retirement-kiosk/identity"
IDLE = "systemctl show -P StatusText kiosk | grep -E '^idle( |$)' | grep -v devices"


def measure(*, quick: bool) -> Report:
    """Upgrade a terminal and its central service; `quick` changes nothing here.

    Raises SystemExit with the cure when no folder system can be made, or the older commit is not in
    this clone.
    """
    del quick
    if why := hindrance():
        raise SystemExit(f"bench upgrade: {why}")
    with tempfile.TemporaryDirectory(prefix="kiosk-upgrade-") as folder:
        machine = FolderSystem(Path(folder) / "machine")
        with machine:
            return _upgrade(machine, Path(folder), _check_out(Path(folder) / "before"))


def _check_out(folder: Path) -> Path:
    for words in (["clone", "-q", str(ROOT), str(folder)], ["checkout", "-q", BEFORE]):
        where = ROOT if words[0] == "clone" else folder
        if subprocess.run(["git", *words], cwd=where, check=False).returncode:
            raise SystemExit(f"bench upgrade: no commit {BEFORE} here; run git fetch --unshallow")
    return folder


def _upgrade(machine: FolderSystem, folder: Path, tree: Path) -> Report:
    step = Steps()
    with step("build the packages of before"):
        older = packages(folder / "older", NAMES, tree, "0.0.9")
    with step("build today's packages"):
        newer = packages(folder / "newer", NAMES)
    with step("a terminal of before"):
        waiting = _set_up_before(machine, older, tree)
        kept = machine.run(KEPT)
    with step("upgrade the central service"):
        _install(machine, newer[2:], "systemctl restart kiosk-central")
        serves_older = machine.tries(IDLE)
    with step("upgrade the terminal"):
        _install(machine, newer[:2], "systemctl restart kiosk")
        await_success(machine, IDLE)
    with step("readiness (handbook)"):
        machine.run("systemctl stop kiosk")
        wrong = not_green(readiness(machine, steps()["readiness"]))
    states = machine.run("dpkg-query -W -f '${db:Status-Status} ${Version}\\n' 'retirement-kiosk*'")
    return Report(
        "upgrade",
        {
            "not_upgraded": BenchFigure(
                3 - states.split("\n").count("installed 0.1.0"), "packages", 0
            ),
            "older_stopped": BenchFigure(int(not serves_older), "terminals", 0),
            "never_stored": BenchFigure(WAITING - len(waiting.splitlines()), "applications", 0),
            "lost": BenchFigure(int(machine.run(DUMP) != waiting), "outboxes", 0),
            "changed": BenchFigure(int(machine.run(KEPT) != kept), "files", 0),
            "not_green": BenchFigure(len(wrong), "lines", 1),  # what waits is named
        },
    )


def _set_up_before(machine: FolderSystem, debs: list[Path], tree: Path) -> str:
    """Set a terminal up by the older handbook and store applications; return them."""
    handbook = steps(tree / "docs" / "handbook-technician.zh.md")
    machine.make()
    machine.boot()
    machine.put(debs[0])
    machine.run(handbook["install"])
    open_service(machine, debs[2], points="")
    machine.run(handbook["settings"])
    let_in(machine, handbook["enrol"], POINT_BEFORE)
    machine.put(debs[1])
    machine.run(handbook["training"])
    machine.run(handbook["start"])
    machine.run("systemctl stop kiosk-central kiosk")
    run_with_device_key(machine, _read_filling(tree))
    machine.run("systemctl start kiosk-central kiosk; rm ./*.deb")
    await_success(machine, IDLE)
    return machine.run(DUMP)


def _read_filling(tree: Path) -> str:
    """Return the older bench's program that stores applications, with their true digests."""
    words = [sys.executable, "-c", "from script.benches.update import FILL; print(FILL)"]
    done = subprocess.run(words, cwd=tree, check=True, stdout=subprocess.PIPE, text=True)
    digest = 'hashlib.sha256(b"sealed %d" % number).hexdigest()'
    return "import hashlib" + done.stdout.replace('"d" * 64', digest)


def _install(machine: FolderSystem, debs: list[Path], then: str) -> None:
    """Install packages with nobody to answer a question, as at night."""
    for deb in debs:
        machine.put(deb)
    machine.run(f"apt-get install -y -qq ./*.deb < /dev/null && rm ./*.deb && {then}")
