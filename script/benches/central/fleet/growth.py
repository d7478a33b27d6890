"""Cases that came before, by the hundred thousand, written into a database file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

FEW, MANY = 100, 100_000
_AT_ONCE = 2_000
_NEWEST = "SELECT coalesce(max(serial), 0) FROM application"
_CASES = """
    WITH RECURSIVE numbers (n) AS
        (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)
    INSERT INTO application (id, digest, person, matter, open, received_at, due_on, case_number,
        envelope, receipt, terminal, masked_name, way, staff, closed_at, awaiting,
        planned)
    SELECT printf('%08d-0000-4000-8000-000000000000', n), 'd', printf('person %d', n), 'retirement',
        1, '2026-11-23T12:00:00+08:00', '2026-12-14', printf('number %d', n), zeroblob(1000),
        zeroblob(400), printf('BZ-%04d', n % 1436), '', 'self', '', '', 0, 1
    FROM numbers
"""
_MINE = "FROM application WHERE case_number LIKE 'number %' AND serial > :serial"
_TASKS = f"""
    INSERT INTO task (application_id, service, state, changed_at, reason, due_on, lease,
        leased_until, look_at)
    SELECT mine.id, code.value, 'WAITING', received_at, '', '', '', 0, 0
    FROM (SELECT * {_MINE}) AS mine, json_each('["R01", "R06", "R07", "R09", "R17"]') AS code
"""  # noqa: S608 - no value stands in the text
_PARTS = f"""
    INSERT INTO open_part (person, part, application_id)
    SELECT person, code.value, mine.id
    FROM (SELECT * {_MINE}) AS mine, json_each('["route", "R06", "R07", "R09", "R17"]') AS code
"""  # noqa: S608
_DEADLINES = f"""
    INSERT INTO task_deadline
        (application_id, service, promised_on, due_on, level, looked_on, alarm)
    SELECT id, 'R01', '2099-01-01', '2099-01-01', 'calm', '2099-01-01', 0 {_MINE}
"""
_MARKS = f"""
    INSERT INTO mark (kind, mark, person) SELECT 'mobile', person, person {_MINE}
"""
_ARRIVALS = f"""
    INSERT INTO arrival (terminal, sequence, path, digest, at)
    SELECT terminal, 1000000 + serial, id, digest, received_at {_MINE}
"""


def fill_cases(path: Path, first: int, last: int) -> None:
    """Write the cases `first` to `last` with all that a PUT looks at into a SQLite file.

    A service may work on it meanwhile: no transaction lasts longer than it waits for one.
    """
    with closing(sqlite3.connect(path, timeout=60.0)) as line:
        for begin in range(first, last + 1, _AT_ONCE):
            with line:
                # By itself it begins before the second statement only, and who read first may not
                # write any more once the service has written.
                line.execute("BEGIN IMMEDIATE")
                (serial,) = line.execute(_NEWEST).fetchone()
                line.execute(_CASES, {"first": begin, "last": min(last, begin + _AT_ONCE - 1)})
                for statement in (_TASKS, _PARTS, _DEADLINES, _MARKS, _ARRIVALS):
                    line.execute(statement, {"serial": serial})
