"""A service that runs for longer than its certificate: renewed under way, and said in its log."""

from __future__ import annotations

import logging
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central.keys import certificate_watch
from central.keys.certificate_watch import CertificateWatch
from central.policy import CertificatePolicy
from central.terminals.server.http_server import GuardedConfig
from drivers.central.client import CentralClient
from drivers.central.trust import trusted
from kiosk.ports import CentralAnswer, Trouble
from tests.central.listening import listening
from tests.central.standing import Standing, policy_of_config

POLICY = CertificatePolicy(authority_days=7300, server_days=397, renew_days=60)
GUARD = 60.0


@dataclass
class WatchedService:
    """A watch over a clock of its own, with the contexts that it told to use."""

    folder: Path
    policy: CertificatePolicy = POLICY
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    used: list[ssl.SSLContext] = field(default_factory=list)
    watch: CertificateWatch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = CertificateWatch(
            self.folder, (), self.policy, lambda: self.now, self.used.append
        )


def ask(url: str, authority: Path) -> CentralAnswer:
    """Ask as a terminal does, which pins the authority."""
    client = CentralClient(
        url,
        lambda: None,
        GUARD,
        time.monotonic,
        lambda: datetime.now(UTC),
        trusted(str(authority)),
    )
    try:
        return client.call("GET", "/v1/keys")
    finally:
        client.close()


def test_an_expired_certificate_is_told_apart_and_replaced_under_way(
    central: Standing, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The certificate was made 400 days ago and really is over; the service is not restarted."""
    today = datetime.now(UTC)
    service = WatchedService(tmp_path / "tls", now=today - timedelta(days=400))
    service.folder.mkdir()
    service.watch.look()
    config = GuardedConfig(
        central.app, policy_of_config().connections, service.used[-1], log_level="warning"
    )
    authority = service.folder / "authority.crt"
    with listening(config) as (port, _server):
        url = f"https://127.0.0.1:{port}"
        assert ask(url, authority).trouble is Trouble.CERTIFICATE_TIME
        service.now = today
        with caplog.at_level(logging.WARNING):
            service.watch.look()
        config.use_tls(service.used[-1])
        assert ask(url, authority).status == 200
    (record,) = caplog.records
    end = f"{today + timedelta(days=397):%Y-%m-%d}"
    assert record.getMessage() == certificate_watch.RENEWED % end


def test_what_is_good_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    service = WatchedService(tmp_path)
    for days in (0, 100, 200):
        service.now += timedelta(days=days)
        service.watch.look()
    assert len(service.used) == 1
    assert caplog.records == []


def test_an_authority_that_ends_soon_is_said_each_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = WatchedService(tmp_path)
    service.watch.look()
    service.now += timedelta(days=7300 - 30)
    for _ in range(2):
        service.watch.look()
    said = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert len(said) == 2
    assert "authority.crt" in said[0]
    assert "terminal" in said[0]


def test_a_certificate_that_cannot_be_renewed_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = WatchedService(tmp_path)
    service.watch.look()

    def fails(*_said: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(certificate_watch, "open_certificates", fails)
    with pytest.raises(OSError, match="Read-only"):  # never without TLS
        WatchedService(tmp_path).watch.look()
    service.now += timedelta(days=390)
    service.watch.look()
    (record,) = caplog.records
    assert "Read-only file system" in record.getMessage()
    assert len(service.used) == 1
