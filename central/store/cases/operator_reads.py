"""The audit of operators who looked at what an application says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.operator_tables import OperatorReadRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class OperatorRead:
    """One look of an operator (a pseudonym) at an application; `what` is the command."""

    at: str
    application_id: str
    operator: str
    what: str
    reason: str


@dataclass(frozen=True)
class OperatorReads:
    """The looks of operators, in the order in which they were recorded; none is ever removed."""

    database: CentralDatabase

    def note(self, look: OperatorRead) -> None:
        """Record a look. The values are shown only after this."""
        row = OperatorReadRow(
            application_id=look.application_id,
            at=look.at,
            operator=look.operator,
            what=look.what,
            reason=look.reason,
        )
        self.database.write(lambda session: session.add(row))

    def all(self) -> tuple[OperatorRead, ...]:
        """Return every look, the first one first."""
        wanted = sa.select(OperatorReadRow).order_by(OperatorReadRow.number)

        def work(session: Session) -> tuple[OperatorRead, ...]:
            return tuple(
                OperatorRead(row.at, row.application_id, row.operator, row.what, row.reason)
                for row in session.scalars(wanted)
            )

        return self.database.read(work)
