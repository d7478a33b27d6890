"""Two worker hosts whose clocks differ, killed at random, an office down, the database restarted.

Every task has its effect once, and none is lost. `script/bench offices` does the same with 1,000
cases, and measures.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.central.offices.worker_hosts import SKEWS, office_city
from tests.central.offices.worker_process import CONCURRENCY
from tests.postgresql import installed, running

CASES, KILLS, SEED = 12, 10, 20261130


@pytest.mark.slow
def test_every_effect_once_and_none_lost_whoever_dies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = installed()
    if programs is None:
        pytest.skip("no PostgreSQL server below /usr/lib/postgresql: script/bootstrap --test")
    # A server of its own: others' connections would not live through its restart.
    with running(programs) as server, office_city(tmp_path, server, CASES) as city:
        with city.hosts().working() as hosts:
            city.disturb(hosts, KILLS, SEED, server.restart)
            city.wait_until_done()
        assert city.keys() == city.wanted()
        repeated = city.repeated()
        with capsys.disabled():
            print(f"{city.effects()} effects, {repeated} repeated calls, {KILLS} kills")  # noqa: T201
        # A kill cuts short no more calls than one host makes at once; the restart those of both.
        assert repeated <= (KILLS + len(SKEWS)) * CONCURRENCY * len(city.urls)
