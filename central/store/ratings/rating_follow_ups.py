"""Follow-ups of bad ratings in the store: which are open, their answers, and who may read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.notices import About
from central.ports import Occasion
from central.store.alarms import end_alarm, raise_alarm
from central.store.cases.cases import application_of
from central.store.rating_tables import RatingFollowUpRow
from central.store.tables import ApplicationRow, RatingRow, TaskRow
from central.tasks import TaskState
from kiosk.application.rating import second_stage

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from central.rules import Rules
    from central.store.database import CentralDatabase

RATED_ENDS = (TaskState.DONE, TaskState.REFUSED)
"""Ends of a part about which the person may say how it went."""


class FollowUpTrouble(Enum):
    """Why a follow-up can't be answered, or its words not be read."""

    UNKNOWN = "unknown"
    ANSWERED = "answered"
    NO_WORDS = "no_words"


@dataclass(frozen=True)
class FollowUp:
    """A bad rating and what followed; `second_grade` is 0 as long as there is none."""

    application_id: str
    stage: str
    office: str
    grade: int
    reasons: tuple[str, ...]
    has_words: bool
    due_on: str
    answered_at: str
    second_grade: int


@dataclass(frozen=True)
class FollowUpAnswer:
    """An answer to the person: by whom, when (ISO 8601), and its text."""

    operator: str
    text: str = field(repr=False)
    at: str


@dataclass(frozen=True)
class RatingFollowUps:
    """The follow-ups of all bad ratings."""

    database: CentralDatabase
    rules: Rules

    def all(self, *, only_open: bool) -> tuple[FollowUp, ...]:
        """Return the follow-ups, the first due first; `only_open`: those without an answer."""
        row = RatingFollowUpRow
        wanted = (
            sa.select(row, RatingRow).join(RatingRow, _SAME).order_by(row.due_on, row.opened_at)
        )
        if only_open:
            wanted = wanted.where(row.answered_at == "")

        def work(session: Session) -> tuple[FollowUp, ...]:
            return tuple(_follow_up(session, *found) for found in session.execute(wanted))

        return self.database.read(work)

    def words(self, application_id: str, stage: str) -> str | FollowUpTrouble:
        """Return the envelope (JSON) of the words of a rating that is followed up."""

        def work(session: Session) -> str | FollowUpTrouble:
            if session.get(RatingFollowUpRow, (application_id, stage)) is None:
                return FollowUpTrouble.UNKNOWN
            rating = session.get(RatingRow, (application_id, stage))
            return rating.words if rating and rating.words else FollowUpTrouble.NO_WORDS

        return self.database.read(work)

    def answer(
        self, application_id: str, stage: str, said: FollowUpAnswer
    ) -> FollowUpTrouble | None:
        """Store the answer `said` to the bad rating of a stage, once; tell the person there is one.

        `stage` is that of the first rating.
        """

        def work(session: Session) -> FollowUpTrouble | None:
            key = application_id, stage
            row = session.get(RatingFollowUpRow, key, with_for_update=True)
            if row is None:
                return FollowUpTrouble.UNKNOWN
            if row.answered_at:
                return FollowUpTrouble.ANSWERED
            row.answered_at, row.operator, row.answer = said.at, said.operator, said.text
            if row.alarm:
                end_alarm(session, row.alarm, said.at)
            self._tell(session, application_id, said.at)
            return None

        return self.database.write(work)

    def _tell(self, session: Session, application_id: str, at: str) -> None:
        application = application_of(session, application_id)
        if application is not None:
            mobile = self.rules.notices.mobile_of(application.envelope)
            about = About(application.id, application.case_number, mobile)
            self.rules.notices.tell(session, about, Occasion.ANSWERED, at)

    def raise_overdue(self, today: date, at: str) -> int:
        """Raise an alarm for each follow-up whose last day is over; return how many are new."""
        row = RatingFollowUpRow
        late = row.answered_at == "", row.alarm == 0, row.due_on < today.isoformat()
        wanted = sa.select(row).where(*late).with_for_update(skip_locked=True)

        def work(session: Session) -> int:
            found = list(session.scalars(wanted))
            for one in found:
                detail = f"{one.application_id} {one.stage} {one.due_on}"
                one.alarm = raise_alarm(session, Alarm(at, "", AlarmKind.RATING_UNANSWERED, detail))
            return len(found)

        return self.database.write(work)

    def of_person(self, person: str, since: str) -> list[dict[str, Any]]:
        """Return the items of openapi.yaml's PersonRatings: what `person` can rate, and answers.

        `person` is the keyed hash; of cases that closed before `since` (ISO) nothing is returned.
        """
        mine = (
            ApplicationRow.person == person,
            sa.not_(ApplicationRow.awaiting),
            sa.or_(ApplicationRow.open, ApplicationRow.closed_at >= since),
        )
        cases = sa.select(ApplicationRow.id).where(*mine).order_by(ApplicationRow.serial)

        def work(session: Session) -> list[dict[str, Any]]:
            return [one for case in session.scalars(cases) for one in _items(session, case)]

        return self.database.read(work)


_SAME = sa.and_(
    RatingRow.application_id == RatingFollowUpRow.application_id,
    RatingRow.stage == RatingFollowUpRow.stage,
)


def _items(session: Session, case: str) -> list[dict[str, Any]]:
    """Return the items of one case: finished parts without a rating, and followed-up ratings."""
    rated, followed = RatingRow, RatingFollowUpRow
    ratings = {
        one.stage: one
        for one in session.scalars(sa.select(rated).where(rated.application_id == case))
    }
    answers = {
        one.stage: one
        for one in session.scalars(sa.select(followed).where(followed.application_id == case))
    }
    ended = sa.select(TaskRow.service).where(
        TaskRow.application_id == case, TaskRow.state.in_(RATED_ENDS)
    )
    unrated = [
        one for one in session.scalars(ended.order_by(TaskRow.service)) if one not in ratings
    ]
    return [
        *(_followed(case, one, ratings) for one in answers.values()),
        *({"application_id": case, "stage": stage, "grade": 0} for stage in unrated),
    ]


def _followed(case: str, row: RatingFollowUpRow, ratings: dict[str, RatingRow]) -> dict[str, Any]:
    item = {"application_id": case, "stage": row.stage, "grade": ratings[row.stage].grade}
    if not row.answered_at:
        return {**item, "due_on": row.due_on}
    again = second_stage(row.stage) not in ratings
    return {**item, "answer": row.answer, "again": again}


def _follow_up(session: Session, row: RatingFollowUpRow, rating: RatingRow) -> FollowUp:
    second = session.get(RatingRow, (row.application_id, second_stage(row.stage)))
    return FollowUp(
        application_id=row.application_id,
        stage=row.stage,
        office=row.office,
        grade=rating.grade,
        reasons=tuple(rating.reasons),
        has_words=bool(rating.words),
        due_on=row.due_on,
        answered_at=row.answered_at,
        second_grade=second.grade if second else 0,
    )
