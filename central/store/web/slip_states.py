"""States of an application's services for whoever has its slip; nothing that tells who it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.tables import ApplicationRow, TaskRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase
    from central.tasks import TaskState


@dataclass(frozen=True)
class SlipProgress:
    """The day that was promised (ISO), and the state of each service by its code."""

    due_on: str
    services: tuple[tuple[str, TaskState], ...]


@dataclass(frozen=True)
class SlipStates:
    """Looks up the states by the id of an application."""

    database: CentralDatabase

    def find(self, application_id: str) -> SlipProgress | None:
        """Return the states, None for an unknown application."""
        due = sa.select(ApplicationRow.due_on).where(ApplicationRow.id == application_id)
        states = sa.select(TaskRow.service, TaskRow.state)
        states = states.where(TaskRow.application_id == application_id).order_by(TaskRow.service)

        def work(session: Session) -> SlipProgress | None:
            due_on = session.scalar(due)
            if due_on is None:
                return None
            return SlipProgress(due_on, tuple((a, b) for a, b in session.execute(states)))

        return self.database.read(work)
