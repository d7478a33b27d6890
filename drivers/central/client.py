"""The HTTP client of the central service: one request, one deadline, and troubles as values."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpcore2
import httpx2

from drivers.central.deadline import NAME, NEW_LINE, DeadlineTransport, KeptConnectionLost
from drivers.central.signing import sign
from kiosk.crypto.envelope import object_of
from kiosk.crypto.terminal_key import CLOCK_WRONG
from kiosk.ports import PROBLEM, CentralAnswer, Trouble
from kiosk.units import MIB

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kiosk.crypto.terminal_key import TerminalKey

LONGEST_BODY = MIB
LONGEST_FILES: Mapping[str, int] = {"application/pdf": 5 * MIB}
"""Bytes by media type: a certificate may be as long as config/results.toml lets offices send."""
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})  # RFC 9110 §9.2.2
_YEARS = range(1970, 2970)
# The line broke while keys were exchanged: that says nothing about certificates.
_OUT_OF_TIME = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_BROKEN_LINE = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


class CentralClient:
    """The central service at one address. Safe for any thread; one connection is kept.

    `key` returns the key that signs each request, None to sign nothing. `deadline_seconds` limits a
    whole call, with its second try. `now` is aware. `tls` holds the trusted authorities (default:
    the system's). Raises ValueError when nothing can be asked at `url`.
    """

    def __init__(
        self,
        url: str,
        key: Callable[[], TerminalKey | None],
        deadline_seconds: float,
        monotonic: Callable[[], float],
        now: Callable[[], datetime],
        tls: ssl.SSLContext | None = None,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Prepare the client; nothing is sent yet. `random` makes the nonces of signatures."""
        if not _can_be_asked(url):
            raise ValueError(f"not the address of a central service: {url!r}")
        self._seconds = deadline_seconds
        self._monotonic = monotonic
        self._now = now
        self._key, self._random = key, random
        self._behind = timedelta()  # this clock, behind the central service's
        # Proxies, certificates and .netrc of the environment are not trusted; nothing is unpacked.
        self._http = httpx2.Client(
            base_url=url,
            headers={"Accept-Encoding": "identity", "User-Agent": "retirement-kiosk"},
            transport=DeadlineTransport(tls or ssl.create_default_context(), monotonic, random),
            trust_env=False,
            follow_redirects=False,
        )

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        """Send one request and return its answer, or the trouble as a value.

        Raises no network error. A body longer than 1 MiB, a PDF longer than 5 MiB, comes back as
        b"". A signature that the
        service finds out of its time is made anew, once, by its clock. Resolving the host's name is
        the one wait that the system, not the deadline, limits.

        `method`, `path`, `body` and `headers` as in `kiosk.ports.Central`.
        """
        deadline = self._monotonic() + self._seconds
        answer = self._send(method, path, body, headers, deadline)
        if answer.date is None or not _wants_other_time(answer):
            return answer
        self._behind = answer.date - self._now()
        return self._send(method, path, body, headers, deadline)

    def close(self) -> None:
        """Close the client; it can't be used again."""
        self._http.close()

    def _send(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str] | None,
        deadline: float,
    ) -> CentralAnswer:
        def attempt(*, new_line: bool) -> CentralAnswer:
            request = self._http.build_request(
                method,
                path,
                content=body,
                headers=headers,
                extensions={NAME: deadline, NEW_LINE: new_line},
            )
            if (key := self._key()) is not None:
                sign(request, key, self._now() + self._behind, self._random)
            return self._exchange(request)

        try:
            try:
                return attempt(new_line=False)
            except KeptConnectionLost:
                if method not in _REPEATABLE:
                    return CentralAnswer(trouble=Trouble.UNREACHABLE)
                # Signed anew: the service may have taken the first, and takes no signature twice.
                return attempt(new_line=True)
        except httpcore2.TimeoutException:
            return CentralAnswer(trouble=Trouble.TIMEOUT)
        except (httpcore2.NetworkError, httpcore2.RemoteProtocolError) as error:
            return CentralAnswer(trouble=_trouble(error))

    def _exchange(self, request: httpx2.Request) -> CentralAnswer:
        response = self._http.send(request, stream=True)
        media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
        try:
            return CentralAnswer(
                status=response.status_code,
                media_type=media_type,
                retry_after=_retry_after(response.headers.get("retry-after", ""), self._now),
                body=_bounded(response, LONGEST_FILES.get(media_type, LONGEST_BODY)),
                date=_instant(response.headers.get("date", "")),
            )
        finally:
            response.close()


def _wants_other_time(answer: CentralAnswer) -> bool:
    """Tell whether the service refused the time of the signature.

    Either it was made at another time than the service's, or the service says that it came too
    early.
    """
    if answer.status == HTTPStatus.TOO_EARLY:
        return True
    wrong = answer.status == HTTPStatus.UNAUTHORIZED and answer.media_type == PROBLEM
    return wrong and (object_of(answer.body) or {}).get("type") == CLOCK_WRONG


def _can_be_asked(url: str) -> bool:
    try:
        parts = httpx2.URL(url)
    except httpx2.InvalidURL:
        return False
    port_exists = parts.port is None or parts.port in range(1, 65536)
    return parts.scheme in {"http", "https"} and bool(parts.host) and port_exists


def _bounded(response: httpx2.Response, longest: int) -> bytes:
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > longest:
            return b""
    return body


def _retry_after(value: str, now: Callable[[], datetime]) -> float | None:
    """Return the seconds that a Retry-After header says, None when it says none.

    RFC 9110 §10.2.3: seconds, or an HTTP date.
    """
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    wanted = _instant(value)
    return None if wanted is None else max(0.0, (wanted - now()).total_seconds())


def _instant(value: str) -> datetime | None:
    """Return the aware time of an HTTP date, None when it is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    # Reckoning with the first and the last years that datetime knows overflows.
    return moment if moment.tzinfo is not None and moment.year in _YEARS else None


def _trouble(error: Exception) -> Trouble:
    cause = error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code in _OUT_OF_TIME:
        return Trouble.CERTIFICATE_TIME
    secure = isinstance(cause, ssl.SSLError) and not isinstance(cause, _BROKEN_LINE)
    return Trouble.TLS if secure else Trouble.UNREACHABLE
