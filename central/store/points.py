"""What do the offices still wait for from people who filed at one service point?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.store.tables import Application, Task, Terminal
from central.tasks import State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import Database


@dataclass(frozen=True)
class Points:
    """Service points, as far as their terminals are known."""

    database: Database

    def corrections(self, point: str) -> list[dict[str, Any]]:
        """Return the items of openapi.yaml's PointCorrections, the most urgent first."""
        here = sa.select(Terminal.id).where(Terminal.point == point)
        wanted = (
            sa.select(Application, Task)
            .join(Task, Task.application_id == Application.id)
            .where(Application.terminal.in_(here), Task.state == State.CORRECTION)
            .order_by(Task.due_on, Application.serial, Task.service)
        )

        def work(session: Session) -> list[dict[str, Any]]:
            return [
                {
                    "application_id": application.id,
                    "case_number": application.case_number,
                    "masked_name": application.masked_name,
                    "service": task.service,
                    "reason": task.reason,
                    "due_on": task.due_on,
                }
                for application, task in session.execute(wanted)
            ]

        return self.database.read(work)
