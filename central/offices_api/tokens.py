"""Access tokens of offices' systems: JWT (RFC 9068), bound to a client certificate (RFC 8705 §3).

Whoever copies a token can't use it without the key of the certificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from central.web_accounts import OfficeClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHM = "Ed25519"  # RFC 9864: fully specified, so that no other is ever accepted
TYPE = "at+jwt"
ISSUER = AUDIENCE = "retirement-kiosk-offices"
SCOPE_PREFIX = "office:"
_ID_BYTES = 16


@dataclass(frozen=True)
class AccessTokens:
    """Issues tokens that count for `seconds`, and reads them; `random` is os.urandom."""

    key: Ed25519PrivateKey = field(repr=False)
    seconds: int
    random: Callable[[int], bytes]

    def issue(self, client: OfficeClient, thumbprint: str, now: datetime) -> str:
        """Return a token for a system that came by a certificate.

        `thumbprint`: its `x5t#S256`.
        """
        at = int(now.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": client.id,
            "client_id": client.id,
            "scope": scope_of(client),
            "iat": at,
            "exp": at + self.seconds,
            "jti": self.random(_ID_BYTES).hex(),
            "cnf": {"x5t#S256": thumbprint},
        }
        header = {"alg": ALGORITHM, "typ": TYPE}
        return jwt.encode(header, claims, self._jwk(), algorithms=[ALGORITHM])

    def read(self, token: str, thumbprint: str, now: datetime) -> OfficeClient | None:
        """Return whose token this is, None for one that does not count, or not over this TLS.

        `thumbprint`: of the certificate by which the caller came. Whether the account is still used
        is not looked at.
        """
        try:
            found = jwt.decode(token, self._jwk(), algorithms=[ALGORITHM])
        except (JoseError, ValueError):
            return None
        if found.header.get("typ") != TYPE:
            return None
        return _client_of(found.claims, thumbprint, now.timestamp())

    def _jwk(self) -> OKPKey:
        return OKPKey.import_key(self.key)


def _client_of(claims: Mapping[str, Any], thumbprint: str, now: float) -> OfficeClient | None:
    """Return whose claims these are; the key is ours alone, so their types are known."""
    is_ours = claims.get("iss") == ISSUER and claims.get("aud") == AUDIENCE
    is_bound = claims.get("cnf") == {"x5t#S256": thumbprint}
    if not is_ours or not is_bound or now >= claims.get("exp", 0):
        return None
    return OfficeClient(str(claims["sub"]), str(claims["scope"]).removeprefix(SCOPE_PREFIX))


def scope_of(client: OfficeClient) -> str:
    """Return the one scope of an account: its office."""
    return f"{SCOPE_PREFIX}{client.office}"
