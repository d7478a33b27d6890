"""Reading of the city's daily figures: sums over a span of days, and what follows from them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.city.point_counts import CASES, CLOSED, POINT
from central.store.city.roll_up import ALL, DAYS, HOLDER, NOW
from central.store.city.tables import CityFigureRow
from central.store.tables import ApplicationRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase

LONGEST_BY_DAY = 92
"""Days; longer spans are summed, and drawn, by month."""
_ROW = CityFigureRow


@dataclass(frozen=True)
class FigureSpan:
    """The last `days` days until `today`; a long span is made of whole months."""

    today: date
    days: int

    @property
    def is_by_day(self) -> bool:
        """Tell whether the span is summed by day."""
        return self.days <= LONGEST_BY_DAY

    @property
    def first(self) -> date:
        """Return the first day."""
        begun = self.today - timedelta(self.days - 1)
        return begun if self.is_by_day else begun.replace(day=1)

    def periods(self) -> tuple[str, ...]:
        """Return the names of all periods, oldest first."""
        days = [self.first + timedelta(one) for one in range((self.today - self.first).days + 1)]
        names = (f"{one:%Y-%m-%d}" if self.is_by_day else f"{one:%Y-%m}" for one in days)
        return tuple(dict.fromkeys(names))

    def summed_periods(self) -> tuple[str, ...]:
        """Return the names of the fewest periods whose sum is that of the span.

        Whole months stand for their days, so that no span reads more than a month by day.
        """
        days = [self.first + timedelta(one) for one in range((self.today - self.first).days + 1)]
        is_begun = self.first.day > 1
        part = [one for one in days if is_begun and f"{one:%Y-%m}" == f"{self.first:%Y-%m}"]
        months = dict.fromkeys(f"{one:%Y-%m}" for one in days[len(part) :])
        return (*(one.isoformat() for one in part), *months)

    def sums(self) -> sa.ColumnElement[bool]:
        """Return which rows, summed, are the span's."""
        # By name: a range of months would lead over all their days, too.
        return _ROW.period.in_(self.summed_periods())


@dataclass(frozen=True)
class KeyFigures:
    """The figures of one office, service, point or way: counts, days until the end, grades."""

    counts: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[int, int] = field(default_factory=dict)
    grades: Mapping[int, int] = field(default_factory=dict)

    def count(self, figure: str) -> int:
        """Return a count, 0 where nothing was counted."""
        return self.counts.get(figure, 0)

    def percentile(self, share: float) -> int | None:
        """Return within how many working days this share of what ended did; None without any."""
        return percentile(self.days, share)

    def within(self, days: int) -> int | None:
        """Return how many of a hundred that ended did so within `days`; None without any."""
        ended = sum(self.days.values())
        kept = sum(count for value, count in self.days.items() if value <= days)
        return round(100 * kept / ended) if ended else None


NOTHING = KeyFigures()


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """Return the smallest value up to which at least `share` (0 to 1) of the counts lie."""
    whole, seen = sum(counts.values()), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= share * whole and seen:
            return value
    return None


@dataclass(frozen=True)
class CityFigures:
    """The figures of the city, as `CityRollUp` counted them."""

    database: CentralDatabase

    def of(self, span: FigureSpan, *dimensions: str) -> Mapping[str, Mapping[str, KeyFigures]]:
        """Return, by dimension and key, the sums over a span."""
        columns = _ROW.dimension, _ROW.key, _ROW.figure, _ROW.value
        wanted = (
            sa.select(*columns, sa.func.sum(_ROW.count))
            .where(_ROW.dimension.in_(dimensions), span.sums())
            .group_by(*columns)
        )
        return self._gathered(wanted, dimensions)

    def of_month(self, day: date, dimension: str) -> Mapping[str, KeyFigures]:
        """Return, by key, the sums of the month in which `day` lies."""
        columns = _ROW.dimension, _ROW.key, _ROW.figure, _ROW.value
        mine = _ROW.dimension == dimension, _ROW.period == f"{day:%Y-%m}"
        wanted = sa.select(*columns, _ROW.count).where(*mine)
        return self._gathered(wanted, (dimension,))[dimension]

    def now(self) -> Mapping[str, Mapping[str, KeyFigures]]:
        """Return, by dimension and key, what is open now."""
        columns = _ROW.dimension, _ROW.key, _ROW.figure, _ROW.value
        wanted = sa.select(*columns, _ROW.count).where(_ROW.period == NOW)
        dimensions = ALL, "office", HOLDER
        return self._gathered(wanted.where(_ROW.dimension.in_(dimensions)), dimensions)

    def today(self, day: date) -> tuple[int, int]:
        """Return how many cases came and ended on `day` until now, counted from the cases."""
        row, first = ApplicationRow, day.isoformat()
        wanted = sa.select(
            sa.select(sa.func.count()).where(row.received_at >= first).scalar_subquery(),
            sa.select(sa.func.count())
            .where(row.closed_at >= first, row.closed_at != "")
            .scalar_subquery(),
        )
        came, ended = self.database.read(lambda session: session.execute(wanted).one())
        return int(came), int(ended)

    def by_period(self, span: FigureSpan) -> Mapping[str, tuple[int, int]]:
        """Return how many cases came and ended in each period of a span."""
        wanted = sa.select(_ROW.period, _ROW.figure, _ROW.count).where(
            _ROW.dimension == ALL,
            _ROW.figure.in_((CASES, CLOSED)),
            _ROW.period.in_(span.periods()),
        )
        found = self.database.read(lambda session: session.execute(wanted).all())
        counts = {(period, figure): count for period, figure, count in found}
        return {
            one: (counts.get((one, CASES), 0), counts.get((one, CLOSED), 0))
            for one in span.periods()
        }

    def points(self, span: FigureSpan, most: int) -> tuple[tuple[str, int, int], ...]:
        """Return code, cases filed and cases ended of the busiest points, at most so many."""
        filed = sa.func.sum(sa.case((_ROW.figure == CASES, _ROW.count), else_=0))
        closed = sa.func.sum(sa.case((_ROW.figure == CLOSED, _ROW.count), else_=0))
        wanted = (
            sa.select(_ROW.key, filed, closed)
            .where(_ROW.dimension == POINT, _ROW.figure.in_((CASES, CLOSED)), span.sums())
            .group_by(_ROW.key)
            .order_by(filed.desc(), _ROW.key)
            .limit(most)
        )
        return self.database.read(
            lambda session: tuple((key, a, b) for key, a, b in session.execute(wanted))
        )

    def _gathered(
        self, wanted: sa.Select[str, str, str, int, int], dimensions: tuple[str, ...]
    ) -> Mapping[str, Mapping[str, KeyFigures]]:
        def work(session: Session) -> Mapping[str, Mapping[str, KeyFigures]]:
            counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
            splits: dict[tuple[str, str, str], dict[int, int]] = defaultdict(dict)
            for dimension, key, figure, value, count in session.execute(wanted):
                if figure in (DAYS, "grade"):
                    splits[dimension, key, figure][value] = int(count)
                    counts[dimension, key][figure] += int(count)
                else:
                    counts[dimension, key][figure] = int(count)
            found: dict[str, dict[str, KeyFigures]] = {one: {} for one in dimensions}
            for (dimension, key), named in counts.items():
                parts = (splits.get((dimension, key, one), {}) for one in (DAYS, "grade"))
                found[dimension][key] = KeyFigures(dict(named), *parts)
            return found

        return self.database.read(work)
