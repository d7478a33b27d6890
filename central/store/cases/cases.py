"""Storage of cases: applications, a task for each service, and their progress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central import tasks
from central.confirmation import FilingConfirmation, SeenFacts
from central.intake.examiner import MATTER, Intake
from central.rule_changes.question import OpenFiling
from central.store.cases.intake.case_look import CaseLook, look_at_case, look_at_cases
from central.store.cases.intake.case_rows import case_batch, jobs_of
from central.store.cases.intake.helper_look import HelperQuestion, question_of
from central.store.cases.intake.helper_rows import (
    acts_for_too_many,
    alarms_over_limit,
    put_helped,
    put_limit_alarms,
)
from central.store.cases.intake.new_filing import NewFiling, unrelated
from central.store.database import DatabaseError, is_unreachable
from central.store.looks.person_look import PersonLook, look_at_person
from central.store.looks.progress_look import ProgressLook, look_at_progress
from central.store.office_tables import TaskResultRow
from central.store.row_batch import RowBatch
from central.store.tables import (
    ApplicationRow,
    ConfirmationRow,
    CorrectionRow,
    PaperRow,
    TaskRow,
)
from central.store.task_jobs import NO_DELAY, write_jobs
from central.store.terminals.arrival_rows import is_all_new, put_arrival
from central.store.terminals.arrivals import note
from kiosk.crypto.envelope import Envelope, EnvelopeKind, parse_envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.intake.papers import NamedPaper
    from central.rules import Rules
    from central.store.cases.promise import Promise
    from central.store.database import CentralDatabase

NOT_NEEDED = "not_needed"  # the person filed


@dataclass(frozen=True)
class IntakeResult:
    """The application is stored; `new` when this call stored it."""

    receipt: bytes
    new: bool


@dataclass(frozen=True)
class OtherDigest:
    """The id was used before for another content."""


@dataclass(frozen=True)
class OpenCase:
    """A service of the application is under way in another case of this person."""

    application_id: str
    case_number: str


@dataclass(frozen=True)
class TooMany:
    """The friend or relative filed for too many people within a year."""


@dataclass(frozen=True)
class HelpedTooOften:
    """A member of the staff vouched, or filed for absent people, too often on that day."""


@dataclass(frozen=True)
class NumberedFiling:
    """An open case with its case number; `serial` orders the cases as they came."""

    serial: int
    case_number: str
    filing: OpenFiling


Outcome = IntakeResult | OtherDigest | OpenCase | TooMany | HelpedTooOften


@dataclass(frozen=True)
class Cases:
    """Applications with a task for each service."""

    database: CentralDatabase
    rules: Rules

    def accept(
        self, asking: AuthenticatedRequest, intake: Intake, promise: Callable[[int], Promise]
    ) -> Outcome:
        """Store application, tasks and receipt in one transaction; return the outcome.

        `promise` is called with the case's serial. The same application again returns the stored
        receipt. One statement looks, one writes. What somebody else stored between the two collides
        with it, and both run again.
        """
        new = NewFiling(asking, intake, promise)
        outcome, is_noted = self.database.run(lambda connection: self._accept(connection, new))
        return self._noted(new, outcome, is_noted=is_noted)

    def accept_all(self, filings: Sequence[NewFiling]) -> list[Outcome | DatabaseError]:
        """Do what `accept` does for each of several, nearly always in one transaction for all.

        Instead of the outcome stands the error of what the database does not take. A filing that
        meets another of them, or that somebody helped with, has a transaction of its own on
        PostgreSQL.
        """
        alike = filings if self.database.embedded else unrelated(filings, self.rules)
        together = tuple(alike) if len(alike) > 1 else ()
        found: dict[NewFiling, Outcome | DatabaseError] = {}
        try:
            found |= zip(together, self._accept_together(together), strict=True)
        except DatabaseError as error:
            if is_unreachable(error):
                return [error for _ in filings]
        for one in filings:
            if one not in found:
                found[one] = self._accept_alone(one)
        return [found[one] for one in filings]

    def _accept_together(self, filings: Sequence[NewFiling]) -> list[Outcome]:
        """Store several filings in one transaction; with none nothing is done."""
        if not filings:
            return []
        accept = self._accept_each if self.database.embedded else self._accept_at_once
        outcomes = self.database.run(lambda connection: accept(connection, filings))
        return [
            self._noted(one, outcome, is_noted=is_noted)
            for one, (outcome, is_noted) in zip(filings, outcomes, strict=True)
        ]

    def _accept_alone(self, new: NewFiling) -> Outcome | DatabaseError:
        try:
            return self.accept(new.asking, new.intake, new.promise)
        except DatabaseError as error:
            return error

    def _noted(self, new: NewFiling, outcome: Outcome, *, is_noted: bool) -> Outcome:
        """Compare number and audit head of a filing with those of before, where that is due."""
        if not is_noted and isinstance(outcome, IntakeResult):
            self.database.write(lambda session: note(session, new.named))
        return outcome

    def _accept_each(
        self, connection: sa.Connection, filings: Sequence[NewFiling]
    ) -> list[tuple[Outcome, bool]]:
        return [self._accept(connection, one) for one in filings]

    def _accept_at_once(
        self, connection: sa.Connection, filings: Sequence[NewFiling]
    ) -> list[tuple[Outcome, bool]]:
        """Store filings of which none meets another: one statement looks, one writes."""
        looks = look_at_cases(connection, [one.intake for one in filings])
        rows, jobs = RowBatch(), []
        outcomes: list[Outcome] = []
        stored: list[AuthenticatedRequest] = []
        for one, look in zip(filings, looks, strict=True):
            if (settled := _ended(look, one.intake)) is not None:
                outcomes.append(settled)
                continue
            made = one.promise(look.serial)
            mine = case_batch(one.asking, one.intake, made, look, self.rules)
            put_arrival(mine, one.named)
            rows.join(mine)
            jobs += jobs_of(one.intake, look, self.rules)
            stored.append(one.named)
            outcomes.append(IntakeResult(made.receipt, new=True))
        with self.database.together(connection, needed=bool(jobs)):
            all_new = is_all_new(stored, rows.write(connection))
            write_jobs(connection, jobs, NO_DELAY)
        return [(one, _needs_no_note(one, all_new=all_new)) for one in outcomes]

    def _accept(self, connection: sa.Connection, new: NewFiling) -> tuple[Outcome, bool]:
        """Store a filing; also tell whether its number and audit head need no comparison."""
        asking, intake = new.asking, new.intake
        asked = question_of(asking, intake, self.rules)
        look = look_at_case(connection, intake, asked)
        if (ended := _ended(look, intake)) is not None:
            return ended, _needs_no_note(ended, all_new=False)
        if asked and (refused := self._over_limit(connection, asking, asked, look)):
            return refused, True
        made = new.promise(look.serial)
        rows = case_batch(asking, intake, made, look, self.rules)
        if asked:
            put_helped(rows, connection, (asking, intake, made), asked, look, self.rules)
        put_arrival(rows, new.named)
        jobs = jobs_of(intake, look, self.rules)
        with self.database.together(connection, needed=bool(jobs)):
            written = rows.write(connection)
            write_jobs(connection, jobs, NO_DELAY)
        return IntakeResult(made.receipt, new=True), is_all_new((new.named,), written)

    def _over_limit(
        self,
        connection: sa.Connection,
        asking: AuthenticatedRequest,
        asked: HelperQuestion,
        look: CaseLook,
    ) -> TooMany | HelpedTooOften | None:
        """Return what refuses a filing for somebody, None for nothing; raise its alarms."""
        helped = look.helped
        assert helped is not None
        if acts_for_too_many(asked, helped, self.rules):
            return TooMany()
        details = alarms_over_limit(asked, helped, self.rules.policy.vouching)
        if not details:
            return None
        alarms = RowBatch()
        put_limit_alarms(alarms, connection, asking, details)
        alarms.write(connection)
        return HelpedTooOften()

    def open_case(self, person: str) -> str:
        """Return the id of the person's oldest open application, "" for none.

        `person` is a keyed hash.
        """

        def work(session: Session) -> str:
            found = open_case_of(session, person)
            return found.id if found else ""

        return self.database.read(work)

    def open_filings(self, after: int, most: int) -> tuple[NumberedFiling, ...]:
        """Return open cases with serials above `after`, at most so many, in their order.

        Those that wait for the principal's decision are among them.
        """
        wanted = (
            sa.select(ApplicationRow)
            .where(ApplicationRow.open, ApplicationRow.serial > after)
            .order_by(ApplicationRow.serial)
            .limit(most)
        )

        def work(session: Session) -> tuple[NumberedFiling, ...]:
            return tuple(_numbered_filing(session, row) for row in session.scalars(wanted))

        return self.database.read(work)

    def look_at_person(self, person: str) -> PersonLook:
        """Return what stands here of the person; `person` is a keyed hash."""
        return look_at_person(self.database, person)

    def count_open_sealed_to(self, key_id: str) -> int:
        """Return how many envelopes of open cases, and kept results, only this key can open."""
        applied = sa.select(ApplicationRow.envelope).where(ApplicationRow.open)
        results = sa.select(TaskResultRow.envelope)  # people ask for them after the end, too
        later = sa.select(CorrectionRow.envelope).join(ApplicationRow).where(ApplicationRow.open)

        def work(session: Session) -> int:
            found = [parse_envelope(body) for body in session.scalars(applied)]
            found += [
                parse_envelope(body, EnvelopeKind.CORRECTION) for body in session.scalars(later)
            ]
            found += [
                parse_envelope(body, EnvelopeKind.RESULT) for body in session.scalars(results)
            ]
            return sum(isinstance(one, Envelope) and one.key_id == key_id for one in found)

        return self.database.read(work)

    def envelope_of(self, application_id: str) -> bytes | None:
        """Return an application as it was sealed, None for an unknown one."""

        def work(session: Session) -> bytes | None:
            application = application_of(session, application_id)
            return application.envelope if application else None

        return self.database.read(work)

    def progress(self, application_id: str) -> dict[str, Any] | None:
        """Return the Progress of openapi.yaml, None for an unknown application."""
        look = look_at_progress(self.database, application_id)
        return self._progress(look) if look else None

    def _progress(self, look: ProgressLook) -> dict[str, Any]:
        later = dict(self.rules.later_days(look.envelope, look.received_at)) if look.open else {}
        waits = look.confirmation is FilingConfirmation.AWAITING
        return {
            "version": 1,
            "id": look.id,
            "case_number": look.case_number,
            "received_at": look.received_at,
            "due_on": look.due_on,
            "open": look.open,
            "services": [
                {
                    "code": task.service,
                    "state": task.state.value,
                    "changed_at": task.changed_at,
                    "reason": task.reason,
                    "due_on": task.due_on,
                    "opens_on": later[task.service].isoformat() if task.service in later else "",
                }
                for task in look.tasks
            ],
            "papers_missing": look.missing,
            "confirmation": {
                "state": look.confirmation.value if look.confirmation else NOT_NEEDED,
                "until": look.until if waits else "",
            },
        }


def _ended(look: CaseLook, intake: Intake) -> IntakeResult | OtherDigest | OpenCase | None:
    """Return the outcome for what is not to be stored, None for what is."""
    if look.known is not None:
        same = look.known.digest == intake.envelope.digest
        return IntakeResult(look.known.receipt, new=False) if same else OtherDigest()
    return OpenCase(*look.other) if look.other is not None else None


def _needs_no_note(outcome: Outcome, *, all_new: bool) -> bool:
    """Tell whether number and audit head of a filing were stored, or are not to be."""
    return not isinstance(outcome, IntakeResult) or (outcome.new and all_new)


def application_of(
    session: Session, application_id: str, *, locked: bool = False
) -> ApplicationRow | None:
    """Return the application's row, `locked` until the transaction ends; None for none.

    Locking writes the row as it is, because a mere lock hides what its last holder changed of other
    rows: who waited for it goes on with the older snapshot (PostgreSQL, "Repeatable Read Isolation
    Level"). After a write that transaction fails and begins anew.
    """
    mine = ApplicationRow.id == application_id
    if not locked or session.get_bind().dialect.name == "sqlite":
        return session.scalar(sa.select(ApplicationRow).where(mine))
    written = sa.update(ApplicationRow).where(mine).values(open=ApplicationRow.open)
    locking = written.returning(ApplicationRow)
    return session.scalar(locking.execution_options(synchronize_session=False))


def _numbered_filing(session: Session, row: ApplicationRow) -> NumberedFiling:
    services = (one.service for one in _tasks(session, row.id) if one.state not in tasks.ENDS)
    filing = OpenFiling(row.id, row.received_at, tuple(services), row.envelope)
    return NumberedFiling(row.serial, row.case_number, filing)


def seen_facts_of(session: Session, application_id: str) -> SeenFacts:
    """Return what a principal was shown on confirming this application."""
    row = session.get(ConfirmationRow, application_id)
    return SeenFacts(row.facts_mark, tuple(row.facts_wrong.split())) if row else SeenFacts()


def name_papers(session: Session, application_id: str, papers: Iterable[NamedPaper]) -> None:
    """Record which sealed pages, `papers`, belong to the application."""
    for paper in papers:
        session.merge(
            PaperRow(
                application_id=application_id,
                blob=paper.blob,
                digest=paper.digest,
                bytes=paper.bytes,
            )
        )


def open_case_of(session: Session, person: str) -> ApplicationRow | None:
    """Return the person's oldest open case; one that waits for the principal does not count."""
    mine = sa.select(ApplicationRow).where(
        ApplicationRow.person == person, ApplicationRow.matter == MATTER
    )
    begun = mine.where(ApplicationRow.open, sa.not_(ApplicationRow.awaiting))
    return session.scalar(begun.order_by(ApplicationRow.serial).limit(1))


def _tasks(session: Session, application_id: str) -> list[TaskRow]:
    wanted = sa.select(TaskRow).where(TaskRow.application_id == application_id)
    return list(session.scalars(wanted.order_by(TaskRow.service)))
