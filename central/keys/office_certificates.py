"""The authority of the certificates by which offices' own systems come, and what it certifies.

An office makes its key itself and sends a request (PKCS #10, RFC 2986): the key never leaves it.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from central.keys.certificates import (
    authority_certificate,
    key_usage,
    open_key,
    public_key_of,
    read_certificate,
    to_pem,
)
from central.keys.service_keys import kept
from kiosk.atomic_file import lock_folder

if TYPE_CHECKING:
    from pathlib import Path

    from central.policy import CertificatePolicy

OFFICE_AUTHORITY_FILE, OFFICE_AUTHORITY_KEY = "office_authority.crt", "office_authority.key"
AUTHORITY_NAME = "Retirement kiosk authority of the offices' systems"
LEAST_RSA_BITS = 2048
_SLACK = timedelta(days=1)  # clocks of offices that run behind


@dataclass(frozen=True)
class OfficeAuthority:
    """The authority: `path` is its certificate, which the server of the offices' API trusts."""

    path: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)


def open_office_authority(
    folder: Path, policy: CertificatePolicy, now: datetime
) -> OfficeAuthority:
    """Return the authority in the service's data `folder`; make it first where there is none."""
    with lock_folder(folder):
        key = open_key(folder / OFFICE_AUTHORITY_KEY)
        path, lifetime = folder / OFFICE_AUTHORITY_FILE, timedelta(days=policy.authority_days)
        made = kept(path, lambda: to_pem(authority_certificate(AUTHORITY_NAME, key, now, lifetime)))
    return OfficeAuthority(path, read_certificate(made), key)


def read_request(pem: bytes) -> x509.CertificateSigningRequest | None:
    """Return a request that its own key signed, None for anything else.

    The key is of P-256, P-384, P-521 or Ed25519, or RSA with at least `LEAST_RSA_BITS`.
    """
    try:
        found = x509.load_pem_x509_csr(pem)
        key = found.public_key()
        strong = isinstance(key, ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey)
        strong |= isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS
        counts = strong and found.is_signature_valid
    except (ValueError, UnsupportedAlgorithm):
        return None
    return found if counts else None


def certify_office(
    authority: OfficeAuthority,
    request: x509.CertificateSigningRequest,
    client: str,
    office: str,
    now: datetime,
    lifetime: timedelta,
) -> x509.Certificate:
    """Return a certificate for the key of a `request`, by which a system may only come as a client.

    Only the key of the request counts: `client` and `office` are what the operator says. It counts
    from a day before `now`, for clocks that run behind, for `lifetime`.
    """
    names = [
        x509.NameAttribute(NameOID.COMMON_NAME, client),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, office),
    ]
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(
        public_key_of(authority.certificate)
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(names))
        .issuer_name(authority.certificate.subject)
        .public_key(request.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(signed_by, critical=False)
        .sign(authority.key, SHA256())
    )


def thumbprint_of(certificate: x509.Certificate) -> str:
    """Return the `x5t#S256` of a certificate (RFC 8705 §3.1): base64url of SHA-256 of its DER."""
    found = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()
