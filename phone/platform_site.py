"""Where the platform logs people and companies in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class PlatformSite:
    """Where the platform logs people in, and who we are there.

    `authorize` is its authorization endpoint (OpenID Connect Core §3.1), `client` our name there,
    `own_url` where browsers reach us.
    """

    authorize: str
    client: str
    own_url: str

    def login_url(
        self, state: str, nonce: str, back: str = "/signed-in", kind: str = "face"
    ) -> str:
        """Return the address to which a browser goes; `state` comes back with it, to `back`.

        `nonce` is what the platform signs; `kind` is what it is to show: the face of a person, or
        a company.
        """
        asked = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self.client,
            "redirect_uri": f"{self.own_url}{back}",
            "state": state,
            "nonce": nonce,
            "acr_values": kind,
        }
        return f"{self.authorize}?{urlencode(asked)}"
