"""Databases of earlier versions, and steps that the program does not have yet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from central.store import copying
from central.store.database import CentralDatabase
from central.store.tables import Base
from central.store.upgrade import HEAD, STEPS, SchemaTrouble, fit_schema, open_database
from tests.central.operator.test_backup import fill
from tests.central.standing import standing

NEXT = "0666"
STEP = '''"""One step more than this program knows."""
from alembic import op

revision, down_revision = "{next}", "{head}"


def upgrade():
    op.execute("""{sql}""")
'''
TO_THIRTY_NINTH = (
    "DROP INDEX waiting_outgoing",
    "CREATE INDEX due_outgoing ON outgoing (outcome, look_at)",
    "UPDATE alembic_version SET version_num = '0039'",
)
TO_THIRTY_EIGHTH = (
    *TO_THIRTY_NINTH,
    "DROP INDEX ix_paper_blob",
    "UPDATE alembic_version SET version_num = '0038'",
)
TO_THIRTY_SEVENTH = (
    *TO_THIRTY_EIGHTH,
    "DROP INDEX unplanned_cases",
    "ALTER TABLE application DROP COLUMN planned",
    "UPDATE alembic_version SET version_num = '0037'",
)
TO_THIRTY_SIXTH = (
    *TO_THIRTY_SEVENTH,
    "DROP TABLE handed_page",
    "UPDATE alembic_version SET version_num = '0036'",
)
TO_THIRTY_FIFTH = (
    *TO_THIRTY_SIXTH,
    *(f"DROP INDEX {name}_deadlines" for name in ("looked", "near")),
    "CREATE INDEX ix_task_deadline_looked_on ON task_deadline (looked_on)",
    "UPDATE alembic_version SET version_num = '0035'",
)
TO_THIRTY_FOURTH = (
    *TO_THIRTY_FIFTH,
    "DROP TABLE enrolment_review",
    *(f"ALTER TABLE enrolment DROP COLUMN {name}" for name in ("profile", "by_card")),
    "UPDATE alembic_version SET version_num = '0034'",
)
TO_THIRTY_THIRD = (
    *TO_THIRTY_FOURTH,
    "DROP TABLE backup_mark",
    "UPDATE alembic_version SET version_num = '0033'",
)
TO_THIRTY_SECOND = (
    *TO_THIRTY_THIRD,
    *(f"DROP INDEX ix_correction_{name}" for name in ("application_id", "received_at")),
    "UPDATE alembic_version SET version_num = '0032'",
)
TO_THIRTY_FIRST = (
    *TO_THIRTY_SECOND,
    *(f"DROP TABLE {name}" for name in ("wish", "wish_offer", "wish_answer")),
    "UPDATE alembic_version SET version_num = '0031'",
)
TO_TWENTY_NINTH = (
    *TO_THIRTY_FIRST,
    *(f"DROP TABLE {name}" for name in ("service_point", "point_change")),
    *(f"DROP TABLE {name}" for name in ("alarm_way", "alarm_sent")),
    "UPDATE alembic_version SET version_num = '0029'",
)
TO_TWENTY_EIGHTH = (
    *TO_TWENTY_NINTH,
    *(f"DROP TABLE {name}" for name in ("terminal_request", "readiness_sheet")),
    "UPDATE alembic_version SET version_num = '0028'",
)
TO_TWENTY_SEVENTH = (
    *TO_TWENTY_EIGHTH,
    *(f"DROP TABLE {name}" for name in ("alarm_act", "release_ring")),
    "UPDATE alembic_version SET version_num = '0027'",
)
TO_TWENTY_SIXTH = (
    *TO_TWENTY_SEVENTH,
    *(f"DROP TABLE {name}" for name in ("city_figure", "notice_event")),
    *(
        f"DROP INDEX ix_{name}"
        for name in (
            "application_received_at",
            "application_closed_at",
            "task_move_at",
            "rating_received_at",
        )
    ),
    "UPDATE alembic_version SET version_num = '0026'",
)
TO_TWENTY_FIFTH = (
    *TO_TWENTY_SIXTH,
    *(f"DROP TABLE {name}" for name in ("preparation", "office_look", "radar_opt_out")),
    "UPDATE alembic_version SET version_num = '0025'",
)
TO_TWENTY_FOURTH = (
    *TO_TWENTY_FIFTH,
    "DROP TABLE phone_token",
    "UPDATE alembic_version SET version_num = '0024'",
)
TO_TWENTY_THIRD = (
    *TO_TWENTY_FOURTH,
    *(f"DROP TABLE {name}" for name in ("webhook_message", "office_webhook")),
    "UPDATE alembic_version SET version_num = '0023'",
)
TO_TWENTY_SECOND = (
    *TO_TWENTY_THIRD,
    *(f"DROP TABLE office_{name}" for name in ("certificate", "client")),
    "UPDATE alembic_version SET version_num = '0022'",
)
TO_TWENTY_FIRST = (
    *TO_TWENTY_SECOND,
    "ALTER TABLE desk_act DROP COLUMN file",
    "UPDATE alembic_version SET version_num = '0021'",
)
TO_TWENTIETH = (
    *TO_TWENTY_FIRST,
    "DROP TABLE desk_failure",
    "UPDATE alembic_version SET version_num = '0020'",
)
TO_NINETEENTH = (
    *TO_TWENTIETH,
    *(f"ALTER TABLE desk_{name} DROP COLUMN result" for name in ("act", "review")),
    "ALTER TABLE desk_act DROP COLUMN asks_person",
    "UPDATE alembic_version SET version_num = '0019'",
)
TO_EIGHTEENTH = (
    *TO_NINETEENTH,
    "DROP TABLE task_result",
    "UPDATE alembic_version SET version_num = '0018'",
)
TO_SEVENTEENTH = (
    *TO_EIGHTEENTH,
    "DROP TABLE rating_follow_up",
    "ALTER TABLE rating DROP COLUMN words",
    "UPDATE alembic_version SET version_num = '0017'",
)
TO_SIXTEENTH = (
    *TO_SEVENTEENTH,
    *(f"DROP TABLE desk_{name}" for name in ("act", "review", "outcome")),
    "ALTER TABLE task_move DROP COLUMN account",
    "UPDATE alembic_version SET version_num = '0016'",
)
TO_FIFTEENTH = (
    *TO_SIXTEENTH,
    *(f"DROP TABLE {name}" for name in ("task_move", "task_deadline")),
    "UPDATE alembic_version SET version_num = '0015'",
)
TO_FOURTEENTH = (
    *TO_FIFTEENTH,
    *(f"DROP TABLE {name}" for name in ("form_record", "issued_form")),
    "UPDATE alembic_version SET version_num = '0014'",
)
TO_THIRTEENTH = (
    *TO_FOURTEENTH,
    "DROP TABLE open_part",
    "DROP INDEX open_cases",
    "CREATE UNIQUE INDEX one_open_case ON application (person, matter) WHERE open AND NOT awaiting",
    "UPDATE alembic_version SET version_num = '0013'",
)
TO_TWELFTH = (
    *TO_THIRTEENTH,
    "DROP TABLE task_failure",
    "DROP TABLE office_queue",
    "UPDATE alembic_version SET version_num = '0012'",
)
TO_ELEVENTH = (
    *TO_TWELFTH,
    *(f"ALTER TABLE confirmation DROP COLUMN facts_{name}" for name in ("mark", "wrong")),
    "UPDATE alembic_version SET version_num = '0011'",
)
TO_TENTH = (
    *TO_ELEVENTH,
    "DROP TABLE task_holder",
    "UPDATE alembic_version SET version_num = '0010'",
)
TO_NINTH = (
    *TO_TENTH,
    "DROP TABLE operator_read",
    "UPDATE alembic_version SET version_num = '0009'",
)
TO_EIGHTH = (
    *TO_NINTH,
    *(f"DROP TABLE web_{name}" for name in ("account", "session", "try", "event")),
    "DROP TABLE alarm_acknowledgement",
    "UPDATE alembic_version SET version_num = '0008'",
)
TO_SEVENTH = (
    *TO_EIGHTH,
    *(f"DROP TABLE {name}" for name in ("card_read", "card_chip", "terminal_reader")),
    "UPDATE alembic_version SET version_num = '0007'",
)
TO_SIXTH = (
    *TO_SEVENTH,
    "DROP TABLE audit_head",
    *(f"ALTER TABLE witness DROP COLUMN proved_{name}" for name in ("sequence", "head", "at")),
    "UPDATE alembic_version SET version_num = '0006'",
)
TO_FIFTH = (
    *TO_SIXTH,
    *(f"DROP TABLE {name}" for name in ("vouching_review", "vouching_review_event")),
    "DROP TABLE helper_filing",
    "UPDATE alembic_version SET version_num = '0005'",
)
TO_FOURTH = (
    *TO_FIFTH,
    *(f"DROP TABLE {name}" for name in ("confirmation", "confirmation_event", "outgoing", "reply")),
    "DROP INDEX one_open_case",
    "ALTER TABLE application DROP COLUMN awaiting",
    "CREATE UNIQUE INDEX one_open_case ON application (person, matter) WHERE open",
    "UPDATE alembic_version SET version_num = '0004'",
)
LATER = ("alembic_version", "nonce", "owner", "alarm_end", "device_trouble")
TO_FIRST = (
    *TO_FOURTH,
    "DROP INDEX ix_alarm_terminal",
    *(f"DROP TABLE {name}" for name in LATER),
)
"""Take every step back, to what version 0.1.0 left."""


@pytest.fixture
def url(bare_database: str) -> str:
    return bare_database


def make_filled(folder: Path, url: str) -> None:
    """Let a service accept something and end."""
    with standing(folder, url) as central, central.client() as client:
        fill(central, client)


def run(url: str, *statements: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def rows(url: str) -> list[tuple[str, list[bytes]]]:
    database, found = CentralDatabase(url), []
    copying.dump(database, lambda table, lines: found.append((table, sorted(lines))))
    database.close()
    return found


def revision(url: str) -> list[Any]:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").all()
    engine.dispose()
    return [row[0] for row in found]


def differences(url: str) -> list[Any]:
    """What alembic would change to make the tables those of the program; PgQueuer's are its own."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_object": _is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        found: list[Any] = compare_metadata(context, Base.metadata)
    engine.dispose()
    return found


def _is_ours(_object: object, name: str | None, *_more: object) -> bool:
    return not (name or "").startswith("pgqueuer")


def more_steps(folder: Path, sql: str) -> Path:
    steps = folder / "steps"
    steps.mkdir()
    for file in STEPS.rglob("revision_*.py"):
        (steps / file.name).write_text(file.read_text())
    said = STEP.format(next=NEXT, head=HEAD, sql=sql)
    (steps / f"revision_{NEXT}.py").write_text(said)
    return steps


def step(url: str, folder: Path, sql: str) -> SchemaTrouble | None:
    """Take one step more than this program knows."""
    database = CentralDatabase(url)
    found = fit_schema(database, more_steps(folder, sql), NEXT, (HEAD,))
    database.close()
    return found


def opened(url: str) -> CentralDatabase:
    database = open_database(url)
    assert isinstance(database, CentralDatabase), database
    return database


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.before-*"))


def kept(url: str) -> list[tuple[str, list[bytes]]]:
    """All rows but those that older revisions did not have, and that are made anew.

    The queue is filled by the steps, deadlines are planned by the watch, which marks their cases;
    moves were not kept.
    """
    left_out = ("outgoing", "task_deadline", "task_move")
    found = ((table, lines) for table, lines in rows(url) if table not in left_out)
    return [
        (table, [re.sub(rb'"planned": \w+', b"", one) for one in lines]) for table, lines in found
    ]
