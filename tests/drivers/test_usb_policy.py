"""The allow-list names what belongs here and nothing else, in USBGuard's own words."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import main
from drivers.commands.usb_policy import print_policy
from drivers.usb_policy import interfaces_of, policy, read_devices
from tests.drivers.machine_tree import Tree
from tests.options import options_of

HEADER = bytes.fromhex("12010002000000408610237500010000") + b"\x01\x01"  # a device descriptor
RULE_PARSER = shutil.which("usbguard-rule-parser")


def interface(said: str) -> bytes:
    """Return the descriptor of an interface of class CC:SS:PP."""
    return bytes((9, 4, 0, 0, 2, *bytes.fromhex(said.replace(":", "")), 0))


def plug(
    tree: Tree, place: str, ids: str, *interfaces: str, serial: str = "", name: str = ""
) -> bytes:
    said = HEADER + b"".join(interface(one) + b"\x07\x05\x81\x02\x40\x00\x00" for one in interfaces)
    (tree.usb(place, ids, serial, name) / "descriptors").write_bytes(said)
    return said


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    found = Tree(tmp_path)
    plug(found, "usb1", "1D6B:0002", "09:00:00", serial="0000:00:14.0", name="xHCI Host Controller")
    plug(found, "1-2", "1A86:7523", "ff:01:02", name="USB Serial")
    plug(found, "1-3", "0C45:6366", "0e:01:00", "0e:02:00", "0e:02:00", name="HD Camera")
    plug(found, "1-4", "0781:5567", "08:06:50", serial="4C5300", name="Cruzer Blade")
    plug(found, "1-5", "046D:C31C", "03:01:01", "03:00:00", name="USB Keyboard")
    (found.root / "sys/bus/usb/devices/1-2:1.0").mkdir()  # interfaces are listed there, too
    return found


def rules(tree: Tree, *keyboards: str) -> list[str]:
    said = policy(tuple(read_devices(tree.machine)), keyboards)
    return [line for line in said.splitlines() if line and not line.startswith("#")]


def test_what_hangs_here_is_allowed_where_it_hangs(tree: Tree) -> None:
    said = HEADER + interface("ff:01:02") + b"\x07\x05\x81\x02\x40\x00\x00"
    hashed = base64.b64encode(hashlib.sha256(b"USB Serial1a867523" + said).digest()).decode()
    assert (
        f'allow id 1a86:7523 serial "" name "USB Serial" hash "{hashed}" '
        'via-port "1-2" with-interface { ff:01:02 }'
    ) in rules(tree)
    assert any(
        "0c45:6366" in one and "{ 0e:01:00 0e:02:00 0e:02:00 }" in one for one in rules(tree)
    )


def test_the_machines_own_hub_is_known_by_its_place(tree: Tree) -> None:
    (hub,) = (one for one in rules(tree) if "1d6b:0002" in one)
    assert "hash" not in hub
    assert 'via-port "usb1"' in hub


def test_storage_and_keyboards_are_left_out(tree: Tree) -> None:
    said = policy(tuple(read_devices(tree.machine)))
    assert not any(id_ in one for one in rules(tree) for id_ in ("0781:5567", "046d:c31c"))
    assert '# 1-4 0781:5567 "Cruzer Blade": 存储设备' in said
    assert "--keyboard 1-5" in said
    assert rules(tree)[-2:] == ["reject with-interface one-of { 08:*:* }", "block"]


def test_the_terminals_own_keyboard_is_named(tree: Tree) -> None:
    assert any("046d:c31c" in one for one in rules(tree, "1-5"))
    assert not any("0781:5567" in one for one in rules(tree, "1-4"))  # storage never is


@pytest.mark.skipif(RULE_PARSER is None, reason="no usbguard here")
def test_usbguard_understands_every_rule(tree: Tree) -> None:
    plug(tree, "1-6", "1234:5678", "ff:00:00", name='a" allow id *:* name "\\x', serial="\u00e9\n")
    assert len(rules(tree, "1-5")) == 7
    for rule in rules(tree, "1-5"):
        done = subprocess.run([str(RULE_PARSER), rule], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (rule, done.stderr)


def test_a_device_cannot_name_itself_into_another_rule(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    plug(tree, "1-6", "1234:5678", "ff:00:00", name='x" via-port "1-1"\nallow')
    (rule,) = (one for one in rules(tree) if "1234:5678" in one)
    assert 'name "x\\x22 via-port \\x221-1\\x22\\x0aallow"' in rule


def test_a_comment_stays_a_comment(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    plug(tree, "1-6", "1234:5678", "08:06:50", name="stick\nallow id *:*")
    assert rules(tree) == ["reject with-interface one-of { 08:*:* }", "block"]


def test_one_that_is_pulled_meanwhile_is_no_trouble(tree: Tree) -> None:
    (tree.root / "sys/devices/1-2/descriptors").unlink()
    assert any('via-port "1-2"' in one and "with-interface" not in one for one in rules(tree))


@given(st.binary(max_size=300))
def test_any_bytes_are_read(said: bytes) -> None:
    assert all(len(one) == 8 for one in interfaces_of(said))


def test_the_command(tree: Tree, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert print_policy(options_of("usb-policy", "--keyboard", "1-5"), tree.machine) == 0
    assert "046d:c31c" in capsys.readouterr().out
    empty = Tree(tmp_path / "bare")
    assert print_policy(options_of("usb-policy"), empty.machine) == 1
    assert capsys.readouterr().out == ""
    assert main.main(["usb-policy", "--help"]) == 0
