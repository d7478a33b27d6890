"""Verification of signed requests: key, content, time, first use (RFC 9421 over RFC 9530)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping  # the vault's codec reads the annotations
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

import cryptography.exceptions
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from central.problems import CLOCK_WRONG, REPLAYED, UNAUTHORISED, HttpProblem
from kiosk.crypto.terminal_key import LABEL, TAG, covered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_INPUT = re.compile(
    rf"{LABEL}=(\((?P<names>[^()]+)\);created=(?P<created>[0-9]{{1,12}})"
    rf';keyid="(?P<key>[0-9a-f]{{1,64}})";alg="ed25519";nonce="(?P<nonce>[0-9a-f]{{1,64}})"'
    rf';tag="{TAG}")'
)
_KEY_ID = re.compile(r';keyid="([0-9a-f]{1,64})"')
_SIGNATURE = re.compile(rf"{LABEL}=:([A-Za-z0-9+/]{{86}}==):")
# Nothing that two readers could take for different things: no escapes, no capitals in the host.
_URL = re.compile(
    r"(https?)://([a-z0-9.-]+(?::[0-9]{1,5})?)(/[A-Za-z0-9/_.~-]*)(\?[A-Za-z0-9=&._~-]+)?"
)
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


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


@dataclass(frozen=True)
class SignatureUse:
    """A good signature that is to be recorded, so that it counts once.

    `until`: seconds since 1970, after which it may be forgotten.
    """

    signed: Signed
    nonce: str
    until: float


class SignatureMemory(Protocol):
    """Remembers signatures for all processes of the service."""

    def note(self, key_id: str, nonce: str, until: float, now: float) -> bool:
        """Record a signature; return False when it was recorded before.

        `key_id`, `nonce`: those of the signature. `until`, `now`: seconds since 1970; after `until`
        it may be forgotten.
        """

    def note_all(self, uses: Sequence[SignatureUse], now: float) -> list[bool]:
        """Do what `note` does for each of `uses`, in their order and at once.

        `now`: seconds since 1970.
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
        found = self.verify(message, body, find)
        if isinstance(found, HttpProblem):
            return found
        now = self.now().timestamp()
        is_new = self.seen.note(found.signed.key_id, found.nonce, found.until, now)
        return found.signed if is_new else REPLAYED

    def note_all(self, uses: Sequence[SignatureUse]) -> list[bool]:
        """Record the signatures that `verify` found good; return False for each that came before.

        The second of two that are the same came before, too.
        """
        return self.seen.note_all(uses, self.now().timestamp())

    def verify(
        self, message: SignedMessage, body: bytes, find: Callable[[str], KnownTerminal | None]
    ) -> SignatureUse | HttpProblem:
        """Do what `verify_once` does, but leave it to the caller to record the signature.

        `body` and `find` are those of `verify_once`.
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
        return SignatureUse(Signed(known[found.key_id], found.key_id), found.nonce, until)


def named_key(message: SignedMessage) -> str:
    """Return the id of the key that a request says it is signed with, "" where it says none.

    Nothing is verified: it is what to look up before the verification.
    """
    return key_named_in(message.headers.get("signature-input", ""))


def key_named_in(stated: str) -> str:
    """Return the id of the key that a header Signature-Input names, "" where it names none."""
    found = _KEY_ID.search(stated)
    return found[1] if found else ""


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
    if usual := verify_usual(message, body, public_key, now, window):
        return usual
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


def verify_usual(
    message: SignedMessage,
    body: bytes,
    public_key: Callable[[str], bytes | None],
    now: datetime,
    window: timedelta,
) -> VerifiedSignature | None:
    """Do what `verify_message` does with the one form of a signature that terminals write.

    RFC 9421 allows many forms of the same one, and a library reads them all, which costs four times
    the verification itself. Return None for what is not exactly in our form, or not good: the
    library alone refuses. `body`, `public_key` and the `window` around `now` are those of
    `verify_message`.
    """
    fields = _fields(message.headers)
    if fields is None:
        return None
    stated = _INPUT.fullmatch(fields.get("signature-input", ""))
    signature = _SIGNATURE.fullmatch(fields.get("signature", ""))
    where = _URL.fullmatch(message.url)
    if stated is None or signature is None or where is None:
        return None
    names = covered(fields)
    away = abs(now.timestamp() - int(stated["created"]))
    if stated["names"] != _quoted(names) or away > window.total_seconds():
        return None
    if fields.get("content-digest") != f"sha-256=:{b64encode(sha256(body).digest()).decode()}:":
        return None
    public = public_key(stated["key"])
    if public is None:
        return None
    scheme, authority, path, query = where.groups()
    values = {
        **fields,
        "@method": message.method,
        "@authority": authority.removesuffix(_DEFAULT_PORTS[scheme]),
        "@path": path,
        "@query": query or "?",
    }
    lines = [f'"{name}": {values[name]}' for name in names]
    lines.append(f'"@signature-params": {stated[1]}')
    try:
        _key(public).verify(b64decode(signature[1]), "\n".join(lines).encode("ascii"))
    except (cryptography.exceptions.InvalidSignature, ValueError):
        return None
    return VerifiedSignature(stated["key"], int(stated["created"]), stated["nonce"])


def _fields(headers: Mapping[str, str]) -> dict[str, str] | None:
    """Return the headers by their names in small letters; None where one stands there twice."""
    fields: dict[str, str] = {}
    for name, value in headers.items():
        if (small := name.lower()) in fields:
            return None
        if value != value.strip() or not value.isascii() or not value.isprintable():
            return None
        fields[small] = value
    return fields


@lru_cache(64)
def _quoted(names: tuple[str, ...]) -> str:
    return " ".join(f'"{name}"' for name in names)


@lru_cache(4096)
def _key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)
