"""The private certificate authority and the TLS certificate of the central server.

Terminals pin the authority's certificate, so the server's own can be renewed without them.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from central.keys.service_keys import AUTHORITY_FILE, kept, write_for_owner
from kiosk.atomic_file import lock_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from central.policy import CertificatePolicy

LOCAL = ("localhost", "127.0.0.1")
AUTHORITY_NAME = "Retirement kiosk central authority"
_SLACK = timedelta(days=1)  # clocks of terminals that run behind


@dataclass(frozen=True)
class Certificates:
    """Paths of the authority's certificate, which terminals pin, and of the server's, with key."""

    authority: Path
    certificate: Path
    key: Path


def open_certificates(
    folder: Path, names: Iterable[str], policy: CertificatePolicy, now: datetime
) -> Certificates:
    """Return the server's certificate files in `folder`; make those that are missing.

    A server certificate is renewed when it does not cover `names`, does not fit key or authority,
    or expires within `policy.renew_days`.
    """
    with lock_folder(folder):
        return _open_files(folder, tuple(dict.fromkeys((*LOCAL, *names))), policy, now)


def _open_files(
    folder: Path, wanted: tuple[str, ...], policy: CertificatePolicy, now: datetime
) -> Certificates:
    files = Certificates(folder / AUTHORITY_FILE, folder / "server.crt", folder / "server.key")
    issuer_key = open_key(folder / "authority.key")
    lifetime = timedelta(days=policy.authority_days)
    issuer = read_certificate(
        kept(
            files.authority,
            lambda: to_pem(authority_certificate(AUTHORITY_NAME, issuer_key, now, lifetime)),
        )
    )
    key = open_key(files.key)
    known = read_certificate(files.certificate.read_bytes()) if files.certificate.exists() else None
    good_until = now + timedelta(days=policy.renew_days)
    if known is None or not _does(known, issuer, key, wanted, good_until):
        lifetime = timedelta(days=policy.server_days)
        write_for_owner(
            files.certificate, to_pem(_server(key, issuer, issuer_key, wanted, now, lifetime))
        )
    return files


def server_context(files: Certificates) -> ssl.SSLContext:
    """Return the server's TLS context; it speaks TLS 1.3 only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0  # a terminal keeps its connection, and none begins with an older one
    context.load_cert_chain(files.certificate, files.key)
    return context


def _does(
    known: x509.Certificate,
    issuer: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    names: tuple[str, ...],
    good_until: datetime,
) -> bool:
    found = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    same = found == _alternative(names) and known.public_key() == key.public_key()
    signed = known.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    ours = signed == x509.AuthorityKeyIdentifier.from_issuer_public_key(public_key_of(issuer))
    return same and ours and known.not_valid_after_utc > good_until


def authority_certificate(
    name: str, key: ec.EllipticCurvePrivateKey, now: datetime, lifetime: timedelta
) -> x509.Certificate:
    """Return a self-signed certificate that may only sign certificates; `name` is its common name.

    It counts from a day before `now`, for clocks that run behind, for `lifetime`.
    """
    subject = common_name(name)
    return (
        certificate_builder(subject, subject, key, now, lifetime)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def _server(
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate,
    issuer_key: ec.EllipticCurvePrivateKey,
    names: tuple[str, ...],
    now: datetime,
    lifetime: timedelta,
) -> x509.Certificate:
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(public_key_of(issuer))
    return (
        certificate_builder(common_name(names[-1]), issuer.subject, key, now, lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_alternative(names), critical=False)
        .add_extension(signed_by, critical=False)
        .sign(issuer_key, SHA256())
    )


def certificate_builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    """Return a certificate of `key` with a random serial number, still without extensions.

    `subject` is whose it is, `issuer` whose key will sign it; it counts for `lifetime` from `now`.
    """
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - _SLACK)
        .not_valid_after(now.astimezone(UTC) + lifetime)
    )


def key_usage(*, signs_certificates: bool, commits: bool = False) -> x509.KeyUsage:
    """Return the key usage (RFC 5280 §4.2.1.3) of an authority or of another key.

    `commits`: signatures of the key commit whoever owns it (contentCommitment).
    """
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=commits,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(names: tuple[str, ...]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_general(name) for name in names])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def common_name(text: str) -> x509.Name:
    """Return a distinguished name of a common name alone."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def open_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Return the P-256 key in the file `path`; make it first where there is none."""
    key = load_pem_private_key(kept(path, _new_key), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _new_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_key_of(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """Return the public key of a certificate of this service."""
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def read_certificate(pem: bytes) -> x509.Certificate:
    """Return a certificate from its PEM bytes."""
    return x509.load_pem_x509_certificate(pem)


def to_pem(certificate: x509.Certificate) -> bytes:
    """Return a certificate as PEM bytes."""
    return certificate.public_bytes(Encoding.PEM)
