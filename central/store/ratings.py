"""How did the people find it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.store.tables import Rating

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import Database


@dataclass(frozen=True)
class Ratings:
    """One grade for each stage of each application."""

    database: Database

    def rate(self, application_id: str, stage: str, grade: int, reasons: list[str]) -> bool | None:
        """Keep a rating: True when new, False when the same was here, None when another was."""

        def work(session: Session) -> bool | None:
            known = session.get(Rating, (application_id, stage))
            if known is not None:
                return False if (known.grade, known.reasons) == (grade, reasons) else None
            session.add(
                Rating(application_id=application_id, stage=stage, grade=grade, reasons=reasons)
            )
            return True

        return self.database.write(work)
