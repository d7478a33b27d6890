"""When signed settings are fetched, and what is told of those that are refused."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kiosk.config.rollout import RolloutState
from kiosk.failures import Failure
from kiosk.ports import CentralAnswer, Trouble
from tests.drivers.central.bundles import CITY
from tests.drivers.central.test_bundle import Served
from tests.kiosk.invented_people import handbook
from tests.wiring.configured import ConfiguredMachine
from wiring.settings_sync import SettingsSync, source_of


@pytest.fixture
def machine(tmp_path: Path) -> ConfiguredMachine:
    return ConfiguredMachine(tmp_path)


@dataclass
class Heart:
    published: str = ""


@dataclass
class SyncWorld:
    machine: ConfiguredMachine
    now: float = 0.0
    refused: list[Failure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.heart = Heart()
        self.served = Served(self.machine.desk.served)
        self.site = self.machine.start()
        source = source_of(handbook().settings)
        source = replace(
            source, folder=self.machine.settings_store.folder / "trust", root=self.machine.desk.root
        )
        self.sync = SettingsSync(
            self.site,
            source,
            self.served,
            self.heart,  # type: ignore[arg-type]
            6.0,
            self.refused.append,
            lambda: self.now,
        )

    def look(self) -> int:
        """Look; return how often the central service was asked."""
        self.served.asked.clear()
        self.sync.look_when_due()
        return len(self.served.asked)


@pytest.fixture
def world(machine: ConfiguredMachine) -> SyncWorld:
    machine.desk.publish(city=CITY)
    return SyncWorld(machine)


def test_news_are_fetched_at_once_and_otherwise_seldom(world):
    assert world.look() == 0  # nothing is published, as far as the heartbeat knows
    world.heart.published = "a"
    assert world.look() > 0
    assert world.machine.settings_store.standing().candidate
    assert world.look() == 0
    world.now += 6 * 3600 - 1
    assert world.look() == 0
    world.now += 1
    assert world.look() > 0
    world.now -= 9e9  # the clock was set back
    assert world.look() > 0
    world.heart.published = "b"
    assert world.look() > 0


def test_during_a_try_nothing_is_fetched(world):
    world.heart.published = "a"
    world.site.slots[0].standing = RolloutState(candidate="x", begun=True)
    assert world.look() == 0


def test_a_line_that_breaks_is_tried_again(world):
    world.heart.published = "a"
    world.served.answers["timestamp.json"] = CentralAnswer(trouble=Trouble.UNREACHABLE)
    assert world.look() > 0
    assert world.look() > 0
    world.served.answers.clear()
    world.look()
    assert world.machine.settings_store.standing().candidate
    assert world.refused == []


def test_what_is_refused_is_told_once(world, caplog):
    caplog.set_level(logging.WARNING)
    world.machine.desk.publish(city=b"[visit]\nidle = 1\n")
    for news in "abc":
        world.heart.published = news
        world.look()
    assert world.refused == [Failure.SETTINGS_WRONG]
    assert caplog.text.count("visit.idle：") == 1
    world.machine.desk.publish(city=CITY)
    world.heart.published = "d"
    world.look()
    assert world.machine.settings_store.standing().candidate
