"""The queue of outgoing messages; each worker holds a message for the time of a lease."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.confirmation import FilingConfirmation
from central.ports import Occasion
from central.store.alarms import raise_alarm
from central.store.cases.cases import application_of
from central.store.cases.filings import note_event
from central.store.tables import (
    ApplicationRow,
    ConfirmationRow,
    MessageRow,
    OutgoingRow,
    TaskRow,
    TerminalRow,
)
from kiosk.application.document import mask_mobile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase

# BEGUN asks nothing, but says that 0 still stops the case: replies from its number count, too.
ASKING = frozenset({Occasion.CONFIRM, Occasion.ACTED_FOR, Occasion.BEGUN})
"""Messages that can be answered."""
SENT, OVER, FAILED = "sent", "over", "failed"
"""Outcomes of a message besides those of ContactReach. OVER: no longer needed."""


@dataclass(frozen=True)
class Due:
    """A message to be sent now; `wanted` is False when what it says is no longer so."""

    number: int
    lease: str
    tries: int
    occasion: Occasion
    application_id: str
    case_number: str
    point: str
    filer: str
    relation: str
    services: tuple[str, ...]
    code: str = field(repr=False)
    wanted: bool
    envelope: bytes = field(repr=False)


@dataclass(frozen=True)
class Sent:
    """A text that was sent, and the number it was sent to."""

    mobile: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True)
class Outgoing:
    """The queue of messages."""

    database: CentralDatabase

    def claim(self, lease: str, now: datetime, length: timedelta, most: int) -> tuple[Due, ...]:
        """Return at most `most` due messages, oldest first, each leased for `length`.

        `lease` is the unique name of this claim.
        """
        at = now.timestamp()
        due = (
            sa.select(OutgoingRow)
            .where(
                OutgoingRow.outcome == "",
                OutgoingRow.look_at <= at,
                OutgoingRow.leased_until <= at,
            )
            .order_by(OutgoingRow.number)
            .limit(most)
            .with_for_update(skip_locked=True)
        )

        def work(session: Session) -> tuple[Due, ...]:
            rows = list(session.scalars(due))
            for row in rows:
                row.lease, row.leased_until = lease, (now + length).timestamp()
            return _dues(session, rows)

        return self.database.write(work)

    def bind_number(self, due: Due, mark: str, now: datetime) -> None:
        """Let replies from a mobile number, whose keyed hash is `mark`, count for the filing.

        This comes before sending, so that no reply can arrive before it counts.
        """

        def work(session: Session) -> None:
            filing = session.get(ConfirmationRow, due.application_id, with_for_update=True)
            if filing is not None and due.occasion in ASKING:
                filing.told, filing.told_at = mark, now.timestamp()

        self.database.write(work)

    def put_off(self, due: Due, until: datetime) -> None:
        """Give the message back, to be tried again at `until`."""

        def work(session: Session) -> None:
            for row in _held(session, [due]):
                row.tries, row.look_at = row.tries + 1, until.timestamp()
                row.lease, row.leased_until = "", 0.0

        self.database.write(work)

    def settle(self, due: Due, outcome: str, now: datetime, sent: Sent | None = None) -> None:
        """End a message with its outcome; a sent text is recorded with a masked number.

        It has no effect when the lease ran out and another worker holds the message.
        """

        def work(session: Session) -> None:
            for row in _held(session, [due]):
                _settle(session, row, due, outcome, now)
                if sent is not None:
                    _record(session, due, sent, now)

        self.database.write(work)

    def settle_unsent(self, outcomes: Sequence[tuple[Due, str]], now: datetime) -> None:
        """End messages that nobody needs to get, each with its outcome, in one transaction.

        It has no effect on those whose lease ran out.
        """
        by_number = {due.number: (due, outcome) for due, outcome in outcomes}

        def work(session: Session) -> None:
            for row in _held(session, [due for due, _ in outcomes]):
                _settle(session, row, *by_number[row.number], now)

        if outcomes:
            self.database.write(work)

    def sent(self) -> tuple[tuple[str, str, str, str], ...]:
        """Return time, masked number, occasion and text of what was sent, oldest first."""
        wanted = sa.select(MessageRow).order_by(MessageRow.number)

        def work(session: Session) -> tuple[tuple[str, str, str, str], ...]:
            rows = session.scalars(wanted)
            return tuple((row.at, row.mobile, row.occasion, row.text) for row in rows)

        return self.database.read(work)

    def raise_alarm(self, due: Due, kind: AlarmKind, now: datetime) -> None:
        """Raise an alarm about a message's case."""

        def work(session: Session) -> None:
            application = application_of(session, due.application_id)
            assert application is not None
            at, detail = now.isoformat(timespec="seconds"), due.application_id
            raise_alarm(session, Alarm(at, application.terminal, kind, detail))

        self.database.write(work)


def _held(session: Session, dues: Sequence[Due]) -> list[OutgoingRow]:
    """Return the rows of messages whose lease still counts, locked."""
    leases = {due.number: due.lease for due in dues}
    mine = sa.select(OutgoingRow).where(OutgoingRow.number.in_(leases))
    # In one order, so that two at once do not wait for each other.
    rows = session.scalars(mine.order_by(OutgoingRow.number).with_for_update())
    return [row for row in rows if row.lease == leases[row.number]]


def _settle(session: Session, row: OutgoingRow, due: Due, outcome: str, now: datetime) -> None:
    at = now.isoformat(timespec="seconds")
    row.outcome, row.settled_at = outcome, at
    detail = f"{due.occasion.value}: {outcome}"
    note_event(session, due.application_id, at, "message", "", detail)


def _dues(session: Session, rows: Sequence[OutgoingRow]) -> tuple[Due, ...]:
    """Return what the messages of `rows` say, with a query for each table and not for each row."""
    cases = [row.application_id for row in rows]
    if not cases:
        return ()
    said = sa.select(
        ApplicationRow.id, ApplicationRow.case_number, ApplicationRow.envelope, TerminalRow.point
    ).join(TerminalRow, TerminalRow.id == ApplicationRow.terminal, isouter=True)
    applications = {
        one.id: one for one in session.execute(said.where(ApplicationRow.id.in_(cases)))
    }
    of_cases = sa.select(ConfirmationRow).where(ConfirmationRow.application_id.in_(cases))
    filings = {one.application_id: one for one in session.scalars(of_cases)}
    services = defaultdict[str, list[str]](list)
    listed = sa.select(TaskRow.application_id, TaskRow.service).order_by(TaskRow.service)
    for case, service in session.execute(listed.where(TaskRow.application_id.in_(cases))):
        services[case].append(service)
    return tuple(
        _due(row, applications[row.application_id], filings.get(row.application_id), services)
        for row in rows
    )


def _due(
    row: OutgoingRow,
    application: sa.Row[str, str, bytes, str],
    filing: ConfirmationRow | None,
    services: Mapping[str, Sequence[str]],
) -> Due:
    """Return one message; `application` is its number, envelope and point by their columns."""
    occasion = Occasion(row.occasion)
    return Due(
        number=row.number,
        lease=row.lease,
        tries=row.tries,
        occasion=occasion,
        application_id=row.application_id,
        case_number=application.case_number,
        point=application.point or "",
        filer=filing.filer if filing else "",
        relation=filing.relation if filing else "",
        services=tuple(services[row.application_id]),
        code=filing.code if filing else "",
        wanted=_is_wanted(occasion, filing),
        envelope=application.envelope,
    )


def _is_wanted(occasion: Occasion, filing: ConfirmationRow | None) -> bool:
    """Tell whether a message still applies: what it asks can be answered, what it tells matters."""
    if occasion is Occasion.CONFIRM:
        return filing is not None and filing.state is FilingConfirmation.AWAITING
    if occasion is Occasion.ACTED_FOR:
        return filing is not None and filing.state is FilingConfirmation.STARTED
    if occasion is Occasion.WITHDRAWN:
        return filing is not None and bool(filing.told)
    return True


def _record(session: Session, due: Due, sent: Sent, now: datetime) -> None:
    session.add(
        MessageRow(
            application_id=due.application_id,
            mobile=mask_mobile(sent.mobile),
            occasion=due.occasion.value,
            text=sent.text,
            at=now.isoformat(timespec="seconds"),
        )
    )
