"""Who calls: the certificate of the TLS connection, and the access token that is bound to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from central.keys.certificates import read_certificate
from central.keys.office_certificates import thumbprint_of
from central.offices_api.problems import INVALID_TOKEN, NO_CERTIFICATE
from central.problems import HttpProblem
from central.terminals.server.http_protocol import TLS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from central.offices_api.api_context import OfficesApiContext
    from central.web_accounts import OfficeClient

BEARER = "bearer"


def thumbprint_in(scope: Mapping[str, Any]) -> str:
    """Return the `x5t#S256` of the certificate by which a request came, "" for none.

    The server put it into the ASGI `scope` when the handshake had verified it; no header counts.
    """
    chain = scope.get("extensions", {}).get(TLS, {}).get("client_cert_chain", [])
    return thumbprint_of(read_certificate(chain[0].encode())) if chain else ""


def caller_of(
    context: OfficesApiContext, scope: Mapping[str, Any], authorization: str
) -> OfficeClient | HttpProblem:
    """Return whose call this is, or why it is nobody's (RFC 6750 §3, RFC 8705 §3).

    `scope` is ASGI's, `authorization` the header. Account and certificate are looked up with each
    call: what the operator takes away counts at once.
    """
    thumbprint = thumbprint_in(scope)
    if not thumbprint:
        return NO_CERTIFICATE
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != BEARER:
        return INVALID_TOKEN
    now = context.now()
    named = context.tokens.read(token.strip(), thumbprint, now)
    known = context.clients.of_certificate(thumbprint, now)
    return known if known is not None and known == named else INVALID_TOKEN
