"""Issue of access tokens: OAuth 2.0 client credentials (RFC 6749 §4.4) by mutual TLS (RFC 8705 §2).

The certificate of the connection is the credential; there is no secret besides.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.responses import JSONResponse

from central.offices_api.tokens import scope_of
from central.web_accounts import WebEvent, WebEventKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from central.offices_api.api_context import OfficesApiContext

FORM = "application/x-www-form-urlencoded"
GRANT = "client_credentials"
_MOST_FIELDS = 16


def issue_token(
    context: OfficesApiContext, thumbprint: str, source: str, media_type: str, body: bytes
) -> Response:
    """Return the answer to a request for a token (RFC 6749 §5).

    `thumbprint`: of the certificate of the connection; `source`: the address of the caller;
    `media_type` and `body` are those of the request.
    """
    form = _form_of(media_type, body)
    if form is None or "grant_type" not in form:
        return _refused("invalid_request")
    if form["grant_type"] != GRANT:
        return _refused("unsupported_grant_type")
    client = context.clients.of_certificate(thumbprint, context.now())
    if client is None or form.get("client_id", client.id) != client.id:
        return _refused("invalid_client", HTTPStatus.UNAUTHORIZED)
    if form.get("scope", scope_of(client)) != scope_of(client):
        return _refused("invalid_scope")
    event = WebEvent(context.said_at(), client.id, source, WebEventKind.ISSUED)
    context.events.record(event)
    said = {
        "access_token": context.tokens.issue(client, thumbprint, context.now()),
        "token_type": "Bearer",
        "expires_in": context.tokens.seconds,
        "scope": scope_of(client),
    }
    return JSONResponse(said)


def _form_of(media_type: str, body: bytes) -> Mapping[str, str] | None:
    """Return the fields of a form; None for what is none, or names one twice (RFC 6749 §3.2)."""
    if media_type.partition(";")[0].strip().lower() != FORM:
        return None
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:  # UnicodeDecodeError is one, too
        return None
    form = dict(pairs)
    return form if len(form) == len(pairs) else None


def _refused(error: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Response:
    return JSONResponse({"error": error}, status.value)
