"""Acts of an office's people about tasks: recorded here, and carried out by the service.

The pages' account of the database adds rows and changes none. What moves a task is a decision: it
waits for a second person where the rules say so, then the service carries it out
(`central.store.cases.desk_decisions`), because only the service can tell the person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.office_desk.acts import DeskAct, DeskOutcome, DeskVerdict, decisions_in
from central.store.office_tables import TaskMoveRow
from central.store.tables import ApplicationRow
from central.store.web.desk_records import (
    STOPPED,
    DeskDecision,
    TaskAddress,
    find_task,
    mark_of,
    note_act,
    pending_of,
)
from central.store.web.events import record_web_event
from central.store.web.tables import (
    DeskActRow,
    DeskFailureRow,
    DeskOutcomeRow,
    DeskReviewRow,
    TaskHolderRow,
    WebAccountRow,
)
from central.store.web.task_desk import TaskOutcome
from central.tasks import TaskState
from central.web_accounts import WORKING_ROLES

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from central.office_desk.decisions import SaidDecision
    from central.store.database import CentralDatabase
    from central.web_accounts import WebEvent


@dataclass(frozen=True)
class DeskTask:
    """A task as its office's people act on it; nothing of the application is read.

    `mark` changes with each act and move, so that a form shows an older state knows it.
    `correction_until`: ISO date, "" for none. `pending`: the decision that has no effect yet.
    """

    serial: int
    case_number: str
    service: str
    state: TaskState
    correction_until: str
    holder: str
    mark: str
    pending: DeskDecision | None


@dataclass(frozen=True)
class TimelineEntry:
    """A line of a task's timeline: an act, a verdict, or the `state` into which it came.

    The two others of these are None. `account`: who did it, "" for nobody; `colleague` who got it.
    `is_void`: a decision that never took effect; `outcome` says why the service did not carry it
    out, None for another reason. `failures`: tries to do so that failed; `is_dead`: the last ones.
    """

    at: str
    account: str
    act: DeskAct | None = None
    verdict: DeskVerdict | None = None
    state: TaskState | None = None
    colleague: str = ""
    reason: str = field(default="", repr=False)
    is_void: bool = False
    outcome: DeskOutcome | None = None
    failures: int = 0
    is_dead: bool = False


@dataclass(frozen=True)
class DeskActs:
    """The acts about the tasks of all offices; `where` names the services of who asks."""

    database: CentralDatabase

    def find(self, where: TaskAddress) -> DeskTask | None:
        """Return a task as it stands, None when the office has none there."""

        def work(session: Session) -> DeskTask | None:
            task = find_task(session, where)
            if task is None:
                return None
            case = session.execute(
                sa.select(ApplicationRow.serial, ApplicationRow.case_number).where(
                    ApplicationRow.id == task.application_id
                )
            ).one()
            key = task.application_id, task.service
            held = session.get(TaskHolderRow, key)
            return DeskTask(
                serial=case.serial,
                case_number=case.case_number,
                service=task.service,
                state=task.state,
                correction_until=task.due_on if task.state is TaskState.CORRECTION else "",
                holder=held.account if held else "",
                mark=mark_of(session, key),
                pending=pending_of(session, key),
            )

        return self.database.read(work)

    def decide(
        self, where: TaskAddress, said: SaidDecision, today: str, event: WebEvent
    ) -> TaskOutcome:
        """Record what the account of `event`, which works on the task, `said`.

        It is the only decision that waits. `today`: ISO date.
        """

        def work(session: Session) -> TaskOutcome:
            task = find_task(session, where, locked=True)
            if task is None:
                return TaskOutcome.UNKNOWN
            key = task.application_id, task.service
            if trouble := _trouble(session, key, (event.account,), said.mark):
                return trouble
            is_late = task.due_on < today
            if said.act not in decisions_in(task.state, is_late=is_late):
                return TaskOutcome.OVER
            note_act(
                session,
                key,
                said.act,
                event,
                reason=said.reason,
                due_on=said.due_on,
                result=said.result or None,
                asks_person=said.asks_person,
                file=said.file or None,
            )
            return TaskOutcome.DONE

        return self.database.write(work)

    def hand_on(
        self,
        where: TaskAddress,
        colleague: str,
        mark: str,
        holders: Collection[str] | None,
        event: WebEvent,
    ) -> TaskOutcome:
        """Let a colleague work on the task from now on.

        `holders`: accounts whose tasks may be handed on, None for all; `mark`: of the form.
        """

        def work(session: Session) -> TaskOutcome:
            task = find_task(session, where, locked=True)
            if task is None:
                return TaskOutcome.UNKNOWN
            key = task.application_id, task.service
            if trouble := _trouble(session, key, holders, mark):
                return trouble
            held = session.get(TaskHolderRow, key)
            assert held is not None
            session.delete(held)
            session.flush()  # or the row would be changed, which this account may not
            session.add(
                TaskHolderRow(application_id=key[0], service=key[1], account=colleague, at=event.at)
            )
            note_act(session, key, DeskAct.HAND_ON, event, colleague=colleague)
            return TaskOutcome.DONE

        return self.database.write(work)

    def review(
        self,
        where: TaskAddress,
        number: int,
        verdict: DeskVerdict,
        event: WebEvent,
        result: bytes = b"",
    ) -> TaskOutcome:
        """Record what the account of `event` says of the decision `number`, once.

        Who made it can only withdraw it, and nobody else can. `result`: the decision's, sealed anew
        for the day of the confirmation.
        """

        def work(session: Session) -> TaskOutcome:
            task = find_task(session, where, locked=True)
            if task is None:
                return TaskOutcome.UNKNOWN
            pending = pending_of(session, (task.application_id, task.service))
            if pending is None or pending.number != number or pending.is_confirmed:
                return TaskOutcome.OVER
            is_own = pending.account == event.account
            if is_own is not (verdict is DeskVerdict.WITHDRAWN):
                return TaskOutcome.TAKEN
            row = DeskReviewRow(act=number, verdict=verdict, account=event.account, at=event.at)
            row.result = result or None
            session.add(row)
            record_web_event(session, event)
            return TaskOutcome.DONE

        return self.database.write(work)

    def file_of(self, number: int) -> bytes:
        """Return the certificate's file of the decision `number`, sealed, b"" for none."""
        wanted = sa.select(DeskActRow.file).where(DeskActRow.number == number)
        return self.database.read(lambda session: session.scalar(wanted) or b"")

    def colleagues(self, office: str, besides: str) -> tuple[str, ...]:
        """Return the accounts of an office that may work on a task, without `besides`."""
        row = WebAccountRow
        wanted = sa.select(row.id).where(
            row.office == office,
            row.role.in_([role.value for role in WORKING_ROLES]),
            row.disabled_at == "",
            row.id != besides,
        )
        return self.database.read(
            lambda session: tuple(session.scalars(wanted.order_by(WebAccountRow.id)))
        )

    def timeline(self, where: TaskAddress) -> tuple[TimelineEntry, ...]:
        """Return what happened to a task since it came, oldest first."""

        def work(session: Session) -> tuple[TimelineEntry, ...]:
            task = find_task(session, where)
            if task is None:
                return ()
            key = task.application_id, task.service
            found = [*_acts(session, key), *_verdicts(session, key), *_moves(session, key)]
            return tuple(sorted(found, key=lambda one: one.at))

        return self.database.read(work)

    def first_taker(self, application_id: str) -> str:
        """Return the account that took up a part of the case first, "" for nobody yet."""
        row = DeskActRow
        wanted = sa.select(row.account).where(
            row.application_id == application_id, row.act == DeskAct.TAKE
        )
        return self.database.read(
            lambda session: session.scalar(wanted.order_by(row.number).limit(1)) or ""
        )


def _trouble(
    session: Session, key: tuple[str, str], holders: Collection[str] | None, mark: str
) -> TaskOutcome | None:
    """Return why nobody may act on a task by this form, None when somebody may."""
    held = session.get(TaskHolderRow, key)
    if held is None or (holders is not None and held.account not in holders):
        return TaskOutcome.TAKEN
    if pending_of(session, key) is not None:
        return TaskOutcome.PENDING
    return None if mark == mark_of(session, key) else TaskOutcome.OVER


def _acts(session: Session, key: tuple[str, str]) -> list[TimelineEntry]:
    """Return the acts; a decision that was carried out is told by the move that followed."""
    row, ended, said, failed = DeskActRow, DeskOutcomeRow, DeskReviewRow, DeskFailureRow
    wanted = (
        sa.select(row, ended.outcome, said.verdict, failed.failures, failed.dead_at)
        .join(ended, ended.act == row.number, isouter=True)
        .join(said, said.act == row.number, isouter=True)
        .join(failed, failed.act == row.number, isouter=True)
        .where(row.application_id == key[0], row.service == key[1])
        .where(sa.func.coalesce(ended.outcome, "") != DeskOutcome.DONE)
        .order_by(row.number)
    )
    return [
        TimelineEntry(
            one.at,
            one.account,
            act=DeskAct(one.act),
            colleague=one.colleague,
            reason=one.reason,
            is_void=outcome is not None or verdict in STOPPED,
            outcome=DeskOutcome(outcome) if outcome else None,
            failures=failures or 0,
            is_dead=bool(dead_at),
        )
        for one, outcome, verdict, failures, dead_at in session.execute(wanted)
    ]


def _verdicts(session: Session, key: tuple[str, str]) -> list[TimelineEntry]:
    wanted = (
        sa.select(DeskReviewRow)
        .join(DeskActRow, DeskActRow.number == DeskReviewRow.act)
        .where(DeskActRow.application_id == key[0], DeskActRow.service == key[1])
        .order_by(DeskReviewRow.act)
    )
    return [
        TimelineEntry(one.at, one.account, verdict=DeskVerdict(one.verdict))
        for one in session.scalars(wanted)
    ]


def _moves(session: Session, key: tuple[str, str]) -> list[TimelineEntry]:
    row = TaskMoveRow
    wanted = sa.select(row).where(row.application_id == key[0], row.service == key[1])
    return [
        TimelineEntry(one.at, one.account, state=one.state)
        for one in session.scalars(wanted.order_by(row.number))
    ]
