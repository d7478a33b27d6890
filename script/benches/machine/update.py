"""Bench of updates on a machine where applications wait: nothing lost, bad versions undone.

In a folder system with its own systemd, as `install`. The controls are packages broken on purpose:
one never becomes ready, one leaves a database behind that the old program can't read, one can't be
installed.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from script.benches.figures import BenchFigure, Report
from script.benches.machine.folder_system import FolderSystem, Steps, hindrance
from script.benches.machine.handbook_steps import steps
from script.benches.machine.workshop import (
    AS_SERVICE,
    CENTRAL_DATA,
    KIOSK,
    SERVICE,
    TRAINING,
    RootShell,
    another_version,
    let_in,
    open_service,
    packages,
    run_with_device_key,
    unchanged,
)

STATE = "/var/lib/retirement-kiosk"
WAITING = 5
PATIENCE_SECONDS = 60.0
MAIN = "usr/lib/retirement-kiosk/main.py"
NEVER_READY = "raise SystemExit('broken on purpose')\n"
EATS_STORE = """import sqlite3, sys
if sys.argv[1:2] == ["run"]:
    store = sqlite3.connect("/var/lib/retirement-kiosk/kiosk.db")
    store.execute("UPDATE alembic_version SET version_num = 'of-the-future'")
    store.commit()
    raise SystemExit("broken on purpose")
"""
FILL = f"""
import hashlib, sys
sys.path[:0] = ["/usr/lib/retirement-kiosk", "/usr/lib/retirement-kiosk/vendored"]
from pathlib import Path
from kiosk.audit.audit_events import AuditEvent
from kiosk.storage.store import OutboxRecord
from kiosk.config.settings_reader import read_settings
from wiring.places import CONFIG, DEFAULTS
from wiring.storage import open_storage
files = (CONFIG / "profiles" / "training.toml", Path("/etc/retirement-kiosk/site.toml"))
store = open_storage(read_settings(DEFAULTS, *files)).store
for number in range({WAITING}):
    name = f"00000000-0000-4000-8000-00000000000{{number}}"
    path, body = f"/v1/applications/{{name}}", b"sealed %d" % number
    one = OutboxRecord(name, path, "x/y", hashlib.sha256(body).hexdigest(), body, "x")
    at = "2026-11-26T12:00:00+08:00"
    assert store.confirm(lambda _, one=one: one, AuditEvent.CONFIRMED, at, {{}}) is None
store.close()
"""
DUMP = """python3 - <<'END'
import hashlib, sqlite3
store = sqlite3.connect("file:/var/lib/retirement-kiosk/kiosk.db?mode=ro", uri=True)
for name, number, body in store.execute("SELECT id, sequence, body FROM outbox ORDER BY sequence"):
    print(name, number, hashlib.sha256(body or b"").hexdigest())
END
"""


@dataclass(frozen=True)
class UpdateOutcome:
    """What an update left: the version that runs, whether it is ready, and seconds it took."""

    version: str
    is_ready: bool
    seconds: float
    said: str


def measure(*, quick: bool) -> Report:
    """Try one good and three bad versions; `quick` changes nothing here.

    Raises SystemExit with the cure when no folder system can be made.
    """
    del quick
    if why := hindrance():
        raise SystemExit(f"bench update: {why}")
    with tempfile.TemporaryDirectory(prefix="kiosk-update-") as folder:
        machine = FolderSystem(Path(folder) / "machine")
        with machine:
            return _nights(machine, Path(folder))


def _nights(machine: FolderSystem, folder: Path) -> Report:
    step = Steps()
    with step("build the packages"):
        first = packages(folder, (KIOSK, TRAINING, SERVICE))
    with step("a terminal that is let in"):
        _set_up(machine, first)
    with step("an update by the ring (0.2.0)"):
        before = _fill(machine, first, folder)
        good = _night(machine)
        lost = before != machine.run(DUMP)
    with step("never ready (0.3.0)"):
        silent = _try(machine, first, folder, "0.3.0", NEVER_READY)
    with step("eats the database (0.4.0)"):
        eater = _try(machine, first, folder, "0.4.0", EATS_STORE)
    with step("can't be installed (0.5.0)"):
        broken = _try(machine, first, folder, "0.5.0", "", postinst="#!/bin/sh\nexit 1\n")
    after = machine.run(DUMP)
    for one in (good, silent, eater, broken):
        print(f"    {one.version} ready={one.is_ready} {one.seconds:.0f} s: {one.said.strip()}")
    bad = (silent, eater, broken)
    return Report(
        "update",
        {
            "good_not_kept": BenchFigure(0 if _is(good, "0.2.0") else 1, "packages", 0),
            "bad_not_returned": BenchFigure(
                sum(not _is(one, "0.2.0") for one in bad), "packages", 0
            ),
            "waiting": BenchFigure(len(after.splitlines()), "applications"),
            "lost_by_good": BenchFigure(int(lost), "outboxes", 0),
            "lost_by_bad": BenchFigure(int(before != after), "outboxes", 0),
            "good_took": BenchFigure(good.seconds, "s"),
            "slowest_return": BenchFigure(max(one.seconds for one in bad), "s", 240.0),
        },
    )


def _set_up(machine: FolderSystem, debs: list[Path]) -> None:
    handbook = steps()
    machine.make()
    machine.boot()
    machine.put(debs[0])
    machine.run(handbook["install"])
    open_service(machine, debs[2])
    machine.run(handbook["settings"])
    let_in(machine, handbook["enrol"])
    machine.put(debs[1])
    machine.run(handbook["training"])
    machine.run("retirement-kiosk-update keep ./*.deb && rm ./*.deb")
    machine.run(handbook["start"])


def _fill(machine: FolderSystem, debs: list[Path], folder: Path) -> str:
    """Roll a version out to the terminal, cut the line, and store applications; return them."""
    _offer(machine, debs, folder, "0.2.0", None)
    machine.run(f"{AS_SERVICE} central release --data {CENTRAL_DATA} --version 0.2.0 --percent 100")
    machine.run("systemctl restart kiosk")
    await_success(machine, f"grep -q 0.2.0 {STATE}/release")
    machine.run("systemctl stop kiosk-central kiosk")
    run_with_device_key(machine, FILL)
    machine.run("systemctl start kiosk")
    await_success(
        machine, "systemctl show -P StatusText kiosk | grep -E '^idle( |$)' | grep -v devices"
    )
    return machine.run(DUMP)


def _try(
    machine: FolderSystem,
    debs: list[Path],
    folder: Path,
    version: str,
    main: str,
    postinst: str = "",
) -> UpdateOutcome:
    _offer(machine, debs, folder, version, main, postinst)
    machine.run(f"printf {version} > {STATE}/release")
    return _night(machine)


def _night(machine: FolderSystem) -> UpdateOutcome:
    """Run the update as the timer does at night; return what it left."""
    began = time.monotonic()
    machine.run("systemctl start retirement-kiosk-update.service", bears=(0, 1))
    took = time.monotonic() - began
    version = machine.run("dpkg-query -W -f '${Version}' retirement-kiosk")
    ready = machine.tries("systemctl is-active kiosk")
    return UpdateOutcome(
        version, ready, took, machine.run("retirement-kiosk-update status", bears=(0, 1))
    )


def _is(outcome: UpdateOutcome, version: str) -> bool:
    return (outcome.version, outcome.is_ready) == (version, True)


def await_success(machine: RootShell, test: str, patience: float = PATIENCE_SECONDS) -> None:
    """Ask again and again until a shell test holds. Raises RuntimeError when it never does."""
    give_up = time.monotonic() + patience
    while not machine.tries(test):
        if time.monotonic() > give_up:
            raise RuntimeError(f"never: {test}")
        time.sleep(0.5)


def _offer(
    machine: FolderSystem,
    debs: list[Path],
    folder: Path,
    version: str,
    main: str | None,
    postinst: str = "",
) -> None:
    """Make packages of another version, broken as wanted, and keep them on the machine."""

    def broken(tree: Path) -> None:
        program = tree / MAIN
        if main is not None:
            said, head = program.read_text(), "import sys\n"
            if head not in said:
                raise RuntimeError(f"nothing to break in {MAIN}")
            program.write_text(said.replace(head, f"{head}{main}", 1))
        if postinst:
            (tree / "DEBIAN" / "postinst").write_text(postinst)

    for deb, change in ((debs[0], broken), (debs[1], unchanged)):
        made = another_version(deb, version, folder, change)
        machine.put(made)
        made.unlink()
    machine.run("retirement-kiosk-update keep ./*.deb && rm ./*.deb")
