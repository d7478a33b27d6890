"""Questions about a person are bound to one reading of that person's card, and limited."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.store.card_read_tables import CardChipRow, CardReadRow, TerminalReaderRow
from kiosk.people.attendance import Attendance
from kiosk.people.identity import CardReading
from tests.central.standing import (
    LIU,
    NAMES,
    OTHER_TERMINAL,
    READER,
    TERMINAL,
    WANG,
    Standing,
    numbered,
    read_of,
)
from tests.kiosk.invented_people import attendance

FACTS = "/v1/people/facts"
ALL = (
    (FACTS, {}),
    ("/v1/people/draft", {}),
    ("/v1/people/portrait", {}),
    ("/v1/people/confirmations", {}),
    ("/v1/people/principals", {"principal": WANG}),
    (f"/v1/confirmations/{numbered(1)}", {"decision": "refuse"}),
    (f"/v1/applications/{numbered(1)}/withdrawal", {}),
)
HOURS = timedelta(hours=24, seconds=1)


def ask(
    central: Standing,
    client: TestClient,
    person: str,
    reading: str,
    terminal: str = TERMINAL,
    path: str = FACTS,
    **more: Any,
) -> Response:
    said = central.visit(person, name=NAMES.get(person, "某人"), read=read_of(reading, person))
    headers = central.headers(terminal, content_type="application/json")
    return client.post(path, json={**said, **more}, headers=headers)


def kinds(central: Standing) -> list[str]:
    return [kind for kind, _ in central.alarms()]


@pytest.mark.parametrize(("path", "more"), ALL)
def test_a_reading_is_of_one_person_at_one_terminal(
    central: Standing, client: TestClient, path: str, more: dict[str, str]
) -> None:
    assert ask(central, client, LIU, "one").status_code == 200
    assert ask(central, client, LIU, "one").status_code == 200
    for person, terminal in ((WANG, TERMINAL), (LIU, OTHER_TERMINAL)):
        answer = ask(central, client, person, "one", terminal, path, **more)
        assert (answer.status_code, answer.json()["type"]) == (422, "no-visit")
    assert kinds(central) == ["read-reused"] * 2
    assert not any(LIU in detail or WANG in detail for _, detail in central.alarms())


def test_one_person_is_read_so_often_a_day_at_all_terminals(
    central: Standing, client: TestClient
) -> None:
    most = central.office.policy.visits.limits.readings_a_day
    for number in range(most):
        terminal = (TERMINAL, OTHER_TERMINAL)[number % 2]
        assert ask(central, client, LIU, f"{number}", terminal).status_code == 200
    for number in (most, most + 1):
        answer = ask(central, client, LIU, f"{number}")
        assert (answer.status_code, answer.json()["type"]) == (429, "slow-down")
        assert answer.headers["retry-after"] == "600"
    assert ask(central, client, LIU, "0").status_code == 200  # who was taken goes on
    assert ask(central, client, WANG, "of another").status_code == 200
    day = "2026-11-23"
    assert central.alarms() == [("read-limit", f"{day}: more than {most} readings of one person")]
    central.clock[0] += HOURS
    assert ask(central, client, LIU, "next day").status_code == 200
    assert len(central.alarms()) == 1


def test_one_terminal_reads_so_many_people_an_hour(central: Standing, client: TestClient) -> None:
    most = central.office.policy.visits.limits.people_an_hour
    for number in range(most):
        assert ask(central, client, f"p{number}", f"{number}").status_code == 404
    for number in (most, most + 1):
        assert ask(central, client, f"p{number}", f"{number}").status_code == 429
    assert ask(central, client, "p0", "again").status_code == 404
    assert ask(central, client, LIU, "elsewhere", OTHER_TERMINAL).status_code == 200
    assert kinds(central) == ["bulk-lookups", "read-limit"]
    central.clock[0] += timedelta(hours=1)
    assert ask(central, client, LIU, "later").status_code == 200


def test_a_chip_that_nobody_read_before_and_another_reader_are_alarms(
    central: Standing, client: TestClient
) -> None:
    def visit(reading: str, **changes: str) -> None:
        said = central.visit(LIU, read=read_of(reading, LIU, **changes))
        headers = central.headers(content_type="application/json")
        assert client.post(FACTS, json=said, headers=headers).status_code == 200

    visit("first")
    visit("second")
    assert central.alarms() == []
    for reading in ("invented", "invented", "third"):  # the new one counts from now on
        visit(reading, chip="f" * 64)
    assert central.alarms() == [("card-differs", FACTS)]
    visit("fourth", chip="f" * 64, reader="")
    assert central.alarms()[1:] == [("reader-changed", f"{READER}, then unknown")]


def test_an_older_terminal_works_until_the_day_and_is_named_once(
    central: Standing, client: TestClient
) -> None:
    def visit(person: str) -> Response:
        said = central.visit(person)
        del said["visit"]["read"]
        headers = central.headers(content_type="application/json")
        return client.post(FACTS, json=said, headers=headers)

    assert [visit(one).status_code for one in (LIU, WANG)] == [200, 200]
    assert central.alarms() == [("read-missing", "an older program")]
    until = central.office.policy.visits.unread_until
    central.clock[0] = datetime(
        until.year, until.month, until.day, 23, 59, tzinfo=central.clock[0].tzinfo
    )
    assert visit(LIU).status_code == 200
    central.clock[0] += timedelta(minutes=1)
    assert visit(LIU).status_code == 422
    assert kinds(central) == ["read-missing"]


@pytest.mark.parametrize(
    "changes", [{"id": "x"}, {"chip": "a"}, {"reader": "5" * 65}, {"more": ""}, {"id": "A" * 32}]
)
def test_other_readings(central: Standing, client: TestClient, changes: dict[str, str]) -> None:
    said = central.visit(LIU, read=read_of("one", LIU, **changes))
    headers = central.headers(content_type="application/json")
    answer = client.post(FACTS, json=said, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "malformed")


def test_what_a_terminal_says_of_its_reading_is_understood(
    central: Standing, client: TestClient
) -> None:
    """The terminal's own record, also of a name with a character that nobody can name."""
    reading = CardReading("ab" * 16, READER, "c" * 64)
    for certain in (True, False):
        said: Attendance = replace(
            attendance("liu"), reading=reading, name_certain=certain, card_at=central.clock[0]
        )
        assert said.proof is not None
        said = replace(said, proof=replace(said.proof, at=central.clock[0]))
        headers = central.headers(content_type="application/json")
        answer = client.post(FACTS, json=said.record(), headers=headers)
        assert answer.status_code == 200, answer.text
    assert central.alarms() == []


def test_no_number_and_no_chip_is_in_the_database(
    central: Standing, client: TestClient, tmp_path: Path
) -> None:
    assert ask(central, client, LIU, "one").status_code == 200
    chip = read_of("one", LIU)["chip"]
    tables = (CardReadRow.person, CardReadRow.id), (CardChipRow.chip,), (TerminalReaderRow.reader,)
    assert all(central.rows(one) for one in tables)
    central.office.store.close()
    files = [one for one in tmp_path.glob("central.db*") if one.is_file()]
    for secret in (LIU, NAMES[LIU], chip):
        assert not [one.name for one in files if secret.encode() in one.read_bytes()]
