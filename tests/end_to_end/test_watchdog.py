"""A frozen screen is noticed: nobody feeds the watchdog, and whoever waits for that starts anew.

The test is the service manager: it listens at the socket that systemd would name.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.service_manager import ALIVE, READY, STATUS, STOPPING
from drivers.simulated.desk import DemoDesk
from tests.end_to_end.conftest import TERMINAL
from tests.end_to_end.first_start.new_terminal import NewTerminal
from wiring import places

WATCHDOG = 8.0  # seconds; WatchdogSec= of the unit is more
START = 90.0
MOST = 50  # words that a frozen kiosk may still have on their way


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[DemoDesk]:
    with DemoDesk(places.ROOT, tmp_path_factory.mktemp("watchdog"), TERMINAL) as found:
        yield found


@contextmanager
def started(desk: DemoDesk, line: Path) -> Iterator[subprocess.Popen[str]]:
    layers = [places.DEFAULTS, places.CONFIG / "profiles" / "demo.toml", desk.write_site()]
    told = {"NOTIFY_SOCKET": str(line), "WATCHDOG_USEC": str(int(WATCHDOG * 1e6))}
    command = [sys.executable, "-m", "tests.end_to_end.wiping.frozen_kiosk", *map(str, layers)]
    with subprocess.Popen(
        command, cwd=places.ROOT, env={**os.environ, **told}, stdin=subprocess.PIPE, text=True
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def hear(line: socket.socket, seconds: float) -> str:
    """Return the next word, "" when none came in time; what is said of visits is passed over."""
    line.settimeout(seconds)
    try:
        while (word := line.recv(200).decode()).startswith(STATUS):
            continue
    except TimeoutError:
        return ""
    return word


@pytest.mark.slow
def test_who_is_frozen_is_not_fed_and_starts_anew(desk, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        with started(desk, tmp_path / "notify") as child:
            assert hear(line, START) == READY
            assert [hear(line, START) for _ in range(3)] == [ALIVE] * 3
            assert child.stdin is not None
            child.stdin.write("freeze\n")
            child.stdin.flush()
            late = next((at for at in range(MOST) if not hear(line, WATCHDOG)), MOST)
            assert late < MOST, "it was fed although the main thread stood still"
            assert child.poll() is None, "frozen, and not ended: somebody has to kill it"
        with started(desk, tmp_path / "notify"):  # what Restart=always does
            words = [hear(line, START) for _ in range(3)]
            assert words[:1] == [READY] or READY in words


@pytest.mark.slow
def test_who_ends_says_so(desk, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        layers = [places.CONFIG / "profiles" / "demo.toml", desk.write_site()]
        command = [sys.executable, str(places.ROOT / "main.py"), "run", *map(str, layers)]
        environment = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")}
        with subprocess.Popen(command, env=environment) as child:
            assert hear(line, START) == READY
            child.terminate()
            assert hear(line, START) == STOPPING
            assert child.wait(START) == 0


@pytest.mark.slow
def test_the_first_start_is_watched_too(tmp_path):
    """Its screen once stayed black after its X server had ended, and nobody noticed."""
    site = NewTerminal(tmp_path, "http://127.0.0.1:9", str).site
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        command = [sys.executable, str(places.ROOT / "main.py"), "first-start", str(site)]
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": str(4_000_000)}
        with subprocess.Popen(command, env={**os.environ, **told}) as child:
            assert hear(line, START) == READY
            assert [hear(line, START) for _ in range(3)] == [ALIVE] * 3
            child.terminate()
            assert STOPPING in (hear(line, START) for _ in range(MOST))
            child.wait(START)
