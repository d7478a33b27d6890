"""Rings of releases: who gets a new version first, and who stays when the ring grows."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from central.fleet.releases import FILE, PLACES, Release, Releases, place_of
from central.web_accounts import WebEvent, WebEventKind
from tests.central.fleet.test_fleet import BEAT
from tests.central.standing import OTHER_TERMINAL, TERMINAL, Standing

AT = "2026-12-01T09:00:00+08:00"

TERMINALS = [f"BZ-{number:04}" for number in range(1436)]


def ring(percent: float) -> set[str]:
    return {one for one in TERMINALS if Release("0.2.0", percent).has(one)}


def test_rings_lie_inside_each_other() -> None:
    assert ring(0) == set()
    assert 0 < len(ring(1)) < 30
    assert 100 < len(ring(10)) < 190
    assert ring(1) < ring(10) < ring(100) == set(TERMINALS)


def test_a_terminal_stands_where_it_stood() -> None:
    """The hash is a promise: another one would move the ring in the middle of a release."""
    assert [place_of(one) for one in ("BZ-0001", "BZ-0007")] == [9526, 5275]
    assert all(0 <= place_of(one) < PLACES for one in TERMINALS)
    later = {one for one in TERMINALS if Release("0.3.0", 1).has(one)}
    assert later == ring(1)  # whoever goes first goes first each time


@pytest.mark.parametrize(
    "said",
    [
        'version = "0.2.0; reboot"\npercent = 100\n',
        'version = "0.2.0"\npercent = 101\n',
        'version = "0.2.0"\npercent = -1\n',
        'version = "0.2.0"\n',
        "version = ",
    ],
)
def test_what_is_no_release_moves_nobody(said: str, tmp_path: Path, central: Standing) -> None:
    (tmp_path / FILE).write_text(said)
    releases = Releases(tmp_path, central.office.store.release_rings)
    releases.take_over(AT)
    assert releases.wanted("BZ-0007") == ""


def test_the_operator_sets_it(tmp_path: Path, central: Standing) -> None:
    rings = central.office.store.release_rings
    releases = Releases(tmp_path, rings)
    assert releases.wanted("BZ-0007") == ""
    rings.set("0.2.0", 100, AT)
    assert releases.wanted("BZ-0007") == "0.2.0"
    rings.set("0.2.0", 0, AT)
    assert releases.wanted("BZ-0007") == ""


def test_a_file_of_before_is_taken_over_once(tmp_path: Path, central: Standing) -> None:
    rings = central.office.store.release_rings
    (tmp_path / FILE).write_text('version = "0.2.0"\npercent = 100\n')
    releases = Releases(tmp_path, rings)
    releases.take_over(AT)
    assert releases.wanted("BZ-0007") == "0.2.0"
    rings.set("0.3.0", 100, AT)
    releases.take_over(AT)
    assert releases.wanted("BZ-0007") == "0.3.0"


def test_a_stop_halts_the_ring_before_the_next_terminal_takes_it(
    central: Standing, client: TestClient
) -> None:
    """By the real call: what the answer to a heartbeat names is what a terminal installs."""
    rings = central.office.store.release_rings
    rings.set("0.2.0", 100, AT)

    def told(terminal: str) -> str:
        said = BEAT | {"at": central.clock[0].isoformat()}
        headers = central.headers(terminal, content_type="application/json")
        answer = client.post("/v1/heartbeat", json=said, headers=headers)
        return str(answer.json().get("release", ""))

    assert told(TERMINAL) == "0.2.0"
    ring = rings.newest()
    assert ring is not None
    stopped = WebEvent(AT, "T-0001", "", WebEventKind.STOPPED)
    assert rings.stop(ring.number, "读卡器不认了", stopped)
    assert told(OTHER_TERMINAL) == ""
    assert told(TERMINAL) == ""  # what was not installed yet is not installed any more
    assert not rings.stop(ring.number, "again", stopped)
    rings.set("0.2.1", 100, AT)
    assert told(OTHER_TERMINAL) == "0.2.1"
