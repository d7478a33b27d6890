"""The desk shows what is to be done first, how much there is, and the month."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.page import Figure, Row
from kiosk.pages.press import Press
from kiosk.ports import CentralAnswer, Trouble
from kiosk.staff.desk import Desk, MonthReport, News, Turn, month_of, news_of
from kiosk.staff.roles import Right
from kiosk.visit.effects import FetchMonth, LookAtDesk
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.stages import Stage
from kiosk.visit.steps.desk.events import DeskSeen, MonthKnown, MonthUnknown
from tests.kiosk.invented_people import NOW, InventedVisitor
from tests.kiosk.staff_people import DESK, HELPER

SUSPENDED = News("孙**", Turn.SUSPENDED, "R09", "在等外省回函", date(2026, 11, 22))
DONE = News("周*", Turn.DONE, "", "", date(2026, 11, 20))
BUSY = replace(DESK, news=(SUSPENDED, DONE), done=6)
MONTH = MonthReport("2026-11", 33, 20, 241, 18, {"self": 12, "elsewhere": 1}, {"5": 17, "2": 1})
ITEM = {
    "masked_name": "孙**",
    "state": "suspended",
    "service": "R09",
    "reason": "在等外省回函",
    "changed_at": "2026-11-22T10:00:00+08:00",
}


class DeskCentral:
    def __init__(self, answer: CentralAnswer) -> None:
        self.answer, self.paths = answer, list[str]()

    def call(self, _method: str, path: str, *_more: object) -> CentralAnswer:
        self.paths.append(path)
        return self.answer


def answer(**said: object) -> CentralAnswer:
    return CentralAnswer(200, "application/json", body=json.dumps(said).encode())


def figures(desk: Desk) -> list[Figure]:
    return list(InventedVisitor().at_desk(desk, HELPER).page.figures)


def all_rows(visitor: InventedVisitor) -> list[Row]:
    found: list[Row] = []
    while not found or visitor.page.rows[0] is not found[0]:
        if any(row in found for row in visitor.page.rows):
            return found
        found += visitor.page.rows
        visitor.press(Press.MORE)
    return found


# the page


def test_the_figures_say_how_much_there_is():
    assert [(one.number, one.mend) for one in figures(BUSY)] == [
        ("2", True),
        ("2", False),
        ("1", False),
        ("6", False),
    ]


def test_what_nobody_knows_is_no_nought():
    assert [one.number for one in figures(Desk())] == ["", "0", "", ""]
    spoken = [one.words for one in InventedVisitor().at_desk(Desk(), HELPER).page.spoken]
    assert spoken[2:] == ["没送到 0 件"]


def test_before_the_desk_is_seen_there_are_no_figures():
    assert InventedVisitor().at_desk(None, HELPER).page.figures == ()


def test_what_is_sent_back_comes_first_and_the_news_last():
    rows = all_rows(InventedVisitor().at_desk(BUSY, HELPER))
    assert [row.icon for row in rows] == [
        *("warning-circle", "warning-circle"),  # corrections
        *("cloud-arrow-up", "warning-circle"),  # unsent
        *("hourglass", "check-circle"),
    ]
    assert (rows[4].words, rows[4].reason) == (
        "孙**：补缴费年限：先停着",
        "11月22日，在等外省回函",
    ) or (rows[4].words.startswith("孙**："))
    assert rows[5].words == "周*：都有结果了"
    assert all(row.private for row in rows)


# the month


@pytest.mark.parametrize("count", [-1, 1.5, True, "3", None, [], 1e300])
def test_what_is_no_count_is_no_answer(count):
    whole = {"filed": 1, "own": 1, "services": 1, "closed": 1, "ways": {}, "grades": {}}
    for wrong in ({"filed": count}, {"ways": {"self": count}}):
        assert month_of(DeskCentral(answer(**whole | wrong)), "BZ-DEMO", "2026-11", "H-1") is None
    assert news_of(DeskCentral(answer(items=[], done=count)), "BZ-DEMO") == ((), None)


def test_the_month_of_the_point_and_of_ones_own_help():
    one = InventedVisitor().at_desk(BUSY, HELPER).press(Press.REPORT)
    assert (one.visit.stage, one.visit.desk.content) == (Stage.REPORT, None)
    assert FetchMonth("H-0001") in one.effects
    one.happen(MonthKnown(MONTH))
    said = {row.label: row.words for row in one.page.rows}
    assert said["办了几件"] == "33 件，有结果 18 件"
    assert said["怎么交的"] == "本人 12 件，别的 1 件"
    assert said["对您的评价"] == "非常满意 17 个，不满意 1 个"
    one.press(Press.DONE)
    assert (one.visit.stage, one.visit.desk.month) == (Stage.DESK, None)
    assert LookAtDesk() in one.effects


def test_a_month_without_anything():
    one = InventedVisitor().at_desk(BUSY, HELPER).press(Press.REPORT)
    one.happen(MonthKnown(replace(MONTH, filed=0, ways={}, grades={})))
    assert [row.words for row in one.page.rows][-1] == "满五个评价才显示"
    assert one.press(Press.BACK).visit.stage is Stage.DESK


def test_nobody_can_tell_the_month():
    one = InventedVisitor().at_desk(BUSY, HELPER).press(Press.REPORT)
    one.happen(MonthUnknown(Failure.CENTRAL_UNREACHABLE))
    assert one.page.mend
    assert one.page.rows == ()


def test_who_may_not_see_the_month_stays():
    one = replace(HELPER, rights=frozenset({Right.UNSENT}))
    assert InventedVisitor().at_desk(BUSY, one).press(Press.REPORT).visit.stage is Stage.DESK


# what is asked for


def test_what_became_of_the_cases_is_read():
    central = DeskCentral(answer(version=1, open=3, done=6, items=[ITEM]))
    assert news_of(central, "BZ-DEMO") == ((SUSPENDED,), 6)
    assert central.paths == ["/v1/points/BZ-DEMO/desk"]


@pytest.mark.parametrize(
    "strange",
    [
        CentralAnswer(trouble=Trouble.UNREACHABLE),
        CentralAnswer(503, "application/problem+json", body=b"{}"),
        CentralAnswer(200, "text/html", body=b"<html>"),
        CentralAnswer(200, "application/json", body=b"["),
        answer(done=6),
        answer(items=[ITEM | {"state": "lost"}], done=6),
        answer(items=[ITEM | {"changed_at": ""}], done=6),
        answer(filed=1, own=1, services=1, closed=1, ways=[], grades={}),
    ],
)
def test_a_strange_answer_is_none(strange: CentralAnswer):
    assert news_of(DeskCentral(strange), "BZ-DEMO") == ((), None)
    assert month_of(DeskCentral(strange), "BZ-DEMO", "2026-11", "H-0001") is None


def test_a_month_is_read():
    said = {"filed": 33, "own": 20, "services": 241, "closed": 18}
    central = DeskCentral(
        answer(**said, ways={"self": 12, "elsewhere": 1}, grades={"5": 17, "2": 1})
    )
    assert month_of(central, "BZ-DEMO", "2026-11", "H-0001") == MONTH
    assert central.paths == ["/v1/points/BZ-DEMO/months/2026-11/H-0001"]


# the journal


def test_the_journal_notes_how_much_and_nothing_of_whom():
    lines: list[str] = []
    one = InventedVisitor().at_desk(BUSY, HELPER)
    journal, seen = Journal(lines.append, one.table.book), list[Stage]()
    start = InventedVisitor().knocking()
    whole = [
        LoggedIn(HELPER),
        DeskSeen(BUSY),
        Pressed(Press.REPORT),
        MonthUnknown(Failure.CENTRAL_UNREACHABLE),
        MonthKnown(MONTH),
        Pressed(Press.BACK),
    ]
    before = start.visit
    for what in whole:
        journal.note(start.visit, Answered(what), 0.0)
        start.happen(what)
        seen.append(start.visit.stage)
    assert "孙" not in "".join(lines)
    assert before.stage is Stage.LOGIN
    first = json.dumps({"visit": "v", "stage": "idle", "kind": "staff", "value": ""})
    replayed = [visit.stage for visit in replay([first, *lines], one.table, NOW)]
    assert replayed[1:] == seen
