"""What a technician learns of what is plugged in, from a tree that stands in for the system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import tomllib
from datetime import date
from pathlib import Path

import pytest

from drivers.commands.evidence_words import forbidden, trap_words
from drivers.devices.id_card_reader import CardReader
from drivers.discovery import (
    BRAILLE_LIKE,
    Candidate,
    PortProblem,
    Rights,
    Sort,
    User,
    evidence_of,
    find_candidates,
    this_user,
)
from drivers.registry import open_reader_port
from drivers.simulated.cards.id_card_reader import SimulatedIdCardReader
from drivers.simulated.cards.samv import Samv
from drivers.stable_names import SystemTree, find_tty, what_lies_at
from drivers.transports.transport import DeviceLostError
from kiosk.failures import Failure
from tests.drivers.machine_tree import Tree

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "udev" / "60-kiosk-readers.rules"
ANYBODY = User(0, frozenset())


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def found(tree: Tree, user: User = ANYBODY, **more) -> list[Candidate]:
    return find_candidates(tree.machine, user, **more)


def everything(folder: Path) -> dict[Path, tuple[float, bytes]]:
    files = [one for one in folder.rglob("*") if one.is_file() and not one.is_symlink()]
    return {one: (one.stat().st_mtime_ns, one.read_bytes()) for one in files}


# candidates


def test_a_serial_bridge_with_all_its_evidence(tree):
    node = tree.bridge("ttyUSB0", serial="A5001")
    by_id = tree.link("serial/by-id/usb-1a86_USB_Serial-if00-port0", node)
    own = tree.link("kiosk/idcard", node)
    (one,) = found(tree)
    assert (one.sort, one.url, one.node) == (Sort.SERIAL, str(own), str(node))
    assert one.names == (str(own), str(by_id))
    assert (one.usb, one.serial, one.driver) == ("1A86:7523", "A5001", "ch341-uart")
    assert one.words == "USB Serial"
    assert one.traps == ()


def test_ports_of_the_board_are_no_candidates(tree):
    board = tree.root / "sys/devices/platform/serial8250/tty/ttyS0"
    board.mkdir(parents=True)
    (tree.root / "sys/class/tty/ttyS0").symlink_to(board)
    (tree.root / "sys/class/tty/console").mkdir()
    assert found(tree) == []


def test_readers_cameras_and_keyboards(tree):
    tree.usb("1-1", "0400:C35A")
    camera = tree.usb("1-3", "0C45:6366", words="HD Camera")
    tree.camera("video0", camera)
    tree.camera("video1", camera, index="1")
    keys = tree.node("input/event4")
    tree.link("input/by-id/usb-Scanner-event-kbd", keys)
    told = {one.sort: one for one in found(tree)}
    assert set(told) == {Sort.USB_READER, Sort.CAMERA, Sort.KEYBOARD}
    assert told[Sort.USB_READER].url == "usb://0400:C35A"
    assert told[Sort.USB_READER].node.endswith("bus/usb/001/004")
    assert told[Sort.CAMERA].usb == "0C45:6366"
    assert told[Sort.CAMERA].url.endswith("video0")
    assert told[Sort.KEYBOARD].url.startswith("evdev:")
    assert told[Sort.KEYBOARD].node == str(keys)


def test_an_empty_machine_has_nothing(tmp_path):
    assert find_candidates(SystemTree(*[tmp_path / "none"] * 3), ANYBODY) == []


def test_nothing_is_written(tree):
    node = tree.bridge("ttyUSB0")
    tree.program(431, "ModemManager", node)
    before = everything(tree.root)
    found(tree, probe=lambda _: "asked")
    assert everything(tree.root) == before


# who holds it, who may use it


def test_who_holds_a_port_is_named(tree):
    node = tree.bridge("ttyUSB0")
    tree.program(431, "ModemManager", node)
    tree.program(17, "other", tree.node("null"))
    tree.program(os.getpid(), "ourselves", node)
    (one,) = found(tree)
    assert one.holders == ("ModemManager (431)",)
    assert one.traps == (PortProblem.HELD, PortProblem.MODEM_MANAGER, PortProblem.UNSTABLE_NAME)
    said = "".join(trap_words(one))
    assert "ModemManager (431) 正占着它" in said
    assert "ID_MM_DEVICE_IGNORE" in said


def test_brltty_is_a_trap_for_its_bridges_only(tree):
    tree.program(99, "brltty")
    tree.bridge("ttyUSB0", "10C4:EA60", place="1-1")
    tree.bridge("ttyUSB1", "067B:2303", place="1-2")
    first, second = found(tree)
    assert PortProblem.BRLTTY in first.traps
    assert "brltty" in "".join(trap_words(first))
    assert PortProblem.BRLTTY not in second.traps


def test_a_file_of_another_user_tells_nothing(tree):
    node = tree.bridge("ttyUSB0")
    tree.program(12, "secret", node)
    shutil.rmtree(tree.root / "proc/12/fd")
    (one,) = found(tree)
    assert one.holders == ()


@pytest.mark.parametrize(
    ("mode", "user", "may"),
    [
        (0o660, User(1000, frozenset({20})), True),
        (0o660, User(1000, frozenset({1000})), False),
        (0o640, User(1000, frozenset({20})), False),
        (0o666, User(1000, frozenset()), True),
        (0o600, User(7, frozenset()), True),
        (0o060, User(7, frozenset({20})), False),  # the owner's own bits count for the owner
        (0o000, User(0, frozenset()), True),
    ],
)
def test_who_may_use_a_node(mode, user, may):
    assert Rights(owner=7, group=20, mode=mode).suffice_for(user.number, user.groups) is may


def test_a_forbidden_port_names_user_and_group(tree):
    node = tree.bridge("ttyUSB0")
    there = node.stat()
    stranger = User(there.st_uid + 1, frozenset({there.st_gid + 1}))
    (one,) = found(tree, stranger, probe=lambda _: pytest.fail("asked"))
    assert PortProblem.FORBIDDEN in one.traps
    said = "".join(trap_words(one))
    assert str(node) in said
    assert "usermod -aG" in said
    assert "root" in forbidden("x", Rights(0, 0, 0o660))
    assert "424242:434343" in forbidden("x", Rights(424242, 434343, 0o660))
    assert this_user().number == os.geteuid()


# probing


def test_only_free_ports_are_asked(tree):
    free = tree.bridge("ttyUSB0", place="1-1")
    held = tree.bridge("ttyUSB1", place="1-2")
    tree.camera("video0", tree.usb("1-3", "0C45:6366"))
    tree.program(5, "minicom", held)
    asked: list[str] = []

    def probe(url: str) -> str | Failure:
        asked.append(url)
        return Failure.READER_LOST

    answers = {one.node: one.answer for one in found(tree, probe=probe)}
    assert asked == [str(free)]
    assert answers[str(free)] == "reader_lost"
    assert answers[str(held)] == ""


# one address


def test_evidence_of_one_address(tree):
    node = tree.bridge("ttyUSB0", serial="A5001")
    link = tree.link("serial/by-id/usb-1", node)
    by_link = evidence_of(str(link), tree.machine, ANYBODY)
    assert by_link is not None
    assert by_link.usb == "1A86:7523"
    plain = tree.node("ttyS7")
    alone = evidence_of(str(plain), tree.machine, ANYBODY)
    assert alone is not None
    assert (alone.node, alone.usb) == (str(plain), "")
    assert evidence_of("tcp://192.0.2.1:9", tree.machine, ANYBODY) is None
    assert evidence_of(str(tree.root / "dev/absent"), tree.machine, ANYBODY) is None


# stable names


def test_a_bridge_by_vendor_product_and_serial(tree):
    first = tree.bridge("ttyUSB0", serial="A1", place="1-1")
    second = tree.bridge("ttyUSB1", serial="A2", place="1-2")
    assert find_tty("tty://1A86:7523:A2", tree.machine) == second
    assert find_tty("tty://1a86:7523:A1", tree.machine) == first
    with pytest.raises(DeviceLostError, match="2 ports"):
        find_tty("tty://1A86:7523", tree.machine)
    with pytest.raises(DeviceLostError, match="0 ports"):
        find_tty("tty://1A86:7523:A3", tree.machine)
    with pytest.raises(ValueError, match="not tty"):
        find_tty("tty://1A86", tree.machine)


def test_plugged_under_another_name_it_is_found_by_its_descriptor(tree):
    url = "tty://1A86:7523:A1"
    tree.bridge("ttyUSB0", serial="A1", place="1-1")
    before = what_lies_at(url, tree.machine)
    (tree.root / "sys/class/tty/ttyUSB0").unlink()
    assert what_lies_at(url, tree.machine) == ""
    tree.bridge("ttyUSB1", serial="A1", place="1-4")
    after = what_lies_at(url, tree.machine)
    assert before
    assert after not in ("", before)


def test_a_link_that_leads_elsewhere_is_another_device(tree):
    first, second = tree.node("ttyUSB0"), tree.node("ttyUSB1")
    link = tree.link("kiosk/idcard", first)
    before = what_lies_at(str(link), tree.machine)
    link.unlink()
    assert what_lies_at(str(link), tree.machine) == ""
    tree.link("kiosk/idcard", second)
    assert what_lies_at(str(link), tree.machine) not in ("", before)


def test_a_bare_usb_device_comes_and_goes(tree):
    url = "usb://0400:C35A"
    assert what_lies_at(url, tree.machine) == ""
    device = tree.usb("1-3", "0400:C35A")
    before = what_lies_at(url, tree.machine)
    (device / "devnum").write_text("5\n")  # plugged anew into the same port
    assert what_lies_at(url, tree.machine) not in ("", before)
    shutil.rmtree(tree.root / "sys/bus")
    assert what_lies_at(url, tree.machine) == url


def test_an_address_on_the_network_is_its_own_word(tree):
    assert what_lies_at("tcp://192.0.2.5:4001", tree.machine) == "tcp://192.0.2.5:4001"


def test_the_reader_behind_such_an_address_answers(tree):
    node = tree.bridge("ttyUSB0", serial="A1")
    node.unlink()
    simulated = SimulatedIdCardReader(node, Samv(), sleep=lambda _: None)
    simulated.plug()
    url = "tty://1A86:7523:A1"
    reader = CardReader(
        lambda: open_reader_port(url, 115200, tree.machine),
        time.monotonic,
        lambda _: None,
        lambda: date(2026, 11, 23),
    )
    try:
        assert reader.check() is None
        assert reader.sam_number
    finally:
        reader.close()
        simulated.unplug()
    with pytest.raises(DeviceLostError, match="0 ports"):
        open_reader_port("tty://1A86:7523:A9", 115200, tree.machine)


# udev


def test_the_rules_are_sound():
    udevadm = shutil.which("udevadm")
    if udevadm is None:
        pytest.skip("udevadm is not installed here")
    checked = subprocess.run(
        [udevadm, "verify", str(RULES)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_the_rules_keep_modem_manager_from_every_bridge():
    text = RULES.read_text("utf-8")
    devices = re.findall(r'ATTR\{idVendor\}=="(\w+)", ATTR\{idProduct\}=="(\w+)"(.*)', text)
    ignored = {f"{v}:{p}".upper() for v, p, rest in devices if 'ID_MM_DEVICE_IGNORE}="1"' in rest}
    bridges = re.findall(r'ATTRS\{idVendor\}=="(\w+)", ATTRS\{idProduct\}=="(\w+)"', text)
    assert ignored == {f"{v}:{p}".upper() for v, p in bridges} | {"0400:C35A"}
    assert ignored >= BRAILLE_LIKE


def test_the_shipped_settings_use_the_names_of_the_rules():
    with (ROOT / "config" / "kiosk.toml").open("rb") as file:
        shipped = tomllib.load(file)
    given = set(re.findall(r'ENV\{KIOSK_DEVICE\}="([\w-]+)"', RULES.read_text("utf-8")))
    for device in ("id_card_reader", "camera"):
        folder, name = os.path.split(shipped[device]["url"])
        assert folder == "/dev/kiosk"
        assert name in given
