"""The tables of the central service's database.

Times are ISO 8601 in columns of text, and seconds since 1970 in columns of numbers; hashes of
persons and numbers are keyed (`Examiner`).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from central.confirmation import FilingConfirmation
from central.tasks import TaskState
from kiosk.audit.audit import NO_DIGEST

BEGUN = "open AND NOT awaiting"
"""Condition of the unique index: one open case of a matter, any number that wait for consent."""
BEGUN_ONLY: dict[str, Any] = {
    f"{dialect}_where": sa.text(BEGUN) for dialect in ("sqlite", "postgresql")
}
UNPLANNED = f"{BEGUN} AND NOT planned"
"""Condition of the index by which cases without deadlines are found: hardly ever one."""
UNPLANNED_ONLY: dict[str, Any] = {
    f"{dialect}_where": sa.text(UNPLANNED) for dialect in ("sqlite", "postgresql")
}


class Base(DeclarativeBase):
    """Declarative base of all tables."""


class ApplicationRow(Base):
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
    terminal: Mapped[str]
    masked_name: Mapped[str]
    way: Mapped[str] = mapped_column(default="")
    staff: Mapped[str] = mapped_column(default="")  # the pseudonym of who helped
    closed_at: Mapped[str] = mapped_column(default="")
    awaiting: Mapped[bool] = mapped_column(default=False)  # the principal has not confirmed yet
    planned: Mapped[bool] = mapped_column(default=False)  # its deadlines are stored
    __table_args__ = (
        sa.Index("open_cases", "person", "matter", **BEGUN_ONLY),
        sa.Index("unplanned_cases", "serial", **UNPLANNED_ONLY),
    )


class OwnerRow(Base):
    """The owner of the database: one row with the id of the service (`Vault.id`)."""

    __tablename__ = "owner"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    service: Mapped[str]


class TaskRow(Base):
    """One service of one application, as a task of its office.

    `due_on`: last day to hand in a correction. `look_at`: from when a worker may take the task.
    """

    __tablename__ = "task"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[TaskState] = mapped_column(sa.Enum(TaskState, native_enum=False, length=16))
    changed_at: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    due_on: Mapped[str] = mapped_column(default="")
    lease: Mapped[str] = mapped_column(default="")
    leased_until: Mapped[float] = mapped_column(default=0.0)  # seconds since 1970
    look_at: Mapped[float] = mapped_column(default=0.0)
    __table_args__ = (sa.Index("due_tasks", "state", "look_at"),)


class PaperRow(Base):
    """A captured page that an application or a correction names; its blob may come later."""

    __tablename__ = "paper"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    blob: Mapped[str] = mapped_column(primary_key=True, index=True)
    digest: Mapped[str]
    bytes: Mapped[int]


class Blob(Base):
    """A sealed page by its SHA-256; `received_at` is "" until all of its chunks are here."""

    __tablename__ = "blob"
    digest: Mapped[str] = mapped_column(primary_key=True)
    bytes: Mapped[int]
    received_at: Mapped[str]


class ChunkRow(Base):
    """One piece of a blob."""

    __tablename__ = "chunk"
    blob: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes]


class RatingRow(Base):
    """The rating of one stage; its application may not have arrived yet.

    `words`: the envelope (JSON) of the person's own words, which only the vault opens; "" for none.
    """

    __tablename__ = "rating"
    application_id: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    grade: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(sa.JSON)
    received_at: Mapped[str]
    words: Mapped[str] = mapped_column(default="", server_default="")


class TerminalRow(Base):
    """What was decided about a terminal; one that only has a key file has no row."""

    __tablename__ = "terminal"
    id: Mapped[str] = mapped_column(primary_key=True)
    point: Mapped[str] = mapped_column(default="")
    key_id: Mapped[str | None] = mapped_column(unique=True)
    public_key: Mapped[bytes] = mapped_column(default=b"")
    next_key_id: Mapped[str | None] = mapped_column(unique=True)
    next_public_key: Mapped[bytes] = mapped_column(default=b"")
    enrolment: Mapped[str] = mapped_column(default="")
    revoked: Mapped[bool] = mapped_column(default=False)


class ArrivalRow(Base):
    """A record of a terminal's outbox that arrived, by the terminal's own sequence number."""

    __tablename__ = "arrival"
    terminal: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    path: Mapped[str]
    digest: Mapped[str]
    at: Mapped[str]


class WitnessRow(Base):
    """The newest head of each terminal's audit chain, and the one up to which it is proved.

    `proved_at` is "" until the terminal sends its first proof.
    """

    __tablename__ = "witness"
    terminal: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(sa.BigInteger)
    head: Mapped[str]
    at: Mapped[str]
    # Of a backup that an older program made nothing is proved: from the beginning.
    proved_sequence: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    proved_head: Mapped[str] = mapped_column(default=NO_DIGEST)
    proved_at: Mapped[str] = mapped_column(default="")


class AuditHeadRow(Base):
    """A head that a terminal named; `ended_at` is "" while its chain is the terminal's."""

    __tablename__ = "audit_head"
    terminal: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    head: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[str]
    ended_at: Mapped[str] = mapped_column(default="")


class AlarmRow(Base):
    """One alarm; `detail` names numbers and ids, never a person."""

    __tablename__ = "alarm"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[str]
    terminal: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    detail: Mapped[str]


class AlarmEnd(Base):
    """The end of an alarm's cause; alarms without a row last, or are single events."""

    __tablename__ = "alarm_end"
    alarm: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]


class DeviceTrouble(Base):
    """An unusable device of a terminal, since when, and the number of its alarm (0: none yet).

    `beats`: heartbeats in a row that called it unusable.
    """

    __tablename__ = "device_trouble"
    terminal: Mapped[str] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[str]
    beats: Mapped[int]
    alarm: Mapped[int] = mapped_column(default=0)


class CorrectionRow(Base):
    """A correction that was handed in for one service."""

    __tablename__ = "correction"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), index=True)
    service: Mapped[str]
    envelope: Mapped[bytes]
    received_at: Mapped[str] = mapped_column(index=True)


class Talent(Base):
    """A sealed record of what somebody offers to do for others."""

    __tablename__ = "talent"
    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    envelope: Mapped[bytes]
    received_at: Mapped[str]


class Mark(Base):
    """A person (keyed hash) who gave an account or a mobile number (keyed hash)."""

    __tablename__ = "mark"
    kind: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)


class ActingRow(Base):
    """A person for whom another filed as a friend or relative (keyed hashes); `at` in seconds."""

    __tablename__ = "acting"
    proxy: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[float]


class ConfirmationRow(Base):
    """A filing for another person and its state.

    `proxy` and `told` are keyed hashes, `code` confirms by message. `told`: the mobile number to
    which the message went; "" before, and when there is none. `until`: the last day to confirm, ISO
    date. `filer`: a masked name, or a pseudonym of the staff. `facts_mark` and `facts_wrong`: the
    members of SeenFacts, the second joined by spaces.
    """

    __tablename__ = "confirmation"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    state: Mapped[FilingConfirmation] = mapped_column(
        sa.Enum(FilingConfirmation, native_enum=False, length=16)
    )
    filed_at: Mapped[str]
    until: Mapped[str] = mapped_column(index=True)
    changed_at: Mapped[str]
    channel: Mapped[str] = mapped_column(default="")
    proxy: Mapped[str] = mapped_column(default="")
    filer: Mapped[str] = mapped_column(default="")
    relation: Mapped[str] = mapped_column(default="")
    checked_by: Mapped[str] = mapped_column(default="")
    code: Mapped[str] = mapped_column(default="")
    told: Mapped[str] = mapped_column(default="", index=True)
    told_at: Mapped[float] = mapped_column(default=0.0)  # seconds since 1970
    facts_mark: Mapped[str] = mapped_column(default="")
    facts_wrong: Mapped[str] = mapped_column(default="")


class ConfirmationEventRow(Base):
    """An event of the audit of confirmations: an attempt and its outcome; it names no person."""

    __tablename__ = "confirmation_event"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[str]
    event: Mapped[str]
    channel: Mapped[str]
    detail: Mapped[str]


class OutgoingRow(Base):
    """A message to be sent; its number and text are made when it is sent, and kept in no table.

    `look_at`, `leased_until`: seconds since 1970. `outcome` is "" while it waits.
    """

    __tablename__ = "outgoing"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), index=True)
    occasion: Mapped[str]
    created_at: Mapped[str]
    look_at: Mapped[float] = mapped_column(default=0.0)
    lease: Mapped[str] = mapped_column(default="")
    leased_until: Mapped[float] = mapped_column(default=0.0)
    tries: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.Index("waiting_outgoing", "outcome", "number"),)


class ReplyRow(Base):
    """A reply that was taken, once; `mobile` is masked."""

    __tablename__ = "reply"
    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    mobile: Mapped[str]
    application_id: Mapped[str]
    outcome: Mapped[str]
    at: Mapped[str]


class LookUp(Base):
    """A person (keyed hash) about whom a terminal asked; `at` in seconds since 1970."""

    __tablename__ = "look_up"
    terminal: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[float]


class MessageRow(Base):
    """A text that was sent, or that a stand-in would have sent; `mobile` is masked."""

    __tablename__ = "message"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    application_id: Mapped[str]
    mobile: Mapped[str]
    occasion: Mapped[str]
    text: Mapped[str]
    at: Mapped[str]


class SealRow(Base):
    """A request for the city's e-seal that the stand-in recorded."""

    __tablename__ = "seal"
    application_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    at: Mapped[str]


class HeartbeatRow(Base):
    """The newest heartbeat of each terminal."""

    __tablename__ = "heartbeat"
    terminal: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[str]
    body: Mapped[str]


class NonceRow(Base):
    """The digest of a signature that came; after `until` (seconds since 1970) it is deleted."""

    __tablename__ = "nonce"
    name: Mapped[bytes] = mapped_column(primary_key=True)
    until: Mapped[float] = mapped_column(index=True)


class EnrolmentRow(Base):
    """An enrolment; `code` is the digest of its code, `profile` the model that its card names."""

    __tablename__ = "enrolment"
    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    terminal: Mapped[str]
    point: Mapped[str]
    state: Mapped[str]
    public_key: Mapped[bytes]
    expires_at: Mapped[float]
    profile: Mapped[str] = mapped_column(default="")
    by_card: Mapped[bool] = mapped_column(default=False)
