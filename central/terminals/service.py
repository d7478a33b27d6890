"""API calls of the service itself, unsigned: its public keys and its health."""

from fastapi import Response

from central.terminals.caller import Here
from central.terminals.table import ApiCall, json_of
from kiosk.crypto.envelope import canonical


def get_keys(here: Here) -> Response:
    """Answer with the service's public keys."""
    return json_of(canonical(here.vault.public()))


def healthz(here: Here) -> Response:
    """Answer that the service is up; fails when its database can't be read."""
    here.store.database.ping()
    return json_of(b'{"status":"ok"}')


ROUTES = (
    ApiCall("GET", "/v1/keys", get_keys, (200,), known=False),
    ApiCall("GET", "/healthz", healthz, (200,), known=False),
)
