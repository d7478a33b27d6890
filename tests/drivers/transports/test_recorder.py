"""What went over the wire is recorded whole, redacted as a whole, and played back."""

from __future__ import annotations

import json
from collections import deque

import pytest

from drivers.transports.recorder import Recorder
from drivers.transports.replay import Exchange, Replay, read_recording
from drivers.transports.transport import DeviceLostError
from tests.drivers.transports.scripted_port import ScriptedPort


def upper(sent: bytes, heard: bytes) -> tuple[bytes, bytes]:
    return sent, heard.upper()


def recorded(port: ScriptedPort) -> tuple[Recorder, list[str]]:
    lines: list[str] = []
    return Recorder(port, lines.append, upper, port.monotonic), lines


def test_exchanges_become_lines() -> None:
    port = ScriptedPort(deque([b"ab", b"c", None, b"z"]))
    recorder, lines = recorded(port)
    recorder.flush_input()
    recorder.write(b"one", 200)
    port.now += 0.012
    assert recorder.read_some(200) == b"ab"
    port.now += 0.25
    assert recorder.read_some(200) == b"c"
    assert recorder.read_some(101) == b""
    assert recorder.set_baud(9600)
    assert recorder.pulse()
    recorder.write(b"two", 200)
    recorder.read_some(200)
    recorder.close()
    recorder.close()
    assert [json.loads(line) for line in lines] == [
        {"ms": 0, "direction": "out", "hex": b"one".hex().upper()},
        {"ms": 262, "direction": "in", "hex": b"ABC".hex().upper()},
        {"ms": 1000, "direction": "out", "hex": b"two".hex().upper()},
        {"ms": 1000, "direction": "in", "hex": b"Z".hex().upper()},
    ]
    assert (port.flushed, port.baud, port.closed) == (1, 9600, 2)


def test_nothing_is_written_before_the_exchange_is_over() -> None:
    recorder, lines = recorded(ScriptedPort(deque([b"half of a name"])))
    recorder.write(b"read", 200)
    recorder.read_some(200)
    assert lines == []


def test_a_loss_is_recorded_and_told() -> None:
    recorder, lines = recorded(ScriptedPort(deque([b"ab", DeviceLostError("pulled")])))
    recorder.write(b"one", 200)
    recorder.read_some(200)
    with pytest.raises(DeviceLostError, match="pulled"):
        recorder.read_some(200)
    recorder.close()
    exchanges = read_recording(lines)
    assert exchanges == [Exchange(b"one", b"AB", lost=True)]


def test_other_lines_are_no_recording() -> None:
    with pytest.raises(ValueError, match="not a direction"):
        read_recording(['{"ms": 1, "direction": "up", "hex": ""}'])


def replay(*exchanges: Exchange) -> tuple[Replay, ScriptedPort]:
    clock = ScriptedPort()
    return Replay(list(exchanges), clock.monotonic, clock.sleep), clock


def test_requests_are_answered_as_recorded() -> None:
    port, clock = replay(Exchange(b"a", b"1"), Exchange(b"a", b"2"), Exchange(b"b", b"3"))
    heard = []
    for request in (b"a", b"a", b"b"):
        port.flush_input()
        port.write(request, 200)
        heard.append(port.read_some(200))
    assert heard == [b"1", b"2", b"3"]
    assert clock.slept == []
    assert not port.set_baud(9600)


def test_a_driver_that_polls_less_skips_ahead_and_one_that_asks_more_hears_nothing() -> None:
    port, clock = replay(Exchange(b"a", b"1"), Exchange(b"a", b"2"), Exchange(b"b", b"3"))
    port.write(b"b", 200)
    assert port.read_some(200) == b"3"
    port.write(b"a", 200)
    assert port.read_some(101.5) == b""
    assert clock.slept == [1.5]


def test_a_recorded_loss_is_a_loss_until_the_port_is_opened_again() -> None:
    port, _ = replay(Exchange(b"a", b"1", lost=True), Exchange(b"a", b"2"))
    port.write(b"a", 200)
    assert port.read_some(200) == b"1"
    for call in (lambda: port.read_some(200), lambda: port.write(b"a", 200), port.flush_input):
        with pytest.raises(DeviceLostError):
            call()
    assert not port.pulse()
    port.close()
    assert port.pulse()
    port.write(b"a", 200)
    assert port.read_some(200) == b"2"
