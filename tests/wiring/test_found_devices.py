"""Addresses that a technician confirmed are tried as the site's settings are, and gone back from."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kiosk.audit.audit_events import AuditEvent
from kiosk.config.active import read_in_force
from kiosk.config.layers import FOUND, layers_of, read_layers
from kiosk.config.rollout import ENDED, UNUSABLE, RolloutState
from kiosk.config.settings_reader import read_settings
from kiosk.config.settings_slots import apply_active_layers, found_slot
from kiosk.config.settings_store import SettingsStore
from kiosk.failures import Failure
from tests.drivers.central.bundles import CITY
from tests.nobody import shut
from tests.wiring.configured import GOOD, ConfiguredLoop, ConfiguredMachine, camera_at
from wiring.configuration import RunSettings, abort_rollout
from wiring.maintenance_ports import TerminalMaintenanceTools
from wiring.places import DEFAULTS
from wiring.settings_rollout import SettingsRollout
from wiring.settings_sync import put_to_try

OLD, NEW = camera_at("/dev/kiosk/old"), camera_at("/dev/kiosk/new")


@pytest.fixture
def machine(tmp_path: Path) -> ConfiguredMachine:
    return ConfiguredMachine(tmp_path)


@pytest.fixture
def waiting(machine: ConfiguredMachine) -> ConfiguredMachine:
    for bundle in (OLD, NEW):
        machine.found.put(bundle)
    machine.found.keep(RolloutState(good=OLD.id, candidate=NEW.id, needed=("camera", "idcard")))
    return machine


def camera_of(site: RunSettings) -> str:
    return read_layers(site.layers).camera.url


# which is used


def test_what_is_good_is_used_and_what_is_confirmed_is_tried(waiting):
    assert camera_of(waiting.start()) == "/dev/kiosk/new"
    assert waiting.found.standing().begun


def test_a_try_that_broke_off_is_gone_back_from_and_told(waiting, caplog):
    waiting.start()
    site = waiting.start()  # a crash, or the power went
    assert camera_of(site) == "/dev/kiosk/old"
    standing = waiting.found.standing()
    assert (standing.refused, standing.lacking, standing.noted) == (NEW.id, (ENDED,), False)
    assert "新写的设备地址" in caplog.text
    assert site.settings_ids() == ("", "")  # the central service published nothing of it


def test_who_may_not_look_goes_by_the_settings_alone(waiting):
    (waiting.folder / FOUND).write_bytes(OLD.layers[0][1])
    settings, own = read_settings(DEFAULTS), layers_of(DEFAULTS, [])
    store = replace(settings.store, path=str(waiting.folder / "kiosk.db"))
    with shut(waiting.folder):
        slot = found_slot(replace(settings, store=store))
        assert apply_active_layers(own, (slot,)) == own


def test_addresses_of_an_older_program_count_until_others_stood_the_test(machine):
    beside = machine.folder / FOUND
    beside.write_bytes(OLD.layers[0][1])
    assert camera_of(machine.start()) == "/dev/kiosk/old"
    machine.found.put(NEW)
    machine.found.keep(RolloutState(candidate=NEW.id))
    assert camera_of(machine.start()) == "/dev/kiosk/new"
    assert camera_of(machine.start()) == "/dev/kiosk/old"  # it broke off
    machine.found.keep(RolloutState(good=NEW.id))
    assert camera_of(machine.start()) == "/dev/kiosk/new"


def test_commands_beside_the_kiosk_use_the_same(waiting):
    def asked() -> str:
        return read_in_force(DEFAULTS, waiting.files).camera.url

    assert asked() == "/dev/kiosk/old"
    waiting.start()
    assert asked() == "/dev/kiosk/new"
    next(waiting.found.folder.rglob(f"{NEW.id}/00-*")).write_bytes(b"\0")
    assert asked() == read_layers(waiting.start().base.with_found(())).camera.url


def test_the_sites_settings_and_the_found_ones_are_never_tried_at_once(waiting):
    waiting.settings_store.put(GOOD)
    waiting.settings_store.keep(RolloutState(candidate=GOOD.id))
    site = waiting.start()
    assert [one.standing.begun for one in site.slots] == [True, False]
    loop = ConfiguredLoop(answers={"camera", "idcard"})
    trial = SettingsRollout(site, loop, loop, 120.0, lambda: loop.now)
    trial.look()
    trial.saw_page()
    loop.turn()
    assert waiting.found.standing() == RolloutState(good=NEW.id)
    loop.turn()  # now the other's turn has come
    assert trial.again
    site = waiting.start()
    assert [one.standing.begun for one in site.slots] == [False, True]
    assert camera_of(site) == "/dev/kiosk/new"


def test_a_newer_list_of_service_points_is_used_when_nobody_is_here(machine):
    loop = ConfiguredLoop(answers={"camera"}, free=False, elsewhere=True)
    trial = SettingsRollout(machine.start(), loop, loop, 120.0, lambda: loop.now)
    trial.look()
    assert not trial.again
    loop.free = True
    loop.turn()
    assert trial.again


def test_a_try_with_which_nothing_can_be_begun(machine):
    machine.found.put(camera_at("no address"))
    machine.found.keep(RolloutState(candidate=camera_at("no address").id))
    site = machine.start()
    assert machine.found.standing().lacking == (UNUSABLE,)
    assert site.tried is None
    assert not abort_rollout(site, ValueError())


def test_a_try_that_does_not_fit_the_sites_settings_is_ended_and_not_they(machine):
    """Each alone is sound; what was proved stays."""
    machine.settings_store.put(GOOD)
    machine.settings_store.keep(RolloutState(good=GOOD.id))
    machine.found.put(NEW)
    machine.found.keep(RolloutState(candidate=NEW.id))
    (layer,) = machine.settings_store.put(GOOD)
    layer.write_bytes(b"\0")  # damaged during the try
    site = machine.start()
    assert machine.found.standing().refused == NEW.id
    assert site.layers.site == ()


@pytest.mark.parametrize("how", ["damaged", "unreadable"])
def test_good_ones_that_can_not_be_read_are_done_without(how, machine, caplog):
    (path,) = machine.found.put(OLD)
    machine.found.keep(RolloutState(good=OLD.id))
    if how == "damaged":
        path.write_bytes(b"\0")
    else:
        (machine.found.folder / "standing.json").unlink()
        (machine.found.folder / "standing.json").mkdir()
    plain = camera_of(ConfiguredMachine(machine.folder / "other").start())
    site = machine.start()
    assert camera_of(site) == plain
    assert "先用设置里写的" in caplog.text
    assert len(list(site.open())) == (2 if how == "damaged" else 1)


def test_what_is_shown_of_them(waiting, capsys):
    waiting.start()
    waiting.run("show")
    said = capsys.readouterr().out
    assert f"设备地址在用\t{NEW.id}" in said
    assert f"设备地址正在试用\t{NEW.id}" in said


# the end of a try


def tried(machine: ConfiguredMachine, loop: ConfiguredLoop) -> SettingsRollout:
    found = SettingsRollout(machine.start(), loop, loop, 120.0, lambda: loop.now)
    found.look()
    found.saw_page()
    return found


def test_it_is_kept_when_what_is_needed_is_ready(waiting, caplog):
    caplog.set_level("WARNING")
    loop = ConfiguredLoop(answers={"camera", "idcard"})
    tried(waiting, loop)
    loop.turn()
    assert waiting.found.standing() == RolloutState(good=NEW.id)
    assert loop.notes == [(AuditEvent.DEVICES_KEPT, NEW.id)]
    assert "新写的设备地址" in caplog.text


def test_it_is_given_up_when_its_device_does_not_answer(waiting, caplog):
    loop = ConfiguredLoop(answers={"idcard"})
    trial = tried(waiting, loop)
    loop.turn(119.0)
    assert not trial.again
    loop.turn(1.0)
    assert trial.again
    standing = waiting.found.standing()
    assert (standing.good, standing.lacking) == (OLD.id, ("camera",))
    assert "没好的：camera" in caplog.text
    loop = ConfiguredLoop()
    tried(waiting, loop)
    assert loop.notes == [(AuditEvent.DEVICES_RETURNED, NEW.id)]
    assert waiting.found.standing().noted


# what a technician confirms


@dataclass
class NotedAudit:
    events: list[tuple[AuditEvent, str]] = field(default_factory=list)

    def note(self, event: AuditEvent, written: str) -> None:
        self.events.append((event, written))


def maintenance(
    machine: ConfiguredMachine, noted: NotedAudit | None = None
) -> TerminalMaintenanceTools:
    site = machine.start()
    settings, note = read_layers(site.layers), (noted or NotedAudit()).note
    return TerminalMaintenanceTools(settings, site.layers, None, None, note)  # type: ignore[arg-type]


def test_what_is_confirmed_waits_and_the_device_must_answer_there(machine):
    machine.found.put(OLD)
    machine.found.keep(RolloutState(good=OLD.id))
    machine.found.record_ready(frozenset({"idcard", "central"}))
    noted = NotedAudit()
    here = maintenance(machine, noted)
    changes = {"camera.url": "/dev/kiosk/new", "paper_camera.url": "http://127.0.0.1:1/"}
    assert here.write(changes) is None
    standing = machine.found.standing()
    assert standing.good == OLD.id
    assert standing.needed == ("camera", "central", "idcard")
    assert noted.events == [(AuditEvent.DEVICES_SET, "2")]
    assert here.write({"id_card_reader.url": "/dev/kiosk/reader"}) is None  # more, to the same try
    found = read_layers(machine.start().layers)
    assert (found.camera.url, found.id_card_reader.url) == ("/dev/kiosk/new", "/dev/kiosk/reader")
    assert here.write({"camera.url": "/dev/x"}) is Failure.SETTINGS_TRYING
    assert machine.found.standing().begun


def test_what_is_unsound_is_refused_and_nothing_waits(machine):
    noted = NotedAudit()
    assert maintenance(machine, noted).write({"camera.url": "no address"}) is Failure.CONFIG_WRONG
    assert machine.found.standing() == RolloutState()
    assert list((machine.found.folder / "sets").iterdir()) == []
    assert noted.events == []


def test_nobody_sweeps_away_what_was_put_and_is_not_named_yet(machine):
    """The main thread notes how a try ended while a worker takes other settings."""
    busy = []

    def read(_files: tuple[Path, ...]) -> None:
        place = os.open(machine.found.folder, os.O_RDONLY)
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            busy.append(place)
        os.close(place)

    assert put_to_try(machine.found, NEW, read, frozenset, again=False) == (None, "")
    assert busy
    machine.start().slots[0].record_rollback()
    assert machine.found.files(NEW.id) is not None


def test_a_try_that_can_not_be_ended_on_a_full_disk_is_told_as_what_it_is(waiting, monkeypatch):
    site = waiting.start()

    def full(*_rest: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SettingsStore, "keep", full)
    assert not abort_rollout(site, ValueError())


def test_a_disk_that_takes_nothing_is_named(machine, monkeypatch):
    here = maintenance(machine)

    def full(*_rest: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SettingsStore, "keep", full)
    assert here.write({"camera.url": "/dev/kiosk/new"}) is Failure.SETTINGS_DISK
    monkeypatch.setattr(SettingsStore, "standing", full)
    assert here.write({"camera.url": "/dev/kiosk/new"}) is Failure.SETTINGS_DISK


def test_the_sites_own_are_laid_over_too(waiting):
    waiting.settings_store.put(GOOD)
    waiting.settings_store.keep(RolloutState(good=GOOD.id))
    site = waiting.start()
    assert [path.read_bytes() for path in site.layers.site] == [CITY]
    assert site.base.site == ()
    assert site.base.found == site.layers.found
