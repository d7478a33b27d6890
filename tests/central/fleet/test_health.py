"""A person learns of a terminal that is unwell, once for each trouble."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from queue import Queue

import pytest
from starlette.testclient import TestClient

from central.fleet.health import USABLE
from central.offline_monitor import SilenceWatch
from central.policy import read_policy
from drivers.simulated.desk import free_port
from drivers.stable_names import SystemTree
from drivers.supervision.life import DeviceCondition, Life
from drivers.supervision.worker import SupervisionContext
from drivers.supervisor import CAMERA, PRINTER, READER, SCANNER, SS_READER, supervise
from kiosk.config.settings_reader import read_settings
from kiosk.fleet.heartbeat import Heartbeat
from kiosk.storage.store import Store, open_store
from tests.central.fleet.test_fleet import BEAT, Mute
from tests.central.standing import NOON, OTHER_TERMINAL, TERMINAL, Standing
from wiring.places import CONFIG, DEFAULTS
from wiring.services import raise_it


def beat(central: Standing, client: TestClient, terminal: str = TERMINAL, **changes: object) -> int:
    said = BEAT | {"at": central.clock[0].isoformat()} | changes
    headers = central.headers(terminal, content_type="application/json")
    return client.post("/v1/heartbeat", json=said, headers=headers).status_code


def kinds(central: Standing) -> list[str]:
    return [kind for kind, _ in central.alarms()]


@pytest.mark.parametrize(
    ("bad", "good", "kind", "detail"),
    [
        ({"oldest_seconds": 1801}, {"oldest_seconds": 1800}, "oldest-pending", "30 minutes"),
        ({"quarantined": 2}, {"quarantined": 0}, "quarantined", "2"),
        ({"disk_free_percent": 9}, {"disk_free_percent": 10}, "disk-low", "9 %"),
        ({"refused": "abcdefghijkm"}, {}, "settings-returned", "abcdefghijkm"),
        (
            {"update": {"version": "0.3.0", "reason": "not_ready"}},
            {"update": {"version": "0.3.0", "reason": "busy"}},
            "update-failed",
            "0.3.0 not_ready",
        ),
        ({"store": "restored 6 lost 1"}, {}, "store-disagreed", "restored 6 lost 1"),
    ],
)
def test_a_trouble_is_an_alarm_when_it_begins(bad, good, kind, detail, central, client) -> None:
    assert beat(central, client, **good) == 200
    assert central.alarms() == []
    for _ in range(3):
        central.clock[0] += timedelta(minutes=1)
        assert beat(central, client, **bad) == 200
    assert central.alarms() == [(kind, detail)]
    beat(central, client, **good)
    assert len(central.alarms()) == 1
    beat(central, client, **bad)
    assert len(central.alarms()) == 2


def test_other_settings_that_were_given_up_are_another_alarm(central, client) -> None:
    beat(central, client, refused="abcdefghijkm")
    beat(central, client, refused="nopqrstuvwxy")
    assert kinds(central) == ["settings-returned"] * 2


def test_another_version_that_failed_ends_one_alarm_and_begins_another(central, client) -> None:
    for version in ("0.3.0", "0.3.0", "0.4.0"):
        beat(central, client, update={"version": version, "reason": "not_ready"})
    alarms = central.office.store.alarms.all()
    assert [(one.detail, one.is_open) for one in alarms] == [
        ("0.3.0 not_ready", False),
        ("0.4.0 not_ready", True),
    ]
    beat(central, client)
    assert not any(one.is_open for one in central.office.store.alarms.all())


def test_each_disagreement_of_database_and_copies_is_an_alarm(central, client) -> None:
    for said in ("restored 1", "restored 1", "restored 2"):
        beat(central, client, store=said)
    assert kinds(central) == ["store-disagreed"] * 2


@pytest.mark.parametrize(
    ("minutes", "alarms"), [(-5.1, ["clock-off"]), (-4.9, []), (4.9, []), (5.1, ["clock-off"])]
)
def test_a_clock_that_is_off(minutes, alarms, central, client) -> None:
    at = (central.clock[0] + timedelta(minutes=minutes)).isoformat()
    beat(central, client, at=at)
    assert kinds(central) == alarms


@pytest.mark.parametrize("at", ["yesterday", "2026-11-23T12:00:00", ""])
def test_a_time_that_is_none_is_a_clock_that_is_off(at, central, client) -> None:
    assert beat(central, client, at=at) == 200
    assert central.alarms() == [("clock-off", "unknown")]


@pytest.mark.parametrize(
    "changes",
    [
        {"disk_free_percent": 101},
        {"disk_free_mib": -1},
        {"paper": 1},
        {"temperature_c": 4.5},
        {"ratings_lost": -1},
        {"update": "0.3.0"},
        {"update": {"version": "0.3.0"}},
        {"update": {"version": "0" * 101, "reason": "not_ready"}},
    ],
)
def test_figures_that_are_none(changes, central, client) -> None:
    assert beat(central, client, **changes) == 422


ILL = dict.fromkeys(("idcard", "camera", "printer"), "fault")
WELL = dict.fromkeys(ILL, "ready")


def beats(central, client, number: int, **changes: object) -> None:
    for _ in range(number):
        assert beat(central, client, **changes) == 200
        central.clock[0] += timedelta(minutes=1)


def ends(central: Standing) -> list[str]:
    return [alarm.ended_at for alarm in central.office.store.alarms.all()]


def test_unusable_devices_are_an_alarm_each_that_ends_when_they_are_well(central, client) -> None:
    limits = central.office.policy.alarms.devices
    since = central.clock[0].isoformat(timespec="seconds")
    assert limits["printer"] == limits["camera"] == limits["idcard"] == 2
    beats(central, client, limits["camera"] - 1, states=ILL)
    assert central.alarms() == []
    beats(central, client, limits["printer"], states=ILL, paper="out")
    assert central.alarms() == [
        ("device-unusable", f"idcard fault, since {since}"),
        ("device-unusable", f"camera fault, since {since}"),
        ("device-unusable", f"printer fault, paper out, since {since}"),
    ]
    assert ends(central) == ["", "", ""]
    beats(central, client, 1, states=ILL | {"camera": "busy"})
    ended = (central.clock[0] - timedelta(minutes=1)).isoformat(timespec="seconds")
    assert ends(central) == ["", ended, ""]
    beats(central, client, 2, states=WELL)
    assert "" not in ends(central)
    beats(central, client, limits["printer"], states=ILL)
    assert len(central.alarms()) == 6


def test_a_device_that_comes_back_in_time_is_no_alarm(central, client) -> None:
    for _ in range(3):
        beats(central, client, 1, states=ILL)
        beats(central, client, 1, states=WELL)
    assert central.alarms() == []


def test_devices_that_nobody_watches_are_no_alarm(central, client) -> None:
    beats(central, client, 20, states={"coffee": "fault"})
    assert central.alarms() == []


def test_a_heartbeat_without_room_for_states_changes_nothing(central, client) -> None:
    beats(central, client, 1, states=ILL)
    beats(central, client, 5, states={})
    assert central.alarms() == []
    beats(central, client, 1, states=ILL)
    assert len(central.alarms()) == 3
    beats(central, client, 1, states={"idcard": "fault"})
    assert [bool(end) for end in ends(central)] == [False, True, True], "they were taken away"


def test_each_terminal_has_its_own_count(central, client) -> None:
    beat(central, client, states=ILL)
    beat(central, client, OTHER_TERMINAL, states=ILL)
    assert central.alarms() == []


def test_a_terminal_without_devices_raises_them_by_its_own_words(central, client, tmp_path) -> None:
    """Supervisor, heartbeat and service as they are; nothing hangs on this machine."""
    settings = read_settings(DEFAULTS)
    printer = replace(settings.printer, url=f"tcp://127.0.0.1:{free_port()}")
    told: Queue[str] = Queue()
    outside = SupervisionContext(
        time.monotonic, lambda: 0.0, lambda name, _life: told.put(name), raise_it
    )
    machine = SystemTree(sys=tmp_path, dev=tmp_path, proc=tmp_path)
    supervisor = supervise(replace(settings, printer=printer), outside, machine).supervisor
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    heart = Heartbeat(
        Mute(), store, supervisor.conditions, {}, lambda: central.clock[0], lambda: 0.5
    )
    supervisor.start()
    try:
        tried: set[str] = set()
        while tried != ILL.keys():
            tried.add(told.get(timeout=60))
        headers = central.headers(content_type="application/json")
        for _ in range(max(central.office.policy.alarms.devices.values())):
            assert client.post("/v1/heartbeat", content=heart.body(), headers=headers).is_success
    finally:
        supervisor.stop()
        store.close()
    assert sorted(detail.split()[0] for _, detail in central.alarms()) == sorted(ILL)


def test_both_ends_use_the_same_words() -> None:
    usable = {one.value for one in DeviceCondition if Life(one).is_usable}
    assert usable == set(USABLE)
    named = read_policy(CONFIG / "central.toml").alarms.devices.keys()
    assert named == {READER, CAMERA, PRINTER, SS_READER, SCANNER}


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ({"oldest_seconds": 1801}, {}),
        ({"quarantined": 2}, {}),
        ({"disk_free_percent": 9}, {}),
        ({"at": "yesterday"}, {}),
        ({"refused": "abcdefghijkm"}, {}),
        ({"refused": "abcdefghijkm"}, {"refused": "nopqrstuvwxy"}),
    ],
)
def test_what_lasts_ends_with_its_cause(bad, good, central, client) -> None:
    beat(central, client, **bad)
    beat(central, client, **bad)
    assert ends(central) == [""]
    beat(central, client, **good)
    assert ends(central)[0] == central.clock[0].isoformat(timespec="seconds")


def test_a_silence_ends_with_the_next_heartbeat(central, client) -> None:
    beat(central, client)
    central.clock[0] += timedelta(hours=1)
    SilenceWatch(central.office).look()
    assert ends(central) == [""]
    beat(central, client)
    assert ends(central) == [central.clock[0].isoformat(timespec="seconds")]


def test_who_falls_silent_is_told_once_a_silence(central, client) -> None:
    watch = SilenceWatch(central.office)
    beat(central, client)
    beat(central, client, OTHER_TERMINAL)
    central.clock[0] += timedelta(minutes=9, seconds=59)
    watch.look()
    assert central.alarms() == []
    beat(central, client, OTHER_TERMINAL)
    central.clock[0] += timedelta(minutes=1)
    for _ in range(3):
        watch.look()
        central.clock[0] += timedelta(minutes=1)
    assert central.alarms() == [("silent", NOON.isoformat(timespec="seconds"))]
    beat(central, client)
    beat(central, client, OTHER_TERMINAL)
    since = central.clock[0].isoformat(timespec="seconds")
    central.clock[0] += timedelta(minutes=11)
    watch.look()
    assert central.alarms()[1:] == [("silent", since)] * 2


def test_a_revoked_terminal_may_be_silent(central, client) -> None:
    beat(central, client)
    central.office.store.terminals.revoke(TERMINAL)
    central.clock[0] += timedelta(days=1)
    SilenceWatch(central.office).look()
    assert central.alarms() == []


def test_the_watch_looks_by_itself_and_bears_a_broken_look(central, client, monkeypatch) -> None:
    beat(central, client)
    central.clock[0] += timedelta(days=1)
    looks, real = [], type(central.office.store.fleet).raise_silent

    def flaky(self: object, now: datetime, policy: object) -> None:
        looks.append(now)
        if len(looks) == 1:
            raise OSError("no database just now")
        real(self, now, policy)  # type: ignore[arg-type]
        seen.set()

    import threading

    seen = threading.Event()
    monkeypatch.setattr(type(central.office.store.fleet), "raise_silent", flaky)
    watch = SilenceWatch(central.office, 0.01)
    watch.open()
    assert seen.wait(30)
    watch.close()
    assert kinds(central) == ["silent"]
