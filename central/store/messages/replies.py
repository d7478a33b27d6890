"""Replies to messages: each counts once and has one outcome, which the audit keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.confirmation import Channel, ConfirmationDecision, FilingConfirmation, Moved, Unchanged
from central.ports import Occasion
from central.store.alarms import raise_alarm
from central.store.cases.cases import OpenCase, application_of
from central.store.cases.confirmations import UNDECIDED, settle
from central.store.cases.filings import note_event, queue_message
from central.store.tables import ApplicationRow, ConfirmationRow, OutgoingRow, ReplyRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.rules import Rules
    from central.store.database import CentralDatabase


class ReplyOutcome(StrEnum):
    """The effect of a reply."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    AGAIN = "again"  # the same answer as before
    TOO_LATE = "too-late"  # withdrawn, expired, or decided otherwise
    OPEN_CASE = "open-case"
    UNCLEAR = "unclear"
    OTHER_NUMBER = "other-number"  # the code of a message that went elsewhere
    UNKNOWN_NUMBER = "unknown-number"  # nothing was asked there


ANSWERS = {
    ReplyOutcome.TOO_LATE: Occasion.TOO_LATE,
    ReplyOutcome.OPEN_CASE: Occasion.OPEN_CASE,
    ReplyOutcome.UNCLEAR: Occasion.UNCLEAR,
}
"""Answers to the sender of a reply; a number that was asked nothing gets none."""


@dataclass(frozen=True)
class IncomingReply:
    """A parsed reply; a yes is the code of its message.

    `number` is that of the reply at the provider, `mark` the keyed hash of the sender's mobile
    number and `masked` the same number with most digits hidden.
    """

    number: int
    mark: str
    masked: str
    is_no: bool
    code: str = field(repr=False)


@dataclass(frozen=True)
class Replies:
    """The replies that were taken from the provider."""

    database: CentralDatabase
    rules: Rules

    def last(self) -> int:
        """Return the number of the newest reply that was taken from the provider, 0 for none."""
        wanted = sa.select(sa.func.max(ReplyRow.number))
        return max(self.database.read(lambda session: session.scalar(wanted)) or 0, 0)

    def next_by_hand(self) -> int:
        """Return an unused number below 0, for a reply by hand; those of a provider are above."""
        wanted = sa.select(sa.func.min(ReplyRow.number))
        return min(self.database.read(lambda session: session.scalar(wanted)) or 0, 0) - 1

    def take(self, reply: IncomingReply, at: str) -> ReplyOutcome | None:
        """Carry out a reply that came at `at` (ISO 8601); None when it was taken before."""

        def work(session: Session) -> ReplyOutcome | None:
            if session.get(ReplyRow, reply.number) is not None:
                return None
            outcome, application_id = self._carry_out(session, reply, at)
            session.add(
                ReplyRow(
                    number=reply.number,
                    mobile=reply.masked,
                    application_id=application_id,
                    outcome=outcome.value,
                    at=at,
                )
            )
            if application_id:
                detail = f"reply {reply.number}: {outcome.value}"
                note_event(session, application_id, at, "reply", Channel.MESSAGE.value, detail)
            if application_id and outcome in ANSWERS:
                _answer_once(session, application_id, ANSWERS[outcome], at)
            return outcome

        return self.database.write(work)

    def _carry_out(
        self, session: Session, reply: IncomingReply, at: str
    ) -> tuple[ReplyOutcome, str]:
        asked = _asked(session, reply.mark)
        if reply.is_no:
            row = _filing_to_refuse(session, asked)
        else:
            row = next((one for one in asked if one.code == reply.code), None)
            if row is None and (elsewhere := _asked_elsewhere(session, reply)) is not None:
                _alarm_elsewhere(session, elsewhere, at)
                return ReplyOutcome.OTHER_NUMBER, elsewhere.application_id
        if row is None:
            return _without_filing(asked)
        application = application_of(session, row.application_id, locked=True)
        assert application is not None
        session.refresh(row, with_for_update=True)
        decision = ConfirmationDecision.REFUSE if reply.is_no else ConfirmationDecision.CONFIRM
        found = settle(session, self.rules, application, row, decision, Channel.MESSAGE, at)
        return _outcome(found.ruling if not isinstance(found, OpenCase) else None), application.id


def _without_filing(asked: list[ConfirmationRow]) -> tuple[ReplyOutcome, str]:
    """Return the outcome of a reply that fits none of the filings, and the application's id."""
    if asked:
        return ReplyOutcome.UNCLEAR, asked[0].application_id
    return ReplyOutcome.UNKNOWN_NUMBER, ""


def _alarm_elsewhere(session: Session, row: ConfirmationRow, at: str) -> None:
    application = application_of(session, row.application_id)
    assert application is not None
    kind = AlarmKind.REPLY_ELSEWHERE
    raise_alarm(session, Alarm(at, application.terminal, kind, application.id))


def _outcome(ruling: object) -> ReplyOutcome:
    match ruling:
        case None:
            return ReplyOutcome.OPEN_CASE
        case Unchanged():
            return ReplyOutcome.AGAIN
        case Moved(FilingConfirmation.CONFIRMED):
            return ReplyOutcome.CONFIRMED
        case Moved():
            return ReplyOutcome.REFUSED
    return ReplyOutcome.TOO_LATE


def _asked(session: Session, mark: str) -> list[ConfirmationRow]:
    """Return the filings about which this number was asked, latest first."""
    wanted = sa.select(ConfirmationRow).where(ConfirmationRow.told == mark)
    return list(session.scalars(wanted.order_by(ConfirmationRow.told_at.desc())))


def _filing_to_refuse(session: Session, asked: list[ConfirmationRow]) -> ConfirmationRow | None:
    """Return the filing that a no refers to, None when nothing was asked.

    It is the latest that is undecided, otherwise the latest that is confirmed and open, otherwise
    the latest.
    """
    undecided = (one for one in asked if one.state in UNDECIDED and _is_open(session, one))
    begun = (one for one in asked if one.state is FilingConfirmation.CONFIRMED)
    open_ones = (one for one in begun if _is_open(session, one))
    return next(undecided, None) or next(open_ones, None) or next(iter(asked), None)


def _is_open(session: Session, row: ConfirmationRow) -> bool:
    found = session.get(ApplicationRow, _serial(session, row.application_id))
    return found is not None and found.open


def _serial(session: Session, application_id: str) -> int | None:
    wanted = sa.select(ApplicationRow.serial).where(ApplicationRow.id == application_id)
    return session.scalar(wanted)


def _asked_elsewhere(session: Session, reply: IncomingReply) -> ConfirmationRow | None:
    """Return the filing whose code the reply holds although another number was asked about it."""
    wanted = sa.select(ConfirmationRow).where(
        ConfirmationRow.code == reply.code,
        ConfirmationRow.told != reply.mark,
        ConfirmationRow.state == FilingConfirmation.AWAITING,
    )
    return session.scalars(wanted.limit(1)).first() if reply.code else None


def _answer_once(session: Session, application_id: str, occasion: Occasion, at: str) -> None:
    """Queue an answer unless the same was sent before, since a telephone may answer by itself."""
    wanted = sa.select(OutgoingRow.number).where(
        OutgoingRow.application_id == application_id, OutgoingRow.occasion == occasion.value
    )
    if session.scalars(wanted.limit(1)).first() is None:
        queue_message(session, application_id, occasion, at)
