"""Rings of releases: who gets a new version first, and who stays when the ring grows."""

from __future__ import annotations

from pathlib import Path

import pytest

from central.fleet.releases import FILE, PLACES, Release, Releases, place_of

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
def test_what_is_no_release_moves_nobody(said: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(said)
    assert Releases(tmp_path).wanted("BZ-0007") == ""


def test_the_operator_writes_it(tmp_path: Path) -> None:
    assert Releases(tmp_path).wanted("BZ-0007") == ""
    (tmp_path / FILE).write_text(Release("0.2.0", 100).to_toml())
    assert Releases(tmp_path).wanted("BZ-0007") == "0.2.0"
    (tmp_path / FILE).write_text(Release("0.2.0", 0).to_toml())
    assert Releases(tmp_path).wanted("BZ-0007") == ""
