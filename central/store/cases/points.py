"""Queries about the cases of one service point: corrections, desk news, monthly figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.store.tables import ApplicationRow, RatingRow, TaskRow, TerminalRow
from central.tasks import TaskState
from kiosk.application.rating import FILING

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


NEWS = (TaskState.SUSPENDED, TaskState.RESUMED, TaskState.REFUSED, TaskState.ENDED)
"""States of single services that a desk list shows, besides corrections."""
MOST_NEWS = 100


@dataclass(frozen=True)
class Points:
    """Cases by the service point of the terminals that sent them."""

    database: CentralDatabase
    smallest_group: int

    def corrections(self, point: str) -> list[dict[str, Any]]:
        """Return the items of openapi.yaml's PointCorrections, most urgent first."""
        wanted = (
            sa.select(ApplicationRow, TaskRow)
            .join(TaskRow, TaskRow.application_id == ApplicationRow.id)
            .where(
                ApplicationRow.terminal.in_(_terminals(point)),
                TaskRow.state == TaskState.CORRECTION,
            )
            .order_by(TaskRow.due_on, ApplicationRow.serial, TaskRow.service)
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

    def desk(self, point: str, since: date) -> dict[str, Any]:
        """Return openapi.yaml's PointDesk without its version: news from the day `since` on."""
        day = since.isoformat()
        mine = ApplicationRow.terminal.in_(_terminals(point))
        moved = (
            sa.select(ApplicationRow, TaskRow)
            .join(TaskRow, TaskRow.application_id == ApplicationRow.id)
            .where(mine, TaskRow.state.in_(NEWS), TaskRow.changed_at >= day)
            .order_by(TaskRow.changed_at.desc(), ApplicationRow.serial, TaskRow.service)
            .limit(MOST_NEWS)
        )
        closed = (
            sa.select(ApplicationRow)
            .where(mine, ApplicationRow.closed_at >= day)
            .order_by(ApplicationRow.closed_at.desc(), ApplicationRow.serial)
            .limit(MOST_NEWS)
        )

        def work(session: Session) -> dict[str, Any]:
            ended = sa.select(ApplicationRow.id).where(mine, ApplicationRow.closed_at >= day)
            return {
                "open": _count(
                    session, sa.select(ApplicationRow.id).where(mine, ApplicationRow.open)
                ),
                "done": _count(session, ended),
                "items": [
                    *(_news(*row) for row in session.execute(moved)),
                    *map(_closed, session.scalars(closed)),
                ],
            }

        return self.database.read(work)

    def month(self, point: str, month: str, staff: str) -> dict[str, Any]:
        """Return openapi.yaml's PointMonth without its version; `month` is YYYY-MM.

        It counts what was filed at the point in that month; ratings only of what `staff` helped
        with, and none as long as they are fewer than `smallest_group`: nobody may tell who rated.
        """
        here = ApplicationRow.terminal.in_(_terminals(point))
        filed = here & ApplicationRow.received_at.startswith(month)
        helped = filed & (ApplicationRow.staff == staff)

        def work(session: Session) -> dict[str, Any]:
            ids = sa.select(ApplicationRow.id).where(filed)
            own = sa.select(ApplicationRow.id).where(helped)
            services = sa.select(TaskRow.service).where(TaskRow.application_id.in_(ids))
            ways = sa.select(ApplicationRow.way, sa.func.count()).where(filed)
            by_way = ways.group_by(ApplicationRow.way)
            rated = sa.select(RatingRow.grade, sa.func.count()).group_by(RatingRow.grade)
            rated = rated.where(RatingRow.application_id.in_(own), RatingRow.stage == FILING)
            grades = {str(grade): many for grade, many in session.execute(rated)}
            told = sum(grades.values()) >= self.smallest_group
            return {
                "month": month,
                "filed": _count(session, ids),
                "own": _count(session, own),
                "services": _count(session, services),
                "closed": _count(session, ids.where(sa.not_(ApplicationRow.open))),
                "ways": {str(way): many for way, many in session.execute(by_way)},
                "grades": grades if told else {},
            }

        return self.database.read(work)


def _terminals(point: str) -> sa.Select[str]:
    return sa.select(TerminalRow.id).where(TerminalRow.point == point)


def _count(session: Session, wanted: sa.Select[str]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0


def _news(application: ApplicationRow, task: TaskRow) -> dict[str, Any]:
    return _item(application, task.state, task.service, task.reason, task.changed_at)


def _closed(application: ApplicationRow) -> dict[str, Any]:
    return _item(application, TaskState.DONE, "", "", application.closed_at)


def _item(
    application: ApplicationRow, state: TaskState, service: str, reason: str, at: str
) -> dict[str, Any]:
    return {
        "application_id": application.id,
        "case_number": application.case_number,
        "masked_name": application.masked_name,
        "state": state.value,
        "service": service,
        "reason": reason,
        "changed_at": at,
    }
