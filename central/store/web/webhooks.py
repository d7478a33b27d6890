"""Storage of the offices' webhooks: addresses, what is due for each, failures and dead letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.alarms import end_alarm, raise_alarm
from central.store.web.events import record_web_event
from central.store.web.tables import OfficeClientRow
from central.store.webhook_tables import OfficeWebhookRow, WebhookMessageRow

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase
    from central.web_accounts import WebEvent


@dataclass(frozen=True)
class WebhookMessage:
    """An event to be sent: `case` and `service` name the task, `at` when it was (ISO 8601)."""

    number: int
    case: int
    service: str
    kind: str
    at: str
    tries: int


@dataclass(frozen=True)
class WebhookBatch:
    """What is due for one client, which the holder of `lease` sends; `failures` in a row so far."""

    client: str
    url: str
    lease: str
    failures: int
    messages: tuple[WebhookMessage, ...]


@dataclass(frozen=True)
class WebhookFailure:
    """A try that failed at `now`; the next one comes after `pause`.

    `give_up`: for how long tries may fail before an event is laid aside.
    """

    trouble: str
    now: datetime
    pause: timedelta
    give_up: timedelta


@dataclass(frozen=True)
class ListedWebhook:
    """A webhook as the operator sees it: how many events wait, and how many were laid aside."""

    client: str
    office: str
    url: str
    failures: int
    waiting: int
    dead: int
    trouble: str


@dataclass(frozen=True)
class Webhooks:
    """The webhooks of all offices' systems; `client` is the account's name."""

    database: CentralDatabase

    def put(self, client: str, url: str, event: WebEvent) -> bool:
        """Send the events of a client's office to `url` from now on; False for no such account.

        What waits for it goes to the new address, too, at once.
        """

        def work(session: Session) -> bool:
            account = session.get(OfficeClientRow, client)
            if account is None:
                return False
            row = session.get(OfficeWebhookRow, client)
            if row is None:
                row = OfficeWebhookRow(client=client, office=account.office, alarm=0)
                session.add(row)
            row.url, row.failures, row.retry_at = url, 0, 0.0
            record_web_event(session, event)
            return True

        return self.database.write(work)

    def drop(self, client: str, event: WebEvent) -> bool:
        """Tell a client nothing more, and forget what waits for it; False for no webhook."""

        def work(session: Session) -> bool:
            row = session.get(OfficeWebhookRow, client)
            if row is None:
                return False
            if row.alarm:
                end_alarm(session, row.alarm, event.at)
            session.delete(row)
            mine = WebhookMessageRow.client == client
            session.execute(sa.delete(WebhookMessageRow).where(mine))
            record_web_event(session, event)
            return True

        return self.database.write(work)

    def retry(self, client: str) -> int:
        """Let the events that were laid aside be sent again, at once; return how many."""
        message, hook = WebhookMessageRow, OfficeWebhookRow
        again = {"dead_at": "", "tries": 0, "look_at": 0.0, "failing_since": 0.0}
        mine = message.client == client, message.dead_at != ""

        def work(session: Session) -> int:
            found = session.execute(sa.update(message).where(*mine).values(**again))
            soon = sa.update(hook).where(hook.client == client)
            session.execute(soon.values(retry_at=0.0))
            return int(found.rowcount)  # type: ignore[attr-defined]

        return self.database.write(work)

    def all(self) -> tuple[ListedWebhook, ...]:
        """Return all webhooks, by account."""
        hook, message = OfficeWebhookRow, WebhookMessageRow
        dead = sa.func.sum(sa.case((message.dead_at != "", 1), else_=0))
        count, trouble = sa.func.count(message.number), sa.func.max(message.trouble)
        counts = (
            sa.select(message.client, count.label("all"), dead.label("dead"), trouble.label("why"))
            .group_by(message.client)
            .subquery()
        )
        wanted = (
            sa.select(hook, counts.c.all, counts.c.dead, counts.c.why)
            .join(counts, counts.c.client == hook.client, isouter=True)
            .order_by(hook.client)
        )

        def work(session: Session) -> tuple[ListedWebhook, ...]:
            return tuple(
                ListedWebhook(
                    row.client,
                    row.office,
                    row.url,
                    row.failures,
                    (whole or 0) - (dead or 0),
                    dead or 0,
                    why or "",
                )
                for row, whole, dead, why in session.execute(wanted)
            )

        return self.database.read(work)

    def claim(self, lease: str, now: datetime, length: timedelta, most: int) -> WebhookBatch | None:
        """Return what is due for one client, at most `most` events, oldest first; None for nothing.

        Its webhook is leased for `length` under the unique name `lease`, so that nobody else sends
        to it meanwhile. Webhooks of disabled accounts wait.
        """
        hook, account, at = OfficeWebhookRow, OfficeClientRow, now.timestamp()
        has_due = sa.exists().where(WebhookMessageRow.client == hook.client, *_due(at))
        free = hook.retry_at <= at, hook.leased_until <= at, account.disabled_at == "", has_due
        due = sa.select(hook).join(account, account.id == hook.client).where(*free)
        if self.database.read(lambda session: session.scalar(due.limit(1))) is None:
            return None
        wanted = due.order_by(hook.client).limit(1).with_for_update(of=hook, skip_locked=True)

        def work(session: Session) -> WebhookBatch | None:
            row = session.scalar(wanted)
            if row is None:
                return None
            row.lease, row.leased_until = lease, (now + length).timestamp()
            return _batch(session, row, at, most)

        return self.database.write(work)

    def take_out(self, batch: WebhookBatch, number: int, at: str) -> None:
        """Forget the event `number`, which the client has; `at`: ISO 8601.

        The client answers again: its failures are over, and its alarm when nothing is laid aside.
        """
        message = WebhookMessageRow

        def work(session: Session) -> None:
            session.execute(sa.delete(message).where(message.number == number))
            row = session.get(OfficeWebhookRow, batch.client)
            if row is None:
                return
            if row.failures:
                row.failures, row.retry_at = 0, 0.0
                held_up = message.client == batch.client, message.tries == 0
                session.execute(sa.update(message).where(*held_up).values(failing_since=0.0))
            if row.alarm and not session.scalar(_dead_of(batch.client)):
                end_alarm(session, row.alarm, at)
                row.alarm = 0

        self.database.write(work)

    def fail(self, batch: WebhookBatch, number: int, failure: WebhookFailure) -> None:
        """Put off the event `number`, which the client does not take; the others go on."""

        def work(session: Session) -> None:
            row = session.get(WebhookMessageRow, number)
            if row is None:
                return
            row.tries += 1
            row.trouble = failure.trouble
            row.look_at = (failure.now + failure.pause).timestamp()
            row.failing_since = row.failing_since or failure.now.timestamp()
            session.flush()
            _lay_aside(session, batch.client, failure)

        self.database.write(work)

    def fail_all(self, batch: WebhookBatch, failure: WebhookFailure) -> None:
        """Leave a client alone for a while that can't be reached; all its events wait."""
        message = WebhookMessageRow

        def work(session: Session) -> None:
            row = session.get(OfficeWebhookRow, batch.client)
            if row is None:
                return
            row.failures += 1
            row.retry_at = (failure.now + failure.pause).timestamp()
            at = failure.now.timestamp()
            mine = message.client == batch.client, message.dead_at == ""
            said = sa.update(message).where(*mine).values(trouble=failure.trouble)
            session.execute(said)
            begun = sa.update(message).where(*mine, message.failing_since == 0.0)
            session.execute(begun.values(failing_since=at))
            _lay_aside(session, batch.client, failure)

        self.database.write(work)

    def release(self, batch: WebhookBatch) -> None:
        """Let whoever comes next send to the client."""
        row = OfficeWebhookRow
        mine = row.client == batch.client, row.lease == batch.lease
        given = sa.update(row).where(*mine).values(lease="", leased_until=0.0)
        self.database.write(lambda session: session.execute(given))


def _due(at: float) -> tuple[sa.ColumnElement[bool], ...]:
    return WebhookMessageRow.dead_at == "", WebhookMessageRow.look_at <= at


def _dead_of(client: str) -> sa.Select[Any]:
    row = WebhookMessageRow
    return sa.select(row.number).where(row.client == client, row.dead_at != "").limit(1)


def _batch(session: Session, row: OfficeWebhookRow, at: float, most: int) -> WebhookBatch:
    mine = WebhookMessageRow.client == row.client, *_due(at)
    wanted = sa.select(WebhookMessageRow).where(*mine).order_by(WebhookMessageRow.number)
    messages = tuple(
        WebhookMessage(one.number, one.serial, one.service, one.kind, one.at, one.tries)
        for one in session.scalars(wanted.limit(most))
    )
    return WebhookBatch(row.client, row.url, row.lease, row.failures, messages)


def _lay_aside(session: Session, client: str, failure: WebhookFailure) -> None:
    """Lay aside what failed for too long; the first of a client raises its alarm."""
    row, at = WebhookMessageRow, failure.now.isoformat(timespec="seconds")
    oldest = (failure.now - failure.give_up).timestamp()
    failed = row.failing_since > 0.0, row.failing_since <= oldest
    mine = row.client == client, row.dead_at == "", *failed
    found = session.execute(sa.update(row).where(*mine).values(dead_at=at))
    hook = session.get(OfficeWebhookRow, client)
    if found.rowcount and hook is not None and not hook.alarm:  # type: ignore[attr-defined]
        hook.alarm = raise_alarm(session, Alarm(at, "", AlarmKind.WEBHOOK_FAILED, client))
