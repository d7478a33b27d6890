"""The list of an office's open tasks: its order, and what it reads to find it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from central.store.database import CentralDatabase
from central.store.office_tables import FINAL
from central.store.web.task_desk import TaskDesk
from script.benches.central.fleet.growth import fill_cases
from tests.central.store.old_databases import opened, run

SERVICES = ("R01", "R06")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TaskDesk]:
    """Return the desk of a file with five open cases."""
    path = tmp_path / "central.db"
    database = opened(f"sqlite:///{path}")
    fill_cases(path, 1, 5)
    run(str(database.engine.url), "UPDATE task SET state = 'WORKING'")
    yield TaskDesk(database)
    database.close()


def url_of(database: CentralDatabase) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def test_the_first_due_comes_first_whoever_looked_at_its_deadline(desk: TaskDesk) -> None:
    """Case 1 is late, 2 has no promised day, 3 no deadline yet; those of 4 and 5 are settled."""
    number = "CAST(substr(application_id, 1, 8) AS INTEGER)"
    run(
        url_of(desk.database),
        f"UPDATE task_deadline SET due_on = '2026-01-01', level = 'overdue' WHERE {number} = 1",
        f"UPDATE task_deadline SET promised_on = '', due_on = '', looked_on = '{FINAL}'"
        f" WHERE {number} = 2",
        f"DELETE FROM task_deadline WHERE {number} = 3",
        f"UPDATE task_deadline SET due_on = '2026-12-10', looked_on = '{FINAL}' WHERE {number} = 4",
        f"UPDATE task_deadline SET due_on = '2026-12-20', level = 'yellow', looked_on = '{FINAL}'"
        f" WHERE {number} = 5",
    )
    found = [(one.serial, one.due_on, one.level) for one in desk.entries(("R01",), 10)]
    assert found == [
        (1, "2026-01-01", "overdue"),
        (4, "2026-12-10", "calm"),
        (3, "2026-12-14", ""),
        (5, "2026-12-20", "yellow"),
        (2, "", "calm"),
    ]
    assert desk.entries(("R01",), 2, skipped=1) == desk.entries(("R01",), 10)[1:3]


def test_what_has_ended_or_waits_for_consent_is_not_in_it(desk: TaskDesk) -> None:
    run(
        url_of(desk.database),
        "UPDATE application SET awaiting = 1 WHERE serial = 1",
        "UPDATE application SET open = 0 WHERE serial = 2",
        "UPDATE task SET state = 'DONE' WHERE service = 'R06' OR application_id IN "
        "(SELECT id FROM application WHERE serial = 2)",
    )
    assert [one.serial for one in desk.entries(SERVICES, 10)] == [3, 4, 5]
    assert desk.count(SERVICES) == 3


def test_no_table_is_read_as_a_whole(desk: TaskDesk) -> None:
    """What has ended lies in the same tables, and is many times as much."""
    said: list[tuple[str, object]] = []

    def note(_c: object, _k: object, statement: str, values: object, *_more: object) -> None:
        said.append((statement, values))

    sa.event.listen(desk.database.engine, "before_cursor_execute", note)
    desk.entries(SERVICES, 10)
    desk.count(SERVICES)
    sa.event.remove(desk.database.engine, "before_cursor_execute", note)
    with desk.database.engine.connect() as line:
        plans = [
            row[3]
            for statement, values in said
            if "under_way" in statement
            for row in line.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()  # type: ignore[arg-type]
        ]
    scanned = [one for one in plans if one.startswith("SCAN ")]
    assert scanned
    assert all("open_cases" in one for one in scanned)
