"""Decisions that an office's people or system recorded, carried out with what follows from them.

The processes of the pages and of the offices' API can only add decisions. Who may, whether a second
person confirmed, whether the task is still theirs: all that is looked at here again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.office_desk.acts import MOVES, DeskAct, DeskOutcome, DeskVerdict, decisions_in
from central.store.cases.cases import application_of
from central.store.tables import TaskRow
from central.store.web.desk_failures import DeskFailures, forget_failures, is_put_off
from central.store.web.desk_records import pending_decisions
from central.store.web.office_clients import is_office_client
from central.store.web.tables import (
    DeskActRow,
    DeskOutcomeRow,
    DeskReviewRow,
    TaskHolderRow,
    WebAccountRow,
)
from central.tasks import ENDS, TaskMove
from central.web_accounts import REVIEWING_ROLES, WORKING_ROLES, WebRole
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from central.rules import Rules
    from central.store.cases.work import Work
    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class DeskDecisions:
    """The decisions of all offices; `work` moves the tasks."""

    database: CentralDatabase
    rules: Rules
    work: Work

    @property
    def failures(self) -> DeskFailures:
        """Return the failed tries to carry decisions out."""
        return DeskFailures(self.database)

    def due(self, now: datetime) -> tuple[int, ...]:
        """Return the numbers of the decisions to carry out at `now`, oldest first."""
        wanted = pending_decisions().where(~is_put_off(now.timestamp()))

        def look(session: Session) -> tuple[int, ...]:
            found = session.execute(wanted)
            return tuple(row.number for row, verdict in found if self._is_due(row, verdict))

        return self.database.read(look)

    def carry_out(self, number: int, at: str) -> DeskOutcome | None:
        """Carry a decision out, once; None when that was done before.

        `at`: the time in ISO 8601. Raises VaultUnavailable when the person can't be told now; then
        nothing has changed.
        """

        def work(session: Session) -> DeskOutcome | None:
            row = session.get(DeskActRow, number)
            assert row is not None
            application_of(session, row.application_id, locked=True)  # one at a time of a case
            if session.get(DeskOutcomeRow, number) is not None:
                return None
            outcome = self._carry_out(session, row, at)
            session.add(DeskOutcomeRow(act=number, outcome=outcome.value, at=at))
            forget_failures(session, number, at)
            row.file = None  # what took effect lies with the result
            return outcome

        return self.database.write(work)

    def _is_due(self, row: DeskActRow, verdict: str | None) -> bool:
        return verdict == DeskVerdict.CONFIRMED or not self._needs_second(row)

    def _needs_second(self, row: DeskActRow) -> bool:
        return DeskAct(row.act) in self.rules.second_looks.get(row.service, ())

    def _carry_out(self, session: Session, row: DeskActRow, at: str) -> DeskOutcome:
        key, act = (row.application_id, row.service), DeskAct(row.act)
        task = session.get(TaskRow, key, with_for_update=True)
        if task is None or not self._is_allowed(session, row):
            return DeskOutcome.NOT_ALLOWED
        decided_on = civil_day(datetime.fromisoformat(row.at)).isoformat()
        if act not in decisions_in(task.state, is_late=task.due_on < decided_on):
            return DeskOutcome.OVER
        held = session.get(TaskHolderRow, key)
        if held is None or held.account != row.account:
            return DeskOutcome.NOT_HELD
        review = session.get(DeskReviewRow, row.number)
        result = (review.result if review else None) or row.result or b""
        step = TaskMove(
            MOVES[act],
            row.reason,
            row.due_on,
            sealed=result,
            sealed_file=row.file or b"",
            asks_person=row.asks_person,
        )
        if not self.work.settle_within(session, key, step, at, account=row.account):
            return DeskOutcome.OVER
        if step.state in ENDS:
            session.delete(held)
        return DeskOutcome.DONE

    def _is_allowed(self, session: Session, row: DeskActRow) -> bool:
        """Tell whether who decided is of the office, and who confirmed is somebody else there."""
        office = self.rules.offices.get(row.service, "")
        is_theirs = _is_of(session, row.account, office, WORKING_ROLES)
        if not is_theirs and not is_office_client(session, row.account, office):
            return False
        if not self._needs_second(row):
            return True
        review = session.get(DeskReviewRow, row.number)
        return (
            review is not None
            and review.verdict == DeskVerdict.CONFIRMED
            and review.account != row.account
            and _is_of(session, review.account, office, REVIEWING_ROLES)
        )


def _is_of(session: Session, account: str, office: str, roles: Collection[WebRole]) -> bool:
    """Tell whether an account that is not disabled has one of the roles at the office."""
    row = WebAccountRow
    wanted = sa.select(row.id).where(
        row.id == account,
        row.office == office,
        row.role.in_([role.value for role in roles]),
        row.disabled_at == "",
    )
    return session.scalar(wanted) is not None
