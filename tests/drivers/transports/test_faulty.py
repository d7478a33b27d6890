"""The bad line spoils as it is told, and nothing else."""

from __future__ import annotations

from collections import deque
from random import Random

import pytest

from drivers.transports.faulty import Faulty, Rates
from tests.drivers.transports.scripted_port import ScriptedPort

SEED = 20261123


def faulty(rates: Rates, *pieces: bytes) -> tuple[Faulty, ScriptedPort]:
    port = ScriptedPort(deque(pieces))
    return Faulty(port, rates, Random(SEED), port.sleep), port


def test_a_good_line_changes_nothing() -> None:
    line, port = faulty(Rates(), b"abc", b"d")
    line.write(b"xyz", 200)
    assert [line.read_some(200), line.read_some(200), line.read_some(200)] == [b"abc", b"d", b""]
    assert port.sent == [b"xyz"]
    line.flush_input()
    assert line.set_baud(9600)
    assert line.pulse()
    port.is_there = False
    assert not line.pulse()
    line.close()
    assert (port.flushed, port.baud, port.closed, port.slept) == (1, 9600, 1, [])


def test_dropped_pieces_are_gone_in_both_directions() -> None:
    line, port = faulty(Rates(drop=1.0), b"abc", b"d")
    line.write(b"xyz", 200)
    assert port.sent == []
    assert line.read_some(200) == b""
    assert not port.pieces


def test_a_corrupt_byte_is_another_one() -> None:
    line, _ = faulty(Rates(corrupt=1.0), b"abcdef")
    spoiled = line.read_some(200)
    assert sum(a != b for a, b in zip(spoiled, b"abcdef", strict=True)) == 1


def test_noise_comes_before() -> None:
    line, _ = faulty(Rates(noise=1.0), b"abc")
    spoiled = line.read_some(200)
    assert spoiled.endswith(b"abc")
    assert 1 <= len(spoiled) - 3 <= 12


def test_split_pieces_are_whole_in_the_end() -> None:
    line, _ = faulty(Rates(split=1.0), b"abcdef", b"x")
    pieces = [line.read_some(200) for _ in range(7)]
    assert b"".join(pieces) == b"abcdefx"
    assert pieces.index(b"f") > 0


def test_what_was_split_off_is_flushed_too() -> None:
    line, _ = faulty(Rates(split=1.0), b"abcdef")
    line.read_some(200)
    line.flush_input()
    assert line.read_some(200) == b""


def test_delays_take_their_time() -> None:
    line, port = faulty(Rates(delay=1.0, delay_seconds=0.2), b"abc")
    line.read_some(200)
    assert len(port.slept) == 1
    assert 0 < port.slept[0] <= 0.2


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_a_rate_is_about_how_often(rate: float) -> None:
    line, _ = faulty(Rates(corrupt=rate), *[b"abc"] * 1000)
    spoiled = sum(line.read_some(200) != b"abc" for _ in range(1000))
    assert abs(spoiled - 1000 * rate) < 80
