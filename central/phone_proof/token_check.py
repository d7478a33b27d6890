"""Check of the platform's token: JWT (RFC 7519), signed with Ed25519, bound to terminal and visit.

The claims: `iss`, `aud` (the terminal), `nonce` (of the visit, as in OpenID Connect Core §2), `sub`
(the ID number), `jti`, `iat` and `exp`; of a log-in in a browser also `name`, `address`
(OpenID Connect Core §5.1.1) and `acr`. A token counts for two minutes at most, whatever it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from central.phone_proof.ports import PhoneTrouble, PlatformUser

if TYPE_CHECKING:
    from datetime import datetime

ALGORITHM = "Ed25519"  # RFC 9864: fully specified, so that no other is ever accepted
FACE = "face"  # the claim `acr` where the platform compared the face
COMPANY = "company"  # where a company logged in
LONGEST_NAME, LONGEST_ADDRESS = 200, 400
LIFE_SECONDS = 120
LONGEST_TOKEN = 4096


@dataclass(frozen=True)
class TokenCheck:
    """Checks tokens of one issuer, whose clock may be `ahead` by seconds; `key`: its public key."""

    issuer: str
    key: bytes = field(repr=False)
    ahead: float

    def read(
        self, token: str, terminal: str, nonce: str, now: datetime
    ) -> PlatformUser | PhoneTrouble:
        """Return whose token it is, or why it does not count for this terminal and visit.

        `nonce` is that of the visit, `now` the aware time.
        """
        try:
            public = OKPKey.import_key(self.key)
            claims = jwt.decode(token[:LONGEST_TOKEN], public, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError):
            return PhoneTrouble.STRANGE
        match claims:
            case {
                "iss": self.issuer,
                "sub": str(number),
                "jti": str(token_id),
                "iat": int(issued),
                "exp": int(expires),
            } if number and token_id:
                return self._bound(claims, terminal, nonce) or self._fresh(
                    _user_of(token_id, number, claims), (issued, expires), now.timestamp()
                )
        return PhoneTrouble.STRANGE

    def _bound(self, claims: Mapping[str, Any], terminal: str, nonce: str) -> PhoneTrouble | None:
        here = claims.get("aud") == terminal and claims.get("nonce") == nonce
        return None if here else PhoneTrouble.OTHER_TERMINAL

    def _fresh(
        self, user: PlatformUser, times: tuple[int, int], now: float
    ) -> PlatformUser | PhoneTrouble:
        issued, expires = times
        counts = issued - self.ahead <= now < min(expires, issued + LIFE_SECONDS)
        return user if counts else PhoneTrouble.EXPIRED


def _user_of(token_id: str, number: str, claims: Mapping[str, Any]) -> PlatformUser:
    address = claims.get("address")
    formatted = address.get("formatted", "") if isinstance(address, dict) else ""
    return PlatformUser(
        token_id,
        number,
        str(claims.get("name", ""))[:LONGEST_NAME],
        str(formatted)[:LONGEST_ADDRESS],
        claims.get("acr") == FACE,
        claims.get("acr") == COMPANY,
    )
