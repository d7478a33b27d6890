"""Two tasks of a case that end at the same time: the later one sees what the earlier one did."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.offline_monitor import SilenceWatch
from central.ports import Occasion
from central.store.open_part_tables import OpenPartRow
from central.store.tables import ApplicationRow, MessageRow
from central.tasks import TaskMove, TaskState
from tests.central.standing import LIU, WANG, Standing, numbered

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


def leave_open(central: Standing, number: int) -> None:
    """Do to a case what the two last ends at the same time did before: nobody closed it."""
    mine = ApplicationRow.id == numbered(number)
    person = sa.select(ApplicationRow.person).where(mine).scalar_subquery()
    part = {"person": person, "part": "R17", "application_id": numbered(number)}

    def work(session: Session) -> None:
        session.execute(sa.update(ApplicationRow).where(mine).values(open=True, closed_at=""))
        session.execute(sa.insert(OpenPartRow).values(**part))

    central.office.store.database.write(work)


def test_a_case_that_was_left_open_is_closed_and_told_once(
    central: Standing, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    for number, person in ((1, LIU), (2, WANG)):
        said = {"mobile": "13900001234"}
        body = central.body(number, person, services=["R01", "R17"], answers=said)
        path = f"/v1/applications/{numbered(number)}"
        assert client.put(path, content=body, headers=central.headers()).is_success
    store = central.office.store
    for number, service in ((1, "R01"), (1, "R17"), (2, "R01")):
        assert store.work.settle(numbered(number), service, DONE, "long ago")
    told = central.rows((MessageRow.application_id, MessageRow.occasion))
    leave_open(central, 1)
    for _ in range(2):
        SilenceWatch(central.office).look()
    at = central.clock[0].isoformat(timespec="seconds")
    columns = ApplicationRow.id, ApplicationRow.open, ApplicationRow.closed_at
    assert sorted(central.rows(columns)) == [(numbered(1), False, at), (numbered(2), True, "")]
    parts = central.rows((OpenPartRow.application_id, OpenPartRow.part))
    assert parts == [(numbered(2), "R17")]
    again = central.rows((MessageRow.application_id, MessageRow.occasion))[len(told) :]
    assert again == [(numbered(1), Occasion.DONE)]
    assert caplog.text.count("现在结了") == 1
