"""What has the central service accepted? Applications, a task for each service, and ratings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from central import tasks
from central.intake import MATTER, Intake
from central.tasks import Needs, State

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
)


class Base(DeclarativeBase):
    """The tables of the central service."""


class Application(Base):
    """One accepted application; `serial` becomes its case number."""

    __tablename__ = "application"
    serial: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]
    person: Mapped[str]
    matter: Mapped[str]
    open: Mapped[bool]
    received_at: Mapped[str]
    due_on: Mapped[str]
    case_number: Mapped[str]
    envelope: Mapped[bytes]
    receipt: Mapped[bytes]
    __table_args__ = (
        sa.Index(
            "one_open_case",
            "person",
            "matter",
            unique=True,
            sqlite_where=sa.text("open"),
            postgresql_where=sa.text("open"),
        ),
    )


class Task(Base):
    """One service of one application."""

    __tablename__ = "task"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[State]
    changed_at: Mapped[str]


class Rating(Base):
    """One rating of one stage; its application may still be on its way."""

    __tablename__ = "rating"
    application_id: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    grade: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(sa.JSON)


@dataclass(frozen=True)
class Promise:
    """What a new case is told: its number, its dates and its signed receipt."""

    case_number: str
    received_at: str
    due_on: str
    receipt: bytes


@dataclass(frozen=True)
class Accepted:
    """It is here; `new` when this very call brought it."""

    receipt: bytes
    new: bool


@dataclass(frozen=True)
class OtherDigest:
    """The id came with another content before."""


@dataclass(frozen=True)
class OpenCase:
    """The person has another case under way."""

    application_id: str
    case_number: str


class Store:
    """The store; every call is one transaction and may come from any thread."""

    def __init__(self, url: str, needs: Needs) -> None:
        self._engine = sa.create_engine(url)
        self._needs = needs
        self._writing = threading.Lock()
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare)
            sa.event.listen(self._engine, "begin", _begin)
        Base.metadata.create_all(self._engine)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def ping(self) -> None:
        """Read something."""
        with self._read() as session:
            session.execute(sa.select(1))

    def accept(
        self, intake: Intake, promise: Callable[[int], Promise]
    ) -> Accepted | OtherDigest | OpenCase:
        """Store application, tasks and receipt together, once; `promise` gets the serial."""
        with self._write() as session:
            if (known := _application(session, intake.envelope.id)) is not None:
                same = known.digest == intake.envelope.digest
                return Accepted(known.receipt, new=False) if same else OtherDigest()
            if (other := _open_case(session, intake.person)) is not None:
                return OpenCase(other.id, other.case_number)
            return Accepted(self._insert(session, intake, promise), new=True)

    def open_case(self, person: str) -> str:
        """Return the id of the person's application under way, or ""."""
        with self._read() as session:
            found = _open_case(session, person)
            return found.id if found else ""

    def progress(self, application_id: str) -> dict[str, Any] | None:
        """Return the Progress of openapi.yaml, or None."""
        with self._read() as session:
            application = _application(session, application_id)
            if application is None:
                return None
            return {
                "version": 1,
                "id": application.id,
                "case_number": application.case_number,
                "received_at": application.received_at,
                "due_on": application.due_on,
                "open": application.open,
                "services": [
                    {"code": task.service, "state": task.state.value, "changed_at": task.changed_at}
                    for task in _tasks(session, application_id)
                ],
            }

    def settle(self, application_id: str, service: str, end: State, at: str) -> None:
        """Note an office's DONE or REFUSED, and all that follows; the last one ends the case."""
        with self._write() as session:
            rows = {task.service: task for task in _tasks(session, application_id)}
            before = {code: task.state for code, task in rows.items()}
            after = tasks.follow({**before, service: end}, self._needs)
            for code in (code for code in rows if after[code] is not before[code]):
                rows[code].state, rows[code].changed_at = after[code], at
            application = _application(session, application_id)
            assert application is not None
            application.open = any(state not in tasks.ENDS for state in after.values())

    def rate(self, application_id: str, stage: str, grade: int, reasons: list[str]) -> bool | None:
        """Keep a rating: True when new, False when the same was here, None when another was."""
        with self._write() as session:
            known = session.get(Rating, (application_id, stage))
            if known is not None:
                return False if (known.grade, known.reasons) == (grade, reasons) else None
            session.add(
                Rating(application_id=application_id, stage=stage, grade=grade, reasons=reasons)
            )
            return True

    def _insert(self, session: Session, intake: Intake, promise: Callable[[int], Promise]) -> bytes:
        serial = (session.scalar(sa.select(sa.func.max(Application.serial))) or 0) + 1
        made = promise(serial)
        session.add(
            Application(
                serial=serial,
                id=intake.envelope.id,
                digest=intake.envelope.digest,
                person=intake.person,
                matter=MATTER,
                open=True,
                envelope=intake.body,
                received_at=made.received_at,
                due_on=made.due_on,
                case_number=made.case_number,
                receipt=made.receipt,
            )
        )
        session.flush()
        session.add_all(
            Task(
                application_id=intake.envelope.id,
                service=code,
                state=state,
                changed_at=made.received_at,
            )
            for code, state in tasks.begin(intake.services, self._needs).items()
        )
        return made.receipt

    @contextmanager
    def _write(self) -> Iterator[Session]:
        # The lock queues writers in order; SQLite's own waiting is a lottery.
        with self._writing, Session(self._engine) as session, session.begin():
            yield session

    @contextmanager
    def _read(self) -> Iterator[Session]:
        reading = self._engine.execution_options(reading=True)
        with Session(reading) as session, session.begin():
            yield session


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _application(session: Session, application_id: str) -> Application | None:
    return session.scalar(sa.select(Application).where(Application.id == application_id))


def _open_case(session: Session, person: str) -> Application | None:
    mine = sa.select(Application).where(Application.person == person, Application.matter == MATTER)
    return session.scalar(mine.where(Application.open))


def _tasks(session: Session, application_id: str) -> list[Task]:
    wanted = sa.select(Task).where(Task.application_id == application_id)
    return list(session.scalars(wanted.order_by(Task.service)))
