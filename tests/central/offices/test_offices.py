"""Every task reaches its office, in the order of needs, once in effect, whoever dies."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from central.intake.delivered_views import DeliveredViews, JoinedFacts
from central.messages.rounds import Rounds
from central.offices.adapter import Assignment, Decision, OfficeWait
from central.offices.script import Incident, OfficePace, Script, read_script
from central.offices.simulated import SimulatedOffices
from central.offices.work import OfficeWorker
from central.tasks import TaskMove, TaskState
from central.vault.accounts import VaultAccount, VaultAccounts
from central.vault_port import ENGINE
from kiosk.config.schema import ConfigError
from tests.central.standing import CONFIG, NOON, Standing, numbered

DAY = timedelta(days=1)
SCRIPT = Script(
    pace=OfficePace(begin_days=1, work_days=2),
    late="太晚了",
    services={"R06": OfficePace(begin_days=0, work_days=1)},
    corrections=(Incident("R17", every=2, first=1, reason="照片看不清", days=10),),
    refusals=(Incident("R01", every=2, first=2, reason="年限不够"),),
)
File = Callable[..., None]
NOTHING = JoinedFacts({}, {}, repr)


def offices(central: Standing, adapter: Any = None, **changes: Any) -> OfficeWorker:
    leases = itertools.count()
    found = OfficeWorker(
        store=central.office.store,
        vault=central.office.vault,
        account=ENGINE,
        adapter=adapter or SimulatedOffices(SCRIPT, DAY),
        lease=timedelta(seconds=60),
        later=DAY,
        now=lambda: central.clock[0],
        new_lease=lambda: f"lease {next(leases)}",
    )
    return replace(found, **changes)


@pytest.fixture
def file(central: Standing, client: TestClient) -> File:
    def call(number: int = 1, **changes: object) -> None:
        body = central.body(number, f"person {number}", **changes)
        path = f"/v1/applications/{numbered(number)}"
        assert client.put(path, content=body, headers=central.headers()).is_success

    return call


def states(central: Standing, number: int = 1) -> dict[str, str]:
    found = central.office.store.cases.progress(numbered(number))
    assert found
    return {one["code"]: one["state"] for one in found["services"]}


def day_after_day(central: Standing, days: float) -> int:
    central.clock[0] += days * DAY
    return offices(central).work()


def test_a_case_moves_by_its_needs(central: Standing, file: File) -> None:
    file(services=["R01", "R06", "R07"])
    assert day_after_day(central, 0.9) == 0
    assert day_after_day(central, 0.1) == 1
    assert states(central) == {"R01": "working", "R06": "waiting", "R07": "waiting"}
    day_after_day(central, 2)
    assert states(central) == {"R01": "done", "R06": "working", "R07": "waiting"}
    day_after_day(central, 1)
    assert states(central) == {"R01": "done", "R06": "done", "R07": "ready"}
    day_after_day(central, 1)
    day_after_day(central, 2)
    assert states(central)["R07"] == "done"
    assert central.office.store.cases.open_case(central.office.vault.person("person 1")) == ""
    assert day_after_day(central, 100) == 0


def test_a_refusal_ends_what_needs_it(central: Standing, file: File) -> None:
    file(1)
    file(2, services=["R01", "R06"])
    for _ in range(2):
        day_after_day(central, 2)
    assert states(central, 2) == {"R01": "refused", "R06": "refused"}
    assert states(central, 1)["R01"] == "done"
    found = central.office.store.cases.progress(numbered(2))
    assert found
    assert [one["reason"] for one in found["services"]] == ["年限不够", ""]


def bring(central: Standing, client: TestClient) -> None:
    document = {"id": numbered(700), "application_id": numbered(1), "service": "R17"}
    body = central.sealed("correction", document | {"answers": {"a": "b"}, "papers": []})
    path = f"/v1/corrections/{numbered(700)}"
    assert client.put(path, content=body, headers=central.headers()).status_code == 201


def test_a_correction_in_time(central: Standing, client: TestClient, file: File) -> None:
    file(services=["R17"])
    for _ in range(2):
        day_after_day(central, 2)
    found = central.office.store.cases.progress(numbered(1))
    assert found
    (task,) = found["services"]
    assert (task["state"], task["reason"], task["due_on"]) == (
        "correction",
        "照片看不清",
        "2026-12-07",
    )
    assert day_after_day(central, 9) == 0
    bring(central, client)
    assert states(central) == {"R17": "ready"}
    for _ in range(2):
        day_after_day(central, 2)
    assert states(central) == {"R17": "done"}


def test_a_correction_too_late(central: Standing, file: File) -> None:
    file(services=["R17"])
    for _ in range(2):
        day_after_day(central, 2)
    assert day_after_day(central, 10.4) == 0
    assert day_after_day(central, 0.1) == 1
    found = central.office.store.cases.progress(numbered(1))
    assert found
    assert [(one["state"], one["reason"]) for one in found["services"]] == [("refused", "太晚了")]


@dataclass
class RecordingOffice:
    """An office that takes everything and ends it at once."""

    seen: list[Assignment] = field(default_factory=list)
    during: Callable[[], None] = lambda: None

    def handle(self, assignment: Assignment, now: datetime) -> Decision:
        self.seen.append(assignment)
        self.during()
        return TaskMove(TaskState.DONE)


def test_an_office_sees_its_share(central: Standing, client: TestClient, file: File) -> None:
    file(services=["R17"])
    central.settle("R17", TaskState.CORRECTION, NOON.isoformat(), due_on="2026-12-07")
    bring(central, client)
    recorder = RecordingOffice()
    assert offices(central, recorder).work() == 1
    (seen,) = recorder.seen
    assert (seen.application_id, seen.service, seen.round) == (numbered(1), "R17", 1)
    brought: dict[str, Any] = {"answers": {"a": "b"}, "papers": [], "confirmed_at": None}
    assert seen.view["corrections"] == [brought]
    assert set(seen.view) == {"service", "applicant", "corrections", "requests"}
    assert "刘长青" not in repr(seen)


def test_who_dies_leaves_its_lease(central: Standing, file: File) -> None:
    file(services=["R01", "R02"])
    store = central.office.store.work
    dead = store.claim("dead", NOON, timedelta(seconds=60), 20)
    assert [claim.service for claim in dead] == ["R01", "R02"]
    assert offices(central, RecordingOffice()).work() == 0
    central.clock[0] += timedelta(seconds=61)
    assert offices(central, RecordingOffice()).work() == 2
    assert not store.finish(dead[0], TaskMove(TaskState.REFUSED), "late")
    assert states(central) == {"R01": "done", "R02": "done"}


def test_a_late_answer_is_dropped(central: Standing, file: File) -> None:
    file(services=["R01"])
    store = central.office.store.work
    (late,) = store.claim("late", NOON, timedelta(seconds=60), 20)
    after = NOON + timedelta(seconds=61)
    (second,) = store.claim("second", after, timedelta(seconds=60), 20)
    assert not store.finish(late, TaskMove(TaskState.REFUSED), "late")
    store.put_off(late, after + DAY)
    assert store.finish(second, TaskMove(TaskState.WORKING), "later")
    assert states(central) == {"R01": "working"}


def test_what_was_put_off_is_not_looked_at(central: Standing, file: File) -> None:
    file(services=["R01"])

    class Slow(RecordingOffice):
        def handle(self, assignment: Assignment, now: datetime) -> Decision:
            super().handle(assignment, now)
            return OfficeWait(now + DAY)

    slow = Slow()
    for _ in range(3):
        assert offices(central, slow).work() == 0
    assert len(slow.seen) == 1
    central.clock[0] += DAY
    offices(central, slow).work()
    assert len(slow.seen) == 2


def test_two_workers_share_the_work(central: Standing, file: File) -> None:
    for number in range(1, 13):
        file(number, services=["R01", "R02"])
    recorder = RecordingOffice()
    workers = [
        threading.Thread(
            target=offices(central, recorder, new_lease=lambda n=n: f"worker {n}").work
        )
        for n in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    offices(central, recorder).work()
    handled = sorted((seen.application_id, seen.service) for seen in recorder.seen)
    assert handled == sorted(set(handled))
    assert len(handled) == 24


def test_one_that_can_not_be_read_stops_nobody(
    central: Standing, file: File, caplog: pytest.LogCaptureFixture
) -> None:
    file(1, services=["R01"])
    file(2, services=["R02"])

    def picky(document: dict[str, Any], service: str) -> dict[str, Any]:
        found: dict[str, Any] = {"R02": document["applicant"]}[service]
        return found

    vault = replace(central.opening, views=DeliveredViews(picky, NOTHING))
    assert offices(central, RecordingOffice(), vault=vault).work() == 1
    assert "R01" in caplog.text
    assert "person 1" not in caplog.text
    assert (states(central, 1), states(central, 2)) == ({"R01": "ready"}, {"R02": "done"})


def test_who_asked_the_vault_too_often_asks_again_after_an_hour(
    central: Standing, file: File
) -> None:
    for number in (1, 2):
        file(number, services=["R01"])
    once = VaultAccounts({ENGINE: VaultAccount(("*",), an_hour=1, id=ENGINE)})
    vault, office = replace(central.opening, engine=once), RecordingOffice()
    assert offices(central, office, vault=vault).work() == 1
    assert offices(central, office, vault=vault).work() == 0
    central.clock[0] += timedelta(hours=1)
    assert offices(central, office, vault=vault).work() == 1
    assert {one.application_id for one in office.seen} == {numbered(1), numbered(2)}


def test_hours_go_on_after_a_bug(central: Standing, file: File) -> None:
    file(services=["R01"])
    done = threading.Event()
    tries = []

    def during() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("a bug")
        done.set()

    worker = offices(central, RecordingOffice(during=during), lease=timedelta(0))
    hours = Rounds("offices", worker.work, 0.001)
    hours.open()
    assert done.wait(30)
    hours.close()
    assert states(central) == {"R01": "done"}


def test_the_demos_script() -> None:
    script = read_script(CONFIG / "offices" / "demo.toml")
    assert script.pace_of("R01") == OfficePace(0.2, 0.5)
    assert script.pace_of("R02") == script.pace
    (incident,) = script.corrections
    assert [incident.holds("R09", serial) for serial in (1, 2, 3)] == [True, False, True]
    assert not incident.holds("R01", 1)
    (refusal,) = script.refusals
    assert [serial for serial in range(1, 9) if refusal.holds("R17", serial)] == [2, 5, 8]


def test_a_wrong_script(tmp_path: Path) -> None:
    path = tmp_path / "script.toml"
    path.write_text("late = 5\n[pace]\nbegin_days = 1.0\n")
    with pytest.raises(ConfigError, match="work_days"):
        read_script(path)


PAUSED = replace(
    SCRIPT,
    suspensions=(Incident("R01", every=1, first=1, reason="在等外省回函", days=3),),
    endings=(Incident("R06", every=1, first=1, reason="本人说不办了"),),
    refusals=(),
)


def test_an_office_waits_and_goes_on(central: Standing, file: File) -> None:
    file(1, services=["R01", "R06", "R07"])
    adapter, seen = SimulatedOffices(PAUSED, DAY), []
    for _ in range(8):
        central.clock[0] += DAY
        offices(central, adapter).work()
        seen.append(states(central)["R01"])
    assert seen == [
        *("working", "working", "suspended", "suspended", "suspended", "resumed", "resumed"),
        "done",
    ]


def test_an_end_without_a_decision_ends_what_needs_it(central: Standing, file: File) -> None:
    file(1, services=["R06", "R07"])
    for _ in range(3):
        central.clock[0] += DAY
        offices(central, SimulatedOffices(PAUSED, DAY)).work()
    assert states(central) == {"R06": "ended", "R07": "refused"}
