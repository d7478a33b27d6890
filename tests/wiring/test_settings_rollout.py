"""A try of changed settings, second by second: of the site's, and of what was found here."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.audit.audit_events import AuditEvent
from kiosk.config.rollout import RolloutState
from kiosk.config.settings_store import SettingsStore
from tests.drivers.central.bundles import CITY
from tests.wiring.configured import GOOD, NEWER, ConfiguredLoop, ConfiguredMachine, taken
from wiring.settings_rollout import SettingsRollout


@pytest.fixture
def machine(tmp_path: Path) -> ConfiguredMachine:
    return ConfiguredMachine(tmp_path)


def tried(machine: ConfiguredMachine, loop: ConfiguredLoop) -> SettingsRollout:
    found = SettingsRollout(machine.start(), loop, loop, 120.0, lambda: loop.now)  # type: ignore[arg-type]
    found.look()
    return found


@pytest.fixture
def waiting(machine: ConfiguredMachine) -> ConfiguredMachine:
    for bundle in (GOOD, NEWER):
        machine.settings_store.put(bundle)
    machine.settings_store.keep(
        RolloutState(good=GOOD.id, candidate=NEWER.id, needed=("idcard", "printer"))
    )
    return machine


def test_a_try_is_kept_when_all_is_ready_and_drawn(waiting):
    loop = ConfiguredLoop(answers={"idcard"})
    trial = tried(waiting, loop)
    trial.saw_page()
    loop.turn(60.0)
    assert waiting.settings_store.standing().begun
    loop.answers.add("printer")
    loop.turn()
    assert waiting.settings_store.standing() == RolloutState(good=NEWER.id)
    assert loop.notes == [(AuditEvent.SETTINGS_KEPT, NEWER.id)]
    assert not loop.stopped
    trial.end()
    assert waiting.settings_store.standing() == RolloutState(good=NEWER.id)


def test_a_try_is_not_kept_before_there_are_devices_to_try(waiting):
    loop = ConfiguredLoop(answers={"idcard", "printer"}, made=False)
    trial = tried(waiting, loop)
    trial.saw_page()
    loop.turn()
    assert waiting.settings_store.standing().begun
    loop.made = True
    loop.turn()
    assert waiting.settings_store.standing() == RolloutState(good=NEWER.id)
    assert loop.notes == [(AuditEvent.SETTINGS_KEPT, NEWER.id)]


@pytest.mark.parametrize(("drawn", "lost"), [(True, ("printer",)), (False, ("printer",))])
def test_a_try_is_given_up_at_its_end_and_not_before(drawn, lost, waiting):
    loop = ConfiguredLoop(answers={"idcard"})
    trial = tried(waiting, loop)
    trial.drawn = drawn
    loop.turn(119.0)
    assert not loop.stopped
    loop.turn(1.0)
    assert loop.stopped
    assert trial.again
    assert loop.calls == []
    found = waiting.settings_store.standing()
    assert (found.good, found.refused, found.lacking) == (GOOD.id, NEWER.id, lost)


def test_a_page_that_is_never_drawn_is_a_reason(waiting):
    loop = ConfiguredLoop(answers={"idcard", "printer"})
    tried(waiting, loop)
    loop.turn(120.0)
    assert waiting.settings_store.standing().lacking == ("screen",)


def test_nobody_is_interrupted(waiting):
    loop = ConfiguredLoop(free=False)
    tried(waiting, loop).saw_page()
    loop.turn(500.0)
    assert not loop.stopped
    loop.free = True
    loop.turn()
    assert loop.stopped


def test_who_ends_the_program_in_good_order_lets_the_try_begin_anew(waiting):
    trial = tried(waiting, ConfiguredLoop())
    trial.end()
    found = waiting.settings_store.standing()
    assert (found.candidate, found.begun) == (NEWER.id, False)


def test_what_was_given_up_is_noted_once_it_can_be(waiting):
    waiting.start()
    loop = ConfiguredLoop(made=False)
    tried(waiting, loop)  # finds that it broke off
    assert not waiting.settings_store.standing().noted
    loop.made = True
    loop.turn()
    loop.turn()
    assert loop.notes == [(AuditEvent.SETTINGS_RETURNED, NEWER.id)]
    assert waiting.settings_store.standing().noted


def test_settings_that_came_meanwhile_are_tried_when_nobody_is_here(machine):
    loop = ConfiguredLoop(answers={"idcard"}, free=False)
    trial = tried(machine, loop)
    loop.turn()
    assert machine.settings_store.ready() == {"idcard"}
    assert taken(machine, CITY) == (None, "")
    loop.turn()
    assert not trial.again
    loop.free = True
    loop.turn()
    assert trial.again
    assert machine.settings_store.standing().needed == ("idcard",)


def test_a_disk_that_is_full_is_looked_at_again(waiting, monkeypatch):
    loop = ConfiguredLoop(answers={"idcard", "printer"})
    trial = tried(waiting, loop)
    trial.saw_page()

    def full(*_rest: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SettingsStore, "keep", full)
    loop.turn()
    assert waiting.settings_store.standing().begun
    monkeypatch.undo()
    loop.turn()
    assert waiting.settings_store.standing().good == NEWER.id


def test_where_nothing_can_be_written_nothing_is_looked_at(machine):
    site, loop = machine.start(), ConfiguredLoop()
    for slot in site.slots:
        slot.closed = True
    trial = SettingsRollout(site, loop, loop, 120.0)  # type: ignore[arg-type]
    trial.look()
    trial.end()
    assert loop.calls == []
