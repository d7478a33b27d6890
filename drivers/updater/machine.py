"""What does the updater see of the machine, and what can it do? dpkg, systemd, files; no decision.

Everything outside is a command or a file below `Places`; the commands' runner is an argument.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.atomic_file import write_atomically
from kiosk.upkeep.update import VERSION, Deed, Seen, Update, from_json, to_json

PACKAGES = ("retirement-kiosk", "retirement-kiosk-training")
UNIT = "kiosk.service"
LOCK = ("-o", "DPkg::Lock::Timeout=100")
KEEP_SETTINGS = ("-o", "Dpkg::Options::=--force-confold")
LONGEST_WISH = 64  # bytes of the file that the kiosk's account writes
FAULT = "fault"
BUSY = "busy"
NO_REBOOT = """# While a program is tried: one that ends at once is not to reboot the machine.
[Unit]
StartLimitAction=none
"""
PATIENCE_SECONDS = 600.0

Run = Callable[[Sequence[str]], subprocess.CompletedProcess[str]]


def run_command(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run one command of the machine's; what it says is kept."""
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
    """`kept`: the updater's own folder; `store`: the database; `wish`: the wanted version.

    `over_unit` lies over the kiosk's unit during a try; a restart of the machine forgets it.
    """

    kept: Path = Path("/var/lib/retirement-kiosk-update")
    store: Path = Path("/var/lib/retirement-kiosk/kiosk.db")
    wish: Path = Path("/var/lib/retirement-kiosk/release")
    over_unit: Path = Path("/run/systemd/system/kiosk.service.d/90-trying.conf")

    @property
    def packages(self) -> Path:
        """Return where the packages of this version, the one before and the next lie."""
        return self.kept / "packages"

    @property
    def state(self) -> Path:
        return self.kept / "state.json"

    @property
    def copy(self) -> Path:
        """Return the folder with the database as it was before the new program opened it."""
        return self.kept / "store"


@dataclass(frozen=True)
class Machine:
    """One terminal."""

    places: Places = Places()
    run: Run = run_command

    def wish(self) -> str:
        """Return the version that should run; "" when none newer than the installed one is."""
        try:
            number = os.open(self.places.wish, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(number, "rb") as file:
                said = file.read(LONGEST_WISH).decode("ascii", "replace").strip()
        except OSError:
            return ""
        return said if VERSION.fullmatch(said) and self._is_newer(said) else ""

    def look(self, update: Update, wanted: str) -> Seen:
        """Return how the machine is now."""
        status = self._status()
        return Seen(
            installed=self.installed(),
            busy=status[:1] == [BUSY],
            readable=self.waiting() is not None,
            ready=self._says("systemctl", "is-active", UNIT) == "active",
            faults=self._faults(status),
            has_new=self._has(wanted),
            has_old=self._has(update.old or self.installed()),
        )

    def installed(self) -> str:
        """Return the version that is installed whole, "" otherwise."""
        state = "${db:Status-Status} ${Version}"
        words = self._says("dpkg-query", "-W", "-f", state, PACKAGES[0]).split()
        return words[1] if words[:1] == ["installed"] else ""

    def waiting(self) -> frozenset[str] | None:
        """Return what waits for the central service, as `outbox list` names it; None: unread."""
        done = self.run(("retirement-kiosk", "outbox", "list"))
        if done.returncode != 0:
            return frozenset() if not self.places.store.exists() else None
        lines = [line.split() for line in done.stdout.splitlines()]
        return frozenset(line[1] for line in lines if len(line) > 1 and line[0].isdigit())

    def install(self, update: Update) -> None:
        """Stop the kiosk, keep its database, install the new packages, start it again."""
        self._bear_restarts()
        self.run(("systemctl", "stop", UNIT))
        self._keep_store()
        files = list(map(str, self._files(update.new)))
        self.run(("apt-get", "install", "-y", "--no-remove", *LOCK, *KEEP_SETTINGS, *files))
        self.run(("systemctl", "start", UNIT))

    def go_back(self, update: Update) -> None:
        """Install the old packages over whatever is there, and start the kiosk again."""
        now = self.waiting()
        self._bear_restarts()
        self.run(("systemctl", "stop", UNIT))
        files = list(map(str, self._files(update.old)))
        self.run(("dpkg", "-i", "--force-confold", "--force-downgrade", *files))
        if now is not None or not update.served:
            self._restore_store(now or frozenset())
        self.run(("systemctl", "reset-failed", UNIT))
        self.run(("systemctl", "start", UNIT))

    def keep(self, files: Sequence[Path]) -> None:
        """Take packages in, so that they can be installed or come back."""
        self.places.packages.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy(file, self.places.packages / file.name)

    def rest(self) -> None:
        """Let the unit be what it was before a try."""
        if self.places.over_unit.exists():
            self.places.over_unit.unlink()
            self.run(("systemctl", "daemon-reload"))

    def tidy(self, update: Update) -> None:
        """Let packages go that are neither what runs nor the way back."""
        versions = (self.installed(), update.old)
        for file in self.places.packages.glob("*.deb"):
            if file.name.split("_")[1] not in versions:
                file.unlink()

    def fetch(self, version: str) -> None:
        """Ask the repository for what is lacking; apt checks its signature."""
        self.places.packages.mkdir(parents=True, exist_ok=True)
        names = self._names()
        if not all(self._file(name, version) for name in names):
            where = ("-o", f"Dir::Cache::archives={self.places.packages}")
            wanted = [f"{name}={version}" for name in names]
            self.run(("apt-get", "update", "-qq"))
            self.run(("apt-get", "install", "-y", "--download-only", *where, *LOCK, *wanted))

    def read_state(self) -> Update:
        """Return what was kept; an unknown state is a rest."""
        try:
            return from_json(self.places.state.read_text("utf-8"))
        except OSError:
            return Update()

    def write_state(self, update: Update) -> None:
        """Keep it, so that it outlasts a power cut from now on."""
        write_atomically(self.places.state, to_json(update).encode())

    def do(self, deed: Deed, update: Update) -> None:
        """Do what was decided."""
        if deed is Deed.INSTALL:
            self.install(update)
        elif deed is Deed.GO_BACK:
            self.go_back(update)

    def _bear_restarts(self) -> None:
        self.places.over_unit.parent.mkdir(parents=True, exist_ok=True)
        self.places.over_unit.write_text(NO_REBOOT, "utf-8")
        self.run(("systemctl", "daemon-reload"))

    def _says(self, *words: str) -> str:
        return self.run(words).stdout.strip()

    def _status(self) -> list[str]:
        return self._says("systemctl", "show", "-P", "StatusText", UNIT).split()

    def _faults(self, status: Sequence[str]) -> frozenset[str] | None:
        """Return devices that are not ready and what the doctor finds; None when it says nothing.

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

    def _parts(self) -> Iterator[Path]:
        store = self.places.store
        yield from (store.with_name(store.name + end) for end in ("", "-wal", "-shm"))

    def _keep_store(self) -> None:
        shutil.rmtree(self.places.copy, ignore_errors=True)
        self.places.copy.mkdir(mode=0o700, parents=True)
        for part in self._parts():
            with suppress(FileNotFoundError):
                shutil.copy2(part, self.places.copy)

    def _restore_store(self, under_new: frozenset[str]) -> None:
        """Put the database back when the old program can't read what the new one made of it.

        Never over something that came in meanwhile: `under_new` is what waited then.
        """
        kept = self.places.copy / self.places.store.name
        if not kept.is_file() or self.waiting() is not None:
            return
        owner = self.places.store.stat()
        set_aside = [(part, part.read_bytes()) for part in self._parts() if part.is_file()]
        for part in self._parts():
            part.unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                shutil.copy2(self.places.copy / part.name, part)
                os.chown(part, owner.st_uid, owner.st_gid)
        if not under_new <= (self.waiting() or frozenset()):
            for part in self._parts():
                part.unlink(missing_ok=True)
            for part, said in set_aside:
                part.write_bytes(said)
                os.chown(part, owner.st_uid, owner.st_gid)
