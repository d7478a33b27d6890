"""A technician's stick at the screen: real signed settings in a real folder, each way to be wrong."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.central.bundle import carried_by
from kiosk.audit.audit_events import AuditEvent, refuse_unlisted
from kiosk.config.layers import read_layers
from kiosk.config.rollout import RolloutState
from kiosk.config.settings_store import SettingsStore
from kiosk.config.usb_bundle import OfferedBundle
from kiosk.failures import Failure
from tests.drivers.central.bundles import CITY, BundleDesk
from tests.drivers.central.test_bundle import NEWER, WRONG
from tests.wiring.configured import ConfiguredMachine
from wiring.configuration import select_settings
from wiring.maintenance_ports import TerminalMaintenanceTools


@dataclass
class BundleStick:
    """A terminal that took settings once, and a stick with newer ones."""

    folder: Path
    events: list[tuple[AuditEvent, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.machine = ConfiguredMachine(self.folder)
        self.desk.publish(city=CITY)
        self.desk.copy()
        self.here = self.maintenance()
        first = self.read()
        assert self.here.take_stick(first.id) is None
        self.good = first.id
        self.machine.settings_store.keep(RolloutState(good=self.good))
        self.events.clear()
        self.desk.publish(city=NEWER)
        self.desk.copy()

    @property
    def desk(self) -> BundleDesk:
        return self.machine.desk

    def note(self, event: AuditEvent, **detail: str) -> None:
        refuse_unlisted(event, "BZ-DEMO-0001", detail)
        self.events.append((event, detail))

    def maintenance(self) -> TerminalMaintenanceTools:
        site = self.machine.start()
        settings = read_layers(site.layers)
        return TerminalMaintenanceTools(settings, site.layers, None, None, self.note, site)  # type: ignore[arg-type]

    def read(self) -> OfferedBundle:
        found = self.here.read_stick()
        assert isinstance(found, OfferedBundle), found
        return found

    def on_disk(self) -> dict[str, bytes]:
        """Return every file that the terminal keeps of its settings."""
        settings_store = self.machine.settings_store.folder
        return {str(one): one.read_bytes() for one in settings_store.rglob("*") if one.is_file()}


@pytest.fixture
def place(tmp_path: Path) -> BundleStick:
    return BundleStick(tmp_path)


def test_what_is_shown_is_what_is_tried_and_a_look_changes_nothing(place):
    before = place.on_disk()
    offer = place.read()
    assert (offer.version, offer.layers, offer.in_force, offer.is_new) == (3, 1, place.good, True)
    assert place.on_disk() == before
    assert place.events == []
    assert place.here.take_stick(offer.id) is None
    assert place.events == [(AuditEvent.SETTINGS_TAKEN, {"settings": offer.id})]
    standing = place.machine.settings_store.standing()
    assert (standing.good, standing.candidate) == (place.good, offer.id)
    assert read_layers(place.machine.start().layers).terminal.maintainer == "另外的运维"


def test_the_settings_in_force_are_nothing_new(place):
    place.desk.publish(city=CITY)
    place.desk.copy()
    assert not place.read().is_new


@pytest.mark.parametrize("spoil", WRONG, ids=lambda one: one.__name__)
def test_a_bad_stick_is_named_and_changes_nothing(spoil, place):
    if spoil.__name__ == "by_a_revoked_key":
        place.machine.desk.trusted = place.machine.settings_store.folder / "trust"
    spoil(place.desk)
    before = place.on_disk()
    assert place.here.read_stick() is WRONG[spoil]
    assert place.on_disk() == before
    told = [] if WRONG[spoil] is Failure.SETTINGS_ABSENT else [AuditEvent.SETTINGS_REFUSED]
    assert [event for event, _ in place.events] == told
    assert place.machine.settings_store.standing() == RolloutState(good=place.good)


def test_a_stick_that_was_changed_after_it_was_shown_is_refused(place):
    offer = place.read()
    place.desk.publish(city=b"[visit]\ndraft_hours = 5\n")
    place.desk.copy()
    assert place.here.take_stick(offer.id) is Failure.SETTINGS_DAMAGED
    shutil.rmtree(place.desk.stick)
    assert place.here.take_stick(offer.id) is Failure.SETTINGS_UNREADABLE
    assert place.machine.settings_store.standing() == RolloutState(good=place.good)


def test_signed_and_yet_no_settings_for_this_terminal(place, caplog):
    place.desk.publish(city=b"[visit]\nidle = 1\n")
    place.desk.copy()
    assert place.here.read_stick() is Failure.SETTINGS_WRONG
    assert place.events == [(AuditEvent.SETTINGS_REFUSED, {"failure": "settings_wrong"})]
    assert "请中心改好" in caplog.text


def test_the_whole_folder_may_lie_deeper(place):
    shutil.copytree(place.desk.stick, place.desk.stick / "aside" / "configuration")
    inside = place.folder / "holds" / "configuration"
    shutil.copytree(place.desk.stick, inside)
    found = carried_by(place.folder / "holds")
    assert not isinstance(found, Failure)
    shutil.rmtree(place.desk.stick)
    shutil.move(place.folder / "holds", place.desk.stick)
    assert place.read().is_new


def test_no_stick_at_all(place):
    shutil.rmtree(place.desk.stick)
    assert place.here.read_stick() is Failure.SETTINGS_UNREADABLE
    place.desk.stick.mkdir()
    assert place.here.read_stick() is Failure.SETTINGS_ABSENT
    assert place.events == []


def test_a_stick_that_is_pulled_meanwhile(place, monkeypatch):
    def pulled(*_rest: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "glob", pulled)
    assert place.here.read_stick() is Failure.SETTINGS_UNREADABLE


def test_during_a_try_nothing_is_taken(place):
    offer = place.read()
    place.machine.settings_store.keep(
        RolloutState(good=place.good, candidate="nopqrstuvwxy", begun=True)
    )
    assert place.here.read_stick() is Failure.SETTINGS_TRYING
    assert place.here.take_stick(offer.id) is Failure.SETTINGS_TRYING


def test_a_machine_that_trusts_nobody(tmp_path):
    site = select_settings([])
    here = TerminalMaintenanceTools(read_layers(site.layers), site.layers, None, None, print, site)  # type: ignore[arg-type]
    assert here.read_stick() is Failure.SETTINGS_NO_ROOT
    assert here.take_stick("x") is Failure.SETTINGS_NO_ROOT
    alone = TerminalMaintenanceTools(read_layers(site.layers), site.layers, None, None, print)  # type: ignore[arg-type]
    assert alone.read_stick() is Failure.SETTINGS_NO_ROOT


def test_a_disk_that_can_not_be_read_is_named(place, monkeypatch):
    def broken(*_rest: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "copytree", broken)
    assert place.here.read_stick() is Failure.SETTINGS_DISK
    monkeypatch.undo()
    monkeypatch.setattr(SettingsStore, "standing", broken)
    assert place.here.read_stick() is Failure.SETTINGS_DISK
