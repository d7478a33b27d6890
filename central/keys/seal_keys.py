"""The key of the e-seal, and the certificate authority of this service's own that vouches for it.

Both are for demo, tests and training: nobody outside trusts an authority that was made here. They
lie in a folder of their own, so that the pages can be given the authority's certificate alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from central.keys.certificates import (
    authority_certificate,
    certificate_builder,
    common_name,
    key_usage,
    open_key,
    public_key_of,
    read_certificate,
    to_pem,
)
from central.keys.service_keys import write_for_owner
from kiosk.atomic_file import lock_folder, make_folder

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric import ec

    from central.policy import SealPolicy

FOLDER = "seal"
AUTHORITY_CERTIFICATE, CERTIFICATE = "authority.crt", "seal.crt"
AUTHORITY_NAME = "Retirement kiosk seal authority (test)"
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336


@dataclass(frozen=True)
class SealKeys:
    """The key of the e-seal with its certificate, and the authority that issued it."""

    authority: x509.Certificate
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)


def make_seal(data: Path, name: str, policy: SealPolicy, now: datetime) -> SealKeys | None:
    """Make key, certificate and authority of the e-seal in the data folder; None if it has one.

    `name` is the common name in the certificate: whose seal it is.
    """
    folder = data / FOLDER
    make_folder(folder)
    with lock_folder(folder):
        if (folder / CERTIFICATE).exists():
            return None
        issuer_key, key = open_key(folder / "authority.key"), open_key(folder / "seal.key")
        lifetime = timedelta(days=policy.authority_days)
        authority = authority_certificate(AUTHORITY_NAME, issuer_key, now, lifetime)
        certificate = _issue(name, key, authority, issuer_key, now, policy)
        write_for_owner(folder / AUTHORITY_CERTIFICATE, to_pem(authority))
        write_for_owner(folder / CERTIFICATE, to_pem(certificate))  # last: the rest is there then
        return SealKeys(authority, certificate, key)


def open_seal(data: Path) -> SealKeys | None:
    """Return the e-seal of the data folder, None where none was made."""
    folder = data / FOLDER
    if not (folder / CERTIFICATE).exists():
        return None
    return SealKeys(
        read_certificate((folder / AUTHORITY_CERTIFICATE).read_bytes()),
        read_certificate((folder / CERTIFICATE).read_bytes()),
        open_key(folder / "seal.key"),
    )


def _issue(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    policy: SealPolicy,
) -> x509.Certificate:
    """Return the seal's certificate; PAdES wants contentCommitment (ETSI EN 319 412-2 §4.3.2)."""
    lifetime = timedelta(days=policy.certificate_days)
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(public_key_of(authority))
    return (
        certificate_builder(common_name(name), authority.subject, key, now, lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(signs_certificates=False, commits=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(signed_by, critical=False)
        .sign(issuer_key, SHA256())
    )
