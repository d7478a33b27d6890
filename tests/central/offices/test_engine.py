"""The task engine on both databases: each task to its office, once in effect, and nothing lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event, Thread

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.alarms import Alarm, AlarmKind
from central.offices.office_system import OfficeSystem, read_office_system
from central.offices.pgqueuer_queue import PgQueuerQueue, QueuePace
from central.offices.rest_adapter import RestAdapter
from central.offices.simulated_system import (
    OfficeFault,
    OfficeSystemState,
    simulated_office,
)
from central.offices.task_queue import OfficeWork
from central.operator.work_commands import compose_office_work, run_workers
from central.store.database_url import libpq_url
from central.store.office_tables import TaskFailureRow
from central.store.web.tables import TaskHolderRow
from tests.central.offices.test_offices import offices as office_worker
from tests.central.standing import CONFIG, NOON, Standing, numbered, result_rules

EXAMPLE = read_office_system(CONFIG / "offices" / "system.example.toml")
OFFICES = {"R01": "RS", "R06": "RS", "R09": "YB", "R17": "SJ"}
LIMIT = 60.0


@dataclass
class Workplace:
    """Simulated offices, and what tests do with them."""

    central: Standing
    client: TestClient
    url: str
    systems: dict[str, OfficeSystem] = field(default_factory=dict)
    states: dict[str, OfficeSystemState] = field(default_factory=dict)

    def file(self, number: int = 1, **changes: object) -> None:
        body = self.central.body(number, f"person {number}", **changes)
        path = f"/v1/applications/{numbered(number)}"
        assert self.client.put(path, content=body, headers=self.central.headers()).is_success

    def tasks(self, number: int = 1) -> dict[str, str]:
        found = self.central.office.store.cases.progress(numbered(number))
        assert found
        return {one["code"]: one["state"] for one in found["services"]}

    @contextmanager
    def workers(self) -> Iterator[None]:
        """Let the workers of all offices run during the block."""
        stop = Event()
        offices = [self.office_work(code) for code in self.systems]
        words = (self.central.office, self.url, offices, stop)
        run = Thread(target=run_workers, args=words)
        run.start()
        try:
            yield
        finally:
            stop.set()
            run.join()

    def office_work(self, code: str) -> OfficeWork:
        system = self.systems[code]
        worker = office_worker(self.central, adapter=RestAdapter(system, "", result_rules()))
        return compose_office_work(self.central.office, code, system, worker)

    def wait_for(self, what: Callable[[], object]) -> None:
        until = time.monotonic() + LIMIT
        while not what():
            assert time.monotonic() < until, "nothing happens any more"
            time.sleep(0.02)
            self.central.clock[0] += timedelta(seconds=0.02)

    def alarms(self) -> list[tuple[str, str, bool]]:
        found = self.central.office.store.alarms.all()
        return [(one.kind.value, one.detail, one.is_open) for one in found]


def hasten(central: Standing) -> None:
    """Let the service's workers look again within moments."""
    policy = central.office.policy
    quick = replace(
        policy.offices,
        lease_seconds=1.0,
        heartbeat_seconds=2.0,
        sweep_seconds=0.2,
        grace_seconds=0.0,
        reconnect_seconds=0.1,
    )
    object.__setattr__(central.office, "policy", replace(policy, offices=quick))


@pytest.fixture
def at(central: Standing, client: TestClient, database: str) -> Iterator[Workplace]:
    hasten(central)
    place = Workplace(central, client, database)
    with ExitStack() as stack:
        for office in dict.fromkeys(OFFICES.values()):
            url, state = stack.enter_context(simulated_office())
            place.states[office] = state
            place.systems[office] = quick_system(url)
        yield place


def quick_system(url: str) -> OfficeSystem:
    return replace(
        EXAMPLE,
        address=url,
        timeout_seconds=1.0,
        credentials=replace(EXAMPLE.credentials, environment=""),
        retry=replace(EXAMPLE.retry, first_seconds=0.05, longest_seconds=0.1, tries=3),
        circuit=replace(EXAMPLE.circuit, failures=3, open_seconds=0.2, longest_open_seconds=0.4),
    )


def test_each_task_reaches_its_office_in_the_order_of_needs(at: Workplace) -> None:
    at.file(1, services=["R01", "R06", "R09", "R17"])
    with at.workers():
        at.wait_for(lambda: set(at.tasks().values()) == {"done"})
    keys = {office: list(state.effects) for office, state in at.states.items()}
    assert keys == {
        "RS": [f"{numbered(1)}.R01.0", f"{numbered(1)}.R06.0"],
        "YB": [f"{numbered(1)}.R09.0"],
        "SJ": [f"{numbered(1)}.R17.0"],
    }
    assert sum(state.repeated for state in at.states.values()) == 0


def test_an_office_that_is_down_keeps_nobody_else_waiting(at: Workplace) -> None:
    for number in range(1, 7):
        at.file(number, services=["R01", "R17"])
    at.states["SJ"].down = True
    with at.workers():
        at.wait_for(lambda: all(at.tasks(n)["R01"] == "done" for n in range(1, 7)))
        down = (AlarmKind.OFFICE_UNREACHABLE.value, "SJ")
        at.wait_for(lambda: (*down, True) in at.alarms())
        assert {at.tasks(n)["R17"] for n in range(1, 7)} == {"ready"}
        at.states["SJ"].down = False
        at.wait_for(lambda: all(at.tasks(n)["R17"] == "done" for n in range(1, 7)))
        at.wait_for(lambda: (*down, False) in at.alarms())
    assert [alarm for alarm in at.alarms() if alarm[2]] == []


def test_a_new_worker_ends_the_alarm_of_one_that_died(at: Workplace) -> None:
    alarm = Alarm("before", "", AlarmKind.OFFICE_UNREACHABLE, "RS")
    at.central.office.store.alarms.raise_lasting(alarm)
    at.central.office.store.alarms.raise_lasting(alarm)
    at.file(1, services=["R01"])
    with at.workers():
        at.wait_for(lambda: at.tasks()["R01"] == "done")
        at.wait_for(lambda: at.alarms() == [(alarm.kind.value, "RS", False)])


def test_answers_that_can_not_be_used_end_in_a_dead_letter(at: Workplace) -> None:
    at.states["SJ"].faults = [OfficeFault.HTML] * 3
    at.file(1, services=["R17"])
    claims = at.central.office.store.task_claims
    with at.workers():
        at.wait_for(claims.dead_letters)
        (letter,) = claims.dead_letters()
        assert (letter.service, letter.failures, letter.trouble) == ("R17", 3, "not-json")
        dead = AlarmKind.TASK_UNANSWERED.value, f"{numbered(1)} R17 not-json"
        assert (*dead, True) in at.alarms()
        assert at.tasks() == {"R17": "ready"}
        assert claims.retry(numbered(1), "R17", "later")
        at.wait_for(lambda: at.tasks() == {"R17": "done"})
    assert (*dead, False) in at.alarms()
    assert at.states["SJ"].repeated == 3
    assert not claims.retry(numbered(1), "R17", "later")


def test_a_task_that_goes_on_forgets_its_failures(at: Workplace) -> None:
    at.states["SJ"].faults = [OfficeFault.OTHER_CASE, OfficeFault.UNKNOWN_RESULT]
    at.file(1, services=["R17"])
    with at.workers():
        at.wait_for(lambda: at.tasks() == {"R17": "done"})
    assert at.central.rows((TaskFailureRow.failures,)) == []
    assert at.states["SJ"].repeated == 2


def test_what_a_clerk_works_on_no_worker_takes(at: Workplace) -> None:
    at.file(1, services=["R01", "R17"])
    holder = TaskHolderRow(application_id=numbered(1), service="R17", account="C-1", at="now")
    database = at.central.office.store.database
    database.write(lambda session: session.add(holder))
    with at.workers():
        at.wait_for(lambda: at.tasks()["R01"] == "done")
        assert at.tasks()["R17"] == "ready"
        giving = sa.delete(TaskHolderRow)
        database.write(lambda session: session.execute(giving))
        at.wait_for(lambda: at.tasks()["R17"] == "done")


def test_a_job_holds_an_id_and_a_service_and_no_person(at: Workplace) -> None:
    database = at.central.office.store.database
    if database.embedded:
        return
    at.central.office.store.task_claims.register(["RS", "YB"], "now")
    at.file(1, services=["R01", "R17"])
    wanted = sa.text("SELECT entrypoint, CAST(pgqueuer AS text) FROM pgqueuer")
    (found,) = database.read(lambda session: session.execute(wanted).all())
    assert found[0] == "RS", "of an office without workers no jobs are written"
    payload = f"{numbered(1)} R01".encode().hex()
    assert payload in found[1]
    assert b"person".hex() not in found[1]


def test_hosts_whose_clocks_differ_do_not_take_the_same_task(at: Workplace) -> None:
    """A lease by the clock of its worker ends at once on a host that is ten minutes ahead."""
    store, lease, ahead = at.central.office.store, timedelta(seconds=60), timedelta(minutes=10)
    at.file(1, services=["R01"])
    assert store.work.claim("here", NOON, lease, 1)
    assert store.work.claim("ahead", NOON + ahead, lease, 1), "the control: the old loop"
    if store.database.embedded:
        return
    at.file(2, services=["R17"])
    store.task_claims.register(["SJ"], "now")
    assert store.task_claims.claim(numbered(2), "R17", "here", lease)
    assert store.task_claims.claim(numbered(2), "R17", "ahead", lease) is None
    wanted = sa.text("SELECT count(*) FROM pgqueuer WHERE execute_after > now()")
    again = store.database.read(lambda session: session.scalar(wanted))
    assert again == 1, "the holder may be dead: its lease is looked at again when it is over"


def test_a_bug_ends_the_worker_instead_of_hanging(at: Workplace) -> None:
    if at.central.office.store.database.embedded:
        return
    pace = QueuePace(heartbeat=2.0, sweep=60.0, grace=60.0, reconnect=0.1)
    claims = at.central.office.store.task_claims
    queue = PgQueuerQueue(libpq_url(at.url), claims, lambda: "a", pace)
    wrong = replace(at.office_work("RS"), concurrency=-1)
    with pytest.raises(ValueError, match="Concurrency"):
        queue.run([wrong], Event())
