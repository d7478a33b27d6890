"""Whatever is wrong in a workshop is named on the sheet with its cure. Devices at the wire.

The network's share stands in tests/drivers/central/test_line_trial.py: an expired certificate, a
wrong clock, a name server that lies, a closed port, a portal. Rights of a port need another user than
that of the tests: tests/drivers/test_device_matching.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import serial

import main
from drivers.simulated.desk import DemoDesk
from kiosk.config.settings import Settings
from kiosk.config.settings_reader import read_settings
from kiosk.failures import Failure, read_cures
from kiosk.maintenance.report_lines import DeviceLook
from tests.drivers.machine_tree import Tree
from wiring import places
from wiring.readiness import look_at_devices

DEMO = places.CONFIG / "profiles" / "demo.toml"
CURES = read_cures(places.CONFIG / "texts" / "failures.toml")
OTHER_SAM = "05.03-20200101-0000000001-0000000002"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDesk]:
    with DemoDesk(places.ROOT, tmp_path_factory.mktemp("desk") / "run", "BZ-DEMO-0001") as found:
        found.write_site()
        yield found


@pytest.fixture
def settings(desk: DemoDesk) -> Settings:
    return read_settings(places.DEFAULTS, DEMO, desk.folder / "site.toml")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "machine")


def plugged(tree: Tree, name: str, end: str, place: str) -> str:
    """Let a serial bridge of the tree lead to a simulated device."""
    node = tree.bridge(name, place=place)
    node.unlink()
    node.symlink_to(Path(end).resolve())
    return str(node)


def looked_at(settings: Settings, tree: Tree) -> dict[str, DeviceLook]:
    return {one.name: one for one in look_at_devices(settings, tree.machine)}


def with_reader(settings: Settings, **changes: object) -> Settings:
    return replace(settings, id_card_reader=replace(settings.id_card_reader, **changes))


def test_the_wrong_port(settings: Settings, tree: Tree):
    """The settings name the scanner's port; the reader answers at another."""
    right = plugged(tree, "ttyUSB0", settings.id_card_reader.url, "1-1")
    wrong = plugged(tree, "ttyUSB1", settings.code_scanner.url, "1-2")
    bare = replace(settings, code_scanner=replace(settings.code_scanner, url=""))
    look = looked_at(with_reader(bare, url=wrong), tree)["idcard"]
    assert look.failure is Failure.PORT_WRONG
    assert right in look.evidence


def test_a_silent_reader_that_hangs_nowhere_else_is_only_silent(settings: Settings, tree: Tree):
    wrong = plugged(tree, "ttyUSB1", settings.code_scanner.url, "1-2")
    bare = replace(settings, code_scanner=replace(settings.code_scanner, url=""))
    look = looked_at(with_reader(bare, url=wrong), tree)["idcard"]
    assert look.failure is Failure.READER_LOST
    assert "没有应答" in look.evidence


def test_another_reader_than_the_own_one(settings: Settings, tree: Tree):
    look = looked_at(with_reader(settings, sam_number=OTHER_SAM), tree)["idcard"]
    assert look.failure is Failure.READER_SWAPPED
    assert "安全模块号" in look.cure


def test_a_port_that_another_program_holds(settings: Settings, tree: Tree):
    with serial.Serial(settings.id_card_reader.url, exclusive=True):
        look = looked_at(settings, tree)["idcard"]
    assert look.failure is Failure.READER_BUSY
    assert "关掉" in look.cure


def test_two_identical_cameras(settings: Settings, tree: Tree):
    nodes = [tree.camera(f"video{at}", tree.usb(f"1-{at}", "0C45:6366")) for at in (0, 2)]
    own = replace(settings, camera=replace(settings.camera, url=str(nodes[0])))
    look = looked_at(own, tree)["camera"]
    assert look.failure is Failure.CAMERAS_ALIKE
    assert str(nodes[1]) in look.evidence


@pytest.mark.parametrize(
    ("said", "failure", "state"),
    [
        ("[maintenance]\nmin_free_disk_percent = 100.0\n", Failure.DISK_LOW, "amber"),
        ("[store]\nfloor_mib = 999999999\n", Failure.DISK_FULL, "red"),
    ],
)
def test_a_disk_that_is_nearly_full(desk, tmp_path, capsys, said, failure, state):
    own = tmp_path / "own.toml"
    own.write_text(said)
    layers = (str(DEMO), str(desk.folder / "site.toml"), str(own))
    assert main.main(["readiness", "--json", *layers]) == 1
    lines = {one["name"]: one for one in json.loads(capsys.readouterr().out)["lines"]}
    assert (lines["disk"]["state"], lines["disk"]["cure"]) == (state, CURES[failure])
