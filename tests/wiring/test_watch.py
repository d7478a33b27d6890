"""What the service manager hears of visits and devices, and how often."""

from __future__ import annotations

import socket
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from drivers.service_manager import READY, ServiceManager
from wiring.terminal import Kiosk
from wiring.watch import WatchdogFeeder


@dataclass
class WatchedTerminal:
    free: bool = True
    states: dict[str, str] = field(default_factory=lambda: {"idcard": "ready", "camera": "busy"})
    making: Future[Any] = field(default_factory=Future)

    @property
    def kiosk(self) -> Kiosk:
        runner = SimpleNamespace(is_free=lambda: self.free)
        return Kiosk(cast("Any", runner), self.making)

    def made(self) -> None:
        supervisor = SimpleNamespace(conditions=lambda: self.states, lives_on=lambda: True)
        self.making.set_result(SimpleNamespace(supervisor=supervisor))


def test_it_says_who_is_here_and_what_is_not_ready() -> None:
    terminal = WatchedTerminal()
    assert terminal.kiosk.status() == "idle devices"
    terminal.made()
    assert terminal.kiosk.status() == "idle"
    terminal.free = False
    terminal.states |= {"printer": "fault", "camera": "absent"}
    assert terminal.kiosk.status() == "busy camera printer"


def test_devices_that_could_not_be_made_are_told() -> None:
    terminal = WatchedTerminal()
    terminal.making.set_exception(OSError())
    assert terminal.kiosk.status() == "idle devices"


@dataclass
class TurnedShell:
    """Its loop turns when the test says so."""

    waiting: list[Any] = field(default_factory=list)

    def later(self, _seconds: float, work: Any) -> None:
        self.waiting.append(work)

    def turn(self) -> None:
        self.waiting.pop()()


def test_only_what_changed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, shell = WatchedTerminal(), TurnedShell()
    terminal.made()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.setblocking(False)
        said = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "80000000"}
        watch = WatchdogFeeder(cast("Any", shell), terminal.kiosk, ServiceManager(said))
        watch.begin()
        shell.turn()
        terminal.free = False
        shell.turn()
        heard = [line.recv(200).decode() for _ in range(3)]
        with pytest.raises(BlockingIOError):
            line.recv(200)
        watch.end()
    assert heard == [READY, "STATUS=idle", "STATUS=busy"]
