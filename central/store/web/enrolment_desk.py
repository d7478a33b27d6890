"""Enrolments that wait, and what technicians say of them on the fleet page."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from central.fleet.enrolments import EnrolmentState, ReviewAct
from central.store.tables import EnrolmentRow
from central.store.web.events import record_web_event
from central.store.web.fleet_tables import EnrolmentReviewRow
from kiosk.crypto.terminal_key import fingerprint

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase
    from central.web_accounts import WebEvent


class ReviewOutcome(Enum):
    """What became of a technician's word about an enrolment."""

    STORED = auto()
    UNKNOWN = auto()  # nothing waits under this id
    TWICE = auto()  # the same account said something before
    DIFFERS = auto()  # these are not the digits of the key that waits


@dataclass(frozen=True)
class WaitingEnrolment:
    """A terminal that waits to be let in; `said` maps accounts to what they said of it.

    Its digits are not here: who confirms reads them off the terminal.
    """

    id: str
    terminal: str
    point: str
    profile: str
    said: dict[str, str]

    @property
    def confirmed_by(self) -> tuple[str, ...]:
        """Return the accounts that confirmed it."""
        return tuple(who for who, act in self.said.items() if act == ReviewAct.CONFIRMED.value)

    @property
    def is_refused(self) -> bool:
        """Tell whether somebody refused it."""
        return ReviewAct.REFUSED.value in self.said.values()


@dataclass(frozen=True)
class EnrolmentDesk:
    """Reads enrolments that wait and adds what is said of them; nothing is changed here."""

    database: CentralDatabase

    def waiting(self) -> tuple[WaitingEnrolment, ...]:
        """Return what waits, by the terminals' codes."""
        columns = EnrolmentRow.id, EnrolmentRow.terminal, EnrolmentRow.point, EnrolmentRow.profile
        rows = sa.select(*columns).where(EnrolmentRow.state == EnrolmentState.PENDING.value)
        said = sa.select(EnrolmentReviewRow).order_by(EnrolmentReviewRow.number)

        def work(session: Session) -> tuple[WaitingEnrolment, ...]:
            found = session.execute(rows.order_by(EnrolmentRow.terminal)).all()
            words: dict[str, dict[str, str]] = {one.id: {} for one in found}
            for row in session.scalars(said.where(EnrolmentReviewRow.enrolment.in_(words))):
                words[row.enrolment][row.account] = row.act
            return tuple(WaitingEnrolment(*one, words[one.id]) for one in found)

        return self.database.read(work)

    def confirm(
        self, enrolment_id: str, digits: str, event: WebEvent, differs: WebEvent
    ) -> ReviewOutcome:
        """Store that somebody read `digits` off the terminal, when they are those of its key.

        `enrolment_id` is of `waiting`; `event` tells the audit who and when, `differs` that the
        digits were others.
        """
        return self._add(enrolment_id, ReviewAct.CONFIRMED, event, differs=differs, digits=digits)

    def refuse(self, enrolment_id: str, words: str, event: WebEvent) -> ReviewOutcome:
        """Store that somebody refuses the terminal of `enrolment_id`, for a reason (`words`).

        `event` tells the audit who and when.
        """
        return self._add(enrolment_id, ReviewAct.REFUSED, event, words=words)

    def _add(
        self,
        enrolment_id: str,
        act: ReviewAct,
        event: WebEvent,
        *,
        differs: WebEvent | None = None,
        digits: str = "",
        words: str = "",
    ) -> ReviewOutcome:
        row = EnrolmentReviewRow(
            enrolment=enrolment_id,
            act=act.value,
            at=event.at,
            account=event.account,
            fingerprint=digits,
            words=words,
        )
        waiting = sa.select(EnrolmentRow.public_key).where(
            EnrolmentRow.id == enrolment_id, EnrolmentRow.state == EnrolmentState.PENDING.value
        )

        def work(session: Session) -> ReviewOutcome:
            key = session.scalar(waiting)
            if key is None:
                return ReviewOutcome.UNKNOWN
            if _has_said(session, enrolment_id, event.account):
                return ReviewOutcome.TWICE
            if differs is not None and not hmac.compare_digest(
                digits.encode(), fingerprint(key).encode()
            ):
                record_web_event(session, differs)
                return ReviewOutcome.DIFFERS
            session.add(row)
            record_web_event(session, event)
            return ReviewOutcome.STORED

        try:
            return self.database.write(work)
        except IntegrityError:  # both forms of one person at the same moment
            return ReviewOutcome.TWICE


def _has_said(session: Session, enrolment_id: str, account: str) -> bool:
    said = sa.select(EnrolmentReviewRow.number).where(
        EnrolmentReviewRow.enrolment == enrolment_id, EnrolmentReviewRow.account == account
    )
    return session.scalar(said) is not None
