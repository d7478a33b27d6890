"""Verification of signed requests: key, content, time, first use (RFC 9421 over RFC 9530)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from central.problems import CLOCK_WRONG, REPLAYED, UNAUTHORISED, HttpProblem
from kiosk.crypto.terminal_key import TAG, covered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from central.store.terminals.terminals import KnownTerminal


@dataclass(frozen=True)
class SignedMessage:
    """A request as it was signed: `url` with host and query, `headers` as they came."""

    method: str
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Signed:
    """The terminal that signed a request, and the id of the key that it used."""

    known: KnownTerminal
    key_id: str


class _OutOfTime(InvalidSignature):
    """The signature was made too long ago, or in the future."""


@dataclass
class _Keys(HTTPSignatureKeyResolver):
    """Finds the key that a signature names, and remembers whose it is."""

    find: Callable[[str], KnownTerminal | None]
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
    """Verifier that compares `created` with the given clock instead of the system's."""

    def __init__(self, keys: _Keys, now: datetime, window: timedelta) -> None:
        super().__init__(signature_algorithm=algorithms.ED25519, key_resolver=keys)
        self._now, self._window = now, window

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:  # noqa: ARG002
        created = sig_input.params.get("created")
        if created is None:
            raise InvalidSignature("it does not say when it was made")
        if abs(self._now.timestamp() - created) > self._window.total_seconds():
            raise _OutOfTime(str(created))


class SignatureMemory(Protocol):
    """Remembers signatures for all processes of the service."""

    def note(self, key_id: str, nonce: str, until: float, now: float) -> bool:
        """Record a signature; return False when it was recorded before.

        `key_id`, `nonce`: those of the signature. `until`, `now`: seconds since 1970; after `until`
        it may be forgotten.
        """


@dataclass(frozen=True)
class SignatureCheck:
    """Verifies requests of terminals; `now` returns an aware time.

    A request that was signed before `since`, the start of this process, may have come to a machine
    that crashed and forgot it: it is refused, and the terminal signs anew.
    """

    since: datetime
    window: timedelta
    seen: SignatureMemory
    now: Callable[[], datetime]

    def verify_once(
        self, message: SignedMessage, body: bytes, find: Callable[[str], KnownTerminal | None]
    ) -> Signed | HttpProblem:
        """Return who signed the request, or the problem, and record the signature as used.

        `body` is that of the request, which the signature covers by its digest. `find` returns a
        terminal by key id. The same signature is REPLAYED the second time.
        """
        keys, now = _Keys(find), self.now().astimezone(UTC)
        wanted = covered(message.headers.keys())
        try:
            (found,) = _Verifier(keys, now, self.window).verify(
                message, expect_tag=TAG, require_components=wanted, body=body, max_age=None
            )
        except _OutOfTime:
            return CLOCK_WRONG
        except (InvalidSignature, ValueError):  # ValueError: more than one signature
            return UNAUTHORISED
        assert keys.signed is not None
        created = int(found.parameters["created"])
        if not found.nonce:
            return UNAUTHORISED
        if created < int(self.since.timestamp()):
            return REPLAYED
        # Twice: the clock of another process may be behind.
        until = created + 2 * self.window.total_seconds()
        if not self.seen.note(keys.signed.key_id, found.nonce, until, now.timestamp()):
            return REPLAYED
        return keys.signed


def open_check(
    window_seconds: float, now: Callable[[], datetime], seen: SignatureMemory
) -> SignatureCheck:
    """Return the check for a process that starts now; `window_seconds` is the tolerance.

    `seen` remembers the signatures that came.
    """
    return SignatureCheck(now(), timedelta(seconds=window_seconds), seen, now)
