"""Client of the platform's user service over HTTPS (docs/central.md, "Telephone").

The wire is this project's own reference: `POST {code, audience, nonce}` with a bearer token; 200
with `{token}`, 404 for a code that is not known, 409 for one that was used, 410 for an old one.
"""

from __future__ import annotations

import json
import logging
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from central.offices.adapter import OfficeTrouble
from central.offices.circuit import CircuitBreaker, CircuitPolicy
from central.offices.http_exchange import HttpCall, HttpLimits, exchange
from central.offices.office_system import is_safe_address
from central.phone_proof.ports import PhoneTrouble, UnifiedUser
from central.phone_proof.token_check import TokenCheck
from central.policy import RegistryPolicy
from kiosk.config.schema import ConfigError, Problem, line_of, load
from kiosk.json_decoder import JsonLimits, decode_object
from kiosk.operator_texts import text_of

LOG = logging.getLogger("central.phone_proof")
DEPTH = 2  # of the JSON
REFUSALS = {
    HTTPStatus.NOT_FOUND: PhoneTrouble.UNKNOWN,
    HTTPStatus.CONFLICT: PhoneTrouble.USED,
    HTTPStatus.GONE: PhoneTrouble.EXPIRED,
}


@dataclass(frozen=True)
class PlatformAddress:
    """The file that `serve --unified-user` names.

    `url` is where a code is redeemed, `token` the file of our secret there, `key` that of the
    public key (PEM) by which `issuer` signs, `authority` that of the certificate which answers for
    the address, "" for the system's. Files stand beside the list.
    """

    url: str
    issuer: str
    token: str
    key: str
    authority: str = ""


@dataclass(frozen=True)
class PhoneProver:
    """The platform and the check of what it signs."""

    platform: UnifiedUser
    check: TokenCheck


@dataclass(frozen=True)
class HttpUnifiedUser:
    """The platform over the reference wire; while its circuit is open nobody waits for it."""

    url: str
    token: str = field(repr=False)
    limits: HttpLimits
    circuit: CircuitBreaker
    tls: ssl.SSLContext | None = None

    def redeem(self, code: str, terminal: str, nonce: str) -> str | PhoneTrouble:
        """Return the token that the platform gives for a code, or why it gives none.

        `terminal` and the `nonce` of the visit are what the token is to be for.
        """
        if self.circuit.admit():
            return PhoneTrouble.AWAY
        body = json.dumps({"code": code, "audience": terminal, "nonce": nonce}).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        answer = exchange(HttpCall("POST", self.url, headers, body), self.limits, self.tls)
        if isinstance(answer, OfficeTrouble) or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            LOG.warning("the platform's user service did not answer")
            self.circuit.record_failure()
            return PhoneTrouble.AWAY
        self.circuit.record_success()
        if answer.status in REFUSALS:
            return REFUSALS[HTTPStatus(answer.status)]
        limits = JsonLimits(length=self.limits.longest_bytes, depth=DEPTH)
        said = decode_object(answer.body, limits) or {}
        if answer.status == HTTPStatus.OK and isinstance(token := said.get("token"), str):
            return token
        LOG.warning("the platform's user service answered strangely: %s", answer.status)
        return PhoneTrouble.STRANGE


def open_phone_prover(
    path: Path,
    policy: RegistryPolicy,
    ahead: float,
    monotonic: Callable[[], float] = time.monotonic,
) -> PhoneProver:
    """Return the way to the platform that the file at `path` names.

    `policy`: limits of a call. `ahead`: by how many seconds the platform's clock may be ahead;
    `monotonic` returns seconds. Raises kiosk.config.schema.ConfigError for a wrong file, an address
    to which personal data may not be sent, or a file that can't be read.
    """
    at = load(PlatformAddress, path)
    if not is_safe_address(at.url):
        raise _fault(path, "url", text_of("central.office_address"))
    secure = urlsplit(at.url).scheme == "https"
    circuit = CircuitPolicy(policy.failures, policy.open_seconds, policy.longest_open_seconds)
    platform = HttpUnifiedUser(
        at.url,
        _file(path, "token", at.token).decode("ascii", "replace").strip(),
        HttpLimits(policy.timeout_seconds, policy.longest_bytes),
        CircuitBreaker(circuit, 2 * policy.timeout_seconds, monotonic),
        _tls(path, at) if secure else None,
    )
    return PhoneProver(platform, TokenCheck(at.issuer, _file(path, "key", at.key), ahead))


def _tls(path: Path, at: PlatformAddress) -> ssl.SSLContext:
    if not at.authority:
        return ssl.create_default_context()
    pinned = _file(path, "authority", at.authority).decode("ascii", "replace")
    try:
        return ssl.create_default_context(cadata=pinned)
    except ssl.SSLError:
        raise _fault(path, "authority", text_of("central.platform_file_wrong")) from None


def _file(path: Path, key: str, name: str) -> bytes:
    try:
        said = (path.parent / name).read_bytes()
    except OSError:
        said = b""
    if not said:
        raise _fault(path, key, text_of("central.platform_file_wrong"))
    return said


def _fault(path: Path, key: str, words: str) -> ConfigError:
    return ConfigError((Problem(str(path), line_of(path, key), key, words),))
