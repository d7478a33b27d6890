"""Counts by service point and day, as statements: the figures that are too many to be read.

A city of 1,477 points has half a million of them a year, so that the first count writes them within
the database (`put_all`); a minute reads those of its days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.store.city.tables import CityFigureRow
from central.store.tables import ApplicationRow, RatingRow, TerminalRow
from kiosk.application.rating import FILING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import InstrumentedAttribute, Session

POINT = "point"
CASES, CLOSED, GRADE = "cases", "closed", "grade"
DAY, MONTH = 10, 7
"""Characters of an ISO date, and of its year and month."""
_NAMES = ("dimension", "period", "key", "figure", "value")
_PLACE = TerminalRow.id == ApplicationRow.terminal


def day_of(column: InstrumentedAttribute[str]) -> sa.ColumnElement[str]:
    """Return the day of a time."""
    # PostgreSQL takes an expression of the GROUP BY for that of the SELECT only without parameters.
    return sa.func.substr(column, sa.literal_column("1"), sa.literal_column(str(DAY)))


def point_counts(
    holds: Callable[[InstrumentedAttribute[str]], sa.ColumnElement[bool]],
) -> tuple[sa.Select[Any], ...]:
    """Return statements whose rows are dimension, period, key, figure, value and count.

    `holds` tells whether the time in a column is counted.
    """
    case = ApplicationRow
    none: sa.ColumnElement[int] = sa.literal_column("0")
    filed = _placed(day_of(case.received_at), none, holds(case.received_at))
    ended = _placed(day_of(case.closed_at), none, holds(case.closed_at), case.closed_at != "")
    rated = (
        _placed(
            day_of(RatingRow.received_at),
            RatingRow.grade,
            RatingRow.stage == FILING,
            holds(RatingRow.received_at),
        )
        .select_from(RatingRow)
        .join(case, case.id == RatingRow.application_id, isouter=True)
        .join(TerminalRow, _PLACE, isouter=True)
    )
    cases = sa.orm.join(case, TerminalRow, _PLACE, isouter=True)
    return (
        _counted(CASES, filed.select_from(cases)),
        _counted(CLOSED, ended.select_from(cases)),
        _counted(GRADE, rated),
    )


def put_all(
    session: Session, holds: Callable[[InstrumentedAttribute[str]], sa.ColumnElement[bool]]
) -> None:
    """Write what `point_counts` counts, and the months; none of them may be there yet."""
    row, columns = CityFigureRow, [*_NAMES, "count"]
    for wanted in point_counts(holds):
        session.execute(sa.insert(row).from_select(columns, wanted))
    month = sa.func.substr(row.period, sa.literal_column("1"), sa.literal_column(str(MONTH)))
    keys = row.dimension, month, row.key, row.figure, row.value
    months = (
        sa.select(*keys, sa.func.sum(row.count))
        .where(row.dimension == POINT, sa.func.length(row.period) == DAY)
        .group_by(*keys)
    )
    session.execute(sa.insert(row).from_select(columns, months))


def _placed(
    period: sa.ColumnElement[str],
    value: sa.ColumnElement[int] | InstrumentedAttribute[int],
    *conditions: sa.ColumnElement[bool],
) -> sa.Select[Any]:
    place = sa.func.coalesce(TerminalRow.point, "")
    named: tuple[sa.ColumnElement[Any], ...] = (
        period.label("period"),
        place.label("key"),
        value.label("value"),
    )
    return sa.select(*named).where(*conditions)


def _counted(figure: str, source: sa.Select[Any]) -> sa.Select[Any]:
    rows = source.subquery()
    return sa.select(
        sa.literal(POINT),
        rows.c.period,
        rows.c.key,
        sa.literal(figure),
        rows.c.value,
        sa.func.count(),
    ).group_by(rows.c.period, rows.c.key, rows.c.value)
