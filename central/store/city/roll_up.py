"""Counting of the city's figures by day, from what is in the tables already.

No request writes a figure: `CityRollUp.refresh` counts the days since the last one anew, once a
minute (`central.offline_monitor`), and writes what changed, to the months by as much. What it reads
and writes does not grow with the days before. The first time it counts all, the figures of points
within the database.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from central.store.city.days import working_days
from central.store.city.point_counts import (
    CASES,
    CLOSED,
    DAY,
    GRADE,
    MONTH,
    POINT,
    day_of,
    point_counts,
    put_all,
)
from central.store.city.tables import CityFigureRow
from central.store.office_tables import IS_NEAR, TaskDeadlineRow, TaskMoveRow
from central.store.tables import (
    ApplicationRow,
    CorrectionRow,
    PaperRow,
    RatingRow,
    TaskRow,
)
from central.store.web.tables import TaskHolderRow
from central.tasks import ENDS, TaskState
from kiosk.application.rating import FILING, is_second

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from central.store.database import CentralDatabase
    from kiosk.retirement.calendar import Holidays

NOW = "now"
ALL, OFFICE, SERVICE, WAY, HOLDER = "all", "office", "service", "way", "holder"
DIMENSIONS = ALL, OFFICE, SERVICE, POINT, WAY, HOLDER
PARTS, DAYS = "parts", "days"
PAGES, CORRECTIONS = "pages", "corrections"
WAITING = "waiting"
Key = tuple[str, str, str, str, int]
"""Period, dimension, key, figure, value."""
_BATCH = 5000
_BATCH_OF_PERIODS = 500
# By name, so that the index of states leads to these alone.
_UNDER_WAY = tuple(one for one in TaskState if one not in ENDS)
_IS_OPEN = ApplicationRow.open, ~ApplicationRow.awaiting
_KEY = ("period", "dimension", "key", "figure", "value")
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
        if not self.database.read(_is_counted):
            self.database.write(lambda session: self._put_first(session, span, holidays))
            return first
        counts = self.database.read(lambda session: self._count(session, span, holidays))
        days = [first + timedelta(one) for one in range((last - first).days + 1)]
        periods = (NOW, *(one.isoformat() for one in days))
        self.database.write(lambda session: _put(session, counts, periods))
        return first

    def _put_first(self, session: Session, span: _Span, holidays: Holidays) -> None:
        """Count all, unless another process has done so meanwhile."""
        if not _is_counted(session):
            _put(session, self._count_sums(session, span, holidays, is_first=True), ())
            put_all(session, span.holds)

    def _count(self, session: Session, span: _Span, holidays: Holidays) -> Counter[Key]:
        counts = self._count_sums(session, span, holidays)
        for wanted in point_counts(span.holds):
            for dimension, when, key, figure, value, count in session.execute(wanted):
                counts[when, dimension, key, figure, value] = count
        return counts

    def _count_sums(
        self, session: Session, span: _Span, holidays: Holidays, *, is_first: bool = False
    ) -> Counter[Key]:
        """Count what is not split by points; `is_first`: over all days that there are."""
        counts: Counter[Key] = Counter()
        self._count_cases(session, span, counts)
        self._count_ends(session, span, counts, holidays)
        parts = _ended_parts(span, is_first=is_first)
        for begun, when, service, count in session.execute(parts):
            days = working_days(begun, when, holidays)
            for dimension, key in ((SERVICE, service), (OFFICE, self.offices.get(service, ""))):
                counts[when, dimension, key, CLOSED, 0] += count
                counts[when, dimension, key, DAYS, days] += count
        self._count_papers(session, span, counts)
        self._count_ratings(session, span, counts)
        self._count_open(session, counts)
        return counts

    def _count_cases(self, session: Session, span: _Span, counts: Counter[Key]) -> None:
        day = day_of(ApplicationRow.received_at)
        filed = span.holds(ApplicationRow.received_at)
        by_way = sa.select(day, ApplicationRow.way, sa.func.count()).where(filed)
        for when, way, count in session.execute(by_way.group_by(day, ApplicationRow.way)):
            counts[when, ALL, "", CASES, 0] += count
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

    @staticmethod
    def _count_ends(
        session: Session, span: _Span, counts: Counter[Key], holidays: Holidays
    ) -> None:
        began, ended = day_of(ApplicationRow.received_at), day_of(ApplicationRow.closed_at)
        cases = sa.select(began, ended, sa.func.count()).group_by(began, ended)
        cases = cases.where(span.holds(ApplicationRow.closed_at), ApplicationRow.closed_at != "")
        for begun, when, count in session.execute(cases):
            counts[when, ALL, "", CLOSED, 0] += count
            counts[when, ALL, "", DAYS, working_days(begun, when, holidays)] += count

    def _count_papers(self, session: Session, span: _Span, counts: Counter[Key]) -> None:
        day = day_of(ApplicationRow.received_at)
        pages = sa.select(day, sa.func.count()).join(
            PaperRow, PaperRow.application_id == ApplicationRow.id
        )
        pages = pages.where(span.holds(ApplicationRow.received_at)).group_by(day)
        brought = day_of(CorrectionRow.received_at)
        corrections = sa.select(brought, sa.func.count())
        corrections = corrections.where(span.holds(CorrectionRow.received_at)).group_by(brought)
        for figure, wanted in ((PAGES, pages), (CORRECTIONS, corrections)):
            for when, count in session.execute(wanted):
                counts[when, ALL, "", figure, 0] += count

    def _count_ratings(self, session: Session, span: _Span, counts: Counter[Key]) -> None:
        day, row = day_of(RatingRow.received_at), RatingRow
        wanted = (
            sa.select(day, row.stage, row.grade, sa.func.count())
            .where(span.holds(row.received_at), row.stage != FILING)
            .group_by(day, row.stage, row.grade)
        )
        for when, stage, grade, count in session.execute(wanted):
            if not is_second(stage):
                counts[when, OFFICE, self.offices.get(stage, ""), GRADE, grade] += count

    def _count_open(self, session: Session, counts: Counter[Key]) -> None:
        """Count the open parts by office; near and late ones by level, late ones by who works."""
        waiting = sa.select(sa.func.count()).where(*_IS_OPEN)
        counts[NOW, ALL, "", WAITING, 0] = session.scalar(waiting) or 0
        same = ApplicationRow.id == TaskRow.application_id
        under_way = *_IS_OPEN, TaskRow.state.in_(_UNDER_WAY)
        parts = sa.select(TaskRow.service, sa.func.count()).join(ApplicationRow, same)
        parts = parts.where(*under_way).group_by(TaskRow.service)
        for service, count in session.execute(parts):
            counts[NOW, OFFICE, self.offices.get(service, ""), WAITING, 0] += count
        level, account = TaskDeadlineRow.level, TaskHolderRow.account
        near = (
            sa.select(TaskRow.service, level, account, sa.func.count())
            .select_from(TaskDeadlineRow)
            .join(TaskRow, _SAME_TASK)
            .join(ApplicationRow, same)
            .join(TaskHolderRow, _HELD, isouter=True)
            # Written out: with a parameter the database may not see that the index has them.
            .where(*under_way, sa.text(f"task_deadline.{IS_NEAR}"))
            .group_by(TaskRow.service, level, account)
        )
        for service, known, holder, count in session.execute(near):
            office = self.offices.get(service, "")
            counts[NOW, OFFICE, office, known, 0] += count
            if known == "overdue":
                counts[NOW, HOLDER, f"{office} {holder or ''}", known, 0] += count


@dataclass(frozen=True)
class _Span:
    """Days from `first` to before `end`, ISO."""

    first: str
    end: str

    def holds(self, column: InstrumentedAttribute[str]) -> sa.ColumnElement[bool]:
        return sa.and_(column >= self.first, column < self.end)


def _is_counted(session: Session) -> bool:
    """Tell whether there is any figure."""
    return session.scalar(sa.select(CityFigureRow.count).limit(1)) is not None


def _ended_parts(span: _Span, *, is_first: bool) -> sa.Select[Any]:
    """Return the statement that counts ended parts by both days and service.

    Of a minute's days each case is read by its key, since a join might read all cases; the first
    count, which needs them all, joins.
    """
    case, move = ApplicationRow, TaskMoveRow
    began, mine = day_of(case.received_at), case.id == move.application_id
    begun = began if is_first else sa.select(began).where(mine).scalar_subquery()
    wanted = sa.select(begun.label("begun"), day_of(move.at).label("moved"), move.service)
    if is_first:
        wanted = wanted.select_from(move).join(case, mine)
    rows = wanted.where(span.holds(move.at), move.state.in_(ENDS)).subquery()
    keys = rows.c.begun, rows.c.moved, rows.c.service
    return sa.select(*keys, sa.func.count()).group_by(*keys)


def _first_day(session: Session) -> date | None:
    """Return the last day that was counted, since it went on after that; else that of the first."""
    is_day = sa.func.length(CityFigureRow.period) == DAY
    # Of one dimension: the key of the table begins with it.
    newest = sa.select(sa.func.max(CityFigureRow.period)).where(
        CityFigureRow.dimension == ALL, is_day
    )
    found = session.scalar(newest) or session.scalar(
        sa.select(sa.func.min(ApplicationRow.received_at))
    )
    return date.fromisoformat(found[:DAY]) if found else None


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
            changes[period[:MONTH], dimension, key, figure, value] += change
    months = sorted({one[0] for one in changes if len(one[0]) == MONTH})
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
    same = (table.c[name] == sa.bindparam(f"old_{name}") for name in _KEY)
    statement = sa.delete(table).where(*same)
    if keys:
        rows = [{f"old_{name}": one for name, one in zip(_KEY, key, strict=True)} for key in keys]
        session.connection().execute(statement, rows)


def _insert(session: Session, counts: Sequence[tuple[Key, int]]) -> None:
    rows = [{**dict(zip(_KEY, key, strict=True)), "count": one} for key, one in counts if one]
    for start in range(0, len(rows), _BATCH):
        session.execute(sa.insert(CityFigureRow), rows[start : start + _BATCH])
