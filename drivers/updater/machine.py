"""The machine as the updater sees and changes it: dpkg, systemd, files; no decision.

Everything outside is a command or a file below `Places`; the commands' runner is an argument. In
the service's folder root reads one file, the wanted version; all else there is done with the
service's own rights (`store_files`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from drivers.updater.account import SystemAccount, end_processes, find_account
from drivers.updater.store_files import StoreFiles
from kiosk.atomic_file import write_atomically
from kiosk.fleet.update import (
    VERSION,
    MachineReport,
    Reason,
    Update,
    UpdateAction,
    from_json,
    note_of,
    to_json,
)

PACKAGES = ("retirement-kiosk", "retirement-kiosk-training")
UNIT = "kiosk.service"
DEVICES_UNIT = "kiosk-training-devices.service"  # of the same account; only in the training package
LOCK = ("-o", "DPkg::Lock::Timeout=100")
# What is only recommended comes when a technician installs: by night a mirror may lack it, and a
# new daemon of it could keep the terminal from being ready.
ONLY_NEEDED = ("--no-remove", "--no-install-recommends")
KEEP_SETTINGS = ("-o", "Dpkg::Options::=--force-confold")
LONGEST_WISH = 64  # bytes of the file that the kiosk's account writes
FAULT = "fault"
BUSY = "busy"
FOR_EVERYBODY = 0o644
NO_REBOOT = """# While a program is tried: one that ends at once is not to reboot the machine.
[Unit]
StartLimitAction=none
"""
PATIENCE_SECONDS = 600.0

Run = Callable[[Sequence[str]], subprocess.CompletedProcess[str]]


def run_command(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run one command of the machine and return its result with its output.

    Raises TimeoutExpired after ten minutes, OSError when there is no such program.
    """
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    return subprocess.run(  # noqa: S603 - fixed programs, checked versions
        list(words),
        capture_output=True,
        text=True,
        check=False,
        env=env,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE_SECONDS,
    )


@dataclass(frozen=True)
class Places:
    """The files of the updater and of the kiosk.

    `kept`: the updater's own folder; `store`: the database; `wish`: the wanted version. `over_unit`
    lies over the kiosk's unit during a try; a restart of the machine forgets it.
    """

    kept: Path = Path("/var/lib/retirement-kiosk-update")
    store: Path = Path("/var/lib/retirement-kiosk/kiosk.db")
    wish: Path = Path("/var/lib/retirement-kiosk/release")
    over_unit: Path = Path("/run/systemd/system/kiosk.service.d/90-trying.conf")

    @property
    def packages(self) -> Path:
        """Return the folder of the packages: of this version, the one before and the next."""
        return self.kept / "packages"

    @property
    def state(self) -> Path:
        """Return the file in which the updater notes what it did."""
        return self.kept / "state.json"

    @property
    def note(self) -> Path:
        """Return the file in which the kiosk reads what went wrong with an update."""
        return self.kept / "failure.json"

    @property
    def copy(self) -> Path:
        """Return the folder with the database as it was before the new program opened it."""
        return self.kept / "store"


@dataclass(frozen=True)
class Machine:
    """One terminal; `end` ends every process of the service's account, or returns False."""

    places: Places = Places()
    run: Run = run_command
    account: SystemAccount = field(default_factory=find_account)
    end: Callable[[SystemAccount], bool] = end_processes

    def wish(self) -> str:
        """Return the version that should run; "" unless it is newer than the installed one."""
        try:
            number = os.open(self.places.wish, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(number, "rb") as file:
                version = file.read(LONGEST_WISH).decode("ascii", "replace").strip()
        except OSError:
            return ""
        return version if VERSION.fullmatch(version) and self._is_newer(version) else ""

    def look(self, update: Update, wanted: str) -> MachineReport:
        """Return the state of the machine, by which `decide` chooses the next step."""
        status = self._status()
        return MachineReport(
            installed=self.installed(),
            busy=status[:1] == [BUSY],
            readable=self.waiting() is not None,
            ready=self._says("systemctl", "is-active", UNIT) == "active",
            faults=self._faults(status),
            has_new=self._has(wanted),
            has_old=self._has(update.old or self.installed()),
        )

    def installed(self) -> str:
        """Return the version that is installed whole, "" when none is."""
        state = "${db:Status-Status} ${Version}"
        words = self._says("dpkg-query", "-W", "-f", state, PACKAGES[0]).split()
        return words[1] if words[:1] == ["installed"] else ""

    def waiting(self) -> frozenset[str] | None:
        """Return what waits for the central service, as `outbox list` names it.

        None when that can't be read; without a database nothing waits.
        """
        done = self.run(("retirement-kiosk", "outbox", "list"))
        if done.returncode != 0:
            return None if os.path.lexists(self.places.store) else frozenset()
        lines = [line.split() for line in done.stdout.splitlines()]
        return frozenset(line[1] for line in lines if len(line) > 1 and line[0].isdigit())

    def install(self, update: Update) -> Reason:
        """Stop the kiosk, copy its database, install the new packages, start it again.

        Nothing is installed when something of the account outlives the stop, or the database can't
        be copied; the returned reason says so.
        """
        self._bear_restarts()
        devices = self._stop()
        reason = self._copy_store()
        if reason is Reason.NONE:
            files = list(map(str, self._files(update.new)))
            options = (*ONLY_NEEDED, *LOCK, *KEEP_SETTINGS)
            self.run(("apt-get", "install", "-y", *options, *files))
        self._start(devices)
        return reason

    def go_back(self, update: Update) -> None:
        """Install the old packages over whatever is there, and start the kiosk again.

        The database is put back only when the old program can't read it (`_restore_store`).
        """
        now = self.waiting()
        self._bear_restarts()
        devices = self._stop()
        files = list(map(str, self._files(update.old)))
        self.run(("dpkg", "-i", "--force-confold", "--force-downgrade", *files))
        # A new program that served people, and whose outbox can't be read, may have taken
        # applications that are in no copy: then its database stays.
        if now is not None or not update.served:
            self._restore_store(now or frozenset())
        self.run(("systemctl", "reset-failed", UNIT))
        self._start(devices)

    def keep(self, files: Sequence[Path]) -> None:
        """Copy packages into the updater's folder, so that they can be installed or come back."""
        self.places.packages.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy(file, self.places.packages / file.name)

    def rest(self) -> None:
        """Remove what a try laid over the kiosk's unit."""
        if self.places.over_unit.exists():
            self.places.over_unit.unlink()
            self.run(("systemctl", "daemon-reload"))

    def tidy(self, update: Update) -> None:
        """Delete packages of other versions than the installed one and the way back.

        A package whose name has no version can be neither, and goes as well.
        """
        versions = {self.installed(), update.old}
        for file in self.places.packages.glob("*.deb"):
            if versions.isdisjoint(file.name.split("_")[1:2]):
                file.unlink()

    def fetch(self, version: str) -> None:
        """Download missing packages from the repository, whose signature apt checks."""
        self.places.packages.mkdir(parents=True, exist_ok=True)
        names = self._names()
        if not all(self._file(name, version) for name in names):
            where = ("-o", f"Dir::Cache::archives={self.places.packages}")
            wanted = [f"{name}={version}" for name in names]
            self.run(("apt-get", "update", "-qq"))
            options = ("--download-only", *ONLY_NEEDED, *where, *LOCK)
            self.run(("apt-get", "install", "-y", *options, *wanted))

    def read_state(self) -> Update:
        """Return the state that was kept; an unreadable one is a rest."""
        try:
            return from_json(self.places.state.read_text("utf-8"))
        except OSError:
            return Update()

    def write_state(self, update: Update) -> None:
        """Store the state so that it outlasts a power cut, and what the kiosk may tell of it."""
        write_atomically(self.places.state, to_json(update).encode())
        write_atomically(self.places.note, note_of(update).encode(), FOR_EVERYBODY)

    def do(self, action: UpdateAction, update: Update) -> Reason:
        """Do what was decided; return the reason when an installation was not begun."""
        if action is UpdateAction.INSTALL:
            return self.install(update)
        if action is UpdateAction.GO_BACK:
            self.go_back(update)
        return Reason.NONE

    def _stop(self) -> bool:
        """Stop what runs as the account; tell whether the simulated devices ran."""
        devices = self._says("systemctl", "is-active", DEVICES_UNIT) == "active"
        self.run(("systemctl", "stop", UNIT))
        if devices:
            self.run(("systemctl", "stop", DEVICES_UNIT))
        return devices

    def _start(self, devices: bool) -> None:
        if devices:
            self.run(("systemctl", "start", DEVICES_UNIT))
        self.run(("systemctl", "start", UNIT))

    def _bear_restarts(self) -> None:
        self.places.over_unit.parent.mkdir(parents=True, exist_ok=True)
        self.places.over_unit.write_text(NO_REBOOT, "utf-8")
        self.run(("systemctl", "daemon-reload"))

    def _says(self, *words: str) -> str:
        return self.run(words).stdout.strip()

    def _status(self) -> list[str]:
        return self._says("systemctl", "show", "-P", "StatusText", UNIT).split()

    def _faults(self, status: Sequence[str]) -> frozenset[str] | None:
        """Return devices that are not ready and the doctor's faults; None when either says nothing.

        No status: the program has not looked at its devices yet.
        """
        done = self.run(("retirement-kiosk", "doctor", "--json"))
        try:
            found = json.loads(done.stdout)["findings"]
            told = {str(one["what"]) for one in found if one["verdict"] == FAULT}
        except (ValueError, TypeError, KeyError):
            return None
        return frozenset(told | set(status[1:])) if status else None

    def _is_newer(self, version: str) -> bool:
        words = ("dpkg", "--compare-versions", version, "gt", self.installed() or "0")
        return self.run(words).returncode == 0

    def _names(self) -> list[str]:
        """Return which of our packages are on this machine, whole or not."""
        state = "${db:Status-Want} ${Package}\n"
        lines = self._says("dpkg-query", "-W", "-f", state, *PACKAGES).splitlines()
        return [line.split()[1] for line in lines if line.startswith("install ")]

    def _file(self, name: str, version: str) -> Path | None:
        return next(iter(self.places.packages.glob(f"{name}_{version}_*.deb")), None)

    def _files(self, version: str) -> Iterator[Path]:
        for name in self._names():
            if (file := self._file(name, version)) is not None:
                yield file

    def _has(self, version: str) -> bool:
        names = self._names()
        return bool(version and names) and len(list(self._files(version))) == len(names)

    @property
    def _store_files(self) -> StoreFiles:
        return StoreFiles(self.places.store, self.account)

    def _copy_store(self) -> Reason:
        """Copy the database once nobody can change it."""
        if not self.end(self.account):
            return Reason.STILL_RUNS
        return Reason.NONE if self._store_files.copy_out(self.places.copy) else Reason.NO_COPY

    def _restore_store(self, under_new: frozenset[str]) -> None:
        """Put the database back when the old program can't read what the new one made of it.

        Never over something that came in meanwhile: `under_new` is what waited then. Never while
        something of the account runs.
        """
        kept = self.places.copy / self.places.store.name
        if not kept.is_file() or self.waiting() is not None or not self.end(self.account):
            return
        files = self._store_files
        if not files.put_back(self.places.copy):
            return
        if under_new <= (self.waiting() or frozenset()):
            files.drop_aside()
        else:
            files.take_back()
