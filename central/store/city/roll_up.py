"""Counting of the city's figures by day, from what is in the tables already.

No request writes a figure: `CityRollUp.refresh` counts the days since the last one anew, once a
minute (`central.offline_monitor`), and writes what changed, to the months by as much. The first
time it counts all. What it reads and writes does not grow with the days before.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from central.store.city.days import working_days
from central.store.city.tables import CityFigureRow
from central.store.office_tables import TaskDeadlineRow, TaskMoveRow
from central.store.tables import (
    ApplicationRow,
    CorrectionRow,
    PaperRow,
    RatingRow,
    TaskRow,
    TerminalRow,
)
from central.store.web.tables import TaskHolderRow
from central.tasks import ENDS, TaskState
from kiosk.application.rating import FILING, first_stage, is_second

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from central.store.database import CentralDatabase
    from kiosk.retirement.calendar import Holidays

NOW = "now"
ALL, OFFICE, SERVICE, POINT, WAY, HOLDER = "all", "office", "service", "point", "way", "holder"
DIMENSIONS = ALL, OFFICE, SERVICE, POINT, WAY, HOLDER
CASES, PARTS, CLOSED, DAYS = "cases", "parts", "closed", "days"
PAGES, CORRECTIONS, GRADE = "pages", "corrections", "grade"
WAITING = "waiting"
Key = tuple[str, str, str, str, int]
"""Period, dimension, key, figure, value."""
# PostgreSQL takes an expression of the GROUP BY for the one of the SELECT only without parameters.
_DAY = 10  # characters of an ISO date
_MONTH = 7
_BATCH = 5000
_BATCH_OF_PERIODS = 500
# By name, so that the index of states leads to these alone.
_UNDER_WAY = tuple(one for one in TaskState if one not in ENDS)
_NAMES = ("period", "dimension", "key", "figure", "value")
_SAME_TASK = sa.and_(
    TaskDeadlineRow.application_id == TaskRow.application_id,
    TaskDeadlineRow.service == TaskRow.service,
)
_HELD = sa.and_(
    TaskHolderRow.application_id == TaskRow.application_id,
    TaskHolderRow.service == TaskRow.service,
)


@dataclass(frozen=True)
class CityRollUp:
    """Counts the figures. `offices`: the office of each service by its code."""

    database: CentralDatabase
    offices: Mapping[str, str]

    def refresh(self, today: date, holidays: Holidays) -> date | None:
        """Count the days that may have changed, up to `today`, and what is open now.

        Return the first of these days, None where there is no case yet. Other processes of the
        service may do the same at the same time.
        """
        found = self.database.read(_first_day)
        if found is None:
            return None
        # A clock that is back from a wrong day counts up to that day, whose figures stand there.
        first, last = min(found, today), max(found, today)
        span = _Span(first.isoformat(), (last + timedelta(1)).isoformat())
        counts = self.database.read(lambda session: self._count(session, span, holidays))
        days = [first + timedelta(one) for one in range((last - first).days + 1)]
        periods = (NOW, *(one.isoformat() for one in days))
        self.database.write(lambda session: _put(session, counts, periods))
        return first

    def _count(self, session: Session, span: _Span, holidays: Holidays) -> Counter[Key]:
        counts: Counter[Key] = Counter()
        self._count_cases(session, span, counts)
        self._count_ends(session, span, counts, holidays)
        self._count_papers(session, span, counts)
        self._count_ratings(session, span, counts)
        self._count_open(session, counts)
        return counts

    def _count_cases(self, session: Session, span: _Span, counts: Counter[Key]) -> None:
        day = _day(ApplicationRow.received_at)
        filed = span.holds(ApplicationRow.received_at)
        by_place = (
            sa.select(day, TerminalRow.point, ApplicationRow.way, sa.func.count())
            .join(TerminalRow, TerminalRow.id == ApplicationRow.terminal, isouter=True)
            .where(filed)
            .group_by(day, TerminalRow.point, ApplicationRow.way)
        )
        for when, point, way, count in session.execute(by_place):
            counts[when, ALL, "", CASES, 0] += count
            counts[when, POINT, point or "", CASES, 0] += count
            counts[when, WAY, way, CASES, 0] += count
        same = TaskRow.application_id == ApplicationRow.id
        by_service = sa.select(day, TaskRow.service, sa.func.count()).join(TaskRow, same)
        for when, service, count in session.execute(
            by_service.where(filed).group_by(day, TaskRow.service)
        ):
            counts[when, SERVICE, service, PARTS, 0] += count
            counts[when, OFFICE, self.offices.get(service, ""), PARTS, 0] += count
        office = sa.case(self.offices, value=TaskRow.service, else_="").label("city_office")
        by_office = sa.select(day, office, sa.func.count(sa.distinct(ApplicationRow.id)))
        by_office = by_office.join(TaskRow, same).where(filed)
        for when, code, count in session.execute(
            by_office.group_by(day, sa.literal_column("city_office"))
        ):
            counts[when, OFFICE, code, CASES, 0] += count

    def _count_ends(
        self, session: Session, span: _Span, counts: Counter[Key], holidays: Holidays
    ) -> None:
        began, ended = _day(ApplicationRow.received_at), _day(ApplicationRow.closed_at)
        cases = sa.select(began, ended, TerminalRow.point, sa.func.count()).join(
            TerminalRow, TerminalRow.id == ApplicationRow.terminal, isouter=True
        )
        cases = cases.where(span.holds(ApplicationRow.closed_at), ApplicationRow.closed_at != "")
        for begun, when, point, count in session.execute(
            cases.group_by(began, ended, TerminalRow.point)
        ):
            counts[when, ALL, "", CLOSED, 0] += count
            counts[when, POINT, point or "", CLOSED, 0] += count
            counts[when, ALL, "", DAYS, working_days(begun, when, holidays)] += count
        moved = _day(TaskMoveRow.at)
        # Each case by its key: a join might read all cases.
        mine = ApplicationRow.id == TaskMoveRow.application_id
        begun_on = sa.select(began).where(mine).scalar_subquery()
        ended_parts = (
            sa.select(begun_on.label("begun"), moved.label("moved"), TaskMoveRow.service)
            .where(span.holds(TaskMoveRow.at), TaskMoveRow.state.in_(ENDS))
            .subquery()
        )
        keys = ended_parts.c.begun, ended_parts.c.moved, ended_parts.c.service
        parts = sa.select(*keys, sa.func.count()).group_by(*keys)
        for begun, when, service, count in session.execute(parts):
            days = working_days(begun, when, holidays)
            for dimension, key in ((SERVICE, service), (OFFICE, self.offices.get(service, ""))):
                counts[when, dimension, key, CLOSED, 0] += count
                counts[when, dimension, key, DAYS, days] += count

    def _count_papers(self, session: Session, span: _Span, counts: Counter[Key]) -> None:
        day = _day(ApplicationRow.received_at)
        pages = sa.select(day, sa.func.count()).join(
            PaperRow, PaperRow.application_id == ApplicationRow.id
        )
        pages = pages.where(span.holds(ApplicationRow.received_at)).group_by(day)
        brought = _day(CorrectionRow.received_at)
        corrections = sa.select(brought, sa.func.count())
        corrections = corrections.where(span.holds(CorrectionRow.received_at)).group_by(brought)
        for figure, wanted in ((PAGES, pages), (CORRECTIONS, corrections)):
            for when, count in session.execute(wanted):
                counts[when, ALL, "", figure, 0] += count

    def _count_ratings(self, session: Session, span: _Span, counts: Counter[Key]) -> None:
        day, row = _day(RatingRow.received_at), RatingRow
        wanted = (
            sa.select(day, row.stage, row.grade, TerminalRow.point, sa.func.count())
            .join(ApplicationRow, ApplicationRow.id == row.application_id, isouter=True)
            .join(TerminalRow, TerminalRow.id == ApplicationRow.terminal, isouter=True)
            .where(span.holds(row.received_at))
            .group_by(day, row.stage, row.grade, TerminalRow.point)
        )
        for when, stage, grade, point, count in session.execute(wanted):
            if stage == FILING:
                counts[when, POINT, point or "", GRADE, grade] += count
            elif not is_second(stage):
                counts[when, OFFICE, self.offices.get(first_stage(stage), ""), GRADE, grade] += (
                    count
                )

    def _count_open(self, session: Session, counts: Counter[Key]) -> None:
        """Count the open parts: by office and level, the overdue ones by who works on them."""
        waiting = sa.select(sa.func.count()).where(ApplicationRow.open, ~ApplicationRow.awaiting)
        counts[NOW, ALL, "", WAITING, 0] = session.scalar(waiting) or 0
        holder = sa.func.coalesce(TaskHolderRow.account, "").label("holder")
        # Each by its key: a join might read the deadlines of all that ended.
        known = sa.select(TaskDeadlineRow.level).where(_SAME_TASK).scalar_subquery()
        parts = (
            sa.select(TaskRow.service, known.label("level"), holder)
            .select_from(TaskRow)
            .join(ApplicationRow, ApplicationRow.id == TaskRow.application_id)
            .join(TaskHolderRow, _HELD, isouter=True)
            .where(ApplicationRow.open, ~ApplicationRow.awaiting, TaskRow.state.in_(_UNDER_WAY))
            .subquery()
        )
        keys = parts.c.service, parts.c.level, parts.c.holder
        wanted = sa.select(*keys, sa.func.count()).group_by(*keys)
        for service, level, account, count in session.execute(wanted):
            office = self.offices.get(service, "")
            counts[NOW, OFFICE, office, WAITING, 0] += count
            counts[NOW, OFFICE, office, level or "", 0] += count
            if level == "overdue":
                counts[NOW, HOLDER, f"{office} {account}", level, 0] += count


@dataclass(frozen=True)
class _Span:
    """Days from `first` to before `end`, ISO."""

    first: str
    end: str

    def holds(self, column: InstrumentedAttribute[str]) -> sa.ColumnElement[bool]:
        return sa.and_(column >= self.first, column < self.end)


def _day(column: InstrumentedAttribute[str]) -> sa.ColumnElement[str]:
    return sa.func.substr(column, sa.literal_column("1"), sa.literal_column(str(_DAY)))


def _first_day(session: Session) -> date | None:
    """Return the last day that was counted, since it went on after that; else that of the first."""
    is_day = sa.func.length(CityFigureRow.period) == _DAY
    # Of one dimension: the key of the table begins with it.
    newest = sa.select(sa.func.max(CityFigureRow.period)).where(
        CityFigureRow.dimension == ALL, is_day
    )
    found = session.scalar(newest) or session.scalar(
        sa.select(sa.func.min(ApplicationRow.received_at))
    )
    return date.fromisoformat(found[:_DAY]) if found else None


def _put(session: Session, counts: Mapping[Key, int], periods: Sequence[str]) -> None:
    """Put the figures in the place of those of `periods`, and what changed into the months.

    Of two processes that change the same row at once one fails and runs again
    (`CentralDatabase.write`), so that no change counts twice.
    """
    stored = _stored(session, periods)
    changes: Counter[Key] = Counter(counts)
    changes.subtract(stored)
    for (period, dimension, key, figure, value), change in list(changes.items()):
        if change and period != NOW:
            changes[period[:_MONTH], dimension, key, figure, value] += change
    months = sorted({one[0] for one in changes if len(one[0]) == _MONTH})
    stored |= _stored(session, months)
    changed = [one for one, change in changes.items() if change]
    _delete(session, [one for one in changed if one in stored])
    _insert(session, [(one, stored.get(one, 0) + changes[one]) for one in changed])


def _stored(session: Session, periods: Sequence[str]) -> dict[Key, int]:
    row = CityFigureRow
    found: dict[Key, int] = {}
    columns = row.period, row.dimension, row.key, row.figure, row.value, row.count
    for start in range(0, len(periods), _BATCH_OF_PERIODS):
        # With the dimensions, which are all, the rows are found by the key of the table.
        wanted = sa.select(*columns).where(
            row.dimension.in_(DIMENSIONS),
            row.period.in_(periods[start : start + _BATCH_OF_PERIODS]),
        )
        for period, dimension, key, figure, value, count in session.execute(wanted):
            found[period, dimension, key, figure, value] = count
    return found


def _delete(session: Session, keys: Sequence[Key]) -> None:
    table = cast("sa.Table", CityFigureRow.__table__)
    same = (table.c[name] == sa.bindparam(f"old_{name}") for name in _NAMES)
    statement = sa.delete(table).where(*same)
    if keys:
        rows = [{f"old_{name}": one for name, one in zip(_NAMES, key, strict=True)} for key in keys]
        session.connection().execute(statement, rows)


def _insert(session: Session, counts: Sequence[tuple[Key, int]]) -> None:
    rows = [{**dict(zip(_NAMES, key, strict=True)), "count": one} for key, one in counts if one]
    for start in range(0, len(rows), _BATCH):
        session.execute(sa.insert(CityFigureRow), rows[start : start + _BATCH])
