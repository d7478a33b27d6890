"""Storage of people's ratings (好差评)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.store.idempotent_result import KeptResult
from central.store.tables import RatingRow
from central.store.terminals.arrivals import note

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class Ratings:
    """One grade for each stage of each application."""

    database: CentralDatabase

    def rate(
        self,
        asking: AuthenticatedRequest,
        application_id: str,
        stage: str,
        grade: int,
        reasons: list[str],
    ) -> KeptResult | None:
        """Store a rating; None when the stage has another rating already.

        `stage`: the part of the visit that is rated; `grade`: 1 to 5, 5 is best; `reasons`: why, as
        the person picked them. The same rating again returns the first result.
        """
        key = {"application_id": application_id, "stage": stage}
        said = {"grade": grade, "reasons": reasons}

        def work(session: Session) -> KeptResult | None:
            known = session.get(RatingRow, key)
            if known is not None and (known.grade, known.reasons) != (grade, reasons):
                return None
            note(session, asking)
            if known is not None:
                return KeptResult(known.received_at, new=False)
            session.add(RatingRow(**key, **said, received_at=asking.said_at))
            return KeptResult(asking.said_at, new=True)

        return self.database.write(work)
