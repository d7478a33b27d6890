"""Nothing of a parcel is told to anybody but the pinned service."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central.keys.certificates import open_certificates
from central.policy import CertificatePolicy
from drivers.central.trust import AuthorityError, trusted
from kiosk.ports import CentralAnswer, Trouble
from tests.drivers.central.lines import PieceServer, listening
from tests.drivers.central.test_client import OK, client

POLICY = CertificatePolicy(authority_days=10, server_days=5, renew_days=1)
BODY = b"a sealed application"


def side(folder: Path, years: int = 0) -> ssl.SSLContext:
    folder.mkdir(exist_ok=True)
    made = datetime.now(UTC) - timedelta(days=365 * years)
    files = open_certificates(folder, (), POLICY, made)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    return context


def ours(folder: Path) -> ssl.SSLContext:
    return side(folder / "ours")


def another_authority(folder: Path) -> ssl.SSLContext:
    return side(folder / "theirs")


def older_protocol(folder: Path) -> ssl.SSLContext:
    context = ours(folder)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def put(
    folder: Path, make: Callable[[Path], ssl.SSLContext], host: str
) -> tuple[CentralAnswer, bytes]:
    ours(folder)
    line = PieceServer((OK + b"\r\n{}",), tls=make(folder))
    with listening(line):
        url = line.url.replace("localhost", host)
        trust = trusted(str(folder / "ours" / "authority.crt"))
        answer = client(url, tls=trust).call("PUT", "/v1/applications/1", BODY)
    return answer, b"".join(line.heard)


def test_the_pinned_service_is_told(tmp_path: Path) -> None:
    for host in ("localhost", "127.0.0.1"):
        answer, heard = put(tmp_path, ours, host)
        assert answer == CentralAnswer(200, body=b"{}")
        assert heard.endswith(BODY)


@pytest.mark.parametrize(
    ("make", "host"),
    [(another_authority, "localhost"), (ours, "127.1"), (older_protocol, "localhost")],
)
def test_anybody_else_hears_nothing(
    tmp_path: Path, make: Callable[[Path], ssl.SSLContext], host: str
) -> None:
    assert put(tmp_path, make, host) == (CentralAnswer(trouble=Trouble.TLS), b"")


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_ten_years_off_is_told_apart_and_nothing_is_said(
    tmp_path: Path, years: int
) -> None:
    line = PieceServer((OK + b"\r\n{}",), tls=side(tmp_path / "ours", years))
    with listening(line):
        trust = trusted(str(tmp_path / "ours" / "authority.crt"))
        answer = client(line.url, tls=trust).call("PUT", "/", BODY)
    heard = b"".join(line.heard)
    assert (answer, heard) == (CentralAnswer(trouble=Trouble.CERTIFICATE_TIME), b"")


def test_the_systems_authorities_do_not_know_it(tmp_path: Path) -> None:
    line = PieceServer((OK + b"\r\n{}",), tls=ours(tmp_path))
    with listening(line):
        answer = client(line.url, tls=trusted("")).call("PUT", "/", BODY)
    assert (answer, b"".join(line.heard)) == (CentralAnswer(trouble=Trouble.TLS), b"")


def test_an_authority_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("nothing of the kind")
    for name in ("text", "absent"):
        with pytest.raises(AuthorityError):
            trusted(str(tmp_path / name))
