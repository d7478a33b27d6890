"""What is late, for who answers for it: parts whose last day is over, bad ratings to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.store.office_tables import IS_NEAR, TaskDeadlineRow
from central.store.rating_tables import RatingFollowUpRow
from central.store.tables import ApplicationRow, TaskRow
from central.store.web.tables import TaskHolderRow
from central.store.web.task_desk import OPEN_STATES
from central.tasks import TaskState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class OverduePlace:
    """The place of an overdue part in the list; `serial` counts cases."""

    due_on: str
    serial: int
    service: str


@dataclass(frozen=True)
class OverduePart:
    """A part whose last day, `due_on` (ISO), is over; `holder`: who works on it, "" for nobody."""

    due_on: str
    serial: int
    case_number: str
    service: str
    state: TaskState
    holder: str


@dataclass(frozen=True)
class OverduePage:
    """Some overdue parts, and the place behind which there may be more, None where there are none.

    What has ended since the last look at its deadline is left out.
    """

    parts: tuple[OverduePart, ...]
    last: OverduePlace | None


@dataclass(frozen=True)
class OpenFollowUp:
    """A bad rating without an answer yet: whose, "" for the visit at a point, and the last day."""

    office: str
    due_on: str


@dataclass(frozen=True)
class Escalation:
    """Late parts and ratings of all offices; no content, and nobody who rated."""

    database: CentralDatabase

    def overdue(self, most: int | None, after: OverduePlace | None = None) -> OverduePage:
        """Return overdue parts, the longest overdue first, those behind the place `after`.

        At most `most`, None for all. What it reads does not grow with the parts before that place,
        nor with those that are not overdue.
        """

        def work(session: Session) -> OverduePage:
            found = session.execute(_overdue_rows(session, most, after)).all()
            parts = tuple(
                OverduePart(due_on, serial, number, service, state, holder or "")
                for due_on, serial, service, number, state, awaiting, holder in found
                if state in OPEN_STATES and not awaiting
            )
            is_whole = most is None or len(found) < most
            return OverduePage(parts, None if is_whole else OverduePlace(*found[-1][:3]))

        return self.database.read(work)

    def follow_ups(self) -> tuple[OpenFollowUp, ...]:
        """Return the bad ratings to answer, the first due first."""
        row = RatingFollowUpRow
        wanted = sa.select(row.office, row.due_on).where(row.answered_at == "")
        ordered = wanted.order_by(row.due_on, row.office)
        return self.database.read(
            lambda session: tuple(OpenFollowUp(*one) for one in session.execute(ordered))
        )


def _overdue_rows(session: Session, most: int | None, after: OverduePlace | None) -> sa.Select[Any]:
    """Return the statement that reads `most` overdue deadlines, and then what belongs to each."""
    row = TaskDeadlineRow
    # Written out: with parameters the database may not see that the index has them.
    is_overdue = sa.text(f"task_deadline.level = 'overdue' AND task_deadline.{IS_NEAR}")
    late = sa.select(row.due_on, row.application_id, row.service).where(is_overdue)
    if after is not None:
        late = late.where(_is_behind(session, after))
    place = late.order_by(row.due_on, row.application_id, row.service).limit(most).subquery()
    mine = sa.and_(
        TaskRow.application_id == place.c.application_id, TaskRow.service == place.c.service
    )
    held = sa.and_(
        TaskHolderRow.application_id == TaskRow.application_id,
        TaskHolderRow.service == TaskRow.service,
    )
    case = ApplicationRow
    return (
        sa.select(
            place.c.due_on,
            case.serial,
            place.c.service,
            case.case_number,
            TaskRow.state,
            case.awaiting,
            TaskHolderRow.account,
        )
        .select_from(place)
        .join(TaskRow, mine)
        .join(case, case.id == place.c.application_id)
        .join(TaskHolderRow, held, isouter=True)
        .order_by(place.c.due_on, place.c.application_id, place.c.service)
    )


def _is_behind(session: Session, place: OverduePlace) -> sa.ColumnElement[bool]:
    """Return what tells the parts behind a place; of an unknown case those of later days."""
    row = TaskDeadlineRow
    case = session.scalar(sa.select(ApplicationRow.id).where(ApplicationRow.serial == place.serial))
    if case is None:
        return row.due_on > place.due_on
    key = sa.tuple_(row.due_on, row.application_id, row.service)
    return key > sa.tuple_(sa.literal(place.due_on), sa.literal(case), sa.literal(place.service))
