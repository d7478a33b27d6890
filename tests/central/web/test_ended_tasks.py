"""An office's ended tasks: the list, and what each gave, on the page of the case."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from central.store.office_tables import TaskResultRow
from central.tasks import TaskState
from central.web_accounts import WebRole
from tests.central.standing import LIU, NAMES
from tests.central.web.desk import Browser
from tests.central.web.task_office import CERTIFICATE, MOBILE, DeskOffice, text_of


def finish(office: DeskOffice, service: str = "R01") -> Browser:
    """Let a clerk finish a task, and a reviewer confirm it."""
    clerk = office.clerk()
    office.take(clerk, service)
    assert office.act(clerk, "finish", service).status_code == 303
    assert office.say(office.clerk("R-0001", WebRole.REVIEWER), "confirmed").status_code == 303
    assert office.carry_out() == 1
    return clerk


def listed(browser: Browser, query: str = "") -> list[str]:
    """The services of the list, in its order."""
    found = browser.get(f"/tasks/ended{query}")
    assert found.status_code == 200
    return re.findall(r'href="/cases/1/(R\d\d)"', found.text)


def test_an_office_lists_its_ended_tasks_newest_first(office: DeskOffice) -> None:
    clerk = finish(office)
    office.desk.pass_time(minutes=5)
    at = office.desk.context.said_at()
    office.central.settle("R08", TaskState.REFUSED, at, reason="x")
    office.central.settle("R17", TaskState.DONE, at)  # another office's
    assert listed(clerk) == ["R08", "R01"]
    text = text_of(clerk.get("/tasks/ended"))
    assert "2 件" in text
    assert "没办成" in text
    assert ">C-0001<" in text
    assert listed(office.clerk("X-0009", office="GJJ")) == []


def test_a_case_is_found_by_its_number(office: DeskOffice) -> None:
    clerk = finish(office)
    for query, found in (("0000 0001", 1), ("1", 1), ("亳退 0000 0001", 1), ("2", 0), ("%25", 1)):
        assert len(listed(clerk, f"?number={query}")) == found, query
    assert "没有这个受理号的" in text_of(clerk.get("/tasks/ended?number=77"))


def test_it_is_listed_as_long_as_its_result_is_kept(office: DeskOffice) -> None:
    finish(office)
    office.desk.pass_time(days=office.desk.context.policy.retention.result_days - 1)
    assert listed(office.clerk("C-0002")) == ["R01"]
    office.desk.pass_time(days=2)
    assert listed(office.clerk("X-0001")) == []
    assert "这些天没有办完的" in text_of(office.clerk("O-0001").get("/tasks/ended"))


def test_the_list_tells_of_whom_nothing(office: DeskOffice) -> None:
    content = finish(office).get("/tasks/ended").content
    for secret in (LIU, *NAMES.values(), "刘**", MOBILE, CERTIFICATE):
        assert secret.encode() not in content


def test_the_page_of_an_ended_case_shows_what_was_given(office: DeskOffice) -> None:
    clerk = finish(office)
    text = text_of(clerk.get("/cases/1/R01"))
    assert CERTIFICATE in text
    assert "2026-12-10 09:30" in text
    assert office.desk.events()[-1] == ("C-0001", "viewed", "1 R01 result")
    for row in office.central.rows((TaskResultRow.envelope,)):
        assert CERTIFICATE.encode() not in row[0]


@pytest.mark.parametrize(("service", "office_code"), [("R01", "YB"), ("R17", "RS")])
def test_no_other_office_opens_it(office: DeskOffice, service: str, office_code: str) -> None:
    finish(office)
    other = office.clerk("C-0002", office=office_code)
    answer = other.get(f"/cases/1/{service}")
    assert answer.status_code == 404
    assert CERTIFICATE not in text_of(answer)


def test_an_end_without_content_says_so(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.central.settle("R07", TaskState.DONE, office.desk.context.said_at())
    assert "只有结果，没有别的内容" in text_of(clerk.get("/cases/1/R07"))
    assert "给本人的" not in text_of(clerk.get("/cases/1/R08"))


def test_the_case_is_shown_though_its_result_does_not_open(office: DeskOffice) -> None:
    clerk = finish(office)
    database = office.central.office.store.database
    damaged = sa.update(TaskResultRow).values(envelope=b"{}")
    database.write(lambda session: session.execute(damaged))
    text = text_of(clerk.get("/cases/1/R01"))
    assert "现在打不开" in text
    assert LIU in text
