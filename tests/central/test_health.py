"""Does a person learn of a terminal that is unwell, once for each trouble?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from central.silence import SilenceWatch
from tests.central.standing import NOON, OTHER_TERMINAL, TERMINAL, Standing
from tests.central.test_fleet import BEAT


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
    ],
)
def test_figures_that_are_none(changes, central, client) -> None:
    assert beat(central, client, **changes) == 422


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
