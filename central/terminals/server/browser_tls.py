"""TLS of the servers whose certificate is the city's: pages for browsers, the API for offices."""

from __future__ import annotations

import os
import pwd
import ssl
from typing import TYPE_CHECKING

from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from pathlib import Path


class CertificateError(Exception):
    """A certificate or its key can't be used; the text says which file, why, and the cure."""


def browser_tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return TLS of a server.

    `certificate` is its chain, `key` its private key, both PEM. Raises CertificateError.
    """
    for file in (certificate, key):
        read_own(file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # Browsers and systems of offices are older than terminals.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except ssl.SSLError:
        words = text_of("central.certificate_no_pair", certificate=certificate, key=key)
        raise CertificateError(words) from None
    return context


def read_own(file: Path) -> bytes:
    """Return the content of a file that this process is given; raises CertificateError.

    Certificates are read by it first, since OpenSSL does not say which file it was.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        why, account = error.strerror, _own_account()
        words = text_of("central.certificate_unreadable", file=file, why=why, account=account)
        raise CertificateError(words) from None


def _own_account() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
