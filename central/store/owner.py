"""Ownership of a database: the service whose keys belong to it, by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from central.store.tables import OwnerRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase

_ROW = 1


def claim_database(database: CentralDatabase, service: str, *, take_over: bool = False) -> bool:
    """Make `service` the owner if there is none; return whether it owns the database now.

    `take_over` replaces another owner: only an operator may ask for that.
    """

    def work(session: Session) -> bool:
        row = session.get(OwnerRow, _ROW, with_for_update=True)
        if row is None:
            session.add(OwnerRow(number=_ROW, service=service))
        elif take_over:
            row.service = service
        elif row.service != service:
            return False
        return True

    return database.write(work)
