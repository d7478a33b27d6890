"""Cases of earlier years in PostgreSQL, made by the server itself.

A city files 50,000 cases a year; the newest OPEN are under way, all others ended. Each has tasks,
deadlines, moves, marks, an arrival, an audit head and a message; one of twenty had to be corrected.
Of what has ended nobody looks at a deadline any more, of the others somebody did on the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from central.store.database_url import libpq_url

if TYPE_CHECKING:
    from datetime import date

A_DAY = 137
OPEN = 2_500
SERVICES = ("R01", "R06", "R09")
_AT_ONCE = 100_000
_CASES = """
    CREATE TEMP TABLE made ON COMMIT DROP AS
    SELECT n, lpad(n::text, 8, '0') || '-0000-4000-8000-000000000000' AS id,
        'person ' || n AS person, 'BZ-OLD-' || n %% 1436 AS terminal, at,
        n > %(last)s - %(open)s AS open, at || 'T10:00:00+08:00' AS came,
        CASE WHEN n > %(last)s - %(open)s THEN ''
            ELSE (at + 12) || 'T09:00:00+08:00' END AS closed_at
    FROM (SELECT n, %(day)s::date - (1 + (%(last)s - n) / %(a_day)s)::int AS at
        FROM generate_series(%(first)s, %(to)s) AS n) AS days;
"""
_ROWS = (
    """INSERT INTO application (id, digest, person, matter, open, received_at, due_on, case_number,
        envelope, receipt, terminal, masked_name, way, staff, closed_at, awaiting,
        planned)
    SELECT id, 'd', person, 'retirement', open, came, (at + 20)::text, 'number ' || n,
        decode(repeat('00', 400), 'hex'), decode(repeat('00', 300), 'hex'), terminal,
        -- All rows are of one length, or those under way fill what is free in the pages of others.
        repeat('*', 25 - length(closed_at)), 'self', '', closed_at, false, true FROM made""",
    """INSERT INTO task (application_id, service, state, changed_at, reason, due_on, lease,
        leased_until, look_at)
    SELECT id, service, CASE WHEN open THEN 'WORKING' ELSE 'DONE' END, '', '', '', '', 0, 0
    FROM made, unnest(%(services)s::text[]) AS service""",
    """INSERT INTO task_deadline (application_id, service, promised_on, due_on, level, looked_on,
        alarm)
    SELECT id, service, (at + 20)::text, (at + 20)::text, 'calm',
        CASE WHEN open THEN %(day)s ELSE '9999-12-31' END, 0
    FROM made, unnest(%(services)s::text[]) AS service""",
    """INSERT INTO task_move (application_id, service, state, at, account)
    SELECT id, service, 'DONE', closed_at, '' FROM made, unnest(%(services)s::text[]) AS service
    WHERE NOT open""",
    """INSERT INTO open_part (person, part, application_id)
    SELECT person, part, id FROM made, unnest(%(services)s::text[] || ARRAY['route']) AS part
    WHERE open""",
    "INSERT INTO mark (kind, mark, person) SELECT 'mobile', person, person FROM made",
    """INSERT INTO arrival (terminal, sequence, path, digest, at)
    SELECT terminal, 1000000 + n, id, 'd', came FROM made""",
    """INSERT INTO audit_head (terminal, sequence, head, at, ended_at)
    SELECT terminal, 1000000 + n, 'h', came, '' FROM made""",
    """INSERT INTO outgoing (application_id, occasion, created_at, look_at, lease, leased_until,
        tries, outcome, settled_at)
    SELECT id, 'filed', came, 0, '', 0, 0, 'sent', at::text FROM made""",
    """INSERT INTO correction (id, digest, application_id, service, envelope, received_at)
    SELECT 'c' || id, 'd', id, 'R01', decode(repeat('00', 400), 'hex'),
        (at + 5) || 'T10:00:00+08:00' FROM made WHERE n %% 20 = 0""",
)


def id_of_case(number: int) -> str:
    """Return the id of a made case."""
    return f"{number:08d}-0000-4000-8000-000000000000"


def fill_years(database: str, cases: int, day: date) -> None:
    """Write so many cases that came before `day`, as autovacuum and statistics would find them."""
    with psycopg.connect(libpq_url(database), autocommit=True) as line:
        for first in range(1, cases + 1, _AT_ONCE):
            said = {
                "first": first,
                "to": min(cases, first + _AT_ONCE - 1),
                "last": cases,
                "open": OPEN,
                "day": day.isoformat(),
                "a_day": A_DAY,
                "services": list(SERVICES),
            }
            with line.transaction(), psycopg.ClientCursor(line) as cursor:
                cursor.execute(_CASES, said)
                for statement in _ROWS:
                    cursor.execute(statement.encode(), said)
        line.execute("VACUUM (ANALYZE)")
        line.execute("CHECKPOINT")
