"""The network test: each link of the way to the central service tried by itself, in order.

No personal data is sent on the way: the questions are those that any terminal may ask.
"""

from __future__ import annotations

import socket
import ssl
import statistics
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509

from drivers.central.name_lookup import numeric
from kiosk.civil_time import civil_time_of, to_civil
from kiosk.failures import Failure
from kiosk.maintenance.network_test import LineTest, Link, LinkResult
from kiosk.operator_texts import text_of
from kiosk.ports import CentralAnswer, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.central.name_lookup import Directory
    from kiosk.ports import Central

ELSEWHERE = "192.0.2.1"  # RFC 5737: a connected UDP socket sends nothing, it only finds the way out
PORTS = {"http": 80, "https": 443}
KEYS, HEALTH = "/v1/keys", "/healthz"
JSON = "application/json"
LOOKS = 3  # at the time that a question takes
OUT_OF_TIME = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
HEAD = "HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
LONGEST_HEAD = 8192


@dataclass(frozen=True)
class LineLimits:
    """Limits in seconds.

    `connect` is for one connection, `slow` for one question and its answer, `clock` how far two
    clocks may differ.
    """

    connect: float
    slow: float
    clock: float


@dataclass(frozen=True)
class LineTester:
    """A test of the links to one central service.

    `point` is the terminal's; `tls` is what the client `central` trusts, too.
    """

    url: str
    point: str
    directory: Directory
    tls: ssl.SSLContext
    central: Central
    limits: LineLimits
    monotonic: Callable[[], float]
    now: Callable[[], datetime]

    def test(self) -> LineTest:
        """Try one link after the other and return the results; the first that fails is the last."""
        steps: list[LinkResult] = []
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        steps.append(own_address(host))
        if steps[-1].failure is None:
            found, step = self._names(host)
            steps.append(step)
        if steps[-1].failure is None:
            steps.append(self._port(found, port))
        if steps[-1].failure is None:
            steps.append(self._secured(parts.scheme, host, found, port))
        if steps[-1].failure is None:
            more, ahead = self._ask_central()
            return LineTest((*steps, *more), ahead)
        return LineTest(tuple(steps))

    def _names(self, host: str) -> tuple[tuple[str, ...], LinkResult]:
        if numeric(host):
            return (host,), LinkResult(Link.DNS, None, text_of("network.needs_no_name", host=host))
        found = self.directory.look_up(host)
        where = "、".join(found.addresses) or text_of("network.no_addresses")
        who = found.told_by or text_of("network.no_name_server")
        evidence = text_of("network.name", host=host, where=where, who=who)
        return found.addresses, LinkResult(Link.DNS, found.failure, evidence)

    def _port(self, addresses: tuple[str, ...], port: int) -> LinkResult:
        failures = []
        for address in addresses:
            try:
                with socket.create_connection((address, port), self.limits.connect):
                    opened = text_of("network.port", address=address, port=port)
                    return LinkResult(Link.TCP, None, opened)
            except OSError as error:
                why = _why(error)
                failures.append(text_of("network.port_failed", address=address, port=port, why=why))
        return LinkResult(Link.TCP, Failure.PORT_CLOSED, "；".join(failures))

    def _secured(self, scheme: str, host: str, addresses: tuple[str, ...], port: int) -> LinkResult:
        if scheme == "http":
            return LinkResult(Link.TLS, None, text_of("network.not_encrypted"))
        try:
            with (
                self._connected(addresses, port) as plain,
                self.tls.wrap_socket(plain, server_hostname=host) as secured,
            ):
                until = str(secured.getpeercert()["notAfter"])  # type: ignore[index]
                version, day = secured.version(), _day(until)
                evidence = text_of("network.encrypted", version=version, until=day)
                return LinkResult(Link.TLS, None, evidence)
        except ssl.SSLCertVerificationError as error:
            return self._distrusted(error, host, addresses, port)
        except OSError as error:
            return LinkResult(Link.TLS, Failure.TLS_REFUSED, _why(error))

    def _distrusted(
        self,
        error: ssl.SSLCertVerificationError,
        host: str,
        addresses: tuple[str, ...],
        port: int,
    ) -> LinkResult:
        shown, said = self._shown(host, addresses, port)
        if error.verify_code not in OUT_OF_TIME or shown is None:
            whose = shown.issuer.rfc4514_string() if shown else ""
            return LinkResult(
                Link.TLS, Failure.CERTIFICATE_FOREIGN, f"{error.verify_message}；{whose}"
            )
        begins, ends = to_civil(shown.not_valid_before_utc), to_civil(shown.not_valid_after_utc)
        evidence = text_of("network.certificate", begins=begins, ends=ends, today=self.now())
        if said is not None and begins <= said <= ends:
            both = text_of("network.both_dates", evidence=evidence, theirs=to_civil(said))
            return LinkResult(Link.TLS, Failure.CLOCK_WRONG, both)
        return LinkResult(Link.TLS, Failure.CERTIFICATE_EXPIRED, evidence)

    def _shown(
        self, host: str, addresses: tuple[str, ...], port: int
    ) -> tuple[x509.Certificate | None, datetime | None]:
        """Return a certificate that is not trusted, and the time that its owner claims.

        Nothing but the name of the host is sent there.
        """
        blind = ssl.create_default_context()
        blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
        try:
            with (
                self._connected(addresses, port) as plain,
                blind.wrap_socket(plain, server_hostname=host) as line,
            ):
                shown = x509.load_der_x509_certificate(line.getpeercert(binary_form=True) or b"")
                line.sendall(HEAD.format(host=host).encode("idna"))
                return shown, _date_in(line.recv(LONGEST_HEAD))
        except (OSError, ValueError):
            return None, None

    def _connected(self, addresses: tuple[str, ...], port: int) -> socket.socket:
        return socket.create_connection((addresses[0], port), self.limits.connect)

    def _ask_central(self) -> tuple[tuple[LinkResult, ...], float | None]:
        answer = self.central.call("GET", KEYS)
        steps, ahead = [], None
        if answer.date is not None:
            ahead = (self.now() - answer.date).total_seconds()
            steps.append(self._time(ahead))
        if steps and steps[-1].failure is not None:
            return tuple(steps), ahead
        steps.append(self._service(answer))
        if steps[-1].failure is None:
            steps.append(self._latency())
        return tuple(steps), ahead

    def _time(self, ahead: float) -> LinkResult:
        wrong = Failure.CLOCK_WRONG if abs(ahead) > self.limits.clock else None
        seconds = abs(round(ahead))
        if ahead > 0:
            return LinkResult(Link.TIME, wrong, text_of("network.clock_ahead", seconds=seconds))
        return LinkResult(Link.TIME, wrong, text_of("network.clock_behind", seconds=seconds))

    def _service(self, answer: CentralAnswer) -> LinkResult:
        if (failure := _strange(answer)) is not None:
            return LinkResult(Link.CENTRAL, failure, _answer_words(answer))
        own = self.central.call("GET", f"/v1/points/{self.point}/staff")
        if own.status in REFUSED:
            return LinkResult(Link.CENTRAL, Failure.TOKEN_REFUSED, _answer_words(own))
        return LinkResult(Link.CENTRAL, _strange(own), f"{self.url}，{_answer_words(own)}")

    def _latency(self) -> LinkResult:
        taken = []
        for _ in range(LOOKS):
            began = self.monotonic()
            self.central.call("GET", HEALTH)
            taken.append(self.monotonic() - began)
        usual = statistics.median(taken)
        slow = Failure.CENTRAL_SLOW if usual > self.limits.slow else None
        return LinkResult(Link.LATENCY, slow, text_of("network.latency", milliseconds=usual * 1000))


def own_address(host: str) -> LinkResult:
    """Return the result for the machine's own address, from which others can be reached.

    Without a numeric `host` the way to a reserved address is looked up; no packet is sent.
    """
    towards = host if numeric(host) else ELSEWHERE
    try:
        family = socket.AF_INET6 if ":" in towards else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.connect((towards, 9))
            return LinkResult(Link.ADDRESS, None, str(line.getsockname()[0]))
    except OSError as error:
        return LinkResult(Link.ADDRESS, Failure.NO_ADDRESS, _why(error))


def _strange(answer: CentralAnswer) -> Failure | None:
    if answer.trouble in (Trouble.TLS, Trouble.CERTIFICATE_TIME):
        return Failure.CERTIFICATE_FOREIGN
    if answer.trouble is not None or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Failure.CENTRAL_UNREACHABLE
    ours = answer.status == HTTPStatus.OK and answer.media_type == JSON
    return None if ours else Failure.PORTAL_BETWEEN


def _answer_words(answer: CentralAnswer) -> str:
    return answer.trouble.value if answer.trouble else f"{answer.status} {answer.media_type}"


def _why(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return text_of("network.no_answer")
    if isinstance(error, ConnectionRefusedError):
        return text_of("network.refused")
    return error.strerror or str(error)


def _day(until: str) -> str:
    return f"{civil_time_of(ssl.cert_time_to_seconds(until)):%Y-%m-%d}"


def _date_in(head: bytes) -> datetime | None:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"date":
            try:
                moment = parsedate_to_datetime(value.decode("ascii", "replace").strip())
            except ValueError:
                return None
            return moment if moment.tzinfo else None
    return None
