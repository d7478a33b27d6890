"""What do the offices do with the services that were applied for?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central import tasks
from central.store.cases import application_of
from central.store.tables import Task
from central.tasks import Needs, Step

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import Database


@dataclass(frozen=True)
class Work:
    """The tasks, as the offices move them."""

    database: Database
    needs: Needs

    def settle(self, application_id: str, service: str, step: Step, at: str) -> None:
        """Note an office's step and all that follows; the last end closes the case.

        A task that came to its end stays there.
        """
        self.database.write(
            lambda session: self._settle(session, application_id, service, step, at)
        )

    def _settle(
        self, session: Session, application_id: str, service: str, step: Step, at: str
    ) -> None:
        application = application_of(session, application_id, locked=True)
        assert application is not None
        wanted = sa.select(Task).where(Task.application_id == application_id)
        rows = {task.service: task for task in session.scalars(wanted)}
        if rows[service].state in tasks.ENDS:
            return
        _move(rows[service], step, at)
        after = tasks.follow({code: task.state for code, task in rows.items()}, self.needs)
        for code in (code for code, task in rows.items() if task.state is not after[code]):
            _move(rows[code], Step(after[code]), at)
        application.open = any(state not in tasks.ENDS for state in after.values())


def _move(task: Task, step: Step, at: str) -> None:
    task.state, task.reason, task.due_on, task.changed_at = step.state, step.reason, step.due_on, at
