"""Verification of signed requests: key, content, time, first use (RFC 9421 over RFC 9530)."""

from __future__ import annotations

from collections.abc import Mapping  # the vault's codec reads the annotations
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
    from collections.abc import Callable


@dataclass(frozen=True)
class SignedMessage:
    """A request as it was signed: `url` with host and query, `headers` as they came."""

    method: str
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class KnownTerminal:
    """A terminal with the key that signed a request; `point` is "" when it was not placed."""

    id: str
    revoked: bool
    public_key: bytes = b""
    by_next: bool = False  # the key is the one that was announced
    point: str = ""


@dataclass(frozen=True)
class Signed:
    """The terminal that signed a request, and the id of the key that it used."""

    known: KnownTerminal
    key_id: str


@dataclass(frozen=True)
class VerifiedSignature:
    """A good signature of a request: its key, when it was made (seconds since 1970), its nonce."""

    key_id: str
    created: int
    nonce: str


class _OutOfTime(InvalidSignature):
    """The signature was made too long ago, or in the future."""


@dataclass
class _Keys(HTTPSignatureKeyResolver):
    """Finds the key that a signature names, and remembers its id."""

    find: Callable[[str], bytes | None]
    key_id: str = ""

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        public = self.find(key_id)
        if public is None:
            raise InvalidSignature("the key is not known")
        self.key_id = key_id
        return Ed25519PublicKey.from_public_bytes(public)

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
        now = self.now().astimezone(UTC)
        known: dict[str, KnownTerminal] = {}
        troubles: list[Exception] = []

        def public_key(key_id: str) -> bytes | None:
            try:
                terminal = find(key_id)
            except Exception as error:
                troubles.append(error)
                raise
            if terminal is not None:
                known[key_id] = terminal
            return terminal.public_key if terminal else None

        found = verify_message(message, body, public_key, now, self.window)
        if troubles:
            # The library takes it for an unknown key: a terminal would hear that it is a stranger.
            raise troubles[0]
        if isinstance(found, HttpProblem):
            return found
        if found.created < int(self.since.timestamp()):
            return REPLAYED
        # Twice: the clock of another process may be behind.
        until = found.created + 2 * self.window.total_seconds()
        if not self.seen.note(found.key_id, found.nonce, until, now.timestamp()):
            return REPLAYED
        return Signed(known[found.key_id], found.key_id)


def verify_message(
    message: SignedMessage,
    body: bytes,
    public_key: Callable[[str], bytes | None],
    now: datetime,
    window: timedelta,
) -> VerifiedSignature | HttpProblem:
    """Return the signature of a request when it is good, or the problem.

    `body` is that of the request, which the signature covers by its digest. `public_key` returns
    that of a key id. The signature was made within `window` of `now`, which is in UTC.
    """
    keys, wanted = _Keys(public_key), covered(message.headers.keys())
    try:
        (found,) = _Verifier(keys, now, window).verify(
            message, expect_tag=TAG, require_components=wanted, body=body, max_age=None
        )
    except _OutOfTime:
        return CLOCK_WRONG
    except (InvalidSignature, ValueError):  # ValueError: more than one signature
        return UNAUTHORISED
    if not found.nonce:
        return UNAUTHORISED
    return VerifiedSignature(keys.key_id, int(found.parameters["created"]), str(found.nonce))


def open_check(
    window_seconds: float, now: Callable[[], datetime], seen: SignatureMemory
) -> SignatureCheck:
    """Return the check for a process that starts now; `window_seconds` is the tolerance.

    `seen` remembers the signatures that came.
    """
    return SignatureCheck(now(), timedelta(seconds=window_seconds), seen, now)
