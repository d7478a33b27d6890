"""What has the central service accepted, and what became of it? All of its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.store.alarms import Alarms
from central.store.arrivals import Arrivals
from central.store.blobs import Blobs
from central.store.cases import Cases
from central.store.database import Database
from central.store.ratings import Ratings
from central.store.terminals import Terminals
from central.store.work import Work

if TYPE_CHECKING:
    from central.tasks import Needs


@dataclass(frozen=True)
class Store:
    """One database; every call of its parts is one transaction and may come from any thread."""

    database: Database
    cases: Cases
    ratings: Ratings
    terminals: Terminals
    arrivals: Arrivals
    alarms: Alarms
    blobs: Blobs
    work: Work

    def close(self) -> None:
        """Close every connection."""
        self.database.close()


def open_store(url: str, needs: Needs) -> Store:
    """Open SQLite or PostgreSQL by SQLAlchemy URL; make the tables that are missing."""
    database = Database(url)
    return Store(
        database=database,
        cases=Cases(database, needs),
        ratings=Ratings(database),
        terminals=Terminals(database),
        arrivals=Arrivals(database),
        alarms=Alarms(database),
        blobs=Blobs(database),
        work=Work(database, needs),
    )
