"""Driver of PgQueuer on two connections: one waits for notices, the other asks.

psycopg locks a connection while `notifies()` waits on it, and PgQueuer's own driver waits a second
at a time on the one connection it has: each of its queries can wait so long before it is sent
(psycopg 3 documentation, "Asynchronous notifications"). With two, a query is sent at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from pgqueuer.adapters.drivers.psycopg import PsycopgDriver

LOG = logging.getLogger(__name__)
_LISTENING_SECONDS = 1.0  # until the end of the worker is looked for
_GATHERING_SECONDS = 0.02
_CHANGED = '"table_changed_event"'  # `type` of pgqueuer.domain.models.TableChangedEvent


class ListeningDriver(PsycopgDriver):
    """Listens on `listening` and sends every query on `asking`; both commit by themselves.

    Each notice that the table of jobs changed lets PgQueuer look for jobs, with three queries. They
    come in crowds, one for every job of every worker, and are passed on as one.
    """

    def __init__(self, listening: psycopg.AsyncConnection, asking: psycopg.AsyncConnection) -> None:
        super().__init__(listening)
        self._asking = PsycopgDriver(asking)
        self._gathering: asyncio.TimerHandle | None = None

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Return the rows that `query` gives for `args`; raises psycopg.Error."""
        return await self._asking.fetch(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        """Return what the database says of `query` with `args`; raises psycopg.Error."""
        return await self._asking.execute(query, *args)

    async def watch_notifies(self) -> None:
        """Pass on notices until the driver is closed; raises psycopg.Error."""
        while not self.shutdown.is_set():
            async for note in self._connection.notifies(timeout=_LISTENING_SECONDS):
                if _CHANGED not in note.payload:
                    self._tell(note)
                elif self._gathering is None:
                    later = asyncio.get_running_loop().call_later
                    self._gathering = later(_GATHERING_SECONDS, self._tell_changed, note)

    def _tell_changed(self, note: psycopg.Notify) -> None:
        self._gathering = None
        self._tell(note)

    def _tell(self, note: psycopg.Notify) -> None:
        for callback in list(self._listeners.get(note.channel, [])):
            try:
                callback(note.payload)
            except Exception:
                LOG.exception("a notice of channel %s was not understood", note.channel)


@asynccontextmanager
async def connected_driver(address: str) -> AsyncIterator[ListeningDriver]:
    """Connect to the database at `address`, a URL of libpq; raises psycopg.Error."""
    connect = psycopg.AsyncConnection.connect
    async with (
        await connect(address, autocommit=True) as listening,
        await connect(address, autocommit=True) as asking,
    ):
        yield ListeningDriver(listening, asking)
