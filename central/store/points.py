"""What became of what was filed at one service point, and what do offices still wait for?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.store.tables import Application, Rating, Task, Terminal
from central.tasks import State

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from central.store.database import Database


NEWS = (State.SUSPENDED, State.RESUMED, State.REFUSED, State.ENDED)
"""States of single services that a desk is told of, besides the corrections."""
MOST_NEWS = 100


@dataclass(frozen=True)
class Points:
    """Service points, as far as their terminals are known."""

    database: Database

    def corrections(self, point: str) -> list[dict[str, Any]]:
        """Return the items of openapi.yaml's PointCorrections, the most urgent first."""
        wanted = (
            sa.select(Application, Task)
            .join(Task, Task.application_id == Application.id)
            .where(Application.terminal.in_(_terminals(point)), Task.state == State.CORRECTION)
            .order_by(Task.due_on, Application.serial, Task.service)
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
        """Return openapi.yaml's PointDesk without its version: what happened from `since` on."""
        day = since.isoformat()
        mine = Application.terminal.in_(_terminals(point))
        moved = (
            sa.select(Application, Task)
            .join(Task, Task.application_id == Application.id)
            .where(mine, Task.state.in_(NEWS), Task.changed_at >= day)
            .order_by(Task.changed_at.desc(), Application.serial, Task.service)
            .limit(MOST_NEWS)
        )
        closed = (
            sa.select(Application)
            .where(mine, Application.closed_at >= day)
            .order_by(Application.closed_at.desc(), Application.serial)
            .limit(MOST_NEWS)
        )

        def work(session: Session) -> dict[str, Any]:
            ended = sa.select(Application.id).where(mine, Application.closed_at >= day)
            return {
                "open": _count(session, sa.select(Application.id).where(mine, Application.open)),
                "done": _count(session, ended),
                "items": [
                    *(_news(*row) for row in session.execute(moved)),
                    *map(_closed, session.scalars(closed)),
                ],
            }

        return self.database.read(work)

    def month(self, point: str, month: str, staff: str) -> dict[str, Any]:
        """Return openapi.yaml's PointMonth without its version; `month` is YYYY-MM.

        Of all that was filed there in that month; ratings only of what `staff` helped with.
        """
        here = Application.terminal.in_(_terminals(point))
        filed = here & Application.received_at.startswith(month)
        helped = filed & (Application.staff == staff)

        def work(session: Session) -> dict[str, Any]:
            ids = sa.select(Application.id).where(filed)
            own = sa.select(Application.id).where(helped)
            services = sa.select(Task.service).where(Task.application_id.in_(ids))
            ways = sa.select(Application.way, sa.func.count()).where(filed)
            by_way = ways.group_by(Application.way)
            grades = sa.select(Rating.grade, sa.func.count())
            rated = grades.where(Rating.application_id.in_(own)).group_by(Rating.grade)
            return {
                "month": month,
                "filed": _count(session, ids),
                "own": _count(session, own),
                "services": _count(session, services),
                "closed": _count(session, ids.where(sa.not_(Application.open))),
                "ways": {str(way): many for way, many in session.execute(by_way)},
                "grades": {str(grade): many for grade, many in session.execute(rated)},
            }

        return self.database.read(work)


def _terminals(point: str) -> sa.Select[str]:
    return sa.select(Terminal.id).where(Terminal.point == point)


def _count(session: Session, wanted: sa.Select[str]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0


def _news(application: Application, task: Task) -> dict[str, Any]:
    return _item(application, task.state, task.service, task.reason, task.changed_at)


def _closed(application: Application) -> dict[str, Any]:
    return _item(application, State.DONE, "", "", application.closed_at)


def _item(
    application: Application, state: State, service: str, reason: str, at: str
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
