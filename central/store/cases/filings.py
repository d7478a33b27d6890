"""What is stored when a filing for another person arrives: state, message, alarms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.confirmation import FilingConfirmation
from central.ports import Occasion
from central.store.alarms import raise_alarm
from central.store.tables import (
    ApplicationRow,
    ConfirmationEventRow,
    ConfirmationRow,
    OutgoingRow,
)
from kiosk.application.authority import confirm_by
from kiosk.application.document import FOR_ANOTHER
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.intake.examiner import Intake
    from central.rules import Rules
    from central.store.cases.promise import Promise

FILED = "filed"
"""The event with which the audit of a filing begins."""


def add_confirmation(
    session: Session, asking: AuthenticatedRequest, intake: Intake, made: Promise, rules: Rules
) -> None:
    """Store the state of a new filing for another person.

    `made.received_at` is its time. The work is the same whoever the principal is: nothing about
    them is looked up here.
    """
    another = intake.for_another
    assert another is not None
    begins = another.begins
    state = FilingConfirmation.STARTED if begins else FilingConfirmation.AWAITING
    until = confirm_by(civil_day(asking.at), rules.authority)
    session.add(
        ConfirmationRow(
            application_id=intake.envelope.id,
            state=state,
            filed_at=made.received_at,
            until=until.isoformat(),
            changed_at=made.received_at,
            proxy=another.proxy,
            filer=another.filer,
            relation=another.relation,
            checked_by=another.checked_by,
            code=rules.new_code(),
        )
    )
    note_event(session, intake.envelope.id, made.received_at, FILED, "", state.value)
    if not begins:
        # The counts include this filing; sessions here flush nothing by themselves.
        session.flush()
        _raise_repeated(session, asking, intake, rules)


def watch_filings_under_way(session: Session) -> None:
    """Start confirmations for filings of program versions that had none.

    Their principals are told, and may stop them.
    """
    theirs = sa.select(ApplicationRow).where(
        ApplicationRow.open, ApplicationRow.way.in_(FOR_ANOTHER)
    )
    for application in session.scalars(theirs):
        session.add(
            ConfirmationRow(
                application_id=application.id,
                state=FilingConfirmation.STARTED,
                filed_at=application.received_at,
                until="",
                changed_at=application.received_at,
                filer=application.staff,
            )
        )
        queue_message(session, application.id, Occasion.ACTED_FOR, application.received_at)


def note_event(
    session: Session, application_id: str, at: str, event: str, channel: str, detail: str
) -> None:
    """Add an event to the audit of confirmations, which names no person.

    `at`: ISO 8601; `channel`: a value of central.confirmation.Channel, "" for none; `detail`: the
    outcome.
    """
    session.add(
        ConfirmationEventRow(
            application_id=application_id, at=at, event=event, channel=channel, detail=detail
        )
    )


def queue_message(session: Session, application_id: str, occasion: Occasion, at: str) -> None:
    """Queue a message in the transaction that makes it true; `at`: ISO 8601."""
    row = OutgoingRow(application_id=application_id, occasion=occasion.value, created_at=at)
    session.add(row)


def _raise_repeated(
    session: Session, asking: AuthenticatedRequest, intake: Intake, rules: Rules
) -> None:
    """Raise an alarm when one person, filer or terminal has too many unconfirmed filings."""
    another, policy = intake.for_another, rules.policy.confirmation
    assert another is not None
    filer = ConfirmationRow.proxy == another.proxy
    if not another.proxy:
        filer = ApplicationRow.staff == intake.staff
    counted = (
        ("person", ApplicationRow.person == intake.person, policy.person_tries),
        ("filer", filer, policy.filer_tries),
        ("terminal", ApplicationRow.terminal == asking.terminal, policy.terminal_tries),
    )
    since = civil_day(asking.at - timedelta(days=rules.authority.confirm_days)).isoformat()
    for whose, mine, most in counted:
        count = count_unconfirmed(session, mine, since)
        if count > most:
            detail = f"{intake.envelope.id}: {count} unconfirmed of one {whose}"
            kind = AlarmKind.FILING_REPEATED
            raise_alarm(session, Alarm(asking.said_at, asking.terminal, kind, detail))


def count_unconfirmed(session: Session, mine: sa.ColumnElement[bool], since: str) -> int:
    """Return how many filings since the day `since` (ISO 8601) are neither started nor confirmed.

    `mine` is the condition that says whose.
    """
    states = (FilingConfirmation.STARTED, FilingConfirmation.CONFIRMED)
    wanted = (
        sa.select(sa.func.count())
        .select_from(ConfirmationRow)
        .join(ApplicationRow, ApplicationRow.id == ConfirmationRow.application_id)
        .where(mine, ConfirmationRow.filed_at >= since, ConfirmationRow.state.not_in(states))
    )
    return session.scalar(wanted) or 0
