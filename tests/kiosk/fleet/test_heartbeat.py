"""A terminal tells how it is, once a minute, in few words and of nobody."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.audit.audit_events import AuditEvent
from kiosk.fleet.heartbeat import LONGEST, Heartbeat
from kiosk.fleet.metrics import Figures
from kiosk.ports import CentralAnswer, Trouble
from kiosk.storage.store import OutboxRecord, Store, open_store
from kiosk.storage.store_check import StoreAlarm

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
DEVICES = ("idcard", "sscard", "camera", "printer", "scanner", "paper_camera", "speaker", "keypad")
STATES = {"idcard": "ready", "camera": "fault"}


@dataclass
class HeartbeatCentral:
    heard: list[tuple[str, str, Any]] = field(default_factory=list)

    answer: CentralAnswer = field(
        default_factory=lambda: CentralAnswer(trouble=Trouble.UNREACHABLE)
    )

    def call(self, method, path, body=b"", headers=None):
        self.heard.append((method, path, json.loads(body)))
        return self.answer


@dataclass
class HeartbeatScene:
    store: Store
    states: dict[str, str] = field(default_factory=lambda: dict(STATES))
    now: datetime = NOON
    central: HeartbeatCentral = field(default_factory=HeartbeatCentral)
    lot: float = 0.5

    def __post_init__(self) -> None:
        self.heart = Heartbeat(
            self.central,
            self.store,
            lambda: self.states,
            {"app": "0.1.0"},
            lambda: self.now,
            lambda: self.lot,
        )

    def after(self, seconds: float) -> int:
        """Return how often it has beaten by then."""
        self.now = NOON + timedelta(seconds=seconds)
        self.heart.beat_when_due()
        return len(self.central.heard)


@pytest.fixture
def scene(tmp_path: Path):
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    yield HeartbeatScene(store)
    store.close()


def test_a_request_is_heard_and_its_result_told(scene: HeartbeatScene):
    heard: list[bytes] = []
    scene.heart.request = heard.append
    scene.heart.results = lambda: {"request": {"number": 7, "outcome": "done"}}
    scene.after(0)
    assert heard == []  # nobody answered
    scene.central.answer = CentralAnswer(200, body=b'{"request": "signed"}')
    scene.after(90)
    assert heard == [b'{"request": "signed"}']
    assert scene.central.heard[-1][2]["request"] == {"number": 7, "outcome": "done"}


def test_a_failed_update_is_told(scene: HeartbeatScene):
    failed = {"version": "0.3.0", "reason": "not_ready"}
    scene.heart.update = lambda: failed
    scene.after(0)
    assert scene.central.heard[-1][2]["update"] == failed


def test_it_says_how_the_terminal_is(scene: HeartbeatScene):
    earlier = NOON - timedelta(minutes=5)
    for name, at in (("a", earlier), ("b", NOON)):
        one = OutboxRecord(name, f"/v1/applications/{name}", "x/y", "d" * 64, b"sealed", "刘**")
        said = at.isoformat(timespec="seconds")
        assert scene.store.confirm(lambda _, one=one: one, AuditEvent.CONFIRMED, said, {}) is None
    scene.store.quarantine("b", "status 422", NOON.isoformat(), "{}")
    scene.after(0)
    ((method, path, said),) = scene.central.heard
    assert (method, path) == ("POST", "/v1/heartbeat")
    assert said == {
        "version": 1,
        "at": NOON.isoformat(),
        "states": STATES,
        "waiting": 1,
        "quarantined": 1,
        "oldest_seconds": 300,
        "versions": {"app": "0.1.0"},
        "audit": scene.store.head(),
    }
    assert "刘" not in json.dumps(said, ensure_ascii=False)


@pytest.mark.parametrize(("lot", "seconds"), [(0.0, 45.0), (0.5, 52.5), (0.999, 59.9)])
def test_once_a_minute_and_no_two_in_step(scene: HeartbeatScene, lot: float, seconds: float):
    scene.lot = lot
    assert scene.after(0) == 1
    assert scene.after(seconds - 0.5) == 1
    assert scene.after(seconds + 0.2) == 2


def test_a_clock_that_was_set_back_does_not_silence_it(scene: HeartbeatScene):
    scene.after(0)
    assert scene.after(-20) == 1
    assert scene.after(-3600) == 2


def test_a_clock_ahead_of_what_waits_says_no_negative_age(scene: HeartbeatScene):
    one = OutboxRecord("a", "/v1/applications/a", "x/y", "d" * 64, b"sealed")
    at = (NOON + timedelta(hours=1)).isoformat()
    assert scene.store.confirm(lambda _: one, AuditEvent.CONFIRMED, at, {}) is None
    scene.after(0)
    assert scene.central.heard[0][2]["oldest_seconds"] == 0


def test_it_never_says_more_than_the_central_service_takes(scene: HeartbeatScene):
    scene.states = {f"device-{number}": "self_test" for number in range(60)}
    body = scene.heart.body()
    assert len(body) <= LONGEST
    assert json.loads(body)["states"] == {}


@pytest.mark.parametrize(
    ("body", "published"),
    [
        (b'{"version": 1, "configuration": "abc"}', "abc"),
        (b'{"version": 1}', ""),
        (b'{"configuration": 7}', ""),
        (b"<html>", ""),
    ],
)
def test_what_the_answer_says_of_new_settings(body, published, scene: HeartbeatScene):
    scene.central.answer = CentralAnswer(status=200, body=body)
    scene.after(0)
    assert (scene.heart.reached, scene.heart.published) == (True, published)
    scene.central.answer = CentralAnswer(status=503)
    scene.after(100)
    assert (scene.heart.reached, scene.heart.published) == (False, published)


def test_settings_and_figures_are_told_when_they_are_known(scene: HeartbeatScene):
    scene.heart.settings = lambda: ("abcdefghijkm", "nopqrstuvwxy")
    scene.heart.figures = lambda: Figures(900, 42, -3, 51, "out", 2, "restored 6")
    said = scene.heart.members()
    known = {
        "config": "abcdefghijkm",
        "refused": "nopqrstuvwxy",
        "disk_free_mib": 900,
        "disk_free_percent": 42,
        "clock_ahead_seconds": -3,
        "temperature_c": 51,
        "paper": "out",
        "ratings_lost": 2,
        "store": "restored 6",
    }
    assert known.items() <= said.items()
    scene.heart.settings = lambda: ("", "")
    scene.heart.figures = lambda: Figures(0)
    assert scene.heart.members().keys() & known.keys() == {"disk_free_mib"}


def test_a_whole_heartbeat_of_all_devices_fits(scene: HeartbeatScene):
    scene.states = dict.fromkeys(DEVICES, "self_test")
    scene.heart.settings = lambda: ("abcdefghijkm", "nopqrstuvwxy")
    counts = dict.fromkeys(("restored", "remade", "lost", "skipped", "older"), 9_999)
    alarm = StoreAlarm("2026-11-29T17:00:00+08:00", **counts).brief
    assert len(alarm) <= 100  # what the central service takes
    figures = Figures(999_999_999, 100, -86_400_000, 150, "out", 99_999, alarm)
    scene.heart.figures = lambda: figures
    body = scene.heart.body()
    assert json.loads(body)["states"] == scene.states
    assert len(body) < 800


def test_the_answer_names_the_version_to_run(scene: HeartbeatScene):
    told: list[str] = []
    scene.heart.release = told.append
    scene.after(0)  # nobody answered: nothing is known
    scene.central.answer = CentralAnswer(status=200, body=b'{"version": 1, "release": "0.2.0"}')
    scene.after(200)
    assert told == ["0.2.0"]
