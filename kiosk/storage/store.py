"""The terminal's store: confirmed applications until the central service has them.

Besides a masked name and the services, all that it holds of a person is sealed for the central
service.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kiosk.audit.audit import AuditEntry
from kiosk.audit.audit_events import AuditEvent
from kiosk.failures import Failure
from kiosk.storage import audit_chain
from kiosk.storage.audit_chain import StoredLink
from kiosk.storage.backup import let_go, settle_copies
from kiosk.storage.copies.confirmed_copies import ConfirmedCopies, Copying
from kiosk.storage.copy_rows import describe_row
from kiosk.storage.database import Database, StoreError, open_file
from kiosk.storage.kept_bodies import erase_backed_up, keep_body, send_again
from kiosk.storage.outbox_records import Numbered, OutboxRecord, Waiting, row_of, waiting_of
from kiosk.storage.prepared import PreparedStatement
from kiosk.storage.scans import Papers, add_lanes
from kiosk.storage.tables import (
    BLOB,
    IS_WITHDRAWN,
    LONGEST_PARK,
    OUTBOX,
    Lane,
    OutboxState,
    is_due,
)
from kiosk.storage.terminal_notes import read_note, write_note
from kiosk.storage.upgrade import fit_schema

__all__ = [
    "LONGEST_PARK",
    "Lane",
    "Numbered",
    "OutboxRecord",
    "OutboxState",
    "Store",
    "StoreError",
    "Waiting",
    "open_store",
]

# Built once: a confirmation would spend more on making them anew than on its disk writes.
_LAST_SEQUENCE = sa.select(sa.func.max(OUTBOX.c.sequence))
_KNOWN_DIGEST = sa.select(OUTBOX.c.digest).where(OUTBOX.c.id == sa.bindparam("id"))
_ADD_PARCEL = PreparedStatement(
    sa.text(
        "INSERT INTO outbox (id, sequence, path, media_type, digest, body, state, tries, next_try,"
        " trouble, masked_name, services, confirmed_at, receipt, lane)"
        " VALUES (:id, :sequence, :path, :media_type, :digest, :body, :state, 0, 0.0,"
        " '', :masked_name, :services, :confirmed_at, '', 0) ON CONFLICT (id) DO NOTHING"
    )
)
_WAITS = OUTBOX.c.state == OutboxState.WAITING


class Store(Papers):
    """The terminal's database of outbox, papers and audit; `open_store` makes one.

    Every method but `confirm` raises StoreError when the database can't be used.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.copies: ConfirmedCopies | None = None
        self.floor = 0  # numbers up to it are taken, whatever the database says
        self.writing = threading.Lock()

    def confirm(
        self,
        build: Callable[[int], OutboxRecord],
        event: AuditEvent,
        at: str,
        detail: Mapping[str, str],
    ) -> Failure | None:
        """Store a record and the audit link of its event in one transaction.

        A known id changes nothing. `build` makes the record once its sequence number is known; `at`
        is the ISO moment and `detail` that of the audit link. When this returns None, database and
        second copy are on the disk; both are flushed at the same time. Otherwise it returns the
        failure. Raises ValueError when the id is known with another digest, so that what the person
        signed now would never be sent.
        """

        def write(connection: sa.Connection) -> None:
            last, newest = audit_chain.read_ends(connection)
            number = max(last, self.floor) + 1
            parcel = build(number)
            row = row_of(parcel, number, at)
            if _ADD_PARCEL.execute(connection, row).rowcount:
                end = add_lanes(connection, parcel.papers, number, at)
                entry = audit_chain.append_after(newest, connection, at, event, parcel.id, detail)
                about = describe_row({**row, "papers": parcel.papers}, event, detail, entry)
                copying.start(number, end, about, parcel.body)
            elif connection.scalar(_KNOWN_DIGEST, {"id": parcel.id}) != parcel.digest:
                raise ValueError(f"{parcel.id} was confirmed with another digest")

        with self.writing:
            copying = Copying(self.copies)
            try:
                self.database.run(write)
            except StoreError as error:
                copying.take_back()
                return error.failure
            except Exception:
                copying.take_back()
                raise
            copying.settle()
        return None

    def due(self, now: float) -> tuple[Waiting, ...]:
        """Return the waiting records that are due, oldest first, without papers.

        `now` is in seconds since 1970.
        """
        query = (
            sa.select(OUTBOX)
            .where(_WAITS, OUTBOX.c.lane == Lane.RECORDS, is_due(now))
            .order_by(OUTBOX.c.sequence)
        )
        rows = self.database.run(lambda connection: connection.execute(query).all())
        return tuple(waiting_of(row) for row in rows)

    def next_due(self, now: float) -> float | None:
        """Return when the next record or paper may be sent; None when nothing waits.

        `now` and the result are in seconds since 1970.
        """
        when = sa.case(
            (sa.and_(is_due(now), OUTBOX.c.next_try > now), now), else_=OUTBOX.c.next_try
        )
        query = sa.select(sa.func.min(when)).where(_WAITS)
        found: float | None = self.database.run(lambda connection: connection.scalar(query))
        return found

    def all_due(self) -> None:
        """Make every waiting record due: after a start the clock before may have been wrong."""
        self._change(sa.update(OUTBOX).where(_WAITS).values(next_try=0.0))

    def delivered(self, parcel_id: str, receipt: str, at: str) -> None:
        """Keep the signed receipt of a record or paper, and shred its body, WAL included.

        Where the central service tells of its backups, the sealed body is kept until one holds it,
        unless there is no room for it.
        """

        def end_keeping(connection: sa.Connection) -> None:
            keep_body(connection, parcel_id, receipt)
            end(connection)

        def end(connection: sa.Connection) -> None:
            ended = {"state": OutboxState.DELIVERED, "receipt": receipt, "body": None}
            _update(connection, parcel_id, ended)
            connection.execute(sa.delete(BLOB).where(BLOB.c.digest == parcel_id))
            audit_chain.append(connection, at, AuditEvent.DELIVERED, parcel_id, {})

        try:
            self.database.run(end_keeping)
        except StoreError:  # what ends frees room, what is kept needs some
            self.database.run(end)
        self.database.shred()
        if self.copies is not None:
            with suppress(OSError):  # the next check does it
                self.copies.end(parcel_id)
        let_go(self.database, (parcel_id,))

    def erase_backed_up(self, until: object) -> None:
        """Erase the bodies that a backup of the central service holds, up to its time `until`."""
        erase_backed_up(self.database, until)

    def send_again(self, numbers: Sequence[int]) -> int:
        """Let what the central service has lost wait again, as far as it is kept; return how many.

        `numbers`: the sequence numbers that it misses.
        """
        with self.writing:
            return send_again(self.database, self.copies, numbers)

    def try_later(self, parcel_id: str, next_try: float, trouble: str) -> None:
        """Record a failed try and its `trouble`; `next_try` is in seconds since 1970."""
        change = {"tries": OUTBOX.c.tries + 1, "next_try": next_try, "trouble": trouble}
        self.database.run(lambda connection: _update(connection, parcel_id, change))

    def hold_behind(self, parcel_id: str) -> None:
        """Let nothing else of its lane, or of a later one, be due before this record or paper."""
        mine = OUTBOX.alias()

        def of_it(column: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
            return sa.select(column).where(mine.c.id == parcel_id).scalar_subquery()

        until = of_it(mine.c.next_try)
        others = _WAITS, OUTBOX.c.lane >= of_it(mine.c.lane), OUTBOX.c.next_try < until
        self._change(sa.update(OUTBOX).where(*others).values(next_try=until))

    def quarantine(self, parcel_id: str, trouble: str, at: str, refusal: str) -> None:
        """Set a record aside that the central service refused; it and the refusal are kept.

        `trouble` is the reason in short, `refusal` the signed text. Without one `UnsignedRefusals`
        lets the record wait again.
        """

        def set_aside(connection: sa.Connection) -> None:
            ended = {"state": OutboxState.QUARANTINED, "trouble": trouble, "receipt": refusal}
            _update(connection, parcel_id, ended)
            audit_chain.append(
                connection, at, AuditEvent.QUARANTINED, parcel_id, {"trouble": trouble}
            )

        self.database.run(set_aside)
        let_go(self.database, (parcel_id,))

    def end_withdrawn_copies(self) -> None:
        """Overwrite the second copies of what a command outside the program has withdrawn."""
        query = sa.select(OUTBOX.c.id).where(IS_WITHDRAWN)
        withdrawn = self.database.run(lambda it: tuple(it.scalars(query)))
        if self.copies is not None:
            for parcel_id in withdrawn:
                with suppress(OSError):  # the next round does it
                    self.copies.end(parcel_id)

    def record_event(self, event: AuditEvent, subject: str, at: str, **detail: str) -> None:
        """Append the audit link of an event that belongs to no other change.

        `subject` is the id it is about, `at` the ISO moment, `detail` its further fields.
        """
        self.database.run(
            lambda connection: audit_chain.append(connection, at, event, subject, detail)
        )

    def counts(self) -> Mapping[OutboxState, int]:
        """Return the number of records in each state."""
        query = sa.select(OUTBOX.c.state, sa.func.count()).group_by(OUTBOX.c.state)
        rows = self.database.run(lambda connection: connection.execute(query).all())
        found: dict[OutboxState, int] = {state: count for state, count in rows}  # noqa: C416 - rows are no pairs to mypy
        return {state: found.get(state, 0) for state in OutboxState}

    def entries_between(self, first: int, last: int) -> tuple[Numbered, ...]:
        """Return the entries with sequence numbers from `first` to `last`, both included."""
        query = (
            sa.select(OUTBOX.c.sequence, OUTBOX.c.path, OUTBOX.c.digest, OUTBOX.c.state)
            .where(OUTBOX.c.sequence.between(first, last))
            .order_by(OUTBOX.c.sequence)
        )
        rows = self.database.run(lambda connection: connection.execute(query).all())
        return tuple(Numbered(*row) for row in rows)

    def last_sequence(self) -> int:
        """Return the newest sequence number, 0 before the first."""
        found: int | None = self.database.run(lambda it: it.scalar(_LAST_SEQUENCE))
        return found or 0

    def keep_value(self, name: str, value: str, *, urgent: bool = True) -> None:
        """Store a small value under its name, in place of an older one.

        What is not `urgent` leaves the last room on the disk to what is.
        """
        self.database.run(lambda it: write_note(it, name, value), urgent=urgent)

    def value_of(self, name: str) -> str:
        """Return the value that is stored under a name; "" for none."""
        return self.database.run(lambda connection: read_note(connection, name)) or ""

    def head(self) -> str:
        """Return "sequence:digest" of the newest link of the audit chain."""
        return self.database.run(audit_chain.read_head)

    def audit_after(self, sequence: int, most: int) -> tuple[StoredLink, ...]:
        """Return the oldest links of the audit chain after a number, at most `most` of them."""
        return self.database.run(lambda it: audit_chain.read_after(it, sequence, most))

    def audit(self) -> tuple[AuditEntry, ...]:
        """Return the whole audit chain."""
        return self.database.run(audit_chain.read_chain)

    def close(self) -> None:
        """Close every connection and the file of copies."""
        self.database.close()
        if self.copies is not None:
            self.copies.close()

    def _change(self, change: sa.Update) -> None:
        self.database.run(lambda connection: connection.execute(change))


def open_store(path: Path, make_room: Callable[[], bool] = lambda: False) -> Store | Failure:
    """Return the store in a plain database file; file and folder are created if need be.

    `make_room` may free some of a full disk and returns whether it did. See `fit_store`.
    """
    return fit_store(open_file(path, make_room))


def fit_store(database: Database | Failure) -> Store | Failure:
    """Return the store on a database, with its tables up to date.

    What a killed process left undone is finished. A failure closes the database and is returned.
    """
    if isinstance(database, Failure):
        return database
    failure = fit_schema(database)
    if failure is not None:
        database.close()
        return failure
    database.tidy()
    settle_copies(database)
    return Store(database)


def _update(connection: sa.Connection, parcel_id: str, values: dict[str, Any]) -> None:
    change = sa.update(OUTBOX).where(OUTBOX.c.id == parcel_id).values(**values)
    if connection.execute(change).rowcount != 1:
        raise LookupError(parcel_id)
