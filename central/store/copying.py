"""Copying of all rows from one database to another, SQLite or PostgreSQL, by JSON lines."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.store.alarm_sending.tables import AlarmSentRow, AlarmWayRow
from central.store.begun.tables import HandedPageRow
from central.store.card_read_tables import CardChipRow, CardReadRow, TerminalReaderRow
from central.store.cases.filings import watch_filings_under_way
from central.store.cases.open_parts import note_parts_of_open_cases
from central.store.city.tables import CityFigureRow, NoticeEventRow
from central.store.form_tables import FormRecordRow, IssuedFormRow
from central.store.office_tables import (
    OfficeQueueRow,
    TaskDeadlineRow,
    TaskFailureRow,
    TaskMoveRow,
    TaskResultRow,
)
from central.store.open_part_tables import OpenPartRow
from central.store.operator_tables import OperatorReadRow
from central.store.phone_token_tables import PhoneTokenRow
from central.store.radar_tables import OfficeLookRow, PreparationRow, RadarOptOutRow
from central.store.rating_tables import RatingFollowUpRow
from central.store.service_points.tables import PointChangeRow, ServicePointRow
from central.store.tables import (
    AlarmEnd,
    AuditHeadRow,
    Base,
    ConfirmationEventRow,
    ConfirmationRow,
    DeviceTrouble,
    NonceRow,
    OutgoingRow,
    OwnerRow,
    ReplyRow,
)
from central.store.terminals.backup_marks import BackupMarkRow
from central.store.vouching_tables import HelperFilingRow, ReviewEventRow, ReviewRow
from central.store.web.fleet_tables import (
    AlarmActRow,
    EnrolmentReviewRow,
    ReadinessSheetRow,
    ReleaseRingRow,
    TerminalRequestRow,
)
from central.store.web.tables import (
    AlarmAcknowledgementRow,
    DeskActRow,
    DeskFailureRow,
    DeskOutcomeRow,
    DeskReviewRow,
    OfficeCertificateRow,
    OfficeClientRow,
    TaskHolderRow,
    WebAccountRow,
    WebEventRow,
    WebSessionRow,
    WebTryRow,
)
from central.store.webhook_tables import OfficeWebhookRow, WebhookMessageRow
from central.store.wishes.tables import WishAnswerRow, WishOfferRow, WishRow
from kiosk.crypto.envelope import base64_of, bytes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase

_BATCH = 500
_NEXT = (
    "SELECT setval(pg_get_serial_sequence(:table, :column), coalesce(max({0}), 0) + 1, false) "
    "FROM {1}"
)


LEFT_OUT = (
    BackupMarkRow.__tablename__,
    CityFigureRow.__tablename__,
    NonceRow.__tablename__,
    OfficeQueueRow.__tablename__,
    OwnerRow.__tablename__,
    WebSessionRow.__tablename__,
    WebTryRow.__tablename__,
)
"""What a backup leaves out: up to when there was one before it (a restored service tells of its
next one), signatures that are out of time within minutes, whose database it is (the keys beside it
say so), which offices have workers (they say so when they start; jobs are made anew from the
tasks), the city's figures (counted anew from the cases), and who is logged in or has to wait before
the next log-in."""

LATER = (
    AlarmEnd.__tablename__,
    DeviceTrouble.__tablename__,
    ConfirmationRow.__tablename__,
    ConfirmationEventRow.__tablename__,
    OutgoingRow.__tablename__,
    ReplyRow.__tablename__,
    HelperFilingRow.__tablename__,
    ReviewRow.__tablename__,
    ReviewEventRow.__tablename__,
    AuditHeadRow.__tablename__,
    CardReadRow.__tablename__,
    CardChipRow.__tablename__,
    TerminalReaderRow.__tablename__,
    WebAccountRow.__tablename__,
    WebEventRow.__tablename__,
    AlarmAcknowledgementRow.__tablename__,
    OperatorReadRow.__tablename__,
    TaskHolderRow.__tablename__,
    TaskFailureRow.__tablename__,
    TaskMoveRow.__tablename__,
    TaskDeadlineRow.__tablename__,
    TaskResultRow.__tablename__,
    OpenPartRow.__tablename__,
    FormRecordRow.__tablename__,
    IssuedFormRow.__tablename__,
    RatingFollowUpRow.__tablename__,
    DeskActRow.__tablename__,
    DeskReviewRow.__tablename__,
    DeskOutcomeRow.__tablename__,
    DeskFailureRow.__tablename__,
    OfficeClientRow.__tablename__,
    OfficeCertificateRow.__tablename__,
    OfficeWebhookRow.__tablename__,
    WebhookMessageRow.__tablename__,
    PhoneTokenRow.__tablename__,
    PreparationRow.__tablename__,
    OfficeLookRow.__tablename__,
    RadarOptOutRow.__tablename__,
    NoticeEventRow.__tablename__,
    HandedPageRow.__tablename__,
    AlarmActRow.__tablename__,
    ReleaseRingRow.__tablename__,
    TerminalRequestRow.__tablename__,
    ReadinessSheetRow.__tablename__,
    ServicePointRow.__tablename__,
    PointChangeRow.__tablename__,
    AlarmWayRow.__tablename__,
    AlarmSentRow.__tablename__,
    WishRow.__tablename__,
    WishOfferRow.__tablename__,
    WishAnswerRow.__tablename__,
    EnrolmentReviewRow.__tablename__,
)
"""Tables that came after version 0.1.0; its backups lack them, and they begin empty."""


def table_names() -> tuple[str, ...]:
    """Return the names of the tables that are copied, referenced tables first."""
    return tuple(table.name for table in _tables())


def dump(database: CentralDatabase, take: Callable[[str, Iterator[bytes]], None]) -> None:
    """Call `take` with each table's name and rows (JSON, one line each), all of one instant."""

    def work(session: Session) -> None:
        for table in _tables():
            take(table.name, _lines(session, table))

    database.read(work)


def load(
    database: CentralDatabase, lines_of: Callable[[str], Iterable[bytes]], kept: Collection[str]
) -> bool:
    """Fill an empty database in one transaction; False when it is not empty or has an owner.

    `lines_of`: the lines of a table of the copy, by its name. `kept`: the tables in the copy; that
    of an older program lacks the newest ones.
    """

    def work(session: Session) -> bool:
        tables = _tables()
        owned = [OwnerRow.__table__, *tables]
        if any(session.execute(sa.select(table).limit(1)).first() for table in owned):
            return False
        for table in tables:
            if table.name in kept:
                _fill(session, table, lines_of(table.name))
            if not database.embedded:
                _continue_numbers(session, table)
        # A backup of a program without confirmations: do for its filings what revision 5 does.
        if ConfirmationRow.__tablename__ not in kept:
            watch_filings_under_way(session)
        # And one without parts under way: as revision 14 does.
        if OpenPartRow.__tablename__ not in kept:
            note_parts_of_open_cases(session)
        return True

    return database.write(work)


def _tables() -> list[sa.Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def _lines(session: Session, table: sa.Table) -> Iterator[bytes]:
    for row in session.execute(sa.select(table).execution_options(yield_per=_BATCH)):
        said = {
            column.name: _portable_value(value)
            for column, value in zip(table.columns, row, strict=True)
        }
        yield json.dumps(said, ensure_ascii=False).encode() + b"\n"


def _fill(session: Session, table: sa.Table, lines: Iterable[bytes]) -> None:
    binary = [column.name for column in table.columns if isinstance(column.type, sa.LargeBinary)]
    for line in lines:
        row = json.loads(line)
        content = {name: bytes_of(row[name]) for name in binary if name in row}
        session.execute(sa.insert(table), row | content)


def _continue_numbers(session: Session, table: sa.Table) -> None:
    column = table.autoincrement_column
    if column is not None:
        # PostgreSQL's sequences don't notice rows that are inserted with their numbers.
        statement = sa.text(_NEXT.format(column.name, table.name))
        session.execute(statement, {"table": table.name, "column": column.name})


def _portable_value(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64_of(value)
    # SQLAlchemy stores an Enum by its name.
    return value.name if isinstance(value, Enum) else value
