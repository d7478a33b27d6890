"""Signatures of requests to an S3-compatible store: AWS Signature Version 4, in one header.

Written here because it is one page of hashes: the libraries for it bring ten to forty times the
code of this whole room. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
has the examples that the tests repeat.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

ALGORITHM, SERVICE, END = "AWS4-HMAC-SHA256", "s3", "aws4_request"
CONTENT_HASH, DATE = "x-amz-content-sha256", "x-amz-date"


@dataclass(frozen=True)
class S3Credentials:
    """An access key with its secret, and the region that the store says it is."""

    key: str
    secret: str = field(repr=False)
    region: str


@dataclass(frozen=True)
class S3Request:
    """What is signed: path and query as they are before any encoding, headers in lower case.

    content_hash: SHA-256 of the body in hex.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    content_hash: str
    query: Mapping[str, str] = field(default_factory=dict)


def signed_headers(
    request: S3Request, credentials: S3Credentials, at: datetime
) -> Mapping[str, str]:
    """Return the headers of the request with its signature. `at`: now, in UTC."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    headers = {**request.headers, CONTENT_HASH: request.content_hash, DATE: stamp}
    names, query = sorted(headers), sorted(request.query.items())
    canonical = "\n".join(
        (
            request.method,
            encoded_path(request.path),
            "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in query),
            *(f"{name}:{' '.join(headers[name].split())}" for name in names),
            "",
            ";".join(names),
            request.content_hash,
        )
    )
    day = stamp[:8]
    scope = f"{day}/{credentials.region}/{SERVICE}/{END}"
    said = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret}".encode()
    for part in (day, credentials.region, SERVICE, END):
        key = _mac(key, part)
    signature = _mac(key, said).hex()
    who = f"Credential={credentials.key}/{scope},SignedHeaders={';'.join(names)}"
    return {**headers, "authorization": f"{ALGORITHM} {who},Signature={signature}"}


def encoded_path(path: str) -> str:
    """Return a path as it stands in the request line and is signed."""
    return quote(path, safe="/-_.~")


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
