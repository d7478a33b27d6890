"""Bad ratings get an answer within five working days: over the API and the operator's commands."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

import main
from central import open_service
from central.offline_monitor import SilenceWatch
from central.store.rating_tables import RatingFollowUpRow
from central.store.tables import MessageRow, RatingRow
from central.tasks import TaskState
from central.vault.access_log import AccessLog
from central.vault.child import FOLDER
from kiosk.application.rating import FILING, second_stage
from kiosk.crypto.envelope import EnvelopeKind
from tests.central.standing import LIU, NOON, POINT, WANG, Standing, numbered

DAY = timedelta(days=1)
WORDS = "柜台让我跑了三趟，没有一个人说清楚"
ANSWER = "对不起，窗口已经改了，以后一次说清"
ALARM = "rating-unanswered"
DUE = date(2026, 11, 30)  # five working days after Monday, 2026-11-23


def file(central: Standing, client: TestClient, number: int = 1, person: str = LIU) -> None:
    path = f"/v1/applications/{numbered(number)}"
    body = central.body(number, person, answers={"mobile": "13900001234"})
    answer = client.put(path, content=body, headers=central.headers())
    assert answer.is_success, answer.text


def sealed_words(central: Standing, stage: str = "R01", number: int = 1, **outside: Any) -> Any:
    document = {"id": numbered(number), "stage": stage, "words": WORDS}
    envelope = central.envelope({"kind": "rating_words", **document}, **outside)
    kind = EnvelopeKind.RATING_WORDS.value
    return {**json.loads(envelope.encode()), "kind": kind}


def rate(
    central: Standing,
    client: TestClient,
    grade: int,
    stage: str = "R01",
    number: int = 1,
    **more: Any,
) -> int:
    path = f"/v1/ratings/{numbered(number)}/{stage}"
    said = {"grade": grade, "reasons": ["late"] if grade < 3 else [], **more}
    headers = central.headers(content_type="application/json")
    return client.put(path, json=said, headers=headers).status_code


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands live at the same time as the service."""
    monkeypatch.setattr(open_service, "civil_now", lambda: NOON)


def items(central: Standing, client: TestClient, person: str = LIU) -> list[dict[str, Any]]:
    said = central.visit(person)
    answer = client.post("/v1/people/ratings", json=said, headers=central.headers())
    assert answer.is_success, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def ratings_command(folder: Path, database: str, *words: str) -> int:
    url = database or f"sqlite:///{folder / 'central.db'}"
    where = ("--data", str(folder / "data"), "--database", url)
    return main.main(["central", "ratings", *words, *where])


def messages(central: Standing) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in central.rows((MessageRow.occasion, MessageRow.text))]


def test_a_finished_part_can_be_rated_by_its_person_alone(
    central: Standing, client: TestClient
) -> None:
    file(central, client)
    assert items(central, client) == []
    central.settle("R17", TaskState.DONE, NOON.isoformat())
    central.settle("R07", TaskState.REFUSED, NOON.isoformat(), reason="年限不够")
    rateable = {"application_id": numbered(1), "grade": 0}
    assert items(central, client) == [{**rateable, "stage": "R07"}, {**rateable, "stage": "R17"}]
    assert items(central, client, WANG) == []
    assert rate(central, client, 5, "R17") == 201
    assert rate(central, client, 3, "R07") == 201
    assert items(central, client) == []


def test_nobody_without_proof_learns_what_was_rated(central: Standing, client: TestClient) -> None:
    file(central, client)
    for visit in (None, {**central.visit()["visit"], "proof": None}):
        said = {"id_number": LIU, "visit": visit}
        answer = client.post("/v1/people/ratings", json=said, headers=central.headers())
        assert (answer.status_code, answer.json()["type"]) == (422, "no-visit")
    other = central.visit()
    other["visit"]["name"] = "王长青"
    answer = client.post("/v1/people/ratings", json=other, headers=central.headers())
    assert answer.status_code == 404


def test_an_old_case_is_not_asked_about_any_more(central: Standing, client: TestClient) -> None:
    file(central, client)
    for service in ("R01", "R06", "R07", "R17"):
        central.settle(service, TaskState.DONE, NOON.isoformat(timespec="seconds"))
    assert len(items(central, client)) == 4
    central.clock[0] = NOON + 91 * DAY
    assert items(central, client) == []


def test_a_bad_rating_is_answered_and_rated_again(
    central: Standing,
    client: TestClient,
    tmp_path: Path,
    database: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file(central, client)
    central.settle("R01", TaskState.DONE, NOON.isoformat())
    assert rate(central, client, 2, words=sealed_words(central)) == 201
    item = {"application_id": numbered(1), "stage": "R01", "grade": 2}
    assert items(central, client) == [{**item, "due_on": DUE.isoformat()}]
    assert ratings_command(tmp_path, database, "list") == 0
    line = capsys.readouterr().out.splitlines()[1].split("\t")
    assert line == ["2026-11-30", "open", "RS", "R01", "2", "late", "words", "", numbered(1)]
    about = (numbered(1), "--stage", "R01", "--operator", "Q-0001")
    assert ratings_command(tmp_path, database, "show", *about, "--reason", "要答复") == 0
    assert capsys.readouterr().out.strip() == WORDS
    (entry,) = AccessLog(central.keys.folder / FOLDER).entries()
    seen = (entry["operation"], entry["account"], entry["service"], entry["detail"])
    assert seen == ("rating_words", "Q-0001", "R01", "要答复")
    assert ratings_command(tmp_path, database, "answer", *about, "--text", ANSWER) == 0
    assert [one for one, _ in messages(central)].count("answered") == 1
    assert ANSWER not in str(messages(central))
    assert items(central, client) == [{**item, "answer": ANSWER, "again": True}]
    assert rate(central, client, 1, second_stage("R01")) == 201
    assert items(central, client) == [{**item, "answer": ANSWER, "again": False}]
    assert ratings_command(tmp_path, database, "list") == 0
    assert capsys.readouterr().out.splitlines()[1:] == []
    assert ratings_command(tmp_path, database, "list", "--all", "--office", "RS") == 0
    line = capsys.readouterr().out.splitlines()[1].split("\t")
    assert (line[1], line[7]) == ("answered", "1")
    assert ratings_command(tmp_path, database, "list", "--all", "--office", "GJJ") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("answer", numbered(2), "--stage", "R01", "--text", "好"), "central ratings list"),
        (("answer", numbered(1), "--stage", "R01", "--text", " "), "60"),
        (("answer", numbered(1), "--stage", "R01", "--text", "长" * 61), "60"),
        (("answer", numbered(1), "--stage", "filing", "--text", "好"), "已经答复过"),
        (("show", numbered(1), "--stage", "R01", "--reason", "要答复"), "没有写话"),
        (("show", numbered(1), "--stage", "R06", "--reason", "要答复"), "central ratings list"),
        (("show", numbered(1), "--stage", "R07", "--reason", "要答复"), "打不开"),
    ],
)
def test_what_can_not_be_answered_or_shown_is_said(
    central: Standing,
    client: TestClient,
    tmp_path: Path,
    database: str,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    told: str,
) -> None:
    file(central, client)
    assert rate(central, client, 1) == 201
    assert rate(central, client, 1, FILING) == 201
    assert rate(central, client, 1, "R07", words=sealed_words(central, "R06")) == 201
    operator = ("--operator", "Q-0001")
    first = ("answer", numbered(1), "--stage", FILING, "--text", "好", *operator)
    assert ratings_command(tmp_path, database, *first) == 0
    assert ratings_command(tmp_path, database, *words, *operator) == 1
    assert told in capsys.readouterr().err


def test_words_that_do_not_open_are_not_shown(
    central: Standing, client: TestClient, tmp_path: Path, database: str
) -> None:
    assert rate(central, client, 1, words=sealed_words(central, digest="0" * 64)) == 201
    about = ("show", numbered(1), "--stage", "R01", "--operator", "Q-0001", "--reason", "要答复")
    assert ratings_command(tmp_path, database, *about) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"id": numbered(2)},
        {"terminal": "B-2"},
        {"kind": "application"},
        {"sealed": "A" * 9000},
        {"sequence": 2**63},
        {"suite": "none"},
    ],
)
def test_words_of_another_rating_are_refused(
    central: Standing, client: TestClient, change: dict[str, Any]
) -> None:
    words = {**sealed_words(central), **change}
    assert rate(central, client, 2, words=words) == 422
    assert central.rows((RatingRow.grade,)) == []


def test_the_words_are_nowhere_in_plain(
    central: Standing, client: TestClient, tmp_path: Path, database: str
) -> None:
    assert rate(central, client, 2, words=sealed_words(central)) == 201
    stored = repr(central.rows(sa.inspect(RatingRow).columns))
    assert WORDS not in stored
    central.office.store.close()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert WORDS.encode() not in path.read_bytes(), path


def test_an_overdue_answer_is_an_alarm_once_and_ends_with_it(
    central: Standing, client: TestClient, tmp_path: Path, database: str
) -> None:
    file(central, client)
    assert rate(central, client, 1) == 201
    watch = SilenceWatch(central.office)
    seen = {}
    while central.clock[0].date() < DUE + 3 * DAY:
        watch.look()
        seen[central.clock[0].date()] = [one for one, _ in central.alarms() if one == ALARM]
        central.clock[0] += DAY
    assert {day: len(found) for day, found in seen.items() if found} == {
        DUE + DAY: 1,
        DUE + 2 * DAY: 1,
    }
    (alarm,) = (one for one in central.office.store.alarms.all() if one.kind.value == ALARM)
    assert (alarm.detail, alarm.is_open) == (f"{numbered(1)} R01 {DUE}", True)
    words = ("answer", numbered(1), "--stage", "R01", "--operator", "Q-0001", "--text", ANSWER)
    assert ratings_command(tmp_path, database, *words) == 0
    (alarm,) = (one for one in central.office.store.alarms.all() if one.kind.value == ALARM)
    assert not alarm.is_open


def test_a_rating_may_come_before_its_application(
    central: Standing, client: TestClient, tmp_path: Path, database: str
) -> None:
    assert rate(central, client, 1, FILING) == 201
    words = ("answer", numbered(1), "--stage", FILING, "--operator", "Q-0001", "--text", ANSWER)
    assert ratings_command(tmp_path, database, *words) == 0
    assert messages(central) == []
    file(central, client)
    (item,) = items(central, client)
    assert item["answer"] == ANSWER


def test_a_good_or_second_rating_is_not_followed_up(central: Standing, client: TestClient) -> None:
    for grade, stage in ((5, "R01"), (3, "R06"), (1, second_stage("R01"))):
        assert rate(central, client, grade, stage) == 201
    assert central.rows((RatingFollowUpRow.stage,)) == []


def test_the_report_hides_small_groups(
    central: Standing,
    client: TestClient,
    tmp_path: Path,
    database: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file(central, client)
    for number in range(1, 6):
        assert rate(central, client, 1 if number == 1 else 5, "R01", number) == 201
    for number in range(2, 6):
        assert rate(central, client, 2, "R17", number) == 201
    assert rate(central, client, 4, FILING) == 201
    assert rate(central, client, 5, second_stage("R01")) == 201
    assert ratings_command(tmp_path, database, "report", "--month", "2026-11") == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]]
    hidden = ["<5", *"-------"]
    named = {(kind, code): rest for kind, code, *rest in rows}
    assert named["office", "RS"] == ["5", "4", "0", "0", "0", "1", "0", "1"]
    assert named["office", "SJ"] == named["point", POINT] == hidden
    assert ratings_command(tmp_path, database, "report", "--month", "2026-10") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_words_and_answers_end_with_the_plain_columns_of_a_case(
    central: Standing, client: TestClient, tmp_path: Path, database: str
) -> None:
    file(central, client)
    for service in ("R01", "R06", "R07", "R17"):
        central.settle(service, TaskState.DONE, NOON.isoformat(timespec="seconds"))
    assert rate(central, client, 2, words=sealed_words(central)) == 201
    words = ("answer", numbered(1), "--stage", "R01", "--operator", "Q-0001", "--text", ANSWER)
    assert ratings_command(tmp_path, database, *words) == 0
    central.clock[0] = NOON + 91 * DAY
    SilenceWatch(central.office).look()
    assert central.rows((RatingRow.words, RatingRow.grade)) == [("", 2)]
    assert central.rows((RatingFollowUpRow.answer, RatingFollowUpRow.operator)) == [("", "Q-0001")]
    if not database:
        central.office.store.close()
        assert ANSWER.encode() not in (tmp_path / "central.db").read_bytes()
