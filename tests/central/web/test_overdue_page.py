"""What is late, told to who answers for it: the head of the office, and the city's supervisor."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.offices.deadline_watch import DeadlineWatch
from central.store.office_tables import TaskDeadlineRow
from central.store.rating_tables import RatingFollowUpRow
from central.store.tables import RatingRow
from central.tasks import TaskState
from central.web_accounts import WebRole
from kiosk.civil_time import civil_day
from tests.central.standing import LIU, NAMES, WANG, Standing, numbered
from tests.central.web.task_office import CHOSEN, MOBILE, DeskOffice, text_of

LAST_DAY = "2026-11-25"


def pass_last_day(office: DeskOffice, days: float = 4) -> None:
    """Promise each part for 25 November, and let the service look after that."""
    central = office.central
    store = central.office.store
    promise = sa.update(TaskDeadlineRow).values(promised_on=LAST_DAY, due_on=LAST_DAY, looked_on="")
    store.database.write(lambda session: session.execute(promise))
    office.desk.pass_time(days=days)
    clock = central.office.holidays, 3, lambda: central.clock[0]
    DeadlineWatch(store.deadlines, lambda *_: {}, *clock).look()
    store.city.refresh(civil_day(central.clock[0]), central.office.holidays)


def rate(office: DeskOffice, stage: str, grades: list[int], whose: str) -> None:
    """Rate a stage of several cases; the bad ones wait for an answer until 25 November."""
    rows: list[object] = []
    for place, grade in enumerate(grades):
        key = {"application_id": numbered(500 + place), "stage": stage}
        at = "2026-11-20T12:00:00+08:00"
        rows.append(RatingRow(**key, grade=grade, reasons=["slow"], received_at=at))
        if grade < 3:
            row = RatingFollowUpRow(**key, office=whose, opened_at=at, due_on=LAST_DAY)
            row.answered_at = row.operator = row.answer = ""
            rows.append(row)
    store = office.central.office.store
    store.database.write(lambda session: session.add_all(rows))
    store.city.refresh(date(2026, 11, 20), office.central.office.holidays)


def row_of(text: str, name: str) -> list[str]:
    """The cells of an office's row of the first table."""
    found = re.search(rf'<th scope="row" data-name="部门">{name}</th>(.*?)</tr>', text, re.DOTALL)
    assert found, name
    return [one.strip() for one in re.findall(r"<td[^>]*>(.*?)</td>", found[1], re.DOTALL)]


def test_the_supervisor_sees_overdue_parts_by_office(office: DeskOffice) -> None:
    office.take(office.clerk())
    pass_last_day(office)
    page = office.clerk("S-0001", WebRole.SUPERVISOR, "").get("/overdue")
    text = text_of(page)
    mine = office.desk.context.office_names["RS"]
    open_parts = [code for code in CHOSEN if office.state(code)["state"] != "waiting"]
    theirs = [one for one in open_parts if office.desk.context.services[one].office == "RS"]
    assert row_of(text, mine)[:3] == [str(len(theirs)), "0", "0"]
    assert LAST_DAY in text
    assert "亳退 0000 0001" in text
    assert ">C-0001<" in text
    assert '/cases/1/R08"' not in text  # the supervisor opens no case


def test_what_has_ended_is_not_late(office: DeskOffice) -> None:
    pass_last_day(office)
    supervisor = office.clerk("S-0001", WebRole.SUPERVISOR, "")
    before = text_of(supervisor.get("/overdue")).count(LAST_DAY)
    office.central.settle("R08", TaskState.DONE, office.desk.context.said_at())
    assert text_of(supervisor.get("/overdue")).count(LAST_DAY) == before - 1


def test_bad_ratings_to_answer_are_counted_without_their_persons(office: DeskOffice) -> None:
    rate(office, "R01", [1, 5, 5, 5, 5], "RS")
    rate(office, "R09", [2], "YB")
    rate(office, "filing", [1], "")
    names = office.desk.context.office_names
    office.desk.pass_time(days=1)
    text = text_of(office.clerk("S-0001", WebRole.SUPERVISOR, "").get("/overdue"))
    assert row_of(text, names["RS"])[3:] == ["1", "0", "4 · 0 · 0 · 0 · 1"]
    assert row_of(text, names["YB"])[3:] == ["1", "0", "不到 5 个"]
    assert row_of(text, "服务点（接待）")[3:5] == ["1", "0"]
    office.desk.pass_time(days=3)
    text = text_of(office.clerk("S-0002", WebRole.SUPERVISOR, "").get("/overdue"))
    assert row_of(text, names["RS"])[3:5] == ["1", "1"]
    for secret in (numbered(500), "slow", "太慢"):
        assert secret not in text


def test_the_page_tells_of_no_person(office: DeskOffice) -> None:
    pass_last_day(office)
    content = office.clerk("S-0001", WebRole.SUPERVISOR, "").get("/overdue").content
    for secret in (LIU, *NAMES.values(), "刘**", MOBILE):
        assert secret.encode() not in content


@pytest.mark.parametrize(
    ("role", "days", "words"),
    [
        (WebRole.OFFICE_HEAD, 4, "过了最后一天还没办完的有"),
        (WebRole.CLERK, 4, "过了最后一天还没办完的有"),
        (WebRole.OFFICE_HEAD, 2, "今天到期的有"),
        (WebRole.REVIEWER, 4, ""),
    ],
)
def test_who_is_told_of_it_at_the_office(
    office: DeskOffice, role: WebRole, days: int, words: str
) -> None:
    """As [deadlines.tell] of the policy says, and of the own office's alone."""
    pass_last_day(office, days)
    text = text_of(office.clerk("X-0001", role).get("/tasks"))
    assert ("本部门过了" in text or "本部门今天" in text) is bool(words)
    assert words in text
    other = text_of(office.clerk("O-0009", WebRole.OFFICE_HEAD, "GJJ").get("/tasks"))
    assert "本部门过了" not in other


def test_the_overdue_parts_can_be_taken_as_a_table(office: DeskOffice) -> None:
    office.take(office.clerk())
    pass_last_day(office)
    supervisor = office.clerk("S-0001", WebRole.SUPERVISOR, "")
    assert 'href="/overdue.csv"' in text_of(supervisor.get("/overdue"))
    answer = supervisor.get("/overdue.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head == ["最后一天", "过了几天", "部门", "事项", "受理号", "状态", "谁在办"]
    open_parts = [code for code in CHOSEN if office.state(code)["state"] != "waiting"]
    assert len(rows) == len(open_parts), "all of them, not only a page"
    assert {row[0] for row in rows} == {LAST_DAY}
    assert {row[4] for row in rows} == {"亳退 0000 0001"}
    assert "C-0001" in {row[6] for row in rows}
    text = answer.text
    for secret in (LIU, NAMES[LIU], numbered(1), MOBILE):
        assert secret not in text
    events = office.desk.context.events.all()
    assert [one.account for one in events if one.detail == "overdue"] == ["S-0001"]


def with_rows(office: DeskOffice, most: int) -> DeskOffice:
    """The same office whose pages show so many rows."""
    context = office.desk.context
    web = replace(context.policy.web, table_rows=most)
    context = replace(context, policy=replace(context.policy, web=web))
    return replace(office, desk=replace(office.desk, context=context))


def test_page_by_page_each_overdue_part_comes_once(
    office: DeskOffice, client: TestClient, central: Standing
) -> None:
    body = central.body(2, WANG, services=CHOSEN)
    assert client.put(
        f"/v1/applications/{numbered(2)}", content=body, headers=central.headers()
    ).is_success
    pass_last_day(office)
    supervisor = with_rows(office, 3).clerk("S-0001", WebRole.SUPERVISOR, "")
    whole = supervisor.get("/overdue.csv").content.decode("utf-8-sig")
    all_of_them = [(row[4], row[3]) for row in csv.reader(io.StringIO(whole))][1:]
    seen: list[tuple[str, str]] = []
    path: str | None = "/overdue"
    while path is not None:
        text = text_of(supervisor.get(path))
        names = re.findall(
            r'data-name="事项">([^<]*)<.*?data-name="受理号">([^<]*)<', text, re.DOTALL
        )
        assert 1 <= len(names) <= 3
        assert row_of(text, office.desk.context.office_names["RS"])[0] != "0", "counts on each"
        assert ("从头看" in text) is bool(seen)
        seen += [(number, service) for service, number in names]
        found = re.search(r'href="(/overdue\?after=[^"#]+)#parts">后面的', text)
        path = found[1] if found else None
    assert seen == all_of_them
    assert len(seen) == len(set(seen)) > 6


def test_a_place_that_is_gone_or_made_up_leads_on_or_says_so(office: DeskOffice) -> None:
    pass_last_day(office)
    supervisor = office.clerk("S-0001", WebRole.SUPERVISOR, "")
    before, behind = "2026-11-24.999999.R01", "2026-11-26.999999.R01"
    assert LAST_DAY in text_of(supervisor.get(f"/overdue?after={before}"))
    assert "后面没有了" in text_of(supervisor.get(f"/overdue?after={behind}"))
    for made_up in ("x", "2026-11-24.1", "2026-11-24.1.R01'--", "2026-11-24.9999999999.R01"):
        answer = supervisor.get("/overdue", params={"after": made_up})
        assert answer.status_code == 400
        assert "送来的内容不完整或不对" in text_of(answer)
