"""Deadlines of tasks in the store: planning them, looking at them once a day, and their alarms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.alarms import end_alarm, raise_alarms
from central.store.office_tables import FINAL, TaskDeadlineRow
from central.store.statements.json_rows import run_with_rows
from central.store.tables import UNPLANNED, ApplicationRow, TaskRow
from central.tasks import ENDS, TaskState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase

CALM = "calm"
"""The level of a deadline that is far away, or whose clock stands (`DeadlineLevel`)."""


@dataclass(frozen=True)
class UnplannedCase:
    """An open case whose deadlines are not known yet. `due_on`: the day its receipt promises."""

    application_id: str
    received_at: str
    due_on: str
    services: tuple[str, ...]
    envelope: bytes = field(repr=False)


@dataclass(frozen=True)
class TaskClock:
    """What the deadline of a task hangs on; `moves`: time (ISO 8601) and state, oldest first.

    `level`: what the look before found.
    """

    application_id: str
    service: str
    received_at: str
    promised_on: str
    level: str
    has_ended: bool
    moves: tuple[tuple[str, TaskState], ...]


@dataclass(frozen=True)
class DeadlineEntry:
    """A running deadline as the operator lists it."""

    due_on: str
    level: str
    case_number: str
    application_id: str
    service: str
    state: TaskState


@dataclass(frozen=True)
class DeadlineLook:
    """What a look at a deadline found: the last day (ISO), its level, and the kind of its alarm.

    `kind` is None for no alarm; `at`: the time of the look, and `day` its day, ISO 8601.
    """

    due_on: str
    level: str
    kind: AlarmKind | None
    at: str
    day: str


@dataclass(frozen=True)
class Deadlines:
    """The deadlines of all tasks."""

    database: CentralDatabase

    def unplanned(self, most: int) -> tuple[UnplannedCase, ...]:
        """Return open cases without deadlines, the oldest first, at most so many."""
        wanted = (
            sa.select(ApplicationRow)
            .where(sa.text(UNPLANNED))  # as the index says it
            .order_by(ApplicationRow.serial)
            .limit(most)
        )

        def work(session: Session) -> tuple[UnplannedCase, ...]:
            return tuple(_unplanned(session, row) for row in session.scalars(wanted))

        return self.database.read(work)

    def plan(self, case: UnplannedCase, promised: Mapping[str, str]) -> None:
        """Store the `promised` day (ISO, "" for none) of each service of a case, once."""

        def work(session: Session) -> None:
            for service, day in promised.items():
                if session.get(TaskDeadlineRow, (case.application_id, service)) is None:
                    row = TaskDeadlineRow(application_id=case.application_id, service=service)
                    row.promised_on, row.due_on, row.level = day, day, CALM
                    session.add(row)
            mine = ApplicationRow.id == case.application_id
            session.execute(sa.update(ApplicationRow).where(mine).values(planned=True))

        self.database.write(work)

    def settle_ended(self, today: str, most: int) -> int:
        """Take from what is looked at after `today` (ISO) at most so many that have nothing to say.

        These are tasks that have ended and whose alarm does not last, and those without a promised
        day. Return how many. So the daily look reads what is open and not all that ever was.
        """
        row, other = TaskDeadlineRow, sa.orm.aliased(TaskDeadlineRow)
        has_ended = sa.exists().where(
            TaskRow.application_id == other.application_id,
            TaskRow.service == other.service,
            TaskRow.state.in_(ENDS),
        )
        settled = (
            sa.select(other.application_id, other.service)
            .where(other.looked_on < today, other.alarm == 0)
            .where(sa.or_(other.promised_on == "", has_ended))
            .limit(most)
        )
        statement = (
            sa.update(row)
            .where(sa.tuple_(row.application_id, row.service).in_(settled))
            .values(looked_on=FINAL)
            .execution_options(synchronize_session=False)
        )

        def work(session: Session) -> int:
            return int(session.connection().execute(statement).rowcount)

        return self.database.write(work)

    def not_looked_at(self, today: str, most: int) -> tuple[TaskClock, ...]:
        """Return tasks with a promised day that nobody looked at `today` (ISO), at most so many.

        Of tasks that have ended only those whose alarm lasts.
        """
        row = TaskDeadlineRow
        wanted = (
            sa.select(
                row.application_id,
                row.service,
                row.promised_on,
                row.level,
                TaskRow.state,
                ApplicationRow.received_at,
            )
            .join(TaskRow, _SAME)
            .join(ApplicationRow, ApplicationRow.id == row.application_id)
            .where(row.promised_on != "", row.looked_on < today)
            .where(sa.or_(TaskRow.state.not_in(ENDS), row.alarm != 0))
            # As the index has them: by their key alone, all deadlines would be read.
            .order_by(row.looked_on, row.application_id, row.service)
            .limit(most)
        )

        def work(session: Session) -> tuple[TaskClock, ...]:
            found = session.execute(wanted).all()
            moves = _moves(session, {one.application_id for one in found})
            return tuple(
                TaskClock(
                    application_id=one.application_id,
                    service=one.service,
                    received_at=one.received_at,
                    promised_on=one.promised_on,
                    level=one.level,
                    has_ended=one.state in ENDS,
                    moves=tuple(moves.get((one.application_id, one.service), ())),
                )
                for one in found
            )

        return self.database.read(work)

    def record(self, found: Sequence[tuple[TaskClock, DeadlineLook]]) -> None:
        """Store what looks found, all in one transaction.

        Of two looks at once at a level that changes one counts.
        """
        keys = [(clock.application_id, clock.service) for clock, _ in found]
        self.database.write(lambda session: _record(session, dict(zip(keys, found, strict=True))))

    def running(self) -> tuple[DeadlineEntry, ...]:
        """Return the deadlines of all open tasks, the first due first."""
        row = TaskDeadlineRow
        wanted = (
            sa.select(
                row.due_on,
                row.level,
                ApplicationRow.case_number,
                row.application_id,
                row.service,
                TaskRow.state,
            )
            .join(TaskRow, _SAME)
            .join(ApplicationRow, ApplicationRow.id == row.application_id)
            .where(row.promised_on != "", TaskRow.state.not_in(ENDS))
            .order_by(row.due_on, ApplicationRow.serial, row.service)
        )
        return self.database.read(
            lambda session: tuple(DeadlineEntry(*found) for found in session.execute(wanted))
        )


_SAME = sa.and_(
    TaskRow.application_id == TaskDeadlineRow.application_id,
    TaskRow.service == TaskDeadlineRow.service,
)


def _unplanned(session: Session, row: ApplicationRow) -> UnplannedCase:
    mine = sa.select(TaskRow.service).where(TaskRow.application_id == row.id)
    services = tuple(session.scalars(mine.order_by(TaskRow.service)))
    return UnplannedCase(row.id, row.received_at, row.due_on, services, row.envelope)


def _record(
    session: Session, found: Mapping[tuple[str, str], tuple[TaskClock, DeadlineLook]]
) -> None:
    looked: list[tuple[object, ...]] = []
    changed: list[tuple[tuple[str, str], DeadlineLook]] = []
    # Two at once that change the same row do not both end well (REPEATABLE READ), so no lock.
    for case, service, level, alarm in run_with_rows(session, _LEVELS, _KEYS, found):
        clock, look = found[case, service]
        if level != clock.level:
            continue
        if level == look.level:
            looked.append((case, service, look.due_on, look.day))
            continue
        if alarm:
            end_alarm(session, alarm, look.at)
        changed.append(((case, service), look))
    rows = [
        (*key, look.due_on, look.day, look.level, number)
        for (key, look), number in zip(changed, _raise(session, changed), strict=True)
    ]
    if looked:
        run_with_rows(session, _SET_LOOKED, _LOOKED, looked)
    if rows:
        run_with_rows(session, _SET_CHANGED, _CHANGED, rows)


def _raise(session: Session, changed: Sequence[tuple[tuple[str, str], DeadlineLook]]) -> list[int]:
    """Raise the alarms of deadlines whose level changed; return the number of each, 0 for none."""
    alarms = [
        Alarm(look.at, "", look.kind, f"{case} {service} {look.due_on}") if look.kind else None
        for (case, service), look in changed
    ]
    numbers = iter(raise_alarms(session, [one for one in alarms if one is not None]))
    return [next(numbers) if one is not None else 0 for one in alarms]


def _moves(
    session: Session, cases: Iterable[str]
) -> dict[tuple[str, str], list[tuple[str, TaskState]]]:
    """Return the moves of all tasks of the cases, by application and service."""
    found = defaultdict[tuple[str, str], list[tuple[str, TaskState]]](list)
    rows = [(case,) for case in cases]
    for case, service, at, state in run_with_rows(session, _MOVES_OF, _CASES, rows):
        found[case, service].append((at, TaskState[state]))
    return found


_CASES = (("case_id", "text"),)
_KEYS = (*_CASES, ("service", "text"))
_LOOKED = (*_KEYS, ("due_on", "text"), ("looked_on", "text"))
_CHANGED = (*_LOOKED, ("level", "text"), ("alarm", "integer"))
_LEVELS = """
    SELECT d.application_id, d.service, d.level, d.alarm FROM {rows}
    JOIN task_deadline AS d ON d.application_id = r.case_id AND d.service = r.service
    ORDER BY d.application_id, d.service
"""
_SET_LOOKED = """
    UPDATE task_deadline AS d SET due_on = r.due_on, looked_on = r.looked_on
    FROM {rows} WHERE d.application_id = r.case_id AND d.service = r.service
"""
_SET_CHANGED = """
    UPDATE task_deadline AS d
    SET due_on = r.due_on, looked_on = r.looked_on, level = r.level, alarm = r.alarm
    FROM {rows} WHERE d.application_id = r.case_id AND d.service = r.service
"""
_MOVES_OF = """
    SELECT m.application_id, m.service, m.at, m.state FROM {rows}
    JOIN task_move AS m ON m.application_id = r.case_id ORDER BY m.number
"""
