"""The terminal's USB ports: locked with what hangs there, let open for a while, and the way back.

The real script over a folder in place of the machine. systemctl and the daemon are noted down, not
run: USBGuard itself, and the kernel, need a machine with USB.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.drivers.machine_tree import Tree
from tests.drivers.test_usb_policy import RULE_PARSER, plug
from wiring import places

SCRIPT = places.ROOT / "deploy" / "bin" / "retirement-kiosk-usbguard"
POLICY = """import sys
from pathlib import Path
from drivers.commands.usb_policy import print_policy
from drivers.stable_names import SystemTree
from tests.options import options_of
root = Path(sys.argv[1])
options = options_of("usb-policy", *sys.argv[3:])
raise SystemExit(print_policy(options, SystemTree(root / "sys", root / "dev", root / "proc")))
"""


@dataclass
class UsbMachine:
    """A machine in a folder, with a hub, a reader that hangs there, a stick and a keyboard."""

    root: Path

    def __post_init__(self) -> None:
        tree = Tree(self.root)
        plug(tree, "usb1", "1D6B:0002", "09:00:00", name="xHCI Host Controller")
        plug(tree, "1-2", "1A86:7523", "ff:01:02", name="USB Serial")
        plug(tree, "1-4", "0781:5567", "08:06:50", name="Cruzer Blade")
        plug(tree, "1-5", "046D:C31C", "03:01:01", name="USB Keyboard")
        self.write_state("usb1", "authorized_default", "0")
        for place in ("1-2", "1-4", "1-5"):
            self.write_state(place, "authorized", "0")
        (self.root / "bin").mkdir()
        self.program("usbguard-daemon", "exit 0")
        self.program("systemctl", f'echo "$*" >>"{self.calls}"')
        words = f'exec "{sys.executable}" -c "$POLICY" "{self.root}" "$@"'
        self.program("retirement-kiosk", words)

    @property
    def calls(self) -> Path:
        return self.root / "calls"

    @property
    def rules(self) -> Path:
        return self.root / "etc/usbguard/rules.conf"

    @property
    def own(self) -> Path:
        return self.root / "etc/retirement-kiosk/usb-rules.conf"

    def program(self, name: str, lines: str) -> None:
        path = self.root / "bin" / name
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(0o755)

    def write_state(self, place: str, name: str, value: str) -> None:
        (self.root / "sys/devices" / place / name).write_text(f"{value}\n")

    def state(self, place: str, name: str = "authorized") -> str:
        return (self.root / "sys/devices" / place / name).read_text().strip()

    def run(self, *words: str, status: int = 0) -> str:
        self.calls.write_text("")
        path = f"{self.root / 'bin'}:{os.environ['PATH']}"
        env = {"PATH": path, "DPKG_ROOT": str(self.root), "POLICY": POLICY, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            ["/bin/sh", str(SCRIPT), *words],
            cwd=places.ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> UsbMachine:
    return UsbMachine(tmp_path / "machine")


def test_what_hangs_there_is_the_policy_and_usbguard_runs_it(machine: UsbMachine) -> None:
    said = machine.run("on")
    rules = machine.rules.read_text()
    assert "allow id 1a86:7523" in rules
    assert "allow id 0781:5567" not in rules
    assert "allow id 046d:c31c" not in rules
    assert "--keyboard 1-5" in said  # how to let the terminal's own keyboard in
    assert machine.own.read_text() == rules
    assert machine.rules.stat().st_mode & 0o777 == 0o600
    assert machine.own.stat().st_mode & 0o777 == 0o644  # the doctor looks for it
    assert machine.called()[:2] == ["enable --quiet usbguard.service", "restart usbguard.service"]
    machine.run("on", "--keyboard", "1-5")
    assert "allow id 046d:c31c" in machine.rules.read_text()


def test_what_was_there_before_is_kept_once(machine: UsbMachine) -> None:
    machine.rules.parent.mkdir(parents=True)
    machine.rules.write_text("allow\n")
    machine.run("on")
    machine.run("on")
    assert machine.rules.with_name("rules.conf.before-kiosk").read_text() == "allow\n"


@pytest.mark.skipif(RULE_PARSER is None, reason="no usbguard here")
def test_usbguard_understands_what_was_written(machine: UsbMachine) -> None:
    machine.run("on")
    lines = machine.rules.read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert len(rules) > 1
    for rule in rules:
        parsed = subprocess.run([str(RULE_PARSER), rule], capture_output=True, check=False)
        assert parsed.returncode == 0, (rule, parsed.stderr)


def test_a_stick_comes_in_for_a_while(machine: UsbMachine) -> None:
    machine.run("on")
    machine.run("pause")
    assert machine.called() == ["stop usbguard.service"]
    assert (machine.state("usb1", "authorized_default"), machine.state("1-4")) == ("1", "1")
    rules = machine.rules.read_text()
    machine.run("resume")
    assert machine.called()[0] == "restart usbguard.service"
    assert machine.rules.read_text() == rules


def test_the_way_back(machine: UsbMachine) -> None:
    machine.run("on")
    machine.run("off")
    assert machine.called() == ["disable --quiet --now usbguard.service"]
    assert not machine.own.exists()
    assert {machine.state(place) for place in ("1-2", "1-4", "1-5")} == {"1"}
    assert machine.state("usb1", "authorized_default") == "1"


def test_where_usbguard_does_not_start_nothing_is_blocked(machine: UsbMachine) -> None:
    machine.program("systemctl", 'case "$1" in is-active) exit 3 ;; esac')
    assert "没有锁" in machine.run("on", status=1)
    assert machine.state("usb1", "authorized_default") == "1"


def test_without_devices_no_policy_is_written(machine: UsbMachine) -> None:
    for one in (machine.root / "sys/bus/usb/devices").iterdir():
        one.unlink()
    assert "看不到 USB 设备" in machine.run("on", status=1)
    assert not machine.rules.exists()
    assert machine.called() == []


def test_what_is_missing_is_said_with_its_cure(machine: UsbMachine) -> None:
    assert "retirement-kiosk-usbguard on" in machine.run("resume", status=1)
    for words in ((), ("lock",)):
        assert "on [--keyboard PLACE]" in machine.run(*words, status=2)
    (machine.root / "bin/usbguard-daemon").unlink()
    if RULE_PARSER is None:
        assert "apt-get install -y usbguard" in machine.run("on", status=1)


def test_usbguard_waits_for_the_terminals_own_policy() -> None:
    unit = places.ROOT / "deploy/systemd/usbguard.service.d/50-retirement-kiosk.conf"
    assert "ConditionPathExists=/etc/retirement-kiosk/usb-rules.conf" in unit.read_text()
