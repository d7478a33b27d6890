"""OfficeNotices to offices: issued, answered, concluded; a record that can't be changed unseen."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa

from central.store.city.notices import OfficeNotices
from central.store.city.tables import NoticeEventRow
from central.web_accounts import WebRole
from tests.central.web.conftest import desk
from tests.central.web.desk import Browser, WebDesk

__all__ = ["desk"]
NOTICE = {"office": "RS", "words": "9 件过期，请说明原因。", "until": "2026-12-01"}


def head(desk: WebDesk, name: str = "O-0001", office: str = "RS") -> Browser:
    return desk.logged_in(name, WebRole.OFFICE_HEAD, office)


def issue(supervisor: Browser, **changes: str) -> int:
    return supervisor.post("/notices", NOTICE | changes, "/notices").status_code


def answer(browser: Browser, mark: str = "1", words: str = "已经补了人手。") -> int:
    said = {"mark": mark, "words": words}
    return browser.post("/notices/1/answer", said, "/notices/1").status_code


def test_a_notice_is_answered_returned_answered_and_closed(desk: WebDesk) -> None:
    supervisor, office = desk.logged_in("S-0001"), head(desk)
    assert issue(supervisor) == 303
    assert "2026-12-01 前回话" in office.get("/notices/1").text
    assert answer(office) == 303
    again = {"mark": "2", "words": "还差三件。", "verdict": "returned", "until": "2026-12-05"}
    assert supervisor.post("/notices/1/conclude", again, "/notices/1").status_code == 303
    assert answer(office, "3") == 303
    last = {"mark": "4", "words": "可以了。", "verdict": "closed"}
    assert supervisor.post("/notices/1/conclude", last, "/notices/1").status_code == 303
    found = desk.context.city.notices.find(1)
    assert found
    assert [one.kind.value for one in found.steps] == [
        "issued",
        "answered",
        "returned",
        "answered",
        "closed",
    ]
    lines = list(csv.reader(io.StringIO(office.get("/notices.csv").content.decode("utf-8-sig"))))
    assert len(lines) == 6
    assert ("S-0001", "noticed", "notice RS") in desk.events()


def test_of_two_who_conclude_one_notice_the_second_sees_the_first(desk: WebDesk) -> None:
    first, second, office = desk.logged_in("S-0001"), desk.logged_in("S-0002"), head(desk)
    issue(first)
    answer(office)
    said = {"mark": "2", "words": "可以了。", "verdict": "closed"}
    assert first.post("/notices/1/conclude", said, "/notices/1").status_code == 303
    late = second.post("/notices/1/conclude", said | {"words": "我看不行"}, "/notices")
    assert late.status_code == 409
    assert "刚才有人先写了" in late.text
    assert "我看不行" in late.text  # nothing that was typed is lost
    found = desk.context.city.notices.find(1)
    assert found
    assert [one.words for one in found.steps][-1] == "可以了。"
    assert not desk.context.city.notices.add(found, found.state, "x", "", None)  # type: ignore[arg-type]


def test_another_office_sees_and_answers_nothing(desk: WebDesk) -> None:
    supervisor, other = desk.logged_in("S-0001"), head(desk, "O-0009", "GJJ")
    issue(supervisor)
    assert NOTICE["words"] not in other.get("/notices").text
    assert other.get("/notices/1").status_code == 404
    said = {"mark": "1", "words": "x"}
    assert other.post("/notices/1/answer", said, "/notices").status_code == 404
    for number in (7, 2**40):
        assert supervisor.get(f"/notices/{number}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"words": " "}, "请写几句"),
        ({"words": "长" * 501}, "太长了"),
        ({"words": "请看 34162219660615001X"}, "不写个人的号码"),
        ({"until": "2026-11-23"}, "请选一个回话的日子"),
        ({"until": "2027-11-23"}, "请选一个回话的日子"),
        ({"until": "soon"}, "请选一个回话的日子"),
        ({"office": "XX"}, "请选一个部门"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    desk: WebDesk, changes: dict[str, str], words: str
) -> None:
    supervisor = desk.logged_in("S-0001")
    found = supervisor.post("/notices", NOTICE | changes, "/notices")
    assert found.status_code == 422
    assert words in found.text
    assert (NOTICE | changes)["words"].strip() in found.text
    assert desk.context.city.notices.all() == ()


def test_an_answer_without_words_or_twice_is_not_stored(desk: WebDesk) -> None:
    supervisor, office = desk.logged_in("S-0001"), head(desk)
    issue(supervisor)
    assert answer(office, words="") == 422
    assert answer(office) == 303
    assert answer(office) == 409
    returned = {"mark": "2", "words": "不行", "verdict": "returned", "until": ""}
    assert supervisor.post("/notices/1/conclude", returned, "/notices/1").status_code == 422


def test_a_late_answer_shows_on_the_pages(desk: WebDesk) -> None:
    issue(desk.logged_in("S-0001"))
    desk.pass_time(days=10)
    supervisor = desk.logged_in("S-0002")
    assert "有 1 份通报过了回话的日子" in supervisor.get("/city").text
    assert "过了 2026-12-01，还没回话" in supervisor.get("/notices").text


@pytest.mark.parametrize(
    "act",
    [
        sa.update(NoticeEventRow).where(NoticeEventRow.number == 1).values(words="没有过期的。"),
        sa.delete(NoticeEventRow).where(NoticeEventRow.number == 1),
    ],
    ids=("changed", "deleted"),
)
def test_a_record_that_was_changed_shows(desk: WebDesk, act: sa.Executable) -> None:
    supervisor = desk.logged_in("S-0001")
    for _ in range(3):
        issue(supervisor)
    database = desk.central.office.store.database
    notices = OfficeNotices(database)
    assert notices.first_broken() is None
    database.write(lambda session: session.execute(act))
    assert notices.first_broken() in {1, 2}
    assert "接不上前面的记录" in supervisor.get("/notices").text
