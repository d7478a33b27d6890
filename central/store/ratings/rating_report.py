"""Report of ratings (好差评) as counts by office and by service point."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.rating_tables import RatingFollowUpRow
from central.store.tables import ApplicationRow, RatingRow, TerminalRow
from kiosk.application.rating import FILING, first_stage, is_second

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase

GRADES = (5, 4, 3, 2, 1)


@dataclass(frozen=True)
class RatingGroup:
    """The ratings of an office, or of the filing at a point (`code`); `rated` is their number.

    `grades` (number by grade), `answered` and `waiting` (follow-ups) are None in a group that is so
    small that single people could be told.
    """

    kind: str
    code: str
    rated: int
    grades: Mapping[int, int] | None
    answered: int | None
    waiting: int | None


@dataclass(frozen=True)
class RatingReport:
    """Counts the first ratings of a month, and what followed the bad ones.

    `offices`: the office of each service. `smallest_group`: groups with fewer ratings are hidden.
    """

    database: CentralDatabase
    offices: Mapping[str, str]
    smallest_group: int

    def groups(self, month: str) -> tuple[RatingGroup, ...]:
        """Return the offices, then the points, that were rated in `month` (YYYY-MM), by code.

        There is no sum over groups: it would tell what a hidden one holds.
        """
        rated, case, followed = RatingRow, ApplicationRow, RatingFollowUpRow
        wanted = (
            sa.select(rated.stage, rated.grade, TerminalRow.point, followed.answered_at)
            .join(case, case.id == rated.application_id, isouter=True)
            .join(TerminalRow, TerminalRow.id == case.terminal, isouter=True)
            .join(
                followed,
                sa.and_(
                    followed.application_id == rated.application_id, followed.stage == rated.stage
                ),
                isouter=True,
            )
            # As days, so that the index of times leads to them.
            .where(rated.received_at >= f"{month}-00", rated.received_at < f"{month}-99")
        )

        def work(session: Session) -> tuple[RatingGroup, ...]:
            found: dict[tuple[str, str], list[tuple[int, str | None]]] = defaultdict(list)
            for stage, grade, point, answered_at in session.execute(wanted):
                if not is_second(stage):
                    found[self._group(stage, point or "")].append((grade, answered_at))
            return tuple(self._count(*key, found[key]) for key in sorted(found))

        return self.database.read(work)

    def _group(self, stage: str, point: str) -> tuple[str, str]:
        """Return kind and code of the group that a stage was rated for."""
        if stage == FILING:
            return "point", point
        return "office", self.offices.get(first_stage(stage), "")

    def _count(self, kind: str, code: str, said: list[tuple[int, str | None]]) -> RatingGroup:
        if len(said) < self.smallest_group:
            return RatingGroup(kind, code, 0, None, None, None)
        grades = Counter(grade for grade, _ in said)
        waiting = sum(answered == "" for _, answered in said)
        answered = sum(bool(answered) for _, answered in said)
        ordered = {grade: grades[grade] for grade in GRADES}
        return RatingGroup(kind, code, len(said), ordered, answered, waiting)
