"""A terminal as root's updater finds it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.updater.account import SystemAccount
from drivers.updater.commands import run
from drivers.updater.machine import PACKAGES, Machine, Places
from kiosk.fleet.update import Update, from_json

WAITS = "     1  0b1c  2026-11-26T12:00:00+08:00  等着送\n没送到 1 件，其中中心不收 0 件\n"


@dataclass
class UpdatedTerminal:
    """What the commands would find; `fit` are the versions whose program becomes ready."""

    folder: Path
    version: str = "1.0"
    fit: tuple[str, ...] = ("1.0", "2.0")
    status: str = "idle"
    faults: tuple[str, ...] = ()
    training: bool = False
    dpkg_breaks: bool = False
    eats_store: tuple[str, ...] = ()  # versions that leave a database that only they can read
    stops: bool = True  # nothing of the account outlives the stop
    devices: bool = False  # the simulated devices of the training package run
    said: list[str] = field(default_factory=list)
    runs: bool = True
    now: float = 1000.0
    unpacking: float = 0.0  # seconds that a package takes
    dumb_looks: int = 0  # so often a program that has just begun says nothing of its devices

    def __post_init__(self) -> None:
        self._looks_yet = 0
        self.places = Places(
            self.folder / "kept",
            self.folder / "kiosk.db",
            self.folder / "release",
            self.folder / "run" / "trying.conf",
        )
        self.places.store.write_text("of 1.0")
        account = SystemAccount(os.getuid(), os.getgid())
        self.machine = Machine(self.places, self.answer, account, lambda _: self.stops)

    def answer(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        said, code = self._answer(list(words))
        return subprocess.CompletedProcess(list(words), code, said, "")

    def _answer(self, words: list[str]) -> tuple[str, int]:
        match words:
            case ["dpkg-query", "-W", "-f", form, *_] if "Status-Status" in form:
                return f"installed {self.version}" if self.version else "half-configured 2.0", 0
            case ["dpkg-query", *_]:
                names = PACKAGES if self.training else PACKAGES[:1]
                return "".join(f"install {name}\n" for name in names), 0
            case ["dpkg", "--compare-versions", one, "gt", other]:
                return "", 0 if one > other else 1
            case ["systemctl", "is-active", "kiosk-training-devices.service"]:
                return "active\n" if self.devices else "inactive\n", 0
            case ["systemctl", "is-active", _]:
                return ("active" if self._is_up() else "activating") + "\n", 0
            case ["systemctl", "show", *_] if self._looks_yet:
                self._looks_yet -= 1
                return "", 0
            case ["systemctl", "show", *_]:
                return self.status if self._is_up() else "", 0
            case ["retirement-kiosk", "doctor", "--json"]:
                found = [{"what": one, "verdict": "fault"} for one in self.faults]
                return json.dumps({"findings": [*found, {"what": "字体", "verdict": "good"}]}), 1
            case ["retirement-kiosk", "outbox", "list"]:
                return (WAITS, 0) if self._reads() else ("", 1)
        self.said.append(" ".join(words).replace(str(self.folder), ""))
        self._do(words)
        return "", 0

    def _do(self, words: list[str]) -> None:
        match words:
            case ["systemctl", verb, "kiosk.service"] if verb in ("start", "stop"):
                self.runs = verb == "start"
                self._looks_yet = self.dumb_looks
                if self.runs and self.version in self.eats_store:
                    self.places.store.write_text(f"of {self.version}")
            case ["apt-get", "install", *_, file] if file.endswith(".deb"):
                self.now += self.unpacking
                self.version = "" if self.dpkg_breaks else Path(file).name.split("_")[1]
            case ["dpkg", "-i", *_, file]:
                self.now += self.unpacking
                self.version = Path(file).name.split("_")[1]

    def _is_up(self) -> bool:
        return self.runs and self.version in self.fit and self._reads()

    def _reads(self) -> bool:
        made_by = self.places.store.read_text().removeprefix("of ")
        return made_by in ("1.0", self.version)

    def keep(self, *versions: str) -> None:
        for version in versions:
            for name in PACKAGES if self.training else PACKAGES[:1]:
                deb = self.folder / f"{name}_{version}_all.deb"
                deb.write_text(version)
                assert run(["keep", str(deb)], self.machine) == 0

    def want(self, version: str) -> None:
        self.places.wish.write_text(version)

    def update(self, *words: str) -> int:
        return run(words or ("run",), self.machine, lambda: self.now, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    @property
    def kept(self) -> Update:
        return from_json(self.places.state.read_text())


@pytest.fixture
def terminal(tmp_path: Path) -> UpdatedTerminal:
    found = UpdatedTerminal(tmp_path)
    found.keep("1.0", "2.0")
    found.want("2.0")
    return found
