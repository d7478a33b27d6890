"""Cases as an office's staff open them: everything stays sealed, only the vault opens it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.blob_store.reading import page_in
from central.confirmation import SeenFacts
from central.results.sealing import SealedResult
from central.store.office_tables import TaskDeadlineRow, TaskResultRow
from central.store.tables import (
    ApplicationRow,
    Blob,
    ChunkRow,
    ConfirmationRow,
    CorrectionRow,
    TaskRow,
)
from central.store.web.desk_records import LARGEST_SERIAL
from central.store.web.task_desk import DEADLINE, LAST_DAY
from central.tasks import TaskState
from central.vault_port import OfficeAsk, PaperAsk

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from central.blob_store.ports import BlobStore
    from central.store.database import CentralDatabase

NOT_BEGUN = (TaskState.WAITING,)
"""States in which a task has not come to its office yet."""


@dataclass(frozen=True)
class DeskCase:
    """One service of a case, at its office.

    `serial` counts cases. `due_on`: the last day of the task, ISO, "" for none; `level` how near it
    is (`DeadlineLevel`), "" until somebody looked. `received_at` in ISO 8601. `helper`: the
    pseudonym of who helped with the filing, "" for nobody. `envelope` and `corrections` are sealed;
    `brought_at`: when each of these came. `seen` is what a principal was shown on confirming.
    """

    id: str
    serial: int
    case_number: str
    service: str
    state: TaskState
    due_on: str
    level: str
    received_at: str
    helper: str
    envelope: bytes = field(repr=False)
    corrections: tuple[bytes, ...] = field(repr=False)
    brought_at: tuple[str, ...]
    seen: SeenFacts

    def asked_by(self, account: str) -> OfficeAsk:
        """Return the question of an office's `account` about this case."""
        return OfficeAsk(
            account=account,
            application_id=self.id,
            service=self.service,
            received_at=self.received_at,
            envelope=self.envelope,
            corrections=self.corrections,
            seen=self.seen,
        )

    def page_asked_by(self, account: str, sealed: bytes) -> PaperAsk:
        """Return the question of an office's `account` for a page, as it was `sealed`."""
        return PaperAsk(
            account=account,
            application_id=self.id,
            service=self.service,
            received_at=self.received_at,
            envelope=self.envelope,
            sealed=sealed,
            corrections=self.corrections,
        )


@dataclass(frozen=True)
class CaseDesk:
    """The cases of all offices; each call names the services of the office that asks."""

    database: CentralDatabase
    pages: BlobStore | None = None

    def find(self, serial: int, service: str, services: Collection[str]) -> DeskCase | None:
        """Return a case by its serial, None when the office has no such task, or not yet."""
        if service not in services or serial > LARGEST_SERIAL:
            return None
        return self.database.read(lambda session: _find(session, serial, service))

    def sealed_page(self, blob: str) -> bytes | None:
        """Return a page as it was sealed, None until all of it is here.

        The vault says whether it belongs to a case. Raises BlobStoreAway where the page lies in a
        store that does not give it.
        """
        wanted = (
            sa.select(ChunkRow.body)
            .join(Blob, Blob.digest == ChunkRow.blob)
            .where(ChunkRow.blob == blob, Blob.received_at != "")
            .order_by(ChunkRow.number)
        )
        found = self.database.read(lambda session: b"".join(session.scalars(wanted)))
        if found or blob not in self.arrived((blob,)):
            return found or None
        return page_in(self.pages, blob)

    def result(self, case: DeskCase) -> SealedResult | None:
        """Return what the end of a case's service gave, without its file, None for nothing."""
        row = TaskResultRow
        wanted = sa.select(row.envelope).where(
            row.application_id == case.id, row.service == case.service
        )
        found = self.database.read(lambda session: session.scalar(wanted))
        return SealedResult(found) if found else None

    def certificate(self, case: DeskCase) -> SealedResult | None:
        """Return what `result` does, with the certificate's file."""
        row = TaskResultRow
        wanted = sa.select(row.envelope, row.file).where(
            row.application_id == case.id, row.service == case.service
        )
        found = self.database.read(lambda session: session.execute(wanted).first())
        return SealedResult(*found) if found else None

    def arrived(self, blobs: Collection[str]) -> frozenset[str]:
        """Return those of the pages that are here as a whole."""
        wanted = sa.select(Blob.digest).where(Blob.digest.in_(blobs), Blob.received_at != "")
        return self.database.read(lambda session: frozenset(session.scalars(wanted)))


def _find(session: Session, serial: int, service: str) -> DeskCase | None:
    case = (
        sa.select(
            ApplicationRow.id,
            ApplicationRow.case_number,
            TaskRow.state,
            LAST_DAY.label("last_day"),
            sa.func.coalesce(TaskDeadlineRow.level, "").label("level"),
            ApplicationRow.received_at,
            ApplicationRow.staff,
            ApplicationRow.envelope,
        )
        .join(TaskRow, TaskRow.application_id == ApplicationRow.id)
        .join(TaskDeadlineRow, DEADLINE, isouter=True)
        .where(
            ApplicationRow.serial == serial,
            ~ApplicationRow.awaiting,
            TaskRow.service == service,
            TaskRow.state.not_in(NOT_BEGUN),
        )
    )
    row = session.execute(case).one_or_none()
    if row is None:
        return None
    brought = _corrections(session, row.id, service)
    return DeskCase(
        id=row.id,
        serial=serial,
        case_number=row.case_number,
        service=service,
        state=row.state,
        due_on=row.last_day,
        level=row.level,
        received_at=row.received_at,
        helper=row.staff,
        envelope=row.envelope,
        corrections=tuple(envelope for envelope, _ in brought),
        brought_at=tuple(at for _, at in brought),
        seen=_seen(session, row.id),
    )


def _corrections(
    session: Session, application_id: str, service: str
) -> tuple[tuple[bytes, str], ...]:
    mine = CorrectionRow.application_id == application_id, CorrectionRow.service == service
    wanted = sa.select(CorrectionRow.envelope, CorrectionRow.received_at).where(*mine)
    found = session.execute(wanted.order_by(CorrectionRow.number))
    return tuple((envelope, at) for envelope, at in found)


def _seen(session: Session, application_id: str) -> SeenFacts:
    # By columns: the pages' account of the database reads no others.
    wanted = sa.select(ConfirmationRow.facts_mark, ConfirmationRow.facts_wrong)
    row = session.execute(wanted.where(ConfirmationRow.application_id == application_id)).first()
    return SeenFacts(row[0], tuple(row[1].split())) if row else SeenFacts()
