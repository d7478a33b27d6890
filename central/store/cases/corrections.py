"""Storage of corrections (补正) that people hand in for a service."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.cases.cases import application_of, name_papers
from central.store.cases.work import move
from central.store.idempotent_result import KeptResult
from central.store.tables import CorrectionRow, TaskRow, TerminalRow
from central.store.task_jobs import enqueue_tasks
from central.store.terminals.arrivals import note
from central.tasks import TaskMove, TaskState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.intake.examiner import CorrectionIntake
    from central.rules import Rules
    from central.store.database import CentralDatabase


class CorrectionTrouble(Enum):
    """Reason why a correction was not accepted."""

    OTHER_DIGEST = "other-digest"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True)
class Corrections:
    """Corrections (补正); each one sends its task back to the office."""

    database: CentralDatabase
    rules: Rules

    def accept(
        self, asking: AuthenticatedRequest, intake: CorrectionIntake
    ) -> KeptResult | CorrectionTrouble:
        """Store a correction and make its task ready again, in one transaction, once."""
        return self.database.write(lambda session: _accept(session, self.rules, asking, intake))

    def of(self, application_id: str, service: str) -> tuple[bytes, ...]:
        """Return the envelopes of corrections for one service, oldest first."""
        mine = CorrectionRow.application_id == application_id, CorrectionRow.service == service
        wanted = sa.select(CorrectionRow.envelope).where(*mine).order_by(CorrectionRow.number)
        return self.database.read(lambda session: tuple(session.scalars(wanted)))

    def all_of(self, application_id: str) -> tuple[bytes, ...]:
        """Return the envelopes of all corrections of an application, oldest first."""
        mine = CorrectionRow.application_id == application_id
        wanted = sa.select(CorrectionRow.envelope).where(mine).order_by(CorrectionRow.number)
        return self.database.read(lambda session: tuple(session.scalars(wanted)))


def _accept(
    session: Session, rules: Rules, asking: AuthenticatedRequest, intake: CorrectionIntake
) -> KeptResult | CorrectionTrouble:
    wanted = sa.select(CorrectionRow).where(CorrectionRow.id == intake.envelope.id)
    known = session.scalar(wanted)
    if known is not None and known.digest != intake.envelope.digest:
        return CorrectionTrouble.OTHER_DIGEST
    if known is None and not _take(session, rules, asking, intake):
        return CorrectionTrouble.NOT_ASKED
    note(session, asking)
    return KeptResult(known.received_at if known else asking.said_at, new=known is None)


def _point(session: Session, terminal: str) -> str:
    row = session.get(TerminalRow, terminal)
    return row.point if row else ""


def _take(
    session: Session, rules: Rules, asking: AuthenticatedRequest, intake: CorrectionIntake
) -> bool:
    application = application_of(session, intake.application_id, locked=True)
    if application is None:
        return False
    task = session.get(TaskRow, (intake.application_id, intake.service))
    here = _point(session, asking.terminal)
    if application.terminal != asking.terminal and _point(session, application.terminal) != here:
        return False  # a helper never touches another point's case
    if task is None or task.state is not TaskState.CORRECTION:
        return False
    move(task, TaskMove(TaskState.READY), asking.said_at, rules.offices)
    enqueue_tasks(session, (task,), rules.offices)
    name_papers(session, intake.application_id, intake.papers)
    session.add(
        CorrectionRow(
            id=intake.envelope.id,
            digest=intake.envelope.digest,
            application_id=intake.application_id,
            service=intake.service,
            envelope=asking.body,
            received_at=asking.said_at,
        )
    )
    return True
