"""API calls of the service itself, unsigned: its public keys and its health."""

from fastapi import Response

from central.terminals.caller import CurrentContext
from central.terminals.table import ApiCall, json_of
from kiosk.crypto.envelope import canonical


def get_keys(context: CurrentContext) -> Response:
    """Answer with the service's public keys."""
    return json_of(canonical(context.keys.public()))


def healthz(context: CurrentContext) -> Response:
    """Answer that the service is up; fails when its database can't be read."""
    context.store.database.ping()
    return json_of(b'{"status":"ok"}')


ROUTES = (
    ApiCall("GET", "/v1/keys", get_keys, (200,), known=False),
    ApiCall("GET", "/healthz", healthz, (200,), known=False),
)
