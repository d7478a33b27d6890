"""How many pictures of vouched people wait for a reviewer; never which, or whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.vouching_tables import ReviewRow

if TYPE_CHECKING:
    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class PictureCount:
    """Pictures without a verdict, and the day on which the first is deleted (ISO, "" for none)."""

    waiting: int
    first_deleted_on: str


@dataclass(frozen=True)
class PictureQueue:
    """The pictures that wait."""

    database: CentralDatabase

    def count(self) -> PictureCount:
        """Return how many pictures wait for the word of a reviewer."""
        row = ReviewRow
        wanted = sa.select(sa.func.count(), sa.func.min(row.delete_on)).select_from(row)
        wanted = wanted.where(row.verdict == "", row.deleted_at == "")
        count, first = self.database.read(lambda session: session.execute(wanted).one())
        return PictureCount(count, first or "")
