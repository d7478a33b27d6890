"""A store of sealed pages in a bucket of an S3-compatible service."""

from __future__ import annotations

import hashlib
import http.client
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from central.blob_store.ports import BlobStoreAway
from central.blob_store.signing import S3Credentials, S3Request, encoded_path, signed_headers

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from datetime import datetime
    from urllib.parse import SplitResult

TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True)
class S3Store:
    """Pages as objects `PREFIX/NAME` of one bucket, whose address is `url` (path style).

    now: in UTC. longest: bytes of a page; no longer answer is read. Each call is a connection of
    its own: proxies of the environment are not used, and no redirect is followed.
    """

    url: str
    credentials: S3Credentials
    tls: ssl.SSLContext
    now: Callable[[], datetime]
    longest: int

    def put(self, name: str, content: bytes) -> None:
        """Keep `content` as the page `name`; durable when this returns. Raises BlobStoreAway."""
        status, _ = self._ask("PUT", name, content)
        if status != HTTPStatus.OK:
            raise BlobStoreAway(f"it answered {status} to a PUT")

    def get(self, name: str) -> bytes | None:
        """Return the page `name`, None where there is no such. Raises BlobStoreAway."""
        status, content = self._ask("GET", name, b"")
        if status == HTTPStatus.NOT_FOUND:
            return None
        if status != HTTPStatus.OK:
            raise BlobStoreAway(f"it answered {status} to a GET")
        return content

    def _ask(self, method: str, name: str, body: bytes) -> tuple[int, bytes]:
        said = urlsplit(self.url)
        path = f"{said.path}/{name}"
        content = hashlib.sha256(body).hexdigest()
        request = S3Request(method, path, {"host": said.netloc}, content)
        headers = signed_headers(request, self.credentials, self.now())
        line = self._line(said)
        try:
            line.request(method, encoded_path(path), body, dict(headers))
            answer = line.getresponse()
            whole = answer.read(self.longest + 1)
        except (OSError, http.client.HTTPException) as error:
            raise BlobStoreAway(type(error).__name__) from None
        finally:
            line.close()
        if len(whole) > self.longest:
            raise BlobStoreAway("its answer is too long")
        return answer.status, whole

    def _line(self, said: SplitResult) -> http.client.HTTPConnection:
        host, port = said.hostname or "", said.port
        if said.scheme == "https":
            return http.client.HTTPSConnection(
                host, port, timeout=TIMEOUT_SECONDS, context=self.tls
            )
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
