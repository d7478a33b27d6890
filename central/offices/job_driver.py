"""Driver of PgQueuer on two connections: one waits for notifications, the other asks.

psycopg locks a connection while `notifies()` waits on it, and PgQueuer's own driver waits a second
at a time on the one connection it has: each of its queries can wait so long before it is sent
(psycopg 3 documentation, "Asynchronous notifications"). With two, a query is sent at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from pgqueuer.adapters.drivers.psycopg import PsycopgDriver


class ListeningDriver(PsycopgDriver):
    """Listens on `listening` and sends every query on `asking`; both commit by themselves."""

    def __init__(self, listening: psycopg.AsyncConnection, asking: psycopg.AsyncConnection) -> None:
        super().__init__(listening)
        self._asking = PsycopgDriver(asking)

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Return the rows that `query` gives for `args`; raises psycopg.Error."""
        return await self._asking.fetch(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        """Return what the database says of `query` with `args`; raises psycopg.Error."""
        return await self._asking.execute(query, *args)


@asynccontextmanager
async def connected_driver(address: str) -> AsyncIterator[ListeningDriver]:
    """Connect to the database at `address`, a URL of libpq; raises psycopg.Error."""
    connect = psycopg.AsyncConnection.connect
    async with (
        await connect(address, autocommit=True) as listening,
        await connect(address, autocommit=True) as asking,
    ):
        yield ListeningDriver(listening, asking)
