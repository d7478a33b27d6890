"""Did this terminal say this, just now, and for the first time? RFC 9421 over RFC 9530."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from central.problems import CLOCK_WRONG, REPLAYED, UNAUTHORISED, Problem
from kiosk.filing.terminal_key import TAG, covered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from central.store.terminals import Known


@dataclass(frozen=True)
class Message:
    """A request as it came: `url` with host and query, `headers` line by line."""

    method: str
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Signed:
    """Who signed a request, under which name of the key."""

    known: Known
    key_id: str


class _OutOfTime(InvalidSignature):
    """It was signed too long ago, or in the future."""


@dataclass
class _Keys(HTTPSignatureKeyResolver):
    """Finds the key that a signature names, and remembers whose it is."""

    find: Callable[[str], Known | None]
    signed: Signed | None = None

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        known = self.find(key_id)
        if known is None:
            raise InvalidSignature("the key is not known")
        self.signed = Signed(known, key_id)
        return Ed25519PublicKey.from_public_bytes(known.public_key)

    def resolve_private_key(self, key_id: str) -> Any:
        raise NotImplementedError(key_id)


class _Verifier(HTTPMessageVerifier):
    """Goes by the clock that it is given."""

    def __init__(self, keys: _Keys, now: datetime, window: timedelta) -> None:
        super().__init__(signature_algorithm=algorithms.ED25519, key_resolver=keys)
        self._now, self._window = now, window

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:  # noqa: ARG002
        created = sig_input.params.get("created")
        if created is None:
            raise InvalidSignature("it does not say when it was made")
        if abs(self._now.timestamp() - created) > self._window.total_seconds():
            raise _OutOfTime(str(created))


@dataclass
class Nonces:
    """Which signatures were seen? Of one process; older ones are out of time.

    Behind a gateway with several processes each terminal has to come to the same one.
    """

    since: datetime
    window: timedelta
    _seen: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _tidied: float = 0.0

    def is_fresh(self, key_id: str, nonce: str, created: int, now: datetime) -> bool:
        """Note one; False when it was seen, or may have been before this process began."""
        at, keep = now.timestamp(), self.window.total_seconds()
        with self._lock:
            if at - self._tidied > keep:
                self._seen = {one: until for one, until in self._seen.items() if until >= at}
                self._tidied = at
            if created < int(self.since.timestamp()) or (key_id, nonce) in self._seen:
                return False
            self._seen[key_id, nonce] = created + keep
            return True


@dataclass(frozen=True)
class SignatureCheck:
    """Looks at each request of a terminal; `now` is aware."""

    window: timedelta
    nonces: Nonces
    now: Callable[[], datetime]

    def look_at(
        self, message: Message, body: bytes, find: Callable[[str], Known | None]
    ) -> Signed | Problem:
        """Return who signed it, or why it does not count. `find` knows keys by their id."""
        keys, now = _Keys(find), self.now().astimezone(UTC)
        wanted = covered(message.headers.keys())
        try:
            (found,) = _Verifier(keys, now, self.window).verify(
                message, expect_tag=TAG, require_components=wanted, body=body, max_age=None
            )
        except _OutOfTime:
            return CLOCK_WRONG
        except (InvalidSignature, ValueError):  # two signatures are none
            return UNAUTHORISED
        assert keys.signed is not None
        created = int(found.parameters["created"])
        if not found.nonce:
            return UNAUTHORISED
        if not self.nonces.is_fresh(keys.signed.key_id, found.nonce, created, now):
            return REPLAYED
        return keys.signed


def open_check(window_seconds: float, now: Callable[[], datetime]) -> SignatureCheck:
    """Return a check that has seen nothing yet."""
    window = timedelta(seconds=window_seconds)
    return SignatureCheck(window, Nonces(now(), window), now)
