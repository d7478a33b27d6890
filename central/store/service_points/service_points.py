"""The list of all service points: read, replaced as a whole, changed one by one; each with who."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.store.service_points.tables import PointChangeRow, ServicePointRow
from central.store.web.events import record_web_event
from kiosk.retirement.points import PointKind, ServicePoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase
    from central.web_accounts import WebEvent

_NEWEST = sa.text("SELECT number, at FROM point_change ORDER BY number DESC LIMIT 1")
NEVER = 0
"""The number of the newest change of an empty list."""


@dataclass(frozen=True)
class PointChanges:
    """How many points a new list adds, changes and takes out."""

    added: int
    changed: int
    removed: int


@dataclass(frozen=True)
class PointChange:
    """A change of one point: who, when, and its values before and after, None where it was not."""

    at: str
    account: str
    point: str
    before: ServicePoint | None
    after: ServicePoint | None


@dataclass(frozen=True)
class ServicePoints:
    """The list; codes are unique, and the order is that of the file it came from."""

    database: CentralDatabase

    def newest(self) -> tuple[int, str]:
        """Return number and time (ISO 8601) of the newest change; (`NEVER`, "") before any."""
        row = self.database.look(_NEWEST, {})
        return (NEVER, "") if row is None else (row.number, row.at)

    def all(self) -> Mapping[str, ServicePoint]:
        """Return all points by code."""
        return self.database.read(_all)

    def history(self, most: int, point: str = "") -> tuple[PointChange, ...]:
        """Return the newest changes, at most so many, of all points or of one."""
        wanted = sa.select(PointChangeRow).order_by(PointChangeRow.number.desc()).limit(most)
        if point:
            wanted = wanted.where(PointChangeRow.point == point)
        return self.database.read(
            lambda session: tuple(
                PointChange(row.at, row.account, row.point, _read(row.before), _read(row.after))
                for row in session.scalars(wanted)
            )
        )

    def replace(
        self,
        points: Mapping[str, ServicePoint],
        at: datetime,
        event: WebEvent | None = None,
    ) -> PointChanges:
        """Replace the whole list by `points` at the time `at`; return what that changed.

        `event` tells the audit who; None for the operator's command.
        """
        account = event.account if event else ""

        def work(session: Session) -> PointChanges:
            before = _all(session)
            later = _later(session, at)
            new = [(before.get(code), one) for code, one in points.items()]
            gone = [(one, None) for code, one in before.items() if code not in points]
            moved = [one for one in (*new, *gone) if one[0] != one[1]]
            session.execute(sa.delete(ServicePointRow))
            rows = [_values(one, place) for place, one in enumerate(points.values())]
            if rows:
                session.execute(sa.insert(ServicePointRow), rows)
            session.add_all(_change(later, account, *one) for one in moved)
            if event:
                record_web_event(session, event)
            added = sum(was is None for was, _ in moved)
            return PointChanges(added, len(moved) - added - len(gone), len(gone))

        return self.database.write(work)

    def change(self, seen: ServicePoint, after: ServicePoint, event: WebEvent) -> bool:
        """Change one point; False, and nothing, where it is not any more what its editor saw.

        `seen`: what it was then; `after`: what it becomes; `event` tells the audit who and when.
        """

        def work(session: Session) -> bool:
            row = session.get(ServicePointRow, seen.code)
            if row is None or _point(row) != seen:
                return False
            session.add(_change(_later(session, _time(event)), event.account, seen, after))
            changed = sa.update(ServicePointRow).where(ServicePointRow.code == seen.code)
            session.execute(changed.values(_values(after, row.place)))
            record_web_event(session, event)
            return True

        return self.database.write(work)


def _time(event: WebEvent) -> datetime:
    return datetime.fromisoformat(event.at)


def _later(session: Session, at: datetime) -> str:
    """Return `at`, or a second after the newest change where the clock was set back meanwhile.

    Terminals take no list that is older than theirs.
    """
    newest = session.scalar(
        sa.select(PointChangeRow.at).order_by(PointChangeRow.number.desc()).limit(1)
    )
    if newest is not None:
        at = max(at, datetime.fromisoformat(newest) + timedelta(seconds=1))
    return at.isoformat(timespec="seconds")


def _all(session: Session) -> dict[str, ServicePoint]:
    wanted = sa.select(*ServicePointRow.__table__.columns).order_by(ServicePointRow.place)
    return {row.code: _point(row) for row in session.connection().execute(wanted)}


def _point(row: Any) -> ServicePoint:
    return ServicePoint(
        row.code,
        row.name,
        PointKind(row.kind),
        row.division,
        hours=row.hours,
        phone=row.phone,
        staff=row.staff,
        is_invented=row.invented,
    )


def _values(point: ServicePoint, place: int) -> dict[str, object]:
    return {
        "code": point.code,
        "place": place,
        "name": point.name,
        "kind": point.kind.value,
        "division": point.division,
        "hours": point.hours,
        "phone": point.phone,
        "staff": point.staff,
        "invented": point.is_invented,
    }


def _change(
    at: str, account: str, before: ServicePoint | None, after: ServicePoint | None
) -> PointChangeRow:
    point = after or before
    assert point is not None
    return PointChangeRow(
        at=at, account=account, point=point.code, before=_written(before), after=_written(after)
    )


def _written(point: ServicePoint | None) -> str:
    if point is None:
        return ""
    said = [point.code, point.name, point.kind.value, point.division]
    details = [point.hours, point.phone, point.staff, point.is_invented]
    return json.dumps(said + details, ensure_ascii=False)


def _read(text: str) -> ServicePoint | None:
    if not text:
        return None
    code, name, kind, division, hours, phone, staff, is_invented = json.loads(text)
    return ServicePoint(
        code,
        name,
        PointKind(kind),
        division,
        hours=hours,
        phone=phone,
        staff=staff,
        is_invented=is_invented,
    )
