"""What is stored about filings for another person: audit, messages, how many wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.confirmation import FilingConfirmation
from central.ports import Occasion
from central.store.tables import (
    ApplicationRow,
    ConfirmationEventRow,
    ConfirmationRow,
    OutgoingRow,
)
from kiosk.application.document import FOR_ANOTHER

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


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
