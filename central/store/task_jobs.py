"""Jobs "look at this task" in PgQueuer's tables, written in the transaction that makes a task due.

Task rows are the truth: a job holds nothing but the id and the service of a task, may come twice,
and is made anew when it is missing (`central.store.cases.task_claims`). SQLite has no jobs:
there the one worker looks for the rows that are due.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.store.office_tables import OfficeQueueRow
from central.tasks import TaskState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.orm import Session

    from central.store.tables import TaskRow
    from central.tasks import MovedTask

AT_THE_OFFICE = (
    TaskState.READY,
    TaskState.WORKING,
    TaskState.SUSPENDED,
    TaskState.RESUMED,
    TaskState.CORRECTION,
)
JOBS = sa.table("pgqueuer", sa.column("payload", sa.LargeBinary))
NO_DELAY = timedelta()


def make_job_tables(connection: sa.Connection) -> None:
    """Make the tables of PgQueuer on PostgreSQL, in the transaction of `connection`.

    What is there already, as in a schema that was brought back from an older revision, stays.
    """
    if connection.dialect.name == "sqlite" or sa.inspect(connection).has_table(JOBS.name):
        return
    from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment  # noqa: PLC0415

    # Several statements in one text, which psycopg takes only without parameters.
    _line(connection).execute(QueryBuilderEnvironment().build_install_query())


def job_payload(application_id: str, service: str) -> bytes:
    """Return what the job of a task holds."""
    return f"{application_id} {service}".encode("ascii")


def task_of(payload: bytes) -> tuple[str, str]:
    """Return id of the application and service of a job's `payload`."""
    application_id, _, service = payload.decode("ascii").partition(" ")
    return application_id, service


def enqueue_tasks(
    session: Session,
    tasks: Iterable[TaskRow],
    offices: Mapping[str, str],
    delay: timedelta = NO_DELAY,
) -> None:
    """Write a job for each of the tasks that lie at an office with workers.

    `offices`: the office of each service. `delay`: how long nobody looks. Jobs become visible when
    the transaction of `session` is committed.
    """
    lying = [task for task in tasks if task.state in AT_THE_OFFICE]
    if not lying or session.get_bind().dialect.name == "sqlite":
        return
    served = frozenset(session.scalars(sa.select(OfficeQueueRow.office)))
    enqueue_served(session, lying, offices, served, delay)


def enqueue_served(
    session: Session,
    tasks: Iterable[MovedTask | TaskRow],
    offices: Mapping[str, str],
    served: Collection[str],
    delay: timedelta = NO_DELAY,
) -> None:
    """Do what `enqueue_tasks` does with `tasks` where the offices with workers are known.

    `offices`: the office of each service; `served`: those with workers. `delay`: how long nobody
    looks.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    jobs = [
        (office, job_payload(task.application_id, task.service))
        for task in tasks
        if task.state in AT_THE_OFFICE
        and (office := offices.get(task.service, task.service)) in served
    ]
    write_jobs(session.connection(), jobs, delay)


def write_jobs(connection: sa.Connection, jobs: list[tuple[str, bytes]], delay: timedelta) -> None:
    """Write jobs, each an office and a payload, that count after `delay` (PostgreSQL)."""
    if not jobs:
        return
    from psycopg import RawCursor  # noqa: PLC0415

    count = len(jobs)
    offices, payloads = [office for office, _ in jobs], [payload for _, payload in jobs]
    values = ([0] * count, offices, payloads, [delay] * count, [None] * count, ["null"] * count)
    with RawCursor(_line(connection)) as cursor:
        cursor.execute(_enqueue_query(), values)


@cache
def _enqueue_query() -> bytes:
    from pgqueuer.adapters.persistence.qb import QueryQueueBuilder  # noqa: PLC0415

    return QueryQueueBuilder().build_enqueue_query().encode()


def _line(connection: sa.Connection) -> Any:
    """Return psycopg's connection, which is in the transaction of SQLAlchemy's."""
    return connection.connection.driver_connection
