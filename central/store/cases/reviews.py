"""Reviews of pictures of people whom one member of the staff vouched for alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central import tasks
from central.alarms import Alarm, AlarmKind
from central.confirmation import FilingConfirmation
from central.ports import Occasion
from central.store.alarms import raise_alarm
from central.store.cases.cases import application_of
from central.store.cases.filings import queue_message
from central.store.cases.open_parts import note_open_parts
from central.store.cases.work import move
from central.store.tables import Blob, ChunkRow, ConfirmationRow, TaskRow
from central.store.vouching_tables import ReviewEventRow, ReviewRow
from central.tasks import TaskMove, TaskState

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from central.rules import Rules
    from central.store.database import CentralDatabase
    from central.store.tables import ApplicationRow

OPENED, DELETED = "opened", "deleted"
REVIEW_CHANNEL = "review"


class ReviewVerdict(StrEnum):
    """The reviewer's verdict about the person in the picture."""

    SAME = "same"
    OTHER = "other"  # somebody else, or nobody: the case ends


class ReviewTrouble(Enum):
    """Reason why a review was not done; the value says what to do."""

    UNKNOWN = "no picture waits under this id: `central reviews list` shows those that do"
    NOT_HERE = "the picture has not come yet: it follows the application, look again later"
    GONE = "the picture was deleted: its time is over"
    VOUCHER = "who vouched does not review: let another person do it"
    UNSEEN = "this reviewer has not opened the picture: `central reviews open` first"
    DECIDED = "it was decided before; the first word counts"


@dataclass(frozen=True)
class Review:
    """A picture to be reviewed; `is_here`: it has arrived and is not deleted."""

    application_id: str
    point: str
    staff: str
    delete_on: str
    reviewer: str
    verdict: str
    deleted_at: str
    is_here: bool


@dataclass(frozen=True)
class SealedBlob:
    """A sealed picture, the id it is bound to, and the digest of the plain picture."""

    sealed: bytes
    sealed_for: str
    digest: str


@dataclass(frozen=True)
class Reviews:
    """Reviews of pictures; each opening, verdict and deletion is recorded in their audit."""

    database: CentralDatabase
    rules: Rules

    def all(self) -> tuple[Review, ...]:
        """Return every review, first the one whose picture is deleted first."""
        wanted = sa.select(ReviewRow).order_by(ReviewRow.delete_on, ReviewRow.application_id)

        def work(session: Session) -> tuple[Review, ...]:
            return tuple(_review(session, row) for row in session.scalars(wanted))

        return self.database.read(work)

    def open(self, application_id: str, reviewer: str, at: str) -> SealedBlob | ReviewTrouble:
        """Return the sealed picture and record that this reviewer opened it at `at` (ISO 8601)."""

        def work(session: Session) -> SealedBlob | ReviewTrouble:
            row = session.get(ReviewRow, application_id)
            if row is None or row.staff == reviewer:
                return ReviewTrouble.UNKNOWN if row is None else ReviewTrouble.VOUCHER
            if row.deleted_at:
                return ReviewTrouble.GONE
            if not _is_here(session, row):
                return ReviewTrouble.NOT_HERE
            _note(session, application_id, at, OPENED, reviewer)
            chunks = sa.select(ChunkRow.body).where(ChunkRow.blob == row.blob)
            found = session.scalars(chunks.order_by(ChunkRow.number))
            return SealedBlob(b"".join(found), row.sealed_for, row.digest)

        return self.database.write(work)

    def decide(
        self, application_id: str, reviewer: str, verdict: ReviewVerdict, at: str
    ) -> ReviewTrouble | None:
        """Record the reviewer's verdict; return why not. Only who opened the picture decides, once.

        Another person in the picture ends the case and raises an alarm.
        """

        def work(session: Session) -> ReviewTrouble | None:
            row = session.get(ReviewRow, application_id, with_for_update=True)
            if row is None:
                return ReviewTrouble.UNKNOWN
            if row.verdict:
                return ReviewTrouble.DECIDED
            if not _has_opened(session, application_id, reviewer):
                return ReviewTrouble.UNSEEN
            row.reviewer, row.verdict, row.reviewed_at = reviewer, verdict.value, at
            _note(session, application_id, at, verdict.value, reviewer)
            if verdict is ReviewVerdict.OTHER:
                _stop(session, self.rules, row, at)
            return None

        return self.database.write(work)

    def delete_due(self, today: date, at: str) -> int:
        """Delete every picture whose last day has come; return how many.

        A picture that arrives again after its deletion is deleted, too. A picture that nobody
        reviewed raises an alarm.
        """
        here = sa.exists().where(Blob.digest == ReviewRow.blob)
        due = sa.select(ReviewRow).where(
            ReviewRow.delete_on <= today.isoformat(), sa.or_(ReviewRow.deleted_at == "", here)
        )

        def work(session: Session) -> int:
            rows = list(session.scalars(due))
            for row in rows:
                _delete(session, row, at)
            return len(rows)

        if not self.database.read(lambda session: session.scalar(due.limit(1))):
            return 0
        deleted = self.database.write(work)
        self.database.shred()
        return deleted

    def audit(self) -> tuple[tuple[str, str, str, str], ...]:
        """Return time, application, event and reviewer of every entry of the audit, in order."""
        row = ReviewEventRow
        wanted = sa.select(row.at, row.application_id, row.event, row.reviewer).order_by(row.number)

        def work(session: Session) -> tuple[tuple[str, str, str, str], ...]:
            found = session.execute(wanted)
            return tuple((at, case, event, who) for at, case, event, who in found)

        return self.database.read(work)


def _review(session: Session, row: ReviewRow) -> Review:
    return Review(
        row.application_id,
        row.point,
        row.staff,
        row.delete_on,
        row.reviewer,
        row.verdict,
        row.deleted_at,
        not row.deleted_at and _is_here(session, row),
    )


def _is_here(session: Session, row: ReviewRow) -> bool:
    blob = session.get(Blob, row.blob)
    return blob is not None and bool(blob.received_at)


def _has_opened(session: Session, application_id: str, reviewer: str) -> bool:
    row = ReviewEventRow
    mine = (row.application_id == application_id, row.event == OPENED, row.reviewer == reviewer)
    return session.scalar(sa.select(row.number).where(*mine).limit(1)) is not None


def _note(session: Session, application_id: str, at: str, event: str, reviewer: str) -> None:
    session.add(
        ReviewEventRow(application_id=application_id, at=at, event=event, reviewer=reviewer)
    )


def _delete(session: Session, row: ReviewRow, at: str) -> None:
    session.execute(sa.delete(ChunkRow).where(ChunkRow.blob == row.blob))
    session.execute(sa.delete(Blob).where(Blob.digest == row.blob))
    if row.deleted_at:
        return
    row.deleted_at = at
    _note(session, row.application_id, at, DELETED, "")
    if not row.verdict:
        application = _application(session, row)
        kind, detail = AlarmKind.PICTURE_UNREVIEWED, f"{row.application_id}: {row.staff}"
        raise_alarm(session, Alarm(at, application.terminal, kind, detail))


def _stop(session: Session, rules: Rules, row: ReviewRow, at: str) -> None:
    """End the case and its open tasks, tell the person that it names, and raise an alarm."""
    application = _application(session, row)
    reason = rules.policy.vouching.other_person
    wanted = sa.select(TaskRow).where(TaskRow.application_id == row.application_id)
    for task in session.scalars(wanted):
        if task.state not in tasks.ENDS:
            move(task, TaskMove(TaskState.ENDED, reason), at, rules.offices)
    application.awaiting, application.open, application.closed_at = False, False, at
    note_open_parts(session, application, {})
    filing = session.get(ConfirmationRow, row.application_id, with_for_update=True)
    if filing is not None:  # nobody can confirm it any more
        filing.state, filing.changed_at = FilingConfirmation.REFUSED, at
        filing.channel = REVIEW_CHANNEL
    queue_message(session, row.application_id, Occasion.REVIEW_STOPPED, at)
    detail = f"{row.application_id}: vouched by {row.staff} at {row.point}"
    raise_alarm(session, Alarm(at, application.terminal, AlarmKind.VOUCHED_WRONGLY, detail))


def _application(session: Session, row: ReviewRow) -> ApplicationRow:
    found = application_of(session, row.application_id)
    assert found is not None
    return found
