"""Notices of the supervisor to offices (通报, 限期整改): each step is a row that nobody changes.

The steps of all notices are one chain: each names the digest of the step before it in the table, so
that a row that was changed or taken out shows (`OfficeNotices.first_broken`). The pages' database
account may add rows, and neither change nor delete them (deploy/postgresql/web.sql).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.city.tables import NoticeEventRow
from central.store.web.events import record_web_event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase
    from central.web_accounts import WebEvent

_CHAINED = ("number", "notice", "step", "kind", "office", "at", "account", "words", "due_on")
_LARGEST = 2**31 - 1


class NoticeStep(StrEnum):
    """A step of a notice; the value is stored."""

    ISSUED = "issued"
    ANSWERED = "answered"
    RETURNED = "returned"  # the answer is not enough: another one, until another day
    CLOSED = "closed"


NEXT = {
    NoticeStep.ISSUED: (NoticeStep.ANSWERED,),
    NoticeStep.ANSWERED: (NoticeStep.RETURNED, NoticeStep.CLOSED),
    NoticeStep.RETURNED: (NoticeStep.ANSWERED,),
    NoticeStep.CLOSED: (),
}
"""Which steps may follow a step."""


@dataclass(frozen=True)
class NoticeEntry:
    """One step: who said what, when (ISO 8601); `due_on`: the day by which an answer is due."""

    kind: NoticeStep
    at: str
    account: str
    words: str
    due_on: str


@dataclass(frozen=True)
class OfficeNotice:
    """A notice to an office with its steps, oldest first."""

    number: int
    office: str
    steps: tuple[NoticeEntry, ...]

    @property
    def state(self) -> NoticeStep:
        """Return the last step."""
        return self.steps[-1].kind

    @property
    def due_on(self) -> str:
        """Return the day by which the office has to answer, "" while it need not."""
        return self.steps[-1].due_on

    def is_late(self, today: str) -> bool:
        """Tell whether the answer is overdue on `today`, ISO."""
        return bool(self.due_on) and self.due_on < today


@dataclass(frozen=True)
class OfficeNotices:
    """All notices. The arguments `office` are codes of config/offices.toml, "" for all offices."""

    database: CentralDatabase

    def all(self, office: str = "") -> tuple[OfficeNotice, ...]:
        """Return the notices to an office, or all: the open ones first, then the newest."""
        wanted = sa.select(NoticeEventRow).order_by(NoticeEventRow.number)
        if office:
            wanted = wanted.where(NoticeEventRow.office == office)
        found = self.database.read(lambda session: _gathered(session.scalars(wanted)))
        return tuple(
            sorted(found, key=lambda one: (one.state is NoticeStep.CLOSED, -one.number)),
        )

    def find(self, notice: int, office: str = "") -> OfficeNotice | None:
        """Return a notice by its number; None where this office has none of it."""
        if notice > _LARGEST:
            return None
        wanted = sa.select(NoticeEventRow).where(NoticeEventRow.notice == notice)
        wanted = wanted.order_by(NoticeEventRow.number)
        if office:
            wanted = wanted.where(NoticeEventRow.office == office)
        found = self.database.read(lambda session: _gathered(session.scalars(wanted)))
        return found[0] if found else None

    def issue(self, office: str, words: str, due_on: str, event: WebEvent) -> int:
        """Store a notice of these `words`, to be answered by `due_on` (ISO); return its number."""

        def work(session: Session) -> int:
            row = _append(session, event, NoticeStep.ISSUED, words, due_on)
            row.notice, row.step, row.office = row.number, 1, office
            _seal(session, row)
            record_web_event(session, event)
            return row.number

        return self.database.write(work)

    def add(
        self, notice: OfficeNotice, kind: NoticeStep, words: str, due_on: str, event: WebEvent
    ) -> bool:
        """Store the next step, of this `kind` and these `words`, of a notice as the caller saw it.

        `due_on`: the day of another answer.

        Return False, and store nothing, where somebody took a step meanwhile or it can't follow.
        """

        def work(session: Session) -> bool:
            mine = NoticeEventRow.notice == notice.number
            steps = session.scalar(sa.select(sa.func.max(NoticeEventRow.step)).where(mine))
            if steps != len(notice.steps) or kind not in NEXT[notice.state]:
                return False
            row = _append(session, event, kind, words, due_on)
            row.notice, row.step, row.office = notice.number, steps + 1, notice.office
            _seal(session, row)
            record_web_event(session, event)
            return True

        return self.database.write(work)

    def first_broken(self) -> int | None:
        """Return the number of the first step that does not follow from the one before it."""

        def work(session: Session) -> int | None:
            before, number = "", 0
            for row in session.scalars(sa.select(NoticeEventRow).order_by(NoticeEventRow.number)):
                if row.number != number + 1 or row.digest != _digest(row, before):
                    return row.number
                before, number = row.digest, row.number
            return None

        return self.database.read(work)


def _append(
    session: Session, event: WebEvent, kind: NoticeStep, words: str, due_on: str
) -> NoticeEventRow:
    number = (session.scalar(sa.select(sa.func.max(NoticeEventRow.number))) or 0) + 1
    return NoticeEventRow(
        number=number,
        kind=kind.value,
        at=event.at,
        account=event.account,
        words=words,
        due_on=due_on,
    )


def _seal(session: Session, row: NoticeEventRow) -> None:
    """Give a new row its digest; two writers at once collide on its number, and one comes again."""
    before = session.scalar(
        sa.select(NoticeEventRow.digest).where(NoticeEventRow.number == row.number - 1)
    )
    row.digest = _digest(row, before or "")
    session.add(row)
    session.flush()


def _digest(row: NoticeEventRow, before: str) -> str:
    said = [before, *(getattr(row, name) for name in _CHAINED)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _gathered(rows: Iterable[NoticeEventRow]) -> list[OfficeNotice]:
    found: dict[int, OfficeNotice] = {}
    for row in rows:
        entry = NoticeEntry(NoticeStep(row.kind), row.at, row.account, row.words, row.due_on)
        before = found.get(row.notice)
        steps = (*before.steps, entry) if before else (entry,)
        found[row.notice] = OfficeNotice(row.notice, row.office, steps)
    return list(found.values())
