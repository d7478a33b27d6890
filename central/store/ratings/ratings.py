"""Storage of people's ratings (好差评)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from central.store.idempotent_result import KeptResult
from central.store.rating_tables import RatingFollowUpRow
from central.store.tables import RatingRow
from central.store.terminals.arrivals import note
from kiosk.application.rating import WORST_GOOD_GRADE, is_second

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.rules import Rules
    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class GivenRating:
    """A rating as it came. `stage`: the filing, or the code of a service (kiosk rating.py).

    `grade`: 1 to 5, 5 is best; `reasons`: why, as the person picked them; `words`: the envelope
    (JSON) of the person's own words, "" for none.
    """

    application_id: str
    stage: str
    grade: int
    reasons: list[str]
    words: str = field(default="", repr=False)

    @property
    def needs_answer(self) -> bool:
        """Tell whether the rating is bad; after the answer a second one is not answered again."""
        return self.grade < WORST_GOOD_GRADE and not is_second(self.stage)


@dataclass(frozen=True)
class Ratings:
    """One grade for each stage of each application."""

    database: CentralDatabase
    rules: Rules

    def rate(
        self, asking: AuthenticatedRequest, given: GivenRating, answer_by: str
    ) -> KeptResult | None:
        """Store the rating `given`; None when its stage has another one already.

        A bad one opens a follow-up, to be answered until the day `answer_by` (ISO). The same rating
        again returns the first result.
        """
        key = {"application_id": given.application_id, "stage": given.stage}
        said = {"grade": given.grade, "reasons": given.reasons, "words": given.words}

        def work(session: Session) -> KeptResult | None:
            known = session.get(RatingRow, key)
            if known is not None and {name: getattr(known, name) for name in said} != said:
                return None
            note(session, asking)
            if known is not None:
                return KeptResult(known.received_at, new=False)
            session.add(RatingRow(**key, **said, received_at=asking.said_at))
            if given.needs_answer:
                office = self.rules.offices.get(given.stage, "")
                opened = {"opened_at": asking.said_at, "due_on": answer_by}
                session.add(RatingFollowUpRow(**key, office=office, **opened))
            return KeptResult(asking.said_at, new=True)

        return self.database.write(work)
