"""Where does a confirmed application rest until the central service has it? One SQLite file.

WAL with synchronous=FULL, one writer, BEGIN IMMEDIATE: the only setting that lost nothing in
3,702 power-cut images (central.md §2). What can be opened only by the central service is all
that is ever written of a person, besides a masked name.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from kiosk.failures import Failure
from kiosk.filing.audit import Entry, link
from kiosk.filing.audit_events import AuditEvent

SETTINGS: tuple[str, ...] = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA wal_autocheckpoint=64",
    "PRAGMA journal_size_limit=1048576",
    "PRAGMA busy_timeout=5000",
)


LONGEST_PARK = 900.0
"""No parcel is ever put off by more seconds than this: who waits longer, waits for a clock that
was set back, and is due."""


class StoreError(Exception):
    """The database could not be used just now; `failure` says why. Nothing was changed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


class State(StrEnum):
    """A row only moves down this list, from WAITING to one of the ends."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    QUARANTINED = "quarantined"


class Base(DeclarativeBase):
    """The tables of the kiosk."""


class Outgoing(Base):
    """One thing on its way to the central service."""

    __tablename__ = "outbox"
    id: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(unique=True)
    path: Mapped[str]
    media_type: Mapped[str]
    digest: Mapped[str]
    body: Mapped[bytes | None]
    state: Mapped[State] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[float] = mapped_column(default=0.0)
    trouble: Mapped[str] = mapped_column(default="")
    masked_name: Mapped[str] = mapped_column(default="")
    services: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[str]
    receipt: Mapped[str] = mapped_column(default="")


class AuditRow(Base):
    """One link of the audit chain."""

    __tablename__ = "audit"
    sequence: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str]
    event: Mapped[AuditEvent]
    subject: Mapped[str]
    detail: Mapped[str]
    previous: Mapped[str]
    digest: Mapped[str]


# Built once: a confirmation would spend more on making them anew than on its disk writes.
_LAST_SEQUENCE = sa.select(sa.func.max(Outgoing.sequence))
_KNOWN_DIGEST = sa.select(Outgoing.digest).where(Outgoing.id == sa.bindparam("id"))
_ADD_PARCEL = sa.insert(Outgoing)
_LAST_ENTRY = sa.select(AuditRow).order_by(AuditRow.sequence.desc()).limit(1)
_ADD_ENTRY = sa.insert(AuditRow)


@dataclass(frozen=True)
class Parcel:
    """What is to be sent; built once its sequence number is known."""

    id: str
    path: str
    media_type: str
    digest: str
    body: bytes
    masked_name: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A parcel that still waits."""

    id: str
    sequence: int
    path: str
    media_type: str
    digest: str
    body: bytes
    tries: int
    next_try: float


class Store:
    """The kiosk's database: outbox and audit. `open_store` makes one.

    Every method but `confirm` raises StoreError when the database can't be used.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        try:
            with Session(self._engine) as session, session.begin():
                yield session
        except sa.exc.DatabaseError as error:
            raise StoreError(read_trouble(error)) from error

    def confirm(
        self,
        build: Callable[[int], Parcel],
        event: AuditEvent,
        at: str,
        detail: Mapping[str, str],
    ) -> Failure | None:
        """Write parcel and audit row in one transaction; a known id changes nothing.

        When this returns None, one disk flush has made it durable. ValueError: the id is known
        with another digest, so what the person signed now would never be sent.
        """
        try:
            with self._transaction() as session:
                connection = session.connection()
                last = connection.scalar(_LAST_SEQUENCE) or 0
                parcel = build(last + 1)
                known: str | None = connection.scalar(_KNOWN_DIGEST, {"id": parcel.id})
                if known is None:
                    connection.execute(_ADD_PARCEL, _row(parcel, last + 1, at))
                    _append(session, at, event, parcel.id, detail)
                elif known != parcel.digest:
                    raise ValueError(f"{parcel.id} was confirmed with another digest")
        except StoreError as error:
            return error.failure
        return None

    def due(self, now: float) -> tuple[Waiting, ...]:
        """Return the waiting parcels whose time has come, oldest first."""
        query = (
            sa.select(Outgoing)
            .where(Outgoing.state == State.WAITING, _is_due(now))
            .order_by(Outgoing.sequence)
        )
        with self._transaction() as session:
            return tuple(_waiting(row) for row in session.scalars(query))

    def next_due(self, now: float) -> float | None:
        """Return when the next waiting parcel may be sent, None when nothing waits."""
        when = sa.case((_is_due(now), sa.func.min(Outgoing.next_try, now)), else_=Outgoing.next_try)
        query = sa.select(sa.func.min(when)).where(Outgoing.state == State.WAITING)
        with self._transaction() as session:
            found: float | None = session.scalar(query)
            return found

    def all_due(self) -> None:
        """Make every waiting parcel due: after a start the old clock may have been wrong."""
        with self._transaction() as session:
            session.execute(
                sa.update(Outgoing).where(Outgoing.state == State.WAITING).values(next_try=0.0)
            )

    def delivered(self, parcel_id: str, receipt: str, at: str) -> None:
        """Keep the signed receipt and shred the body, WAL included (central.md §2)."""
        with self._transaction() as session:
            row = session.get_one(Outgoing, parcel_id)
            row.state, row.receipt, row.body = State.DELIVERED, receipt, None
            _append(session, at, AuditEvent.DELIVERED, parcel_id, {})
        self._checkpoint()

    def _checkpoint(self) -> None:
        """Empty the WAL, where the old bytes still are; outside any transaction of ours.

        When it can't be done now, the next delivery does it; the receipt is kept all the same.
        """
        with suppress(sqlite3.Error), closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    def try_later(self, parcel_id: str, next_try: float, trouble: str) -> None:
        """Note a failed try."""
        with self._transaction() as session:
            row = session.get_one(Outgoing, parcel_id)
            row.tries, row.next_try, row.trouble = row.tries + 1, next_try, trouble

    def quarantine(self, parcel_id: str, trouble: str, at: str) -> None:
        """Set a parcel aside that the central service will not take; it is kept."""
        with self._transaction() as session:
            row = session.get_one(Outgoing, parcel_id)
            row.state, row.trouble = State.QUARANTINED, trouble
            _append(session, at, AuditEvent.QUARANTINED, parcel_id, {"trouble": trouble})

    def note(self, event: AuditEvent, subject: str, at: str, **detail: str) -> None:
        """Append an audit row of its own."""
        with self._transaction() as session:
            _append(session, at, event, subject, detail)

    def counts(self) -> Mapping[State, int]:
        """Return how many parcels are in each state."""
        query = sa.select(Outgoing.state, sa.func.count()).group_by(Outgoing.state)
        with self._transaction() as session:
            found: dict[State, int] = dict(iter(session.execute(query)))
        return {state: found.get(state, 0) for state in State}

    def audit(self) -> tuple[Entry, ...]:
        """Return the whole chain."""
        with self._transaction() as session:
            rows = session.scalars(sa.select(AuditRow).order_by(AuditRow.sequence))
            return tuple(_entry(row) for row in rows)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def open_store(path: Path) -> Store | Failure:
    """Open or create the database file and its folder."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Failure.STORE_UNREADABLE
    # https://docs.sqlalchemy.org: autocommit mode of the driver, BEGIN written by us.
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None})
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    try:
        Base.metadata.create_all(engine)
    except sa.exc.DatabaseError as error:
        engine.dispose()
        return read_trouble(error)
    return Store(engine)


def read_trouble(error: sa.exc.DatabaseError) -> Failure:
    """Return the failure behind a database error: a full disk, or a file that can't be read."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    full = code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
    return Failure.DISK_FULL if full else Failure.STORE_UNREADABLE


def _prepare(connection: Any, _record: object) -> None:
    try:
        for setting in SETTINGS:
            connection.execute(setting)
    except sqlite3.DatabaseError:
        connection.close()
        raise


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _is_due(now: float) -> sa.ColumnElement[bool]:
    return sa.or_(Outgoing.next_try <= now, Outgoing.next_try > now + LONGEST_PARK)


def _row(parcel: Parcel, sequence: int, at: str) -> dict[str, object]:
    return {
        "id": parcel.id,
        "sequence": sequence,
        "path": parcel.path,
        "media_type": parcel.media_type,
        "digest": parcel.digest,
        "body": parcel.body,
        "state": State.WAITING,
        "masked_name": parcel.masked_name,
        "services": " ".join(parcel.services),
        "confirmed_at": at,
    }


def _waiting(row: Outgoing) -> Waiting:
    return Waiting(
        id=row.id,
        sequence=row.sequence,
        path=row.path,
        media_type=row.media_type,
        digest=row.digest,
        body=row.body or b"",
        tries=row.tries,
        next_try=row.next_try,
    )


def _append(
    session: Session, at: str, event: AuditEvent, subject: str, detail: Mapping[str, str]
) -> None:
    connection = session.connection()
    last = connection.execute(_LAST_ENTRY).one_or_none()
    entry = link(_entry(last) if last else None, at, event, subject, detail)
    said = json.dumps(dict(entry.detail), ensure_ascii=False, sort_keys=True)
    connection.execute(_ADD_ENTRY, {**vars(entry), "detail": said})


def _entry(row: AuditRow | sa.Row[Any]) -> Entry:
    detail: dict[str, str] = json.loads(row.detail)
    return Entry(row.sequence, row.at, row.event, row.subject, detail, row.previous, row.digest)
