"""The service manager is told what it expects, over its own socket."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from drivers.service_manager import ALIVE, READY, STOPPING, ServiceManager


@pytest.mark.parametrize("abstract", [False, True])
def test_words_arrive(tmp_path: Path, abstract: bool) -> None:
    address = f"@{tmp_path.name}-{id(tmp_path)}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0" + address[1:] if abstract else address)
        manager = ServiceManager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "20000000"})
        for word in (READY, ALIVE, STOPPING):
            manager.tell(word)
            assert line.recv(64).decode() == word
    assert manager.watchdog_seconds == 20.0


def test_nobody_is_told_without_one(tmp_path: Path) -> None:
    for environment in ({}, {"NOTIFY_SOCKET": str(tmp_path / "nobody listens")}):
        ServiceManager(environment).tell(READY)


@pytest.mark.parametrize("said", ["", "soon", "-1", "²"])
def test_a_watchdog_that_names_no_time_waits_for_nothing(said: str) -> None:
    manager = ServiceManager({"WATCHDOG_USEC": said})
    assert (manager.watchdog_seconds, manager.is_there) == (0.0, False)
