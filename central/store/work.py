"""What do the offices do with the services that were applied for?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central import tasks
from central.notices import About
from central.ports import Occasion
from central.store.cases import application_of
from central.store.tables import Application, Task
from central.tasks import State, Step

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.rules import Rules
    from central.store.database import Database


@dataclass(frozen=True)
class Work:
    """The tasks, as the offices move them."""

    database: Database
    rules: Rules

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
        about = About(application_id, application.case_number, self._mobile(application))
        _move(rows[service], step, at)
        after = tasks.follow({code: task.state for code, task in rows.items()}, self.rules.needs)
        for code in (code for code, task in rows.items() if task.state is not after[code]):
            _move(rows[code], Step(after[code]), at)
        application.open = any(state not in tasks.ENDS for state in after.values())
        if step.state is State.CORRECTION:
            self.rules.notices.tell(session, about, Occasion.CORRECTION, at)
        if not application.open:
            self.rules.notices.tell(session, about, Occasion.DONE, at)

    def _mobile(self, application: Application) -> str:
        return self.rules.notices.mobile_of(application.envelope)


def _move(task: Task, step: Step, at: str) -> None:
    task.state, task.reason, task.due_on, task.changed_at = step.state, step.reason, step.due_on, at
