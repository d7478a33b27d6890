"""The simulated devices stand where the training profile looks for them."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from operator import attrgetter
from pathlib import Path

from drivers.simulated.bench import BenchPlan
from kiosk.config.settings import Profile
from kiosk.config.settings_reader import read_settings
from wiring import places

TRAINING = places.CONFIG / "profiles" / "training.toml"
UNIT = places.ROOT / "deploy" / "systemd" / "kiosk-training-devices.service"
KEYS = {
    "id_card_reader": "id_card_reader.url",
    "camera": "camera.url",
    "paper_camera": "paper_camera.url",
    "printer": "printer.url",
    "document_printer": "document_printer.url",
    "help": "help.bell",
    "keypad": "keypad.url",
    "headphones": "headphones.jack",
    "code_scanner": "code_scanner.url",
}


def free_ports(count: int) -> int:
    """Return the first of so many free ports in a row."""
    for first in range(21_000, 31_000, count):
        with suppress(OSError), ExitStack() as stack:
            for port in range(first, first + count):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            return first
    raise AssertionError("no ports are free")


def test_the_profile_names_the_addresses_of_the_unit(tmp_path: Path) -> None:
    """And they stay when standard input ends, as a unit's does at once."""
    said = re.search(r"--first-port (\d+) --folder (\S+)", UNIT.read_text())
    assert said is not None
    first, folder = int(said[1]), said[2]
    other = free_ports(6)
    where = ("--folder", str(tmp_path), "--first-port", str(other))
    with subprocess.Popen(
        [sys.executable, "main.py", "simulate", "--foreground", *where],
        cwd=places.ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        told = json.loads(child.stdout.readline())
        assert child.poll() is None
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0
    settings = read_settings(places.DEFAULTS, TRAINING)
    assert settings.profile is Profile.TRAINING
    assert settings.banner
    for device, key in KEYS.items():
        wanted = told[device].replace(str(tmp_path), folder)
        for place in range(6):
            wanted = wanted.replace(str(other + place), str(first + place))
        assert attrgetter(key)(settings) == wanted


def test_ports_are_free_ones_unless_they_are_given() -> None:
    here = Path()
    assert BenchPlan(here, here, here, here).port(3) == 0
    assert BenchPlan(here, here, here, here, first_port=100).port(3) == 103
