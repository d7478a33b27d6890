"""What is proposed of the devices found here; each trap among them is named with its cure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from drivers.device_matching import alike, propose
from drivers.discovery import Candidate, PortProblem, Rights, Sort, User, find_candidates
from kiosk.config.settings import Settings
from kiosk.config.settings_reader import read_settings
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal
from tests.drivers.machine_tree import Tree
from wiring import places

SAM = "05.03-20990101-0001234567-0007654321"
ANYBODY = User(0, frozenset())
NOTHING: dict[str, bool] = {}
READER = Candidate(
    Sort.SERIAL, "/dev/serial/by-id/ch340", "/dev/ttyUSB0", usb="1A86:7523", answer=SAM
)
OTHER = Candidate(Sort.SERIAL, "/dev/ttyUSB1", "/dev/ttyUSB1", answer=Failure.READER_LOST.value)
GUN = Candidate(
    Sort.KEYBOARD, "evdev:/dev/input/by-id/usb-Acme_Barcode-event-kbd", "/dev/input/event5"
)


@pytest.fixture
def settings() -> Settings:
    return read_settings(places.DEFAULTS)


def at(settings: Settings, section: str, url: str) -> Settings:
    return replace(settings, **{section: replace(getattr(settings, section), url=url)})


def test_a_reader_that_answers_is_proposed_and_only_that(settings):
    found = propose([OTHER, READER], settings, NOTHING)
    assert found.changes == {"id_card_reader.url": READER.url}
    assert SAM in found.items[0].evidence
    assert found.troubles == ()


def test_what_is_in_order_stays_as_it_is(settings):
    found = propose([READER], settings, {"idcard": True, "camera": True})
    assert found.changes == {}
    assert [one.url for one in found.items] == [settings.id_card_reader.url, settings.camera.url]


def test_the_wrong_port_is_named(settings):
    """The settings name a port where another device hangs; the reader answers elsewhere."""
    wrong = at(settings, "id_card_reader", OTHER.url)
    found = propose([OTHER, READER], wrong, NOTHING)
    (trouble,) = found.troubles
    assert trouble.failure is Failure.PORT_WRONG
    assert OTHER.url in trouble.evidence
    assert READER.url in trouble.evidence


def test_a_reader_that_refuses_is_not_proposed(settings):
    swapped = replace(READER, answer=Failure.READER_NOT_LICENSED.value)
    assert propose([swapped], settings, NOTHING) == Proposal()


@pytest.mark.parametrize(
    ("change", "failure", "words"),
    [
        (
            {"traps": (PortProblem.HELD,), "holders": ("minicom (77)",)},
            Failure.READER_BUSY,
            "minicom (77)",
        ),
        (
            {"traps": (PortProblem.FORBIDDEN,), "rights": Rights(0, 20, 0o660)},
            Failure.READER_FORBIDDEN,
            "usermod -aG",
        ),
    ],
)
def test_a_port_that_can_not_be_used_says_why(settings, change, failure, words):
    (trouble,) = propose([replace(OTHER, answer="", **change)], settings, NOTHING).troubles
    assert trouble.failure is failure
    assert words in trouble.cure


def cameras(tree: Tree, *ids: str) -> list[Candidate]:
    for at_, one in enumerate(ids):
        device = tree.usb(f"1-{at_}", one)
        node = tree.camera(f"video{2 * at_}", device)
        tree.link(f"v4l/by-path/pci-0000:00:14.0-usb-0:{at_}:1.0-video-index0", node)
        if at_ == 0:
            tree.link("v4l/by-id/usb-Acme_HD_Camera-video-index0", node)
    return find_candidates(tree.machine, ANYBODY)


def test_two_identical_cameras_are_told_apart_by_their_ports(settings, tmp_path: Path):
    found = cameras(Tree(tmp_path), "0C45:6366", "0C45:6366")
    assert len(alike(found)) == 2
    proposal = propose(found, settings, NOTHING)
    (camera,) = (one for one in proposal.items if one.key == "camera.url")
    assert "/by-path/" in camera.url
    (trouble,) = proposal.troubles
    assert trouble.failure is Failure.CAMERAS_ALIKE
    assert "video0" in trouble.evidence
    assert "video2" in trouble.evidence


def test_two_different_cameras_are_no_trouble(settings, tmp_path: Path):
    found = cameras(Tree(tmp_path), "0C45:6366", "046D:0825")
    proposal = propose(found, settings, NOTHING)
    assert proposal.troubles == ()
    (camera,) = (one for one in proposal.items if one.key == "camera.url")
    assert camera.url.endswith("by-id/usb-Acme_HD_Camera-video-index0")


def test_a_camera_that_another_program_holds_is_not_proposed(settings, tmp_path: Path):
    (one,) = cameras(Tree(tmp_path), "0C45:6366")
    held = replace(one, traps=(PortProblem.HELD,), holders=("cheese (5)",))
    assert propose([held], settings, NOTHING).items == ()


def test_a_keyboard_that_calls_itself_a_scanner_is_proposed(settings):
    plain = replace(GUN, url="evdev:/dev/input/by-id/usb-Acme_Keyboard-event-kbd")
    found = propose([plain, GUN], settings, NOTHING)
    assert found.changes == {"code_scanner.url": GUN.url}
