"""Results on their way from an office: over its API, by the script of the demo, into the store."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from central.offices.adapter import OfficeFailure, OfficeTrouble
from central.offices.office_system import OfficeSystem, read_office_system
from central.offices.rest_adapter import RestAdapter
from central.offices.script import read_script
from central.offices.simulated import SimulatedOffices
from central.offices.simulated_system import OfficeSystemState, simulated_office
from central.offices.work import OfficeWorker
from central.policy import read_policy
from central.results.file_check import CertificateCheck
from central.results.reading import read_result
from central.store.office_tables import TaskResultRow
from central.tasks import TaskMove, TaskState
from kiosk.application.service_result import ResultContent, ResultKind
from kiosk.civil_time import civil_day
from tests.central.offices.test_offices import offices
from tests.central.offices.test_rest_adapter import EXAMPLE, TASK
from tests.central.results.certificate_files import SCRIPT, certificate
from tests.central.results.results import CONTENTS, NUMBER, PDF, REASON, move, result
from tests.central.standing import CONFIG, NOON, Standing, numbered, result_rules

DAY = timedelta(days=1)
FINISHED = {"state": "finished", "result": {"amount": {"fen": 321_540, "month": "2027-01"}}}
REFUSAL = {name: one for name, one in CONTENTS["refusal"].items() if name != "reason"}


def system(**changes: Any) -> OfficeSystem:
    """The example's settings, of an API whose ends have content."""
    found = read_office_system(EXAMPLE)
    return replace(found, answer=replace(found.answer, result="result"), **changes)


@pytest.fixture
def office() -> Iterator[tuple[RestAdapter, OfficeSystemState]]:
    with simulated_office(decide=lambda _task: deepcopy(FINISHED)) as (url, state):
        yield RestAdapter(system(address=url), "", result_rules()), state


def test_an_end_brings_its_content(office: tuple[RestAdapter, OfficeSystemState]) -> None:
    adapter, _state = office
    assert adapter.handle(TASK, NOON) == TaskMove(TaskState.DONE, result=result("amount"))


def answered(said: dict[str, Any], service: str = "R06", **limits: int) -> object:
    with simulated_office(decide=lambda _task: said) as (url, _state):
        adapter = RestAdapter(system(address=url, **limits), "", result_rules())
        return adapter.handle(replace(TASK, service=service), NOON)


def test_a_certificate_brings_its_file() -> None:
    certificate = {"number": NUMBER, "file": b64encode(PDF).decode()}
    said = {"state": "finished", "result": {"certificate": certificate}}
    assert answered(said, "R07") == move("certificate", file=PDF)


def test_a_refusal_says_its_reason_once() -> None:
    said = {"state": "refused", "reason": REASON, "result": {"refusal": REFUSAL}}
    assert answered(said) == move("refusal")


def test_an_end_without_a_decision_needs_no_content() -> None:
    found = answered({"state": "ended", "reason": "本人说不办了"})
    assert found == TaskMove(TaskState.ENDED, "本人说不办了", result=ResultContent())


BAD: dict[str, tuple[dict[str, Any], OfficeTrouble, str]] = {
    "no content": ({"state": "finished"}, OfficeTrouble.RESULT_MISSING, "amount"),
    "content that is none": ({"state": "finished", "result": 5}, OfficeTrouble.RESULT_VALUE, ""),
    "a kind that nobody knows": (
        {"state": "finished", "result": {"voucher": {}}},
        OfficeTrouble.RESULT_KIND,
        "",
    ),
    "another service's": (
        {"state": "finished", "result": {"payment": CONTENTS["payment"]}},
        OfficeTrouble.RESULT_FOREIGN,
        "payment",
    ),
    "a wrong month": (
        {"state": "finished", "result": {"amount": {"fen": 1, "month": "2027-13"}}},
        OfficeTrouble.RESULT_VALUE,
        "amount.month",
    ),
    "a refusal without its law": (
        {"state": "refused", "reason": REASON, "result": {"refusal": {**REFUSAL, "law": ""}}},
        OfficeTrouble.RESULT_VALUE,
        "refusal.law",
    ),
    "a refusal that is none": (
        {"state": "refused", "reason": REASON, "result": {"refusal": "no"}},
        OfficeTrouble.RESULT_VALUE,
        "refusal",
    ),
    "a refusal without grounds": (
        {"state": "refused", "reason": REASON},
        OfficeTrouble.RESULT_MISSING,
        "refusal",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_content_is_a_value_with_its_member(case: str) -> None:
    said, trouble, member = BAD[case]
    assert answered(said) == OfficeFailure(trouble, member)


def test_a_file_over_the_limit_is_refused_while_it_is_read() -> None:
    """Of an answer of any length no more is read than `longest_bytes`."""
    certificate = {"number": NUMBER, "file": b64encode(PDF + b"\0" * 200_000).decode()}
    said = {"state": "finished", "result": {"certificate": certificate}}
    assert answered(said, "R07", longest_bytes=65_536) == OfficeFailure(OfficeTrouble.TOO_LONG)
    rules = replace(result_rules(), longest_file_bytes=100_000)
    with simulated_office(decide=lambda _task: said) as (url, _state):
        adapter = RestAdapter(system(address=url), "", rules)
        found = adapter.handle(replace(TASK, service="R07"), NOON)
    assert found == OfficeFailure(OfficeTrouble.RESULT_FILE, "certificate.file")


def test_a_file_that_could_run_something_is_refused() -> None:
    check = CertificateCheck(result_rules(), read_policy(CONFIG / "central.toml").check)
    for pdf, found in (
        (certificate(OpenAction=SCRIPT), OfficeTrouble.RESULT_ACTIVE),
        (PDF, OfficeTrouble.RESULT_DAMAGED),
        (certificate(), None),
    ):
        given = {"number": NUMBER, "file": b64encode(pdf).decode()}
        said = {"state": "finished", "result": {"certificate": given}}
        with simulated_office(decide=lambda _task, said=said: said) as (url, _state):
            adapter = RestAdapter(system(address=url), "", result_rules(), check=check)
            answer = adapter.handle(replace(TASK, service="R07"), NOON)
        if found is None:
            assert isinstance(answer, TaskMove)
        else:
            assert answer == OfficeFailure(found, "certificate.file")


def file_case(central: Standing, client: TestClient, *services: str, number: int = 1) -> None:
    path = f"/v1/applications/{numbered(number)}"
    body = central.body(number, f"person {number}", services=list(services))
    assert client.put(path, content=body, headers=central.headers()).is_success


def test_nothing_is_lost_by_a_wrong_content(
    central: Standing, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The task stays, the log names the member, and the mended answer is taken."""
    file_case(central, client, "R06")
    with simulated_office(decide=lambda _task: {"state": "finished"}) as (url, state):
        adapter = RestAdapter(system(address=url), "", result_rules())
        worker = offices(central, adapter)
        assert worker.work() == 0
        assert "amount" in caplog.text
        assert central.rows((TaskResultRow.service,)) == []
        state.change(f"{numbered(1)}.R06.0", **FINISHED)
        central.clock[0] += DAY
        assert worker.work() == 1
    kept = central.office.store.results.of_task(numbered(1), "R06")
    assert kept is not None
    assert kept.state is TaskState.DONE


def test_a_result_of_a_withdrawn_case_is_dropped_with_words(
    central: Standing, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The person ends it while the office's answer is on its way."""
    file_case(central, client, "R06")

    def withdraw(_task: object) -> dict[str, Any]:
        central.settle("R06", TaskState.ENDED, NOON.isoformat(timespec="seconds"))
        return deepcopy(FINISHED)

    with simulated_office(decide=withdraw) as (url, _state):
        worker: OfficeWorker = offices(
            central, RestAdapter(system(address=url), "", result_rules())
        )
        assert worker.work() == 0
    assert central.rows((TaskResultRow.service,)) == []
    assert f"{numbered(1)} 的 R06 已经结束" in caplog.text


def test_the_script_of_the_demo_keeps_the_rules() -> None:
    """What it says of each service would be taken from an office, too."""
    script, rules, today = (
        read_script(CONFIG / "offices" / "demo.toml"),
        result_rules(),
        civil_day(NOON),
    )
    for service in rules.services:
        end = script.end(service, 12, today)
        said = end.result.record() if end.result else {}
        assert read_result(said, service, TaskState.DONE, today, rules) == (
            end.result or ResultContent()
        )
    refused = script.refuse(REASON)
    assert refused.result is not None
    said = refused.result.record()
    assert read_result(said, "R17", TaskState.REFUSED, today, rules) == refused.result
    kinds = {kind for service in rules.services for kind in _kinds(script.end(service, 1, today))}
    assert kinds | _kinds(refused) == set(ResultKind)


def _kinds(end: TaskMove) -> frozenset[ResultKind]:
    return end.result.kinds if end.result else frozenset()


def test_the_simulated_offices_of_the_demo_say_real_results(
    central: Standing, client: TestClient
) -> None:
    script = read_script(CONFIG / "offices" / "demo.toml")
    file_case(central, client, "R17")
    file_case(central, client, "R17", number=2)  # which the script refuses
    file_case(central, client, "R01", "R06", number=3)
    for _ in range(8):
        central.clock[0] += DAY
        offices(central, SimulatedOffices(script, DAY)).work()
    store, opener = central.office.store.results, central.opening.results

    def content_of(number: int, service: str) -> dict[str, Any]:
        kept = store.of_task(numbered(number), service)
        assert kept is not None
        found = opener.of_office(numbered(number), service, kept.sealed)
        return found.content.record()  # type: ignore[union-attr]

    assert content_of(3, "R06")["amount"] == {"fen": 321_540, "month": "2026-12", "monthly": True}
    assert "3" in content_of(3, "R01")["certificate"]["number"]
    assert content_of(2, "R17")["refusal"]["remedies"][0]["days"] == 60
    assert store.of_task(numbered(1), "R17") is None
