"""Two tasks of a case that end at the same time: the later one sees what the earlier one did."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.store.open_part_tables import OpenPartRow
from central.store.tables import ApplicationRow
from central.tasks import TaskMove, TaskState
from tests.central.standing import Standing, numbered

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LIMIT = 30.0
DONE = TaskMove(TaskState.DONE)
WAITING = sa.text(
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN"
    " (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
)


def wait_for_a_lock(central: Standing) -> None:
    """Return when a transaction waits for the lock of another one."""
    database = central.office.store.database
    until = time.monotonic() + LIMIT
    while not database.read(lambda session: session.scalar(WAITING)):
        assert time.monotonic() < until, "nobody waits"


def by_the_engine(central: Standing) -> None:
    assert central.office.store.work.settle(numbered(1), "R17", DONE, "later")


def by_another_writer(central: Standing) -> None:
    """As a decision of the desk does, in a transaction of its own kind."""
    key = (numbered(1), "R17")
    store = central.office.store
    done = store.database.write(lambda one: store.work.settle_within(one, key, DONE, "later"))
    assert done


@pytest.mark.parametrize("other", [by_the_engine, by_another_writer])
def test_the_last_two_ends_at_once_close_the_case(
    central: Standing, client: TestClient, other: Callable[[Standing], None]
) -> None:
    body = central.body(1, "person 1", services=["R01", "R17"])
    path = f"/v1/applications/{numbered(1)}"
    assert client.put(path, content=body, headers=central.headers()).is_success
    store, threads = central.office.store, [Thread(target=other, args=(central,))]

    def settle_while_another_waits(session: Session) -> None:
        assert store.work.settle_within(session, (numbered(1), "R01"), DONE, "now")
        session.flush()
        threads[0].start()
        if not store.database.embedded:  # there the other waits before its transaction
            wait_for_a_lock(central)

    store.database.write(settle_while_another_waits)
    threads[0].join()
    assert central.rows((ApplicationRow.open, ApplicationRow.closed_at)) == [(False, "later")]
    assert central.rows((OpenPartRow.part,)) == []
