"""What does the central service answer? One request, one deadline, and troubles as values."""

from __future__ import annotations

import re
import ssl
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpcore2
import httpx2

from drivers.central.deadline import NAME, DeadlineTransport
from kiosk.ports import Answer, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

LONGEST_BODY = 1024 * 1024
# The line broke while keys were exchanged: that says nothing about certificates.
_OUT_OF_TIME = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_BROKEN_LINE = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


class CentralClient:
    """The central service at one address. Safe for any thread; nothing is kept between calls."""

    def __init__(
        self,
        url: str,
        token: str,
        deadline_seconds: float,
        monotonic: Callable[[], float],
        now: Callable[[], datetime],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`tls` holds the trusted authorities (default: the system's); `now` is aware.

        ValueError: the token is not one line of visible ASCII, or nothing can be asked at `url`.
        """
        if not _can_be_asked(url):
            raise ValueError(f"not the address of a central service: {url!r}")
        if not re.fullmatch(r"[!-~]+", token):
            raise ValueError("the token is not one line of visible ASCII")
        self._seconds = deadline_seconds
        self._monotonic = monotonic
        self._now = now
        # Proxies, certificates and .netrc of the environment are not trusted; nothing is unpacked.
        self._http = httpx2.Client(
            base_url=url,
            headers={
                "Authorization": f"Bearer {token}",
                "Accept-Encoding": "identity",
                "User-Agent": "retirement-kiosk",
            },
            transport=DeadlineTransport(tls or ssl.create_default_context(), monotonic),
            trust_env=False,
            follow_redirects=False,
        )

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request; a body longer than 1 MiB comes back as b"". Raises no network error.

        Resolving the host's name is the one wait that the system, not the deadline, limits.
        """
        deadline = self._monotonic() + self._seconds
        request = self._http.build_request(
            method, path, content=body, headers=headers, extensions={NAME: deadline}
        )
        try:
            return self._exchange(request)
        except httpcore2.TimeoutException:
            return Answer(trouble=Trouble.TIMEOUT)
        except (httpcore2.NetworkError, httpcore2.RemoteProtocolError) as error:
            return Answer(trouble=_trouble(error))

    def close(self) -> None:
        self._http.close()

    def _exchange(self, request: httpx2.Request) -> Answer:
        response = self._http.send(request, stream=True)
        try:
            return Answer(
                status=response.status_code,
                media_type=response.headers.get("content-type", "").split(";")[0].strip().lower(),
                retry_after=_retry_after(response.headers.get("retry-after", ""), self._now),
                body=_bounded(response),
                date=_instant(response.headers.get("date", "")),
            )
        finally:
            response.close()


def _can_be_asked(url: str) -> bool:
    try:
        parts = httpx2.URL(url)
    except httpx2.InvalidURL:
        return False
    port_exists = parts.port is None or parts.port in range(1, 65536)
    return parts.scheme in {"http", "https"} and bool(parts.host) and port_exists


def _bounded(response: httpx2.Response) -> bytes:
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > LONGEST_BODY:
            return b""
    return body


def _retry_after(value: str, now: Callable[[], datetime]) -> float | None:
    """Return seconds (RFC 9110 §10.2.3: seconds or an HTTP date), None when it says neither."""
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    wanted = _instant(value)
    return None if wanted is None else max(0.0, (wanted - now()).total_seconds())


def _instant(value: str) -> datetime | None:
    """Return the aware time that an HTTP date says, None when it is none."""
    try:
        said = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return None if said.tzinfo is None else said


def _trouble(error: Exception) -> Trouble:
    cause = error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code in _OUT_OF_TIME:
        return Trouble.CERTIFICATE_TIME
    secure = isinstance(cause, ssl.SSLError) and not isinstance(cause, _BROKEN_LINE)
    return Trouble.TLS if secure else Trouble.UNREACHABLE
