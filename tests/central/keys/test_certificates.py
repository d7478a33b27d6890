"""One authority for years, and a server certificate that is replaced when it must be."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from central.keys.certificates import Certificates, open_certificates
from central.policy import CertificatePolicy
from tests.central.standing import NOON

POLICY = CertificatePolicy(authority_days=7300, server_days=397, renew_days=60)


def opened(folder: Path, *names: str, days: int = 0) -> Certificates:
    return open_certificates(folder, names, POLICY, NOON + timedelta(days=days))


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_what_is_made(tmp_path: Path) -> None:
    files = opened(tmp_path, "central.example.invalid", "127.0.0.1", "192.0.2.7")
    authority, server = read(files.authority), read(files.certificate)
    server.verify_directly_issued_by(authority)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "central.example.invalid"]
    addresses = [ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("192.0.2.7")]
    assert names.get_values_for_type(x509.IPAddress) == addresses
    assert authority.not_valid_after_utc - server.not_valid_after_utc == timedelta(days=6903)
    for key in (files.key, tmp_path / "authority.key"):
        assert key.stat().st_mode & 0o777 == 0o600


def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in vars(opened(tmp_path, "a.invalid")).values()}
    after = opened(tmp_path, "a.invalid", days=336)
    assert {path: path.read_bytes() for path in vars(after).values()} == before


@pytest.mark.parametrize(("names", "days"), [(("a.invalid",), 337), (("b.invalid",), 0)])
def test_a_renewed_certificate_is_of_the_same_authority(
    tmp_path: Path, names: tuple[str, ...], days: int
) -> None:
    files = opened(tmp_path, "a.invalid")
    authority, first = files.authority.read_bytes(), read(files.certificate)
    second = read(opened(tmp_path, *names, days=days).certificate)
    assert second.serial_number != first.serial_number
    assert files.authority.read_bytes() == authority
    second.verify_directly_issued_by(read(files.authority))


@pytest.mark.parametrize("lost", ["server.key", "authority.key"])
def test_a_certificate_for_a_lost_key_is_replaced(tmp_path: Path, lost: str) -> None:
    files = opened(tmp_path)
    first = files.certificate.read_bytes()
    (tmp_path / lost).unlink()
    if lost == "authority.key":
        files.authority.unlink()
    assert opened(tmp_path).certificate.read_bytes() != first
    read(files.certificate).verify_directly_issued_by(read(files.authority))
