"""Rows of the offices' desk: finding a task, adding an act, the decision that waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.office_desk.acts import MOVES, DeskAct, DeskVerdict
from central.store.office_tables import TaskMoveRow
from central.store.tables import ApplicationRow, TaskRow
from central.store.web.events import record_web_event
from central.store.web.tables import DeskActRow, DeskFailureRow, DeskOutcomeRow, DeskReviewRow

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from central.web_accounts import WebEvent

LARGEST_SERIAL = 2**31 - 1  # PostgreSQL's integer
STOPPED = (DeskVerdict.DECLINED, DeskVerdict.WITHDRAWN)
"""Verdicts after which a decision takes no effect."""
_MOVING = [act.value for act in MOVES]
HAS_DECISION = (
    sa.exists()
    .where(DeskActRow.application_id == TaskRow.application_id)
    .where(DeskActRow.service == TaskRow.service, DeskActRow.act.in_(_MOVING))
    .where(~sa.exists().where(DeskOutcomeRow.act == DeskActRow.number))
    .where(
        ~sa.exists()
        .where(DeskReviewRow.act == DeskActRow.number)
        .where(DeskReviewRow.verdict.in_([one.value for one in STOPPED]))
    )
)
"""A decision about the task has no effect yet."""


@dataclass(frozen=True)
class TaskAddress:
    """A task by its case (`serial`) and service; `services` are those of the office that asks."""

    serial: int
    service: str
    services: Collection[str]


@dataclass(frozen=True)
class DeskDecision:
    """A decision that was recorded; `is_confirmed` by a second person.

    `reason` is what the person is told; `due_on`: until when something has to be brought, ISO date.
    `result`: what the end gives to the person, sealed, b"" for nothing. `failures`: tries to carry
    it out that failed; `is_dead`: nobody tries any more.
    """

    number: int
    act: DeskAct
    account: str
    at: str
    reason: str
    due_on: str
    is_confirmed: bool
    result: bytes = field(repr=False)
    failures: int = 0
    is_dead: bool = False


def find_task(session: Session, where: TaskAddress, *, locked: bool = False) -> TaskRow | None:
    """Return the row of the task at `where`, None when the office has none there.

    `locked`: until the end of the transaction.
    """
    if where.service not in where.services or where.serial > LARGEST_SERIAL:
        return None
    case = sa.select(ApplicationRow.id).where(
        ApplicationRow.serial == where.serial, ~ApplicationRow.awaiting
    )
    mine = TaskRow.application_id == case.scalar_subquery(), TaskRow.service == where.service
    wanted = sa.select(TaskRow).where(*mine)
    return session.scalar(wanted.with_for_update() if locked else wanted)


def note_act(
    session: Session, key: tuple[str, str], act: DeskAct, event: WebEvent, **more: object
) -> None:
    """Add an act of the account of `event`, and the event, in the transaction of `session`.

    `key`: application and service of the task; `more`: further columns of the act.
    """
    row = DeskActRow(application_id=key[0], service=key[1], act=act.value, **more)
    row.account, row.at = event.account, event.at
    session.add(row)
    record_web_event(session, event)


def mark_of(session: Session, key: tuple[str, str]) -> str:
    """Return what changes with each act about a task and each of its moves."""
    numbers = (
        session.scalar(
            sa.select(sa.func.max(row.number)).where(
                row.application_id == key[0], row.service == key[1]
            )
        )
        for row in (DeskActRow, TaskMoveRow)
    )
    return "-".join(str(number or 0) for number in numbers)


def pending_of(session: Session, key: tuple[str, str]) -> DeskDecision | None:
    """Return the decision about a task that has no effect yet."""
    mine = DeskActRow.application_id == key[0], DeskActRow.service == key[1]
    found = session.execute(pending_decisions().where(*mine)).first()
    if found is None:
        return None
    return _decision(*found, session.get(DeskFailureRow, found[0].number))


def pending_decisions() -> sa.Select[DeskActRow, str]:
    """Return the query of all decisions without effect yet, with the verdict about each."""
    row = DeskActRow
    return (
        sa.select(row, DeskReviewRow.verdict)
        .join(DeskReviewRow, DeskReviewRow.act == row.number, isouter=True)
        .where(
            row.act.in_(_MOVING),
            ~sa.exists().where(DeskOutcomeRow.act == row.number),
            sa.func.coalesce(DeskReviewRow.verdict, "").not_in([one.value for one in STOPPED]),
        )
        .order_by(row.number)
    )


def _decision(row: DeskActRow, verdict: str | None, failed: DeskFailureRow | None) -> DeskDecision:
    return DeskDecision(
        number=row.number,
        act=DeskAct(row.act),
        account=row.account,
        at=row.at,
        reason=row.reason,
        due_on=row.due_on,
        is_confirmed=verdict == DeskVerdict.CONFIRMED,
        result=row.result or b"",
        failures=failed.failures if failed else 0,
        is_dead=failed is not None and bool(failed.dead_at),
    )
