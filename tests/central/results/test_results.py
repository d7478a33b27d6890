"""Results reach the person who stands at a terminal and the office, and nobody who has the rows."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.offline_monitor import SilenceWatch
from central.ports import Occasion
from central.results.sealing import OpenedResult, SealedResult
from central.store import copying
from central.store.office_tables import TaskResultRow
from central.store.tables import MessageRow, TaskRow
from central.tasks import TaskState
from central.vault.access_log import AccessLog
from central.vault.accounts import VaultAccount, VaultAccounts
from central.vault.child import FOLDER
from central.vault.codec import decode, encode
from central.vault.operations import VaultOperations
from central.vault_port import OfficeAsk, VaultRefusal
from kiosk.crypto.envelope import canonical
from tests.central.results.results import CONTENTS, NUMBER, PDF, REASON, move, result
from tests.central.standing import LIU, NOON, WANG, Standing, numbered

PATH = "/v1/people/results"
AT = NOON.isoformat(timespec="seconds")
OFFICE = VaultAccount(("R06", "R07"), id="RS-1")


def file_case(central: Standing, client: TestClient, number: int = 1, **more: Any) -> None:
    path = f"/v1/applications/{numbered(number)}"
    body = central.body(number, **more)
    assert client.put(path, content=body, headers=central.headers()).is_success


@pytest.fixture
def filed(central: Standing, client: TestClient) -> Standing:
    """A case whose parts ended with each kind of content."""
    file_case(central, client)
    ends = {
        "R01": move("certificate"),
        "R06": move("amount", "appointment"),
        "R07": move("certificate", file=PDF),
        "R17": move("refusal"),
    }
    for service, step in ends.items():
        assert central.office.store.work.settle(numbered(1), service, step, AT)
    return central


def ask(central: Standing, client: TestClient, number: str = LIU, **changes: Any) -> Any:
    said = central.visit(number, **changes)
    return client.post(PATH, json=said, headers=central.headers())


def test_the_person_hears_what_became_of_each_part(filed: Standing, client: TestClient) -> None:
    answer = ask(filed, client)
    assert answer.status_code == 200
    found = {one["service"]: one for one in answer.json()["results"]}
    assert {code: sorted(one["content"]) for code, one in found.items()} == {
        "R01": ["certificate"],
        "R06": ["amount", "appointment"],
        "R07": ["certificate"],
        "R17": ["refusal"],
    }
    assert found["R06"] == {
        "application_id": numbered(1),
        "case_number": "亳退 0000 0001",
        "service": "R06",
        "state": "done",
        "decided_at": AT,
        "content": {name: CONTENTS[name] for name in ("amount", "appointment")},
        "has_file": False,
    }
    assert found["R07"]["has_file"]
    assert found["R17"]["content"]["refusal"] == CONTENTS["refusal"]


def test_nobody_else_hears_it(filed: Standing, client: TestClient) -> None:
    assert ask(filed, client, WANG).json()["results"] == []
    unproved = ask(filed, client, proof=None)
    assert (unproved.status_code, unproved.json()["type"]) == (422, "no-visit")
    assert ask(filed, client, name="王秀英").status_code == 404
    # The slip's code leads to the states, and to no content.
    progress = client.get(f"/v1/applications/{numbered(1)}/progress", headers=filed.headers())
    assert progress.is_success
    for text in (NUMBER, "321540", REASON):
        assert text not in progress.text


def ask_file(
    central: Standing, client: TestClient, number: str = LIU, service: str = "R07", **changes: Any
) -> Any:
    visit = central.visit(number, **changes)
    said = {**visit, "application_id": numbered(1), "service": service}
    return client.post("/v1/people/certificate", json=said, headers=central.headers())


def test_the_person_gets_the_file_of_the_certificate(filed: Standing, client: TestClient) -> None:
    answer = ask_file(filed, client)
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    log = AccessLog(filed.keys.folder / FOLDER)
    asked = [(one["operation"], one["detail"]) for one in log.entries()]
    assert asked == [("person_certificate", f"{len(PDF)} bytes")]


def test_nobody_else_gets_the_file(filed: Standing, client: TestClient) -> None:
    for answer, status in (
        (ask_file(filed, client, WANG), 404),
        (ask_file(filed, client, proof=None), 422),
        (ask_file(filed, client, name="王秀英"), 404),
        (ask_file(filed, client, service="R01"), 404),  # it has none
        (ask_file(filed, client, service="R99"), 404),
    ):
        assert (answer.status_code, PDF in answer.content) == (status, False)


def test_a_file_that_was_moved_to_another_case_is_not_shown(
    filed: Standing, client: TestClient
) -> None:
    """Whoever may write into the database gets nobody to see another one's certificate."""
    file_case(filed, client, 2, person=WANG)
    assert filed.office.store.work.settle(numbered(2), "R07", move("certificate", file=PDF), AT)
    mine, theirs = (filed.office.store.results.of_task(numbered(one), "R07") for one in (1, 2))
    assert mine is not None
    assert theirs is not None
    row = sa.update(TaskResultRow).where(TaskResultRow.application_id == numbered(1))
    moved = row.where(TaskResultRow.service == "R07").values(
        envelope=theirs.sealed.envelope, file=theirs.sealed.file
    )
    filed.office.store.database.write(lambda session: session.execute(moved))
    assert ask_file(filed, client).status_code == 404


def test_no_byte_of_a_result_stands_in_the_database(filed: Standing, tmp_path: Path) -> None:
    said = [NUMBER, "321540", "市民中心三号窗口", REASON, "社会保险法", "谯城区人民法院"]
    rows: list[bytes] = []
    copying.dump(filed.office.store.database, lambda _table, lines: rows.extend(lines))
    files = [path.read_bytes() for path in tmp_path.glob("central.db*")]
    assert numbered(1).encode() in b"".join(rows)
    for kept in (b"\n".join(rows), *files):
        for text in said:
            assert text.encode() not in kept, text
            assert canonical(text)[1:-1] not in kept, text
            assert ascii(text)[1:-1].encode() not in kept, text
        assert PDF[:40] not in kept
        assert b64encode(PDF)[:40] not in kept


def test_equal_results_look_different(filed: Standing) -> None:
    """An amount has few values, and the digest stands outside: it tells nothing."""
    sealer = filed.office.store.work.rules.results
    kept = filed.office.store.results.of_task(numbered(1), "R01")
    assert kept is not None
    found = filed.opening.results.of_office(numbered(1), "R01", kept.sealed)
    assert isinstance(found, OpenedResult)
    again = sealer.seal(found.subject, found.content)
    one, two = (json.loads(sealed.envelope)["digest"] for sealed in (kept.sealed, again))
    assert one != two


def test_the_office_sees_its_own_with_the_file(filed: Standing) -> None:
    vault: VaultOperations = replace(filed.opening, accounts=VaultAccounts({OFFICE.id: OFFICE}))
    store = filed.office.store
    envelope = store.cases.envelope_of(numbered(1))
    assert envelope is not None
    asked = OfficeAsk(OFFICE.id, numbered(1), "R07", AT, envelope)
    kept = {code: store.results.of_task(numbered(1), code) for code in ("R06", "R07", "R17")}
    sealed = {code: one.sealed for code, one in kept.items() if one}
    found = vault.case_result(asked, sealed["R07"])
    assert isinstance(found, OpenedResult)
    assert found.content == result("certificate", file=PDF)
    # Another service's result, another office's service, a file that was exchanged.
    assert vault.case_result(asked, sealed["R06"]) is VaultRefusal.NOT_THEIRS
    assert (
        vault.case_result(replace(asked, service="R17"), sealed["R17"]) is VaultRefusal.NOT_THEIRS
    )
    bare = SealedResult(sealed["R07"].envelope, b"another")
    assert vault.case_result(asked, bare) is VaultRefusal.UNREADABLE
    assert vault.case_result(asked, SealedResult(b"{}")) is VaultRefusal.UNREADABLE
    plain = vault.case_result(replace(asked, service="R06"), sealed["R06"])
    assert isinstance(plain, OpenedResult)
    assert plain.content.file == b""
    log = AccessLog(filed.keys.folder / FOLDER)
    assert {one["operation"] for one in log.entries()} == {"case_result"}


def test_what_another_program_sealed_is_left_out(filed: Standing, client: TestClient) -> None:
    """An envelope of this kind that says nothing of a result, sealed to the right key."""
    body = filed.sealed("result", {"id": numbered(1), "content": {"amount": 7}})
    store = filed.office.store.database
    row = (numbered(1), "R01")
    store.write(lambda session: setattr(session.get(TaskResultRow, row), "envelope", body))
    found = ask(filed, client).json()["results"]
    assert {one["service"] for one in found} == {"R06", "R07", "R17"}


def test_a_moved_row_tells_nobody_of_another(
    filed: Standing, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Who can write the database gives somebody's result to another person's case."""
    file_case(filed, client, 2, person=WANG)
    kept = filed.office.store.results.of_task(numbered(1), "R06")
    assert kept is not None
    row = TaskResultRow(application_id=numbered(2), service="R06", at=AT)
    row.envelope, row.file = kept.sealed.envelope, b""
    filed.office.store.database.write(lambda session: session.add(row))
    assert ask(filed, client, WANG).json()["results"] == []
    assert "another person" in caplog.text


def test_a_part_that_is_filed_again_hides_the_old_refusal(
    filed: Standing, client: TestClient
) -> None:
    file_case(filed, client, 2, services=["R17"])
    found = {one["service"]: one for one in ask(filed, client).json()["results"]}
    assert set(found) == {"R01", "R06", "R07"}
    filed.office.store.work.settle(numbered(2), "R17", move("certificate"), AT)
    found = {one["service"]: one for one in ask(filed, client).json()["results"]}
    assert found["R17"]["application_id"] == numbered(2)


def test_a_result_of_what_has_ended_is_not_taken(central: Standing, client: TestClient) -> None:
    file_case(central, client)
    central.settle("R17", TaskState.ENDED, AT)
    assert not central.office.store.work.settle(numbered(1), "R17", move("certificate"), AT)
    assert ask(central, client).json()["results"] == []
    assert central.rows((TaskResultRow.service,)) == []


def test_the_reason_of_a_refusal_stands_in_no_plain_column(filed: Standing) -> None:
    assert filed.rows((TaskRow.service, TaskRow.reason)) == [
        (code, "") for code in ("R01", "R06", "R07", "R17")
    ]


def test_results_are_deleted_in_time(filed: Standing) -> None:
    for days, left in ((400, 4), (1, 0)):
        filed.clock[0] += timedelta(days=days)
        SilenceWatch(filed.office).look()
        assert len(filed.rows((TaskResultRow.service,))) == left


def test_a_key_that_opens_a_result_is_counted(filed: Standing) -> None:
    assert filed.rows((TaskRow.state,)) != []
    store, key = filed.office.store, filed.keys.sealing.id
    assert store.cases.count_open_sealed_to(key) == 4  # the case is closed, its results are kept
    assert store.cases.count_open_sealed_to("0" * 16) == 0


@pytest.fixture
def opened(filed: Standing) -> OpenedResult:
    kept = filed.office.store.results.of_task(numbered(1), "R06")
    assert kept is not None
    found = filed.opening.results.of_office(numbered(1), "R06", kept.sealed)
    assert isinstance(found, OpenedResult)
    return found


def test_a_result_crosses_the_vaults_socket(opened: OpenedResult) -> None:
    attachments: list[bytes] = []
    said = json.loads(canonical(encode(OpenedResult, opened, attachments)))
    assert decode(OpenedResult, said, attachments) == opened


def test_a_message_says_that_there_is_news_and_nothing_of_it(
    central: Standing, client: TestClient
) -> None:
    """Only of what asks something of the person: sixteen parts are not sixteen messages."""
    file_case(central, client, answers={"mobile": "13900001234"})
    settle = central.office.store.work.settle
    before = len(central.rows((MessageRow.text,)))
    assert settle(numbered(1), "R01", move("certificate"), AT)
    assert len(central.rows((MessageRow.text,))) == before
    assert settle(numbered(1), "R06", move("amount", "appointment"), AT)
    assert settle(numbered(1), "R17", move("refusal"), AT)
    told = central.rows((MessageRow.occasion, MessageRow.text))[before:]
    assert [occasion for occasion, _text in told] == [Occasion.RESULT, Occasion.RESULT]
    for _occasion, text in told:
        assert "亳退 0000 0001" in text
        assert not [one for one in ("321540", "3215", "市民中心", REASON, "没办成") if one in text]
