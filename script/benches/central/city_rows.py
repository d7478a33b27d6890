"""Rows of a city for the bench of its pages, made by PostgreSQL itself.

The cases lie in one year, with small envelopes, PARTS services each, random ids as in reality, a
paper, ratings, and deadlines as a daily look leaves them. Indexes and constraints are made after
the rows, and nothing goes through PostgreSQL's log (`SETTINGS`), which is most of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.office_tables import FINAL
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from central.store.database import CentralDatabase

POINTS = 1_477
PARTS = ("R01", "R06", "R09", "R13")
SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "shared_buffers=512MB",
    "maintenance_work_mem=512MB",
)
_FILLED = ("application", "task", "task_move", "task_deadline", "paper", "rating")
_FILLED_TOO = ("rating_follow_up",)
_TERMINALS = """
INSERT INTO terminal (id, point, public_key, next_public_key, enrolment, revoked)
SELECT 'T-' || n, 'P-' || n, '', '', '', false FROM generate_series(1, :points) n
"""
_BEATS = """
INSERT INTO heartbeat (terminal, at, body)
SELECT 'T-' || n, :now, :beat FROM generate_series(1, :points) n
"""
# A case takes 3 to 27 days; what is promised is three weeks.
_APPLICATIONS = """
INSERT INTO application (id, digest, person, matter, open, received_at, due_on, case_number,
    envelope, receipt, terminal, masked_name, way, staff, closed_at, awaiting,
    planned)
SELECT CAST(CAST(md5(CAST(n AS text)) AS uuid) AS text), '', 'p' || n, '',
    at + took > CAST(:day AS date), at || 'T10:00:00+08:00', CAST(at + 21 AS text), 'n' || n,
    '', '', 'T-' || (1 + n % :points), '',
    CASE n % 4 WHEN 0 THEN 'helper_present' ELSE 'self' END, '',
    CASE WHEN at + took > CAST(:day AS date) THEN '' ELSE at + took || 'T09:00:00+08:00' END,
    false, true
FROM (SELECT n, CAST(:day AS date) - CAST(365.0 * (:cases - n) / :cases AS int) AS at,
    CAST(3 + n % 25 AS int) AS took FROM generate_series(1, :cases) n) AS made
"""
_TASKS = """
INSERT INTO task (application_id, service, state, changed_at, reason, due_on, lease, leased_until,
    look_at)
SELECT id, service, CASE WHEN open THEN 'WORKING' ELSE 'DONE' END, '', '', '', '', 0, 0
FROM application, unnest(CAST(:parts AS varchar[])) AS service
"""
_MOVES = """
INSERT INTO task_move (application_id, service, state, at, account)
SELECT id, service, 'DONE', closed_at, ''
FROM application, unnest(CAST(:parts AS varchar[])) AS service WHERE closed_at <> ''
"""
_DEADLINES = """
INSERT INTO task_deadline (application_id, service, promised_on, due_on, level, looked_on, alarm)
SELECT id, service, due_on, due_on,
    CASE WHEN NOT open THEN 'calm' WHEN due_on < :day THEN 'overdue' WHEN due_on = :day THEN 'red'
        WHEN due_on < CAST(CAST(:day AS date) + 5 AS text) THEN 'yellow' ELSE 'calm' END,
    CASE WHEN open THEN :day ELSE :final END, 0
FROM application, unnest(CAST(:parts AS varchar[])) AS service
"""
_PAPERS = """
INSERT INTO paper (application_id, blob, digest, bytes) SELECT id, md5(id), '', 200000
FROM application
"""
_RATINGS = """
INSERT INTO rating (application_id, stage, grade, reasons, received_at, words)
SELECT id, stage, 1 + serial % 5, '[]', closed_at, ''
FROM application, unnest(ARRAY['filing', 'R01']) AS stage
WHERE closed_at <> '' AND serial % 4 = 0
"""
_FOLLOW_UPS = """
INSERT INTO rating_follow_up (application_id, stage, office, opened_at, due_on, answered_at,
    operator, answer, alarm)
SELECT application_id, stage, CASE stage WHEN 'filing' THEN '' ELSE 'RS' END, received_at,
    substr(received_at, 1, 10),
    CASE WHEN substr(received_at, 1, 10) < :day THEN received_at ELSE '' END, '', '', 0
FROM rating WHERE grade < 3
"""
_STATEMENTS = (
    _TERMINALS,
    _BEATS,
    _APPLICATIONS,
    _TASKS,
    _MOVES,
    _DEADLINES,
    _PAPERS,
    _RATINGS,
    _FOLLOW_UPS,
)
_BEAT = '{"states": {"idcard": "ready"}, "waiting": 0, "versions": {"app": "0.3.0"}}'
# What refers to these tables goes first and comes last.
_CONSTRAINTS = """
SELECT CAST(CAST(conrelid AS regclass) AS text), conname, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE contype IN ('f', 'p', 'u') AND :tables && ARRAY[CAST(CAST(conrelid AS regclass) AS text),
    CAST(CAST(confrelid AS regclass) AS text)]
ORDER BY contype = 'f' DESC, conname
"""
_INDEXES = """
SELECT CAST(CAST(indexrelid AS regclass) AS text), pg_get_indexdef(indexrelid) FROM pg_index
WHERE CAST(CAST(indrelid AS regclass) AS text) = ANY(:tables)
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
"""


def fill(database: CentralDatabase, cases: int, now: datetime) -> None:
    """Make the terminals and so many cases of the year before `now`."""
    said = {
        "points": POINTS,
        "cases": cases,
        "now": now.isoformat(timespec="seconds"),
        "beat": _BEAT,
        "day": civil_day(now).isoformat(),
        "final": FINAL,
        "parts": list(PARTS),
    }
    with database.engine.begin() as connection:
        after = _without_indexes(connection, (*_FILLED, *_FILLED_TOO))
        for statement in _STATEMENTS:
            wanted = {name: value for name, value in said.items() if f":{name}" in statement}
            connection.execute(sa.text(statement), wanted)
        for statement in after:
            connection.exec_driver_sql(statement)


def _without_indexes(connection: sa.Connection, tables: Sequence[str]) -> tuple[str, ...]:
    """Empty `tables`, drop what makes writing slow; return the statements that make it again."""
    names = {"tables": list(tables)}
    # A table that this transaction emptied needs no log.
    connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)} CASCADE")
    constraints = connection.execute(sa.text(_CONSTRAINTS), names).all()
    indexes = connection.execute(sa.text(_INDEXES), names).all()
    for table, name, _ in constraints:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    return (
        *(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {text}"
            for table, name, text in reversed(constraints)
        ),
        *(text for _, text in indexes),
    )
