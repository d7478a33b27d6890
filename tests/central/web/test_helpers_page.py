"""The supervisor's page of help: counts, limits, alarms and pictures, without a person on it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from central.alarms import Alarm, AlarmKind
from central.store.alarms import raise_alarm
from central.store.tables import ApplicationRow
from central.store.vouching_tables import HelperFilingRow
from central.web.app import PAGES
from central.web.csv_table import csv_answer
from tests.central.filing import FilingService, filing
from tests.central.intake.test_vouching import ONE, PICTURED, TWO, number_of, put
from tests.central.standing import LIU, NAMES, POINT, WANG, Standing, numbered
from tests.central.web.desk import POINT_NAME, Browser, WebDesk


@pytest.fixture
def service(central: Standing, client: TestClient) -> Iterator[FilingService]:
    with filing(central, client) as found:
        yield found


@pytest.fixture
def supervisor(desk: WebDesk) -> Browser:
    return desk.logged_in("S-0001")


def rows_of(browser: Browser, path: str = "/helpers.csv") -> list[list[str]]:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.content.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_filings_are_counted_by_day_point_and_helper(
    service: FilingService, supervisor: Browser
) -> None:
    assert put(service, TWO, 1) == ""
    assert put(service, PICTURED, 2, WANG) == ""
    head, *lines = rows_of(supervisor)
    assert head[0] == "日期"
    assert lines == [
        ["2026-11-23", POINT, POINT_NAME, "H-0001", "2", "1", "0", ""],
        ["2026-11-23", POINT, POINT_NAME, "W-0001", "1", "0", "0", ""],
    ]
    text = supervisor.get("/helpers").text
    for words in ("H-0001", "W-0001", POINT_NAME, "2 / 15", "1 / 15", "等复核的照片"):
        assert words in text
    assert "最早的一张 2026-12-23 删掉" in text


def test_who_reached_the_limit_stands_first_with_an_alarm(
    service: FilingService, supervisor: Browser, desk: WebDesk
) -> None:
    most = desk.context.policy.vouching.vouched_a_day
    for index in range(most):
        assert put(service, PICTURED, 100 + index, number_of(index)) == ""
    others = {**ONE, "voucher": "W-0001", "second": "W-0002"}
    assert put(service, others, 2) == ""
    assert put(service, PICTURED, 3, WANG) == "helper-limit"
    _, first, *_ = rows_of(supervisor)
    assert first == ["2026-11-23", POINT, POINT_NAME, "H-0001", f"{most}", f"{most}", "0", "到上限"]
    text = supervisor.get("/helpers").text
    assert "一天里人工核验到了上限，又交了一件，没有收" in text
    assert "问一问服务点" in text
    assert len(re.findall(r'class="alarm"', text)) == 1


DETAILS = {
    AlarmKind.VOUCHED_WRONGLY: (f"{numbered(1)}: vouched by H-0001 at {POINT}", "照片不是本人"),
    AlarmKind.VOUCHED_ALONE: (f"{numbered(1)}: H-0001 at {POINT}", "一个人证明，没有照片"),
    AlarmKind.PICTURE_UNREVIEWED: (f"{numbered(1)}: H-0001", "没有人复核"),
    AlarmKind.HELPER_LIMIT: (
        f"2026-11-23 {POINT} H-0001: too many absent arrived",
        "日期却写得不同",
    ),
}


@pytest.mark.parametrize("kind", list(DETAILS))
def test_every_kind_of_alarm_has_words(desk: WebDesk, supervisor: Browser, kind: AlarmKind) -> None:
    detail, words = DETAILS[kind]
    alarm = Alarm(desk.context.said_at(), "BZ-DEMO-0001", kind, detail)
    desk.context.database.write(lambda session: raise_alarm(session, alarm))
    text = supervisor.get("/helpers").text
    assert words in text
    assert "工号 H-0001" in text
    assert detail not in text
    odd = Alarm(desk.context.said_at(), "BZ-DEMO-0001", kind, "what a later version tells")
    desk.context.database.write(lambda session: raise_alarm(session, odd))
    assert len(re.findall(r'class="alarm"', supervisor.get("/helpers").text)) == 2


def test_an_alarm_is_acknowledged_once_with_a_reason(desk: WebDesk, supervisor: Browser) -> None:
    alarm = Alarm(
        desk.context.said_at(), "T", AlarmKind.VOUCHED_ALONE, f"{numbered(1)}: H-0001 at P"
    )
    desk.context.database.write(lambda session: raise_alarm(session, alarm))
    path, other = "/alarms/1/acknowledge", desk.logged_in("S-0002")
    for reason, words in (
        ("", "请写明原因"),
        (" \t\n ", "请写明原因"),
        ("长" * 201, "最多 200 个字"),
        (f"{LIU} 已经问过", "身份证号或手机号"),
        ("打了 139 0000 1234", "身份证号或手机号"),
    ):
        answer = supervisor.post(path, {"reason": reason}, "/helpers")
        assert (answer.status_code, words in answer.text) == (422, True), reason
    assert supervisor.post(path, {"reason": "问过  服务点"}, "/helpers").status_code == 303
    again = other.post(path, {"reason": "我也看了"}, "/helpers")
    assert (again.status_code, "刚才有人看过了" in again.text) == (422, True)
    text = other.get("/helpers").text
    assert "S-0001 在 2026-11-23" in text
    assert "问过 服务点" in text
    assert "没有没看过的警报" in text
    acts = [event for event in desk.events() if event[1] == "acknowledged"]
    assert acts == [("S-0001", "acknowledged", "alarm 1")]


def test_a_table_that_was_taken_away_is_in_the_audit(desk: WebDesk, supervisor: Browser) -> None:
    rows_of(supervisor, "/helpers.csv?days=90")
    assert desk.events()[-1] == ("S-0001", "exported", "helpers 90")


def test_a_formula_stays_a_text() -> None:
    answer = csv_answer("x.csv", ["a"], [["=1+1"], ["@x"], ["-5"], [-5], ["服务点"]])
    lines = bytes(answer.body).decode("utf-8-sig").split("\r\n")
    assert lines == ["a", "'=1+1", "'@x", "'-5", "-5", "服务点", ""]


def test_a_long_table_is_cut_on_the_page_and_whole_in_the_file(
    service: FilingService, supervisor: Browser, desk: WebDesk
) -> None:
    assert put(service, TWO, 1) == ""
    rows = [
        HelperFilingRow(
            application_id=numbered(1),
            staff=f"H-{number}",
            kind="absent",
            point=POINT,
            day="2026-11-22",
            arrived_on="2026-11-22",
            alone=False,
        )
        for number in range(1000, 1300)
    ]
    desk.central.office.store.database.write(lambda session: session.add_all(rows))
    most = desk.context.policy.web.table_rows
    text = supervisor.get("/helpers").text
    assert text.count('<th scope="row"') == most
    assert f"还有 {302 - most} 行没有显示" in text
    assert len(rows_of(supervisor)) == 303


def test_no_page_tells_of_whom_a_filing_was(
    service: FilingService, supervisor: Browser, desk: WebDesk
) -> None:
    """Every byte of every page and table, after filings of several people."""
    assert put(service, TWO, 1) == ""
    assert put(service, PICTURED, 2, WANG) == ""
    answers = [supervisor.get(page.path) for page in PAGES if page.method == "GET"] + [
        desk.browser().get("/login"),
        supervisor.get("/helpers?days=366"),
    ]
    said = b"".join(answer.content for answer in answers)
    secrets = [LIU, WANG, *NAMES.values(), "刘**", "王**", "13900001234"]
    numbers = [row[0] for row in desk.central.rows([ApplicationRow.case_number])]
    assert len(numbers) == 2
    for secret in (*secrets, *numbers):
        assert secret.encode() not in said, secret
