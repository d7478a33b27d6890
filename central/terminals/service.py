"""API calls of the service itself, unsigned: its public keys and its health."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request, Response

from central.store.database import CentralDatabase, DatabaseError
from central.terminals.caller import CurrentContext
from central.terminals.table import ApiCall, json_of
from kiosk.crypto.envelope import canonical

_LASTS_SECONDS = 2.0


def get_keys(context: CurrentContext) -> Response:
    """Answer with the service's public keys."""
    return json_of(canonical(context.keys.public()))


@dataclass
class DatabaseHealth:
    """Whether the database takes what is written, looked at once in `_LASTS_SECONDS`.

    Everybody may ask, and as often as they like: that costs one write in that time.
    """

    database: CentralDatabase
    monotonic: Callable[[], float]
    _looked_at: float | None = field(default=None, repr=False)
    _trouble: DatabaseError | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def check(self) -> None:
        """Raise DatabaseError where nothing can be written."""
        with self._lock:
            now = self.monotonic()
            if self._looked_at is None or now - self._looked_at >= _LASTS_SECONDS:
                self._trouble = self._look()
                self._looked_at = now
            if self._trouble is not None:
                raise self._trouble

    def _look(self) -> DatabaseError | None:
        try:
            self.database.prove_writable()
        except DatabaseError as error:
            return error
        return None


def healthz(request: Request) -> Response:
    """Answer that the service is up; 503 when its database takes nothing.

    It holds no load slot: who watches the service has to hear from a busy one, too.
    """
    health: DatabaseHealth = request.app.state.health
    health.check()
    return json_of(b'{"status":"ok"}')


ROUTES = (
    ApiCall("GET", "/v1/keys", get_keys, (200,), known=False),
    ApiCall("GET", "/healthz", healthz, (200,), known=False, limited=False),
)
