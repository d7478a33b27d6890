"""Decisions of an office's system: what is taken, what is refused with which words, what is kept."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from central.office_desk.acts import DeskVerdict
from central.results.sealing import OpenedResult
from central.store import copying
from central.store.tables import MessageRow
from central.store.web.desk_records import TaskAddress
from central.store.web.task_desk import TaskOutcome
from central.tasks import TaskMove, TaskState
from central.web_accounts import WebEvent, WebEventKind
from kiosk.application.service_result import ResultContent
from tests.central.offices_api.api_office import CERTIFICATE, CHOSEN, SAID, TASK, ApiOffice
from tests.central.results.certificate_files import SCRIPT, certificate
from tests.central.results.results import CONTENTS
from tests.central.standing import Standing, numbered

R01 = "/v1/tasks/1/R01"
PDF = certificate()
FILED = {"certificate": {"number": CERTIFICATE, "file": base64.b64encode(PDF).decode()}}


def result(office: ApiOffice, service: str) -> ResultContent:
    """What the end of a service gave, as the vault opens it for the office."""
    kept = office.central.office.store.results.of_task(numbered(1), service)
    case = office.context.cases.find(1, service, CHOSEN)
    assert kept is not None
    assert case is not None
    assert office.context.vault is not None
    found = office.context.vault.case_result(case.asked_by("SYS-1"), kept.sealed)
    assert isinstance(found, OpenedResult), found
    return found.content


def confirm(office: ApiOffice, service: str = "R01") -> TaskOutcome:
    """A reviewer of the office confirms the decision that waits, as the desk's page does."""
    where = TaskAddress(1, service, CHOSEN)
    task = office.context.acts.find(where)
    assert task is not None
    assert task.pending is not None
    event = WebEvent(office.context.said_at(), "R-0001", "", WebEventKind.CONFIRMED)
    return office.context.acts.review(where, task.pending.number, DeskVerdict.CONFIRMED, event)


def test_what_is_asked_for_reaches_the_person(office: ApiOffice) -> None:
    system = office.system()
    system.claim()
    assert system.decide("ask").status_code == 202
    assert office.state()["state"] == "working"  # only the service can tell the person
    assert office.carry_out() == 1
    now = office.state()
    assert (now["state"], now["due_on"]) == ("correction", "2026-12-03")
    assert now["reason"] == "请补：户口簿首页。照片看不清"
    assert ("correction",) in office.central.rows((MessageRow.occasion,))
    assert system.call("GET", TASK).json()["correction_until"] == "2026-12-03"


def test_papers_are_asked_for_by_their_codes(office: ApiOffice) -> None:
    system = office.system()
    system.claim()
    (service,) = (
        one for one in system.call("GET", "/v1/services").json()["services"] if one["code"] == "R08"
    )
    paper = service["papers"][0]
    said = {"papers": [paper["code"]], "reason": "看不清", "until": "2026-12-03"}
    unknown = system.decide("ask", **said | {"papers": ["M99"]})
    assert (unknown.status_code, unknown.json()["type"]) == (422, "malformed")
    assert system.decide("ask", **said).status_code == 202
    assert office.carry_out() == 1
    assert office.state()["reason"] == f"请补：{paper['name']}。看不清"


def test_a_certificate_reaches_the_result_with_its_file(office: ApiOffice) -> None:
    """The four-eyes rule holds for systems: one of the office's people confirms."""
    system = office.system()
    system.claim(R01)
    answer = system.decide("finish", R01, result=FILED)
    assert answer.json()["decision"]["waits_for"] == "second-person"
    assert office.carry_out() == 0
    add_reviewer(office)
    assert confirm(office) is TaskOutcome.DONE
    assert system.call("GET", R01).json()["decision"]["waits_for"] == "service"
    assert office.carry_out() == 1
    assert system.call("GET", R01).json()["state"] == "done"
    content = result(office, "R01")
    assert content.certificate is not None
    assert (content.certificate.number, content.file) == (CERTIFICATE, PDF)


def add_reviewer(office: ApiOffice) -> None:
    text = sa.text(
        "INSERT INTO web_account VALUES ('R-0001', 'reviewer', 'RS', '', '', 0, '', 0, '')"
    )
    office.central.office.store.database.write(lambda session: session.execute(text))


def test_nothing_that_was_decided_lies_open_in_the_database(office: ApiOffice) -> None:
    system = office.system()
    system.claim(R01)
    assert system.decide("finish", R01, result=FILED).status_code == 202
    tables: list[tuple[str, bytes]] = []
    database = office.central.office.store.database
    copying.dump(database, lambda table, lines: tables.append((table, b"".join(lines))))
    secrets = (CERTIFICATE, "00417", PDF.decode("latin-1")[:30], FILED["certificate"]["file"][:30])
    for table, lines in tables:
        for secret in secrets:
            assert secret.encode() not in lines, (table, secret)


@pytest.mark.parametrize(
    "said",
    [
        {"ground": "conditions", "reason": "档案里没有招工表"},
        {"refusal": CONTENTS["refusal"]},
    ],
)
def test_a_refusal_says_reason_law_and_remedies(office: ApiOffice, said: dict[str, Any]) -> None:
    system = office.system()
    system.claim(R01)
    assert system.decide("refuse", R01, **said).status_code == 202
    add_reviewer(office)
    assert confirm(office) is TaskOutcome.DONE
    assert office.carry_out() == 1
    refusal = result(office, "R01").refusal
    assert refusal is not None
    if "refusal" in said:
        assert refusal.law == CONTENTS["refusal"]["law"]
        assert [one.days for one in refusal.remedies] == [60, 181]
    else:
        assert "档案里没有招工表" in refusal.reason
        assert refusal.law == office.context.services["R01"].basis
        assert refusal.remedies == office.context.rules.desk.remedies


def test_a_decision_that_is_said_twice_is_recorded_once(office: ApiOffice) -> None:
    system = office.system()
    system.claim()
    said = {"mark": system.mark(), **SAID["finish"]}
    assert system.call("POST", f"{TASK}/finish", json=said).status_code == 202
    again = system.call("POST", f"{TASK}/finish", json=said)
    problem = again.json()
    assert (again.status_code, problem["type"]) == (409, "decision-waits")
    assert (problem["act"], problem["by"]) == ("finish", "SYS-1")
    assert office.carry_out() == 1
    late = system.call("POST", f"{TASK}/finish", json=said)
    assert (late.status_code, late.json()["type"]) == (409, "not-yours")
    assert late.json()["state"] == "done"
    assert office.acts() == ["finish"]


def test_an_old_mark_decides_nothing(office: ApiOffice) -> None:
    system = office.system()
    system.claim()
    old = system.mark()
    assert system.decide("pause").status_code == 202
    assert office.carry_out() == 1
    answer = system.call("POST", f"{TASK}/resume", json={"mark": old, "reason": "回信到了"})
    assert (answer.status_code, answer.json()["type"]) == (409, "over")
    assert answer.json()["state"] == "suspended"
    assert system.decide("resume").status_code == 202


def test_a_claim_and_its_end_may_be_said_again(office: ApiOffice) -> None:
    system = office.system()
    for _ in range(2):
        assert (system.claim().status_code, system.claim().json()["claimed_by"]) == (200, "SYS-1")
    for _ in range(2):
        answer = system.call("DELETE", f"{TASK}/claim")
        assert (answer.status_code, answer.json()["claimed_by"]) == (200, "")
    told = [kind for _, kind, _ in office.events()]
    assert told.count("took") == told.count("gave-back") == 1


def test_a_result_of_a_withdrawn_case_is_dropped_with_words(office: ApiOffice) -> None:
    """As when the person withdrew it between opening and finishing."""
    system = office.system()
    system.claim()
    mark = system.mark()
    settle = office.central.office.store.work.settle
    assert settle(numbered(1), "R08", TaskMove(TaskState.ENDED), "now")
    answer = system.call("POST", f"{TASK}/finish", json={"mark": mark, **SAID["finish"]})
    assert (answer.status_code, answer.json()["type"]) == (409, "over")
    assert answer.json()["state"] == "ended"
    assert "withdrawn" in answer.json()["title"]
    assert office.acts() == []
    assert office.state()["state"] == "ended"


WRONG: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("ask", {"reason": "看不清", "until": "2026-12-03"}, "wrong-decision", "nothing_asked"),
    ("ask", {"what": "户口簿", "reason": "", "until": "2026-12-03"}, "wrong-decision", "no_reason"),
    (
        "ask",
        {"what": "户口簿", "reason": "旧", "until": "2026-11-23"},
        "wrong-decision",
        "wrong_day",
    ),
    ("ask", {"what": "户口簿", "reason": "旧", "until": "soon"}, "wrong-decision", "wrong_day"),
    (
        "ask",
        {"what": "户口簿", "reason": "长" * 500, "until": "2026-12-03"},
        "wrong-decision",
        "long",
    ),
    ("pause", {"reason": "打 139 0000 1234"}, "wrong-decision", "personal"),
    ("refuse", {"refusal": {**CONTENTS["refusal"], "reason": "\0"}}, "wrong-result", "value"),
    ("refuse", {"ground": "moon"}, "wrong-decision", "no_refusal"),
    ("finish", {"result": {"medal": {}}}, "wrong-result", "kind"),
    ("finish", {"result": {"amount": {"fen": 1, "month": "2026-12"}}}, "wrong-result", "foreign"),
    ("finish", {"result": []}, "wrong-result", "value"),
    ("refuse", {"refusal": {**CONTENTS["refusal"], "law": ""}}, "wrong-result", "value"),
    (
        "refuse",
        {"refusal": {**CONTENTS["refusal"], "reason": "34162219660615001X"}},
        "wrong-decision",
        "personal",
    ),
)


@pytest.mark.parametrize(("act", "said", "kind", "trouble"), WRONG)
def test_what_the_rules_refuse_is_said_with_its_cure(
    office: ApiOffice, act: str, said: dict[str, Any], kind: str, trouble: str
) -> None:
    system = office.system()
    system.claim()
    answer = system.decide(act, **said)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, kind), problem
    assert problem["trouble"] == trouble
    assert problem["detail"]
    assert office.acts() == []
    assert office.state()["state"] == "working"


MALFORMED: tuple[dict[str, Any], ...] = (
    {},
    {"json": {}},
    {"json": []},
    {"content": b"{", "headers": {"Content-Type": "application/json"}},
    {"json": {"mark": 1, "reason": "x"}},
    {"json": {"mark": "1", "reason": "x", "more": "y"}},
    {"json": {"mark": "1", "reason": "a\x00b"}},
    {
        "content": b'{"mark": "1", "reason": "\\ud800"}',
        "headers": {"Content-Type": "application/json"},
    },
)


@pytest.mark.parametrize("sent", MALFORMED)
def test_what_is_no_decision_is_malformed(office: ApiOffice, sent: dict[str, Any]) -> None:
    system = office.system()
    system.claim()
    answer = system.call("POST", f"{TASK}/pause", **sent)
    expected = 422 if sent else 415
    assert (answer.status_code, answer.json()["type"]) == (
        expected,
        "malformed" if sent else "media-type",
    )
    assert office.acts() == []


def test_a_file_of_200_megabytes_is_not_read(office: ApiOffice) -> None:
    system = office.system()
    system.claim(R01)
    pulled = []

    def pieces() -> Any:
        for number in range(200):
            pulled.append(number)
            yield b"x" * 1024 * 1024

    longest = office.context.rules.results.longest_file_bytes
    for headers in ({"Content-Length": str(200 * 1024 * 1024)}, {}):
        answer = system.call(
            "POST",
            f"{R01}/finish",
            content=pieces(),
            headers={"Content-Type": "application/json"} | headers,
        )
        assert (answer.status_code, answer.json()["type"]) == (413, "too-large")
    large = {
        "certificate": {"number": "1", "file": base64.b64encode(PDF + b"x" * longest).decode()}
    }
    answer = system.decide("finish", R01, result=large)
    assert (answer.status_code, answer.json()["trouble"]) == (422, "file")
    assert office.acts() == []
    assert system.decide("finish", R01, result=FILED).status_code == 202


def test_a_file_that_runs_something_is_refused_with_its_cure(office: ApiOffice) -> None:
    system = office.system()
    system.claim(R01)
    file = base64.b64encode(certificate(OpenAction=SCRIPT)).decode()
    answer = system.decide("finish", R01, result={"certificate": {"number": "1", "file": file}})
    problem = answer.json()
    assert (answer.status_code, problem["type"], problem["trouble"]) == (
        422,
        "wrong-result",
        "active",
    )
    assert (problem["member"], office.acts()) == ("certificate.file", [])
    assert problem["detail"]


def test_without_a_vault_nothing_ends(office: ApiOffice) -> None:
    office.context = replace(office.context, vault=None)
    system = office.system()
    system.claim()
    answer = system.decide("finish")
    assert (answer.status_code, answer.json()["type"]) == (503, "vault-away")
    assert answer.headers["retry-after"] == "10"
    assert system.decide("pause").status_code == 202
    assert office.acts() == ["pause"]


def test_a_disabled_account_decides_nothing_any_more(office: ApiOffice, central: Standing) -> None:
    """Also not by a decision that it recorded before: the service looks again."""
    system = office.system()
    system.claim()
    assert system.decide("finish").status_code == 202
    event = office.event("SYS-1", WebEventKind.DISABLED)
    assert central.office.store.office_clients.disable("SYS-1", event)
    assert office.carry_out() == 1
    assert office.state()["state"] == "working"
