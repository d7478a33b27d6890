"""How did the people find it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.store.arrivals import note
from central.store.idempotent_result import Kept
from central.store.tables import Rating

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import Asking
    from central.store.database import Database


@dataclass(frozen=True)
class Ratings:
    """One grade for each stage of each application."""

    database: Database

    def rate(
        self, asking: Asking, application_id: str, stage: str, grade: int, reasons: list[str]
    ) -> Kept | None:
        """Keep a rating; None when another was here before."""
        key = {"application_id": application_id, "stage": stage}
        said = {"grade": grade, "reasons": reasons}

        def work(session: Session) -> Kept | None:
            known = session.get(Rating, key)
            if known is not None and (known.grade, known.reasons) != (grade, reasons):
                return None
            note(session, asking)
            if known is not None:
                return Kept(known.received_at, new=False)
            session.add(Rating(**key, **said, received_at=asking.said_at))
            return Kept(asking.said_at, new=True)

        return self.database.write(work)
