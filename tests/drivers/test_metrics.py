"""Scraped as Prometheus does: what the heartbeat says, on this machine's own address only."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from drivers.metrics import serve_metrics
from kiosk.failures import Failure
from kiosk.storage.database import StoreError

SAID = {
    "version": 1,
    "at": "2026-11-26T21:00:00+08:00",
    "states": {"idcard": "ready", "printer": "fault"},
    "waiting": 3,
    "quarantined": 1,
    "oldest_seconds": 60,
    "versions": {"app": "0.1.0"},
    "audit": "7:" + "a" * 64,
    "config": "abcdefghijkm",
    "disk_free_mib": 900,
    "disk_free_percent": 42,
    "clock_ahead_seconds": -3,
    "temperature_c": 51,
    "paper": "out",
    "ratings_lost": 2,
}
Sample = tuple[str, tuple[tuple[str, str], ...], float]


@pytest.fixture
def said() -> dict[str, object]:
    return dict(SAID)


@pytest.fixture
def port(said) -> Iterator[int]:
    server, thread = serve_metrics(0, lambda: said)
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def scrape(port: int) -> set[Sample]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    return {
        (one.name, tuple(sorted(one.labels.items())), one.value)
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_what_is_scraped(port, said):
    assert scrape(port) == {
        ("kiosk_store_readable", (), 1.0),
        ("kiosk_waiting", (), 3.0),
        ("kiosk_quarantined", (), 1.0),
        ("kiosk_oldest_seconds", (), 60.0),
        ("kiosk_disk_free_mib", (), 900.0),
        ("kiosk_disk_free_percent", (), 42.0),
        ("kiosk_clock_ahead_seconds", (), -3.0),
        ("kiosk_temperature_c", (), 51.0),
        ("kiosk_ratings_lost", (), 2.0),
        ("kiosk_audit_sequence", (), 7.0),
        ("kiosk_device", (("device", "idcard"), ("state", "ready")), 1.0),
        ("kiosk_device", (("device", "printer"), ("state", "fault")), 1.0),
        ("kiosk_info", (("version", "0.1.0"), ("what", "app")), 1.0),
        ("kiosk_info", (("version", "abcdefghijkm"), ("what", "config")), 1.0),
        ("kiosk_info", (("version", "out"), ("what", "paper")), 1.0),
    }
    said["waiting"] = 0
    assert ("kiosk_waiting", (), 0.0) in scrape(port)


def test_what_is_not_known_is_not_said(port, said):
    del said["temperature_c"], said["config"]
    found = {name for name, _, _ in scrape(port)}
    assert "kiosk_temperature_c" not in found
    assert "kiosk_waiting" in found


def test_a_store_that_cannot_be_read_is_said_to_be(said):
    def unwell() -> dict[str, object]:
        raise StoreError(Failure.STORE_UNREADABLE)

    server, thread = serve_metrics(0, unwell)
    try:
        assert scrape(server.server_port) == {("kiosk_store_readable", (), 0.0)}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_nobody_else_on_the_network_is_answered(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.connect(("192.0.2.1", 9))  # nothing is sent: it only chooses an address of ours
        own = line.getsockname()[0]
    if own.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(ConnectionRefusedError), socket.create_connection((own, port), 5):
        pass


def test_a_port_that_is_taken(port):
    with pytest.raises(OSError, match="in use"):
        serve_metrics(port, lambda: SAID)
