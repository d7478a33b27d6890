"""Decisions about filings for another person: by the principal, by the filer, by time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central import tasks
from central.alarms import Alarm, AlarmKind
from central.confirmation import (
    Channel,
    Closed,
    ConfirmationDecision,
    FilingConfirmation,
    Ruling,
    SeenFacts,
    Unchanged,
    decide,
)
from central.ports import Occasion, SealRequest
from central.store.alarms import raise_alarm
from central.store.begun.employer_drafts import forget_handed
from central.store.cases.cases import OpenCase, application_of, seen_facts_of
from central.store.cases.filings import count_unconfirmed, note_event, queue_message
from central.store.cases.open_parts import note_open_parts, other_case
from central.store.cases.work import move
from central.store.preparations import forget_prepared
from central.store.tables import ApplicationRow, ConfirmationRow, TaskRow, TerminalRow
from central.store.task_jobs import enqueue_tasks
from central.tasks import TaskMove, TaskState

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from central.rules import Rules
    from central.store.database import CentralDatabase

UNDECIDED = (FilingConfirmation.AWAITING, FilingConfirmation.STARTED)
BATCH = 100
NOTHING_SEEN = SeenFacts()

FOLLOWING: dict[FilingConfirmation, tuple[Occasion, ...]] = {
    FilingConfirmation.CONFIRMED: (Occasion.BEGUN, Occasion.FILER_BEGUN),
    FilingConfirmation.REFUSED: (Occasion.STOPPED, Occasion.FILER_STOPPED),
    FilingConfirmation.WITHDRAWN: (Occasion.WITHDRAWN,),
    FilingConfirmation.EXPIRED: (Occasion.EXPIRED, Occasion.FILER_EXPIRED),
}
"""Messages that are queued when a filing enters a state."""


@dataclass(frozen=True)
class Settled:
    """The effect of a decision about a filing."""

    application_id: str
    case_number: str
    ruling: Ruling


@dataclass(frozen=True)
class Claimant:
    """The person who decides; fields that don't apply are "".

    A principal gives `person`, a friend or relative who filed `proxy` (both keyed hashes), a helper
    who filed `staff` (a pseudonym) at `point`. `vouched_by`: pseudonyms that vouched for a
    principal.
    """

    channel: Channel
    person: str = ""
    proxy: str = ""
    staff: str = ""
    point: str = ""
    vouched_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotAllowed:
    """A voucher of the principal filed or checked this filing; two people are needed."""


Outcome = Settled | OpenCase | NotAllowed


@dataclass(frozen=True)
class Confirmations:
    """Filings for another person and the decisions about them."""

    database: CentralDatabase
    rules: Rules

    def of_person(self, person: str) -> list[dict[str, Any]]:
        """Return the filings that a principal can decide now (openapi.yaml, Confirmations)."""
        wanted = (
            sa.select(ApplicationRow, ConfirmationRow)
            .join(ConfirmationRow, ConfirmationRow.application_id == ApplicationRow.id)
            .where(
                ApplicationRow.person == person,
                ApplicationRow.open,
                ConfirmationRow.state.in_(UNDECIDED),
            )
            .order_by(ApplicationRow.serial)
        )

        def work(session: Session) -> list[dict[str, Any]]:
            return [_item(session, *row) for row in session.execute(wanted)]

        return self.database.read(work)

    def seen_facts(self, application_id: str) -> SeenFacts:
        """Return what a principal was shown on confirming this filing."""
        return self.database.read(lambda session: seen_facts_of(session, application_id))

    def decide(
        self,
        application_id: str,
        decision: ConfirmationDecision,
        claimant: Claimant,
        at: str,
        seen: SeenFacts = NOTHING_SEEN,
    ) -> Outcome | None:
        """Carry out a decision once; None when the filing is not the claimant's to decide.

        `at`: the time in ISO 8601. `seen`: what a principal who confirms was shown.
        """

        def work(session: Session) -> Outcome | None:
            found = _load(session, application_id)
            if found is None or not _is_theirs(session, *found, claimant):
                return None
            application, row = found
            if {application.staff, row.checked_by} & set(claimant.vouched_by):
                note_event(session, row.application_id, at, "own-voucher", claimant.channel, "")
                return NotAllowed()
            done = settle(session, self.rules, application, row, decision, claimant.channel, at)
            if _confirms(done):
                row.facts_mark, row.facts_wrong = seen.mark, " ".join(seen.wrong)
            return done

        return self.database.write(work)

    def close_expired(self, today: date, at: str) -> int:
        """Expire up to `BATCH` filings that nobody confirmed in time; return how many."""
        overdue = (
            sa.select(ConfirmationRow.application_id)
            .where(
                ConfirmationRow.state == FilingConfirmation.AWAITING,
                ConfirmationRow.until < today.isoformat(),
            )
            .limit(BATCH)
        )

        def work(session: Session) -> int:
            ids = list(session.scalars(overdue))
            for one in ids:
                found = _load(session, one)
                if found is not None:
                    settle(
                        session, self.rules, *found, ConfirmationDecision.EXPIRE, Channel.CLOCK, at
                    )
            return len(ids)

        return self.database.write(work)

    def note_not_allowed(self, application_id: str, moment: datetime, detail: str) -> None:
        """Add a refused attempt at a decision to the audit, with the moment at which it came."""
        at = moment.isoformat(timespec="seconds")
        self.database.write(
            lambda session: note_event(session, application_id, at, "refused-try", "", detail)
        )


def _confirms(done: Settled | OpenCase) -> bool:
    """Return whether the decision that was carried out has just confirmed the filing."""
    if isinstance(done, OpenCase) or isinstance(done.ruling, Closed | Unchanged):
        return False
    return done.ruling.state is FilingConfirmation.CONFIRMED


def settle(
    session: Session,
    rules: Rules,
    application: ApplicationRow,
    row: ConfirmationRow,
    decision: ConfirmationDecision,
    channel: Channel,
    at: str,
) -> Settled | OpenCase:
    """Carry out a decision in the transaction that locked `application` and `row`.

    `at`: the time in ISO 8601; `OpenCase` is returned, and nothing changed, when the person already
    has another open case.
    """
    ruling = decide(row.state, decision, is_open=application.open)
    if isinstance(ruling, Closed | Unchanged):
        said = "again" if isinstance(ruling, Unchanged) else f"closed: {row.state.value}"
        note_event(session, row.application_id, at, decision.value, channel.value, said)
        return Settled(application.id, application.case_number, ruling)
    if decision is ConfirmationDecision.CONFIRM and application.awaiting:
        other = other_case(session, application.person, _tasks(session, application.id))
        if other is not None:
            note_event(session, row.application_id, at, decision.value, channel.value, "open-case")
            return OpenCase(other.id, other.case_number)
    before, waited = row.state, application.awaiting
    row.state, row.changed_at, row.channel = ruling.state, at, channel.value
    if ruling.state is FilingConfirmation.CONFIRMED and waited:
        _begin(session, rules, application, at)
    elif ruling.state is not FilingConfirmation.CONFIRMED:
        _end(session, rules, application, ruling.state, at)
    said = f"{before.value} to {ruling.state.value}"
    note_event(session, row.application_id, at, decision.value, channel.value, said)
    # Agreeing to a filing that started already begins nothing, so nobody gets a message.
    agrees = ruling.state is FilingConfirmation.CONFIRMED and not waited
    for occasion in () if agrees else FOLLOWING[ruling.state]:
        queue_message(session, application.id, occasion, at)
    if ruling.state is FilingConfirmation.REFUSED:
        _raise_refused(session, application, row, at)
    return Settled(application.id, application.case_number, ruling)


def _load(session: Session, application_id: str) -> tuple[ApplicationRow, ConfirmationRow] | None:
    application = application_of(session, application_id, locked=True)
    row = session.get(ConfirmationRow, application_id, with_for_update=True)
    return (application, row) if application is not None and row is not None else None


def _is_theirs(
    session: Session, application: ApplicationRow, row: ConfirmationRow, claimant: Claimant
) -> bool:
    if claimant.person:
        return application.person == claimant.person
    if claimant.proxy:
        return row.proxy == claimant.proxy
    here = _point_of(session, application.terminal) == claimant.point
    return bool(claimant.staff) and application.staff == claimant.staff and here


def _point_of(session: Session, terminal: str) -> str:
    found = session.get(TerminalRow, terminal)
    return found.point if found else ""


def _begin(session: Session, rules: Rules, application: ApplicationRow, at: str) -> None:
    """Start the tasks of a confirmed case; dates are still counted from the filing."""
    application.awaiting = False
    rows = _tasks(session, application.id)
    after = tasks.follow({code: task.state for code, task in rows.items()}, rules.needs)
    for code in (code for code, task in rows.items() if task.state is not after[code]):
        move(rows[code], TaskMove(after[code]), at, rules.offices)
    enqueue_tasks(session, rows.values(), rules.offices)
    note_open_parts(session, application, after)
    forget_handed(session, application.person)
    forget_prepared(session, application.person)
    rules.sealer.seal(session, SealRequest(application.id, application.digest, at))


def _end(
    session: Session, rules: Rules, application: ApplicationRow, state: FilingConfirmation, at: str
) -> None:
    """End the case and every task that has not ended."""
    reasons = rules.policy.confirmation.reasons
    for task in _tasks(session, application.id).values():
        if task.state not in tasks.ENDS:
            move(task, TaskMove(TaskState.ENDED, reasons[state.value]), at, rules.offices)
    application.awaiting, application.open, application.closed_at = False, False, at
    note_open_parts(session, application, {})


def _tasks(session: Session, application_id: str) -> dict[str, TaskRow]:
    wanted = sa.select(TaskRow).where(TaskRow.application_id == application_id)
    return {task.service: task for task in session.scalars(wanted)}


def _raise_refused(
    session: Session, application: ApplicationRow, row: ConfirmationRow, at: str
) -> None:
    """Raise an alarm with the counts of unconfirmed filings of person, filer, terminal."""
    session.flush()
    filer = ConfirmationRow.proxy == row.proxy if row.proxy else None
    whose = {
        "person": ApplicationRow.person == application.person,
        "filer": ApplicationRow.staff == application.staff if filer is None else filer,
        "terminal": ApplicationRow.terminal == application.terminal,
    }
    counts = (f"{count_unconfirmed(session, mine, '')} of one {one}" for one, mine in whose.items())
    detail = f"{application.id}: unconfirmed {', '.join(counts)}"
    raise_alarm(session, Alarm(at, application.terminal, AlarmKind.FILING_REFUSED, detail))


def _item(session: Session, application: ApplicationRow, row: ConfirmationRow) -> dict[str, Any]:
    waits = row.state is FilingConfirmation.AWAITING
    return {
        "application_id": application.id,
        "case_number": application.case_number,
        "filed_at": row.filed_at,
        "until": row.until if waits else "",
        "state": row.state.value,
        "way": application.way,
        "filer": row.filer,
        "relation": row.relation,
        "point": _point_of(session, application.terminal),
        "services": sorted(_tasks(session, application.id)),
    }
