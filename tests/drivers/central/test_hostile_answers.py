"""Hostile answers: whatever comes in the central service's place, every reader ends with a value."""

from __future__ import annotations

import copy
import itertools
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.central.bundle import BundleSource, NetworkFetcher
from drivers.central.client import CentralClient
from kiosk import json_decoder
from kiosk.crypto.envelope import canonical
from kiosk.crypto.receipt import sign_document
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.ports import CentralAnswer
from script.benches.central.hostile_answers import (
    JSON,
    KEY,
    NOW,
    TEXTS,
    FixedAnswer,
    TerminalReaders,
    collect_places,
    count_exceptions,
)
from tests.drivers.central.lines import PieceServer, listening

QUICK, LONG = 3_000, 32_000


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[TerminalReaders]:
    built = TerminalReaders(tmp_path)
    yield built
    built.store.close()


def test_good_answers_are_taken(terminal: TerminalReaders) -> None:
    """Otherwise the readers would be left at the door."""
    for name, target in terminal.targets.items():
        body = sign_document(target.good, KEY) if target.signed else canonical(target.good)
        status = 201 if name == "enrolment" else 200
        media = "image/jpeg" if name == "portrait" else JSON
        terminal.central.answer = CentralAnswer(status, media, None, body)
        found = target.read()
        assert not str(found).startswith(("central_", "Refused")), name


EXTREMES = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "0001-01-01", "9999-12-31")


def test_extreme_times_end_nothing(terminal: TerminalReaders) -> None:
    """Each member of each answer in turn is a time with which nobody can reckon."""
    tried, raised = 0, []
    for reader, target in terminal.targets.items():
        places: list[tuple[Any, Any]] = []
        document = copy.deepcopy(target.good)
        collect_places(document, places)
        for (inside, name), moment in itertools.product(places, EXTREMES):
            before, inside[name] = inside[name], moment
            body = sign_document(document, KEY) if target.signed else canonical(document)
            inside[name] = before
            terminal.central.answer = CentralAnswer(200, JSON, None, body)
            tried += 1
            try:
                target.read()
            except Exception as error:  # noqa: BLE001 - it would end the program
                raised.append((reader, name, moment, repr(error)))
    assert raised == []
    assert tried > 500


def test_hostile_answers_end_nothing(terminal: TerminalReaders) -> None:
    assert count_exceptions(terminal, QUICK) == {}


@pytest.mark.slow
def test_many_hostile_answers_end_nothing(terminal: TerminalReaders) -> None:
    assert count_exceptions(terminal, LONG) == {}


def test_a_decoder_without_limits_is_found_out(
    terminal: TerminalReaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_decoder, "decode", lambda body, _limits: json.loads(body))
    raised = count_exceptions(terminal, QUICK)
    assert sum(raised.values()) > 0
    assert any("RecursionError" in one for one in raised)


DATES = (
    b"Mon, 01 Jan 0001 00:00:00 GMT",
    b"Fri, 31 Dec 9999 23:59:59 GMT",
    b"Fri, 31 Dec 9999 23:59:59 -2359",
    b"Fri, 31 Dec 99999999999999999999 23:59:59 GMT",
    b"Mon, 01 Jan 2026 00:00:00 +9999999999",
    b"1 2 3 4 5 6 7 8 9",
    b"",
    b"\xff\xfe",
)


@pytest.mark.parametrize("said", DATES)
@pytest.mark.parametrize("name", [b"Date", b"Retry-After"])
def test_hostile_dates_end_nothing(said: bytes, name: bytes) -> None:
    body = b'{"type":"clock-wrong"}'
    head = b"HTTP/1.1 401 x\r\nContent-Type: application/problem+json\r\n" + name + b": " + said
    line = PieceServer((head + b"\r\nContent-Length: 22\r\n\r\n" + body,))
    clock = iter([NOW + timedelta(days=day) for day in range(40)])
    with listening(line):
        key = TerminalKey(b"t" * 32)
        client = CentralClient(line.url, lambda: key, 30.0, time.monotonic, lambda: next(clock))
        for _ in range(3):
            assert client.call("GET", "/healthz").status in (0, 401)


def test_hostile_metadata_are_damaged_settings(tmp_path: Path) -> None:
    root = tmp_path / "root.json"
    for text in TEXTS:
        root.write_bytes(b"{}")
        source = BundleSource(tmp_path / "kept", root, ())
        found = source.fetch(
            NetworkFetcher(FixedAnswer(CentralAnswer(200, JSON, None, text.encode())))
        )
        assert str(found).startswith("settings_")
