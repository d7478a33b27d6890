"""The offices' tasks in the store: claiming them with a lease, and settling them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central import tasks
from central.confirmation import SeenFacts
from central.notices import About
from central.ports import Occasion
from central.store.cases.open_parts import parts_of
from central.store.cases.results import note_result
from central.store.office_tables import TaskFailureRow
from central.store.tables import ApplicationRow, ConfirmationRow, CorrectionRow, TaskRow
from central.store.task_jobs import AT_THE_OFFICE, enqueue_served
from central.store.task_moves import note_moves
from central.store.tasks.case_moves import (
    CaseMove,
    LockedCase,
    cases_left_open,
    close_case,
    lock_case,
    write_moves,
)
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
    """A claimed task; it belongs to `lease` until that runs out.

    `job`: the number of PgQueuer's job that asked to look at it, 0 for none.
    """

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
    job: int = 0


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
        key = claim.application_id, claim.service

        def work(session: Session) -> bool:
            held = claim.lease
            return self.settle_within(session, key, step, at, lease=held, job=claim.job)

        return self.database.write_in_turn(work)

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
        job: int = 0,
    ) -> bool:
        """Do what `settle` does within the transaction of `session`.

        `key`: the application's id and the service; `step`: where the task moves. `lease`: the
        claim that has to hold the task, None for none. `account`: who at the desk decided it.
        `job`: the number of the job that is done with this, 0 for none.
        """
        application_id, service = key
        case = lock_case(session, application_id)
        assert case is not None
        if case.awaiting:  # nothing begins before the principal confirms
            return False
        if case.states[service] in tasks.ENDS or lease not in (None, case.leases[service]):
            return False
        after = tasks.follow({**case.states, service: step.state}, self.rules.needs)
        parts = sorted(parts_of(code for code, one in after.items() if one not in tasks.ENDS))
        steps = _steps_of(case, service, step, after)
        made = CaseMove(case, steps, after, at, parts, account, job)
        write_moves(session, made)
        if case.has_webhooks:
            self._note_events(session, made)
        if step.state in tasks.ENDS:
            note_result(session, case, service, step, self.rules.results, at)
        enqueue_served(session, made.moved, self.rules.offices, case.served)
        self._tell(session, made, step)
        return True

    def _note_events(self, session: Session, made: CaseMove) -> None:
        found = [(one, event_of(made.case.states[one.service], one.state)) for one in made.moved]
        told = [(one, event) for one, event in found if event is not None]
        note_events(session, told, made.at, self.rules.offices)

    def close_ended(self, at: str) -> tuple[str, ...]:
        """Close the open cases whose tasks have all ended; return their numbers.

        There is none but where a program before this one left it so: the two last ends at the same
        time left the case open, its services could not be filed again, and nobody was told. That
        is done now, at `at` (ISO 8601). Raises VaultUnavailable when somebody can't be told now.
        """

        def close(session: Session, application_id: str) -> str:
            case = lock_case(session, application_id)
            if case is None or not case.is_open or case.awaiting:
                return ""
            if any(state not in tasks.ENDS for state in case.states.values()):
                return ""
            close_case(session, case, at)
            self._announce(session, case, [Occasion.DONE], at)
            return case.case_number

        left = self.database.read(cases_left_open)
        closed = (self.database.write_in_turn(partial(close, application_id=one)) for one in left)
        return tuple(number for number in closed if number)

    def _tell(self, session: Session, made: CaseMove, step: TaskMove) -> None:
        occasions = []
        if step.state is TaskState.CORRECTION:
            occasions.append(Occasion.CORRECTION)
        asks_person = step.asks_person or (step.result is not None and step.result.asks_person)
        if made.is_open and asks_person:
            occasions.append(Occasion.RESULT)
        if not made.is_open:
            occasions.append(Occasion.DONE)
        if occasions:  # else the vault need not look for a number
            self._announce(session, made.case, occasions, made.at)

    def _announce(
        self, session: Session, case: LockedCase, occasions: Sequence[Occasion], at: str
    ) -> None:
        notices = self.rules.notices
        mine = sa.select(ApplicationRow.envelope).where(ApplicationRow.id == case.id)
        mobile = notices.mobile_of(session.scalars(mine).one())
        about = About(case.id, case.case_number, mobile)
        for occasion in occasions:
            notices.tell(session, about, occasion, at)


def _steps_of(
    case: LockedCase, service: str, step: TaskMove, after: Mapping[str, TaskState]
) -> dict[str, TaskMove]:
    """Return the moves by service: `step` first, then what follows by the states `after`."""
    is_sealed = step.result is not None and step.result.refusal is not None
    kept = replace(step, reason="") if is_sealed else step
    followed = (code for code, state in case.states.items() if state is not after[code])
    return {service: kept} | {code: TaskMove(after[code]) for code in followed if code != service}


def move(
    task: TaskRow, step: TaskMove, at: str, offices: Mapping[str, str], account: str = ""
) -> None:
    """Move a task to the state of `step`; it is due at once, and its office's systems are told.

    `offices`: the office of each service. `account`: who at the office's desk decided it, "" for
    nobody.
    """
    session = sa.orm.object_session(task)
    assert session is not None
    event = event_of(task.state, step.state)
    task.state, task.reason, task.due_on = step.state, step.reason, step.due_on
    task.changed_at = at
    task.lease, task.leased_until, task.look_at = "", 0.0, 0.0
    note_moves(session, [task], at, account)
    if event is not None:
        note_events(session, [(task, event)], at, offices)


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
