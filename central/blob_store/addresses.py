"""The store of sealed pages that the environment names, for every process that reads or moves them.

`KIOSK_CENTRAL_BLOBS` is `file:///FOLDER` or `https://HOST/BUCKET/PREFIX?region=REGION`; for the
latter `KIOSK_CENTRAL_BLOBS_SECRET` names a file with the access key and its secret, a line each.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from central.blob_store.folder import FolderStore
from central.blob_store.s3 import S3Store
from central.blob_store.signing import S3Credentials
from kiosk.config.schema import ConfigError, Problem
from kiosk.units import MIB

if TYPE_CHECKING:
    from collections.abc import Mapping

    from central.blob_store.ports import BlobStore

BLOBS_VARIABLE, SECRET_VARIABLE = "KIOSK_CENTRAL_BLOBS", "KIOSK_CENTRAL_BLOBS_SECRET"
ADDRESS_WORDS = (
    "is no address for pages: file:///FOLDER, or https://HOST/BUCKET/PREFIX?region=REGION "
    "(http only on this machine)"
)
SECRET_WORDS = "names no file with two lines: the access key, and its secret"  # noqa: S105
DEFAULT_REGION = "us-east-1"
LONGEST_BYTES = 32 * MIB
_HERE = ("localhost", "127.0.0.1", "::1")
_LINES = 2


def blob_store_of(environment: Mapping[str, str]) -> BlobStore | None:
    """Return the store that the environment names, None for none; raises ConfigError."""
    named = environment.get(BLOBS_VARIABLE, "")
    if not named:
        return None
    said = urlsplit(named)
    if said.scheme == "file" and not said.netloc and said.path.startswith("/"):
        return FolderStore(Path(unquote(said.path)))
    is_safe = said.scheme == "https" or (said.scheme == "http" and said.hostname in _HERE)
    if not is_safe or not said.hostname or said.username or len(said.path.strip("/")) == 0:
        raise ConfigError((Problem(BLOBS_VARIABLE, 0, said.scheme, ADDRESS_WORDS),))
    region = parse_qs(said.query).get("region", [DEFAULT_REGION])[0]
    key, secret = _secret_of(environment.get(SECRET_VARIABLE, ""))
    url = f"{said.scheme}://{said.netloc}{unquote(said.path).rstrip('/')}"
    return open_bucket(url, S3Credentials(key, secret, region))


def open_bucket(url: str, credentials: S3Credentials) -> S3Store:
    """Return the store of a bucket, whose certificate is verified as the machine's settings say."""
    tls = ssl.create_default_context()
    return S3Store(url, credentials, tls, lambda: datetime.now(UTC), LONGEST_BYTES)


def _secret_of(named: str) -> tuple[str, str]:
    try:
        lines = Path(named).read_text("ascii").split()
    except (OSError, UnicodeDecodeError):
        lines = []
    if len(lines) != _LINES:
        raise ConfigError((Problem(SECRET_VARIABLE, 0, "", SECRET_WORDS),))
    return lines[0], lines[1]
