"""The offices' tasks in the store: claiming them with a lease, and settling them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central import tasks
from central.confirmation import SeenFacts
from central.notices import About
from central.ports import Occasion
from central.store.cases.cases import application_of
from central.store.cases.open_parts import end_open_parts
from central.store.cases.results import note_result
from central.store.office_tables import TaskFailureRow
from central.store.tables import ApplicationRow, ConfirmationRow, CorrectionRow, TaskRow
from central.store.task_jobs import AT_THE_OFFICE, enqueue_tasks
from central.store.task_moves import note_moves
from central.store.web.tables import TaskHolderRow
from central.store.webhook_events import event_of, note_events
from central.tasks import TaskMove, TaskState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

    from central.rules import Rules
    from central.store.database import CentralDatabase

HELD = (
    sa.exists()
    .where(TaskHolderRow.application_id == TaskRow.application_id)
    .where(TaskHolderRow.service == TaskRow.service)
)
"""A person works on the task."""

DEAD = (
    sa.exists()
    .where(TaskFailureRow.application_id == TaskRow.application_id)
    .where(TaskFailureRow.service == TaskRow.service)
    .where(TaskFailureRow.dead_at != "")
)
"""The task is a dead letter."""


@dataclass(frozen=True)
class TaskClaim:
    """A claimed task; it belongs to `lease` until that runs out."""

    application_id: str
    service: str
    lease: str
    serial: int
    state: TaskState
    since: str
    due_on: str
    received_at: str
    envelope: bytes = field(repr=False)
    seen_facts: SeenFacts = SeenFacts()
    corrections: tuple[bytes, ...] = field(default=(), repr=False)  # envelopes, the oldest first


@dataclass(frozen=True)
class Work:
    """The tasks of all cases, as the offices move them."""

    database: CentralDatabase
    rules: Rules

    def claim(
        self,
        lease: str,
        now: datetime,
        length: timedelta,
        most: int,
        services: Collection[str] | None = None,
    ) -> tuple[TaskClaim, ...]:
        """Return at most `most` tasks that have been due for longest, each leased for `length`.

        `lease` is the unique name of this claim. `services`: those whose tasks are wanted, None for
        all.
        """
        at = now.timestamp()
        wanted = (sa.true(),) if services is None else (TaskRow.service.in_(services),)
        due = (
            sa.select(TaskRow)
            .where(
                TaskRow.state.in_(AT_THE_OFFICE),
                TaskRow.look_at <= at,
                TaskRow.leased_until <= at,
                ~HELD,
                ~DEAD,
                *wanted,
            )
            .order_by(TaskRow.look_at, TaskRow.application_id, TaskRow.service)
            .limit(most)
            .with_for_update(skip_locked=True)
        )

        def work(session: Session) -> tuple[TaskClaim, ...]:
            rows = list(session.scalars(due))
            for task in rows:
                task.lease, task.leased_until = lease, (now + length).timestamp()
            return tuple(claim_of(session, task) for task in rows)

        return self.database.write(work)

    def put_off(self, claim: TaskClaim, until: datetime) -> None:
        """Give the task back, to be looked at again at `until`."""
        mine = TaskRow.application_id == claim.application_id, TaskRow.service == claim.service
        giving = sa.update(TaskRow).where(*mine, TaskRow.lease == claim.lease)
        given = giving.values(look_at=until.timestamp(), lease="", leased_until=0.0)
        self.database.write(lambda session: session.execute(given))

    def finish(self, claim: TaskClaim, step: TaskMove, at: str) -> bool:
        """Settle a claimed task; False when the lease ran out and another worker has the task.

        `step`: where the office moves the task. `at`: the time in ISO 8601.
        """
        case, service, lease = claim.application_id, claim.service, claim.lease
        return self.database.write_in_turn(
            lambda session: self.settle_within(session, (case, service), step, at, lease=lease)
        )

    def settle(self, application_id: str, service: str, step: TaskMove, at: str) -> bool:
        """Move the task of a service and what follows from it; the last end closes the case.

        Return False for a task that has ended already or a case that is not confirmed. `step`:
        where the office moves the task. `at`: ISO 8601.
        """
        return self.database.write_in_turn(
            lambda session: self.settle_within(session, (application_id, service), step, at)
        )

    def settle_within(
        self,
        session: Session,
        key: tuple[str, str],
        step: TaskMove,
        at: str,
        *,
        lease: str | None = None,
        account: str = "",
    ) -> bool:
        """Do what `settle` does within the transaction of `session`.

        `key`: the application's id and the service; `step`: where the task moves. `lease`: the
        claim that has to hold the task, None for none. `account`: who at the desk decided it.
        """
        application_id, service = key
        application = application_of(session, application_id, locked=True)
        assert application is not None
        wanted = sa.select(TaskRow).where(TaskRow.application_id == application_id)
        # Who claims one of them meanwhile waits, and then sees what became of it.
        rows = {task.service: task for task in session.scalars(wanted.with_for_update())}
        if application.awaiting:  # nothing begins before the principal confirms
            return False
        if rows[service].state in tasks.ENDS or lease not in (None, rows[service].lease):
            return False
        is_sealed = step.result is not None and step.result.refusal is not None
        kept = replace(step, reason="") if is_sealed else step
        steps = [(rows[service], kept)]
        states = {code: task.state for code, task in rows.items()} | {service: step.state}
        after = tasks.follow(states, self.rules.needs)
        followed = [code for code, state in states.items() if state is not after[code]]
        steps += [(rows[code], TaskMove(after[code])) for code in followed]
        move_tasks(session, steps, at, self.rules.offices, account)
        if step.state in tasks.ENDS:
            note_result(session, application, service, step, self.rules.results, at)
        due = (rows[code] for code in (service, *followed))
        enqueue_tasks(session, due, self.rules.offices)
        application.open = any(state not in tasks.ENDS for state in after.values())
        application.closed_at = "" if application.open else at
        end_open_parts(session, application, after)
        self._tell(session, application, step, at)
        return True

    def _tell(self, session: Session, application: ApplicationRow, step: TaskMove, at: str) -> None:
        occasions = []
        if step.state is TaskState.CORRECTION:
            occasions.append(Occasion.CORRECTION)
        asks_person = step.asks_person or (step.result is not None and step.result.asks_person)
        if application.open and asks_person:
            occasions.append(Occasion.RESULT)
        if not application.open:
            occasions.append(Occasion.DONE)
        if not occasions:
            return  # and the vault need not look for a number
        notices = self.rules.notices
        mobile = notices.mobile_of(application.envelope)
        about = About(application.id, application.case_number, mobile)
        for occasion in occasions:
            notices.tell(session, about, occasion, at)


def move(
    task: TaskRow, step: TaskMove, at: str, offices: Mapping[str, str], account: str = ""
) -> None:
    """Move a task to the state of `step`; it is due at once, and its office's systems are told.

    `offices`: the office of each service. `account`: who at the office's desk decided it, "" for
    nobody.
    """
    session = sa.orm.object_session(task)
    assert session is not None
    move_tasks(session, [(task, step)], at, offices, account)


def move_tasks(
    session: Session,
    steps: Sequence[tuple[TaskRow, TaskMove]],
    at: str,
    offices: Mapping[str, str],
    account: str = "",
) -> None:
    """Do what `move` does with each of `steps`, all tasks of one case, the first by `account`.

    `at`: ISO 8601. `offices`: the office of each service.
    """
    events = []
    for task, step in steps:
        event = event_of(task.state, step.state)
        if event is not None:
            events.append((task, event))
        task.state, task.reason, task.due_on = step.state, step.reason, step.due_on
        task.changed_at = at
        task.lease, task.leased_until, task.look_at = "", 0.0, 0.0
    note_moves(session, [task for task, _ in steps], at, account)
    note_events(session, events, at, offices)


def claim_of(session: Session, task: TaskRow) -> TaskClaim:
    """Return the claim that a task's row holds."""
    about = sa.select(*CLAIMED).outerjoin(ConfirmationRow)
    found = session.execute(about.where(ApplicationRow.id == task.application_id)).one()
    return make_claim(session, task, task.lease, found)


CLAIMED = (
    ApplicationRow.serial,
    ApplicationRow.received_at,
    ApplicationRow.envelope,
    ConfirmationRow.facts_mark,
    ConfirmationRow.facts_wrong,
)
"""What a claim says of the application; nobody confirms a filing that its own person made."""


def make_claim(session: Session, task: Any, lease: str, about: Any) -> TaskClaim:
    """Return a claim of `task` by `lease`; `about` has the columns of `CLAIMED`."""
    row, mark = CorrectionRow, about.facts_mark
    mine = row.application_id == task.application_id, row.service == task.service
    wanted = sa.select(row.envelope).where(*mine).order_by(row.number)
    brought = session.connection().scalars(wanted)
    return TaskClaim(
        application_id=task.application_id,
        service=task.service,
        lease=lease,
        serial=about.serial,
        state=task.state,
        since=task.changed_at,
        due_on=task.due_on,
        received_at=about.received_at,
        envelope=about.envelope,
        seen_facts=SeenFacts()
        if mark is None
        else SeenFacts(mark, tuple(about.facts_wrong.split())),
        corrections=tuple(brought),
    )
