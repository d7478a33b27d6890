"""What the offices gave reaches the person: pages, slip, filing again; the loudspeaker says none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime

import pytest

from kiosk.application.service_result import ServiceResult, parse_result
from kiosk.civil_time import CIVIL_ZONE
from kiosk.failures import Failure
from kiosk.pages.display import TextSize, View
from kiosk.pages.page import Page, Row
from kiosk.pages.press import Press
from kiosk.slip import SlipLine
from kiosk.visit.effects import FetchResults, PrintSlip
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.stages import Stage
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown
from kiosk.visit.steps.progress.events import ProgressKnown, ProgressUnknown, ResultsKnown
from kiosk.visit.steps.progress.results_page import pieces, yuan_of
from kiosk.visit.steps.progress.samples import sample_results
from tests.kiosk.invented_people import InventedVisitor, persona

CASE = "33333333-0000-4000-8000-000000000003"
DECIDED = date(2026, 11, 20)
NUMBER = "演示证 3416 2026 00427"
REFUSAL = {
    "reason": "户口本上的名字不一样",
    "law": "社会保险经办条例 第十六条",
    "remedies": [
        {"kind": "review", "body": "亳州市人民政府", "days": 60},
        {"kind": "lawsuit", "body": "谯城区人民法院", "days": 181},
    ],
}
STATES = ProgressKnown("亳退 1", {"R07": "done", "R12": "ready", "R17": "refused"})


def result(service: str, **content: object) -> ServiceResult:
    return ServiceResult(service, DECIDED, parse_result(content))


CERTIFICATE = result("R07", certificate={"number": NUMBER})
REFUSED = result("R17", refusal=REFUSAL)
AMOUNT = result("R06", amount={"fen": 321_540, "month": "2027-01", "monthly": True})
ONCE = result("R14", amount={"fen": 8_456_000, "month": "2026-12"})
PAYMENT = result(
    "R12", payment={"code": "3416 0000 00427138", "fen": 1_284_000, "due_on": "2026-12-20"}
)
MEETING = result("R08", appointment={"place": "市民中心 3 号窗口", "at": "2026-12-08T09:30"})


def beside_case(*results: ServiceResult, **facts: object) -> InventedVisitor:
    """A visitor at the progress of the own case, of which some parts have results."""
    running = {"open_case": CASE, "services_open": ("R12",), **facts}
    known = replace(persona("liu")[1], **running)  # type: ignore[arg-type]
    visitor = InventedVisitor().proved().happen(FactsKnown(known))
    assert visitor.visit.stage is Stage.PROGRESS
    asked = [one for one in visitor.effects if isinstance(one, FetchResults)]
    assert [one.who.number for one in asked] == [persona("liu")[0].number]
    return visitor.happen(STATES).happen(ResultsKnown(results))


def after_the_case(*results: ServiceResult) -> InventedVisitor:
    """A visitor who asks for the progress when nothing is under way any more."""
    visitor = InventedVisitor().press(Press.ASK_PROGRESS).press(Press.AGREE)
    visitor.happen(CardRead(persona("liu")[0])).happen(FaceMatched(0.31, 0.42, "dlib128"))
    visitor.happen(FactsKnown(persona("liu")[1]))
    return visitor.happen(ResultsKnown(results))


def all_rows(visitor: InventedVisitor) -> list[Row]:
    """The rows of this part and of all that follow; the visitor stays at the last."""
    rows = [*visitor.page.rows]
    while Press.MORE in {one.act for one in visitor.page.choices}:
        rows += visitor.press(Press.MORE).page.rows
    return rows


def told(page: Page) -> list[tuple[str, str]]:
    return [(row.label, row.words) for row in page.rows]


def test_a_part_that_ended_leads_to_what_the_office_gave() -> None:
    visitor = beside_case(CERTIFICATE, REFUSED)
    assert [row.reason for row in visitor.page.rows][::2] == ["办好了，看结果", "没办成，看结果"]
    visitor.press(Press.RESULTS)
    assert visitor.visit.stage is Stage.RESULTS
    # First what asks something of the person.
    assert visitor.page.rows[0].group.endswith("没办成")
    assert all_rows(visitor)[-1].group.endswith("办好了")
    while visitor.visit.display.part:
        visitor.press(Press.BACK)
    assert visitor.page.rows[0].group.endswith("没办成")
    assert visitor.press(Press.BACK).visit.stage is Stage.PROGRESS


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (CERTIFICATE, [("退休证号", NUMBER)]),
        (result("R05", certificate={"number": "7"}), [("编号", "7")]),
        (AMOUNT, [("每月发", "3215.40 元"), ("从哪月发", "2027年1月")]),
        (ONCE, [("发一次", "84560 元"), ("哪月发", "2026年12月")]),
        (
            PAYMENT,
            [
                ("您要交", "12840 元"),
                ("交钱用的码", "3416 0000 00427138"),
                ("哪天前交", "最晚 2026年12月20日"),
            ],
        ),
        (MEETING, [("请您来", "2026年12月8日 09:30"), ("到哪里", "市民中心 3 号窗口")]),
    ],
    ids=["certificate", "number", "monthly", "once", "payment", "appointment"],
)
def test_what_each_kind_says(one: ServiceResult, wanted: list[tuple[str, str]]) -> None:
    visitor = after_the_case(one).press(Press.RESULTS)
    assert told(visitor.page) == wanted


def test_a_refusal_says_why_and_until_when_it_can_be_contested() -> None:
    visitor = beside_case(REFUSED).press(Press.RESULTS)
    assert [(row.label, row.words) for row in all_rows(visitor)] == [
        ("为什么", "户口本上的名字不一样"),
        ("依据", "社会保险经办条例 第十六条"),
        ("不服，可以复议", "最晚 2027年1月19日，亳州市人民政府"),
        ("也可以告到法院", "最晚 2027年5月20日，谯城区人民法院"),
        ("改好了", "点返回，再点我来办"),
    ]


def test_a_refused_part_can_be_filed_again_while_others_run() -> None:
    visitor = beside_case(REFUSED, services_refused=("R17",)).press(Press.RESULTS)
    assert all_rows(visitor)[-1].words == "点返回，再点我来办"
    while visitor.visit.stage is Stage.RESULTS:
        visitor.press(Press.BACK)
    assert Press.START_SELF in {one.act for one in visitor.page.choices}
    visitor.press(Press.START_SELF)
    assert visitor.visit.stage is Stage.FACTS
    assert visitor.visit.application_id != CASE


def test_what_can_not_be_filed_again_is_not_offered() -> None:
    """A central service that does not say which parts are under way would refuse it."""
    visitor = beside_case(REFUSED, services_open=())
    acts = {one.act for one in visitor.page.choices}
    assert (Press.RESULTS in acts, Press.START_SELF in acts) == (True, False)
    rows = all_rows(visitor.press(Press.RESULTS))
    assert rows[-1].label == "也可以告到法院"


def test_somebody_of_whom_nothing_runs_is_shown_what_came_of_it() -> None:
    visitor = after_the_case(CERTIFICATE, REFUSED)
    assert visitor.page.name == "all_ended"
    assert Press.START_SELF in {one.act for one in visitor.page.choices}
    visitor.press(Press.RESULTS)
    assert visitor.visit.stage is Stage.RESULTS
    assert "点返回，再点我来办" in {row.words for row in all_rows(visitor)}
    assert visitor.press(Press.DONE).visit.stage is Stage.WIPING


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("短", ["短"]),
        (
            "户口本上的名字不一样，请到派出所改好户口本，再来核对一次",
            ["户口本上的名字不一样，请到派出所改好户口本，", "再来核对一次"],
        ),
        ("一" * 50, ["一" * 24, "一" * 24, "一" * 2]),
        ("一" * 24, ["一" * 24]),
    ],
)
def test_a_long_text_is_cut_behind_punctuation(text: str, wanted: list[str]) -> None:
    assert list(pieces(text)) == wanted
    assert "".join(pieces(text)) == text


def test_without_results_nothing_changes() -> None:
    visitor = after_the_case()
    assert visitor.page.name == "no_case"
    assert visitor.press(Press.RESULTS).visit.stage is Stage.PROGRESS
    visitor = beside_case()
    assert Press.RESULTS not in {one.act for one in visitor.page.choices}


def test_a_failed_look_at_the_case_keeps_the_results() -> None:
    visitor = beside_case(CERTIFICATE).happen(ProgressUnknown(Failure.CENTRAL_UNREACHABLE))
    visitor.press(Press.RESULTS)
    assert visitor.visit.failure is None


def test_results_of_services_of_a_newer_central_service_are_left_out() -> None:
    visitor = beside_case(result("R99", certificate={"number": "1"}))
    assert visitor.visit.progress.results == ()


def test_a_friend_who_acts_does_not_ask_for_the_results() -> None:
    visitor = InventedVisitor().authorised()
    known = replace(persona("liu")[1], open_case=CASE)
    visitor.happen(FactsKnown(known))
    assert visitor.visit.stage is Stage.PROGRESS
    assert not [one for one in visitor.effects if isinstance(one, FetchResults)]


def test_the_loudspeaker_says_nothing_of_a_result() -> None:
    """Whoever waits behind hears neither which part it is, nor how it ended, nor the amount."""
    visitor = after_the_case(AMOUNT, REFUSED).press(Press.RESULTS)
    for _ in range(2):
        page = visitor.page
        aloud = " ".join(
            (page.title, page.sentence, *(one.words for one in page.spoken if not one.private))
        )
        for row in page.rows:
            assert row.group.partition("：")[0] not in aloud
            assert row.words not in aloud
        assert [one.words for one in page.spoken if not one.private][2:] == list(page.count)
        whispered = " ".join(one.words for one in page.spoken)
        assert all(row.words in whispered for row in page.rows)
        visitor.press(Press.MORE)


def test_the_slip_says_what_to_do_and_names_nobody() -> None:
    visitor = after_the_case(CERTIFICATE, PAYMENT, REFUSED).press(Press.RESULTS)
    visitor.press(Press.PRINT)
    printed = [one for one in visitor.effects if isinstance(one, PrintSlip)]
    assert len(printed) == 1
    lines = [part.text for part in printed[0].slip.parts if isinstance(part, SlipLine)]
    assert visitor.page.sentence == "正在打，请稍等。"
    for text in (NUMBER, "3416 0000 00427138", "最晚 2026年12月20日", "户口本上的名字不一样"):
        assert any(text in line for line in lines), text
    assert any("最晚 2027年1月19日，亳州市人民政府" in line for line in lines)
    card = persona("liu")[0]
    for text in (card.name, card.number, card.name[0] + "*", CASE):
        assert not any(text in line for line in lines), text
    visitor.happen(Printed())
    assert visitor.page.sentence != "正在打，请稍等。"


def test_a_printer_that_fails_is_said_and_a_press_prints_again() -> None:
    visitor = after_the_case(CERTIFICATE).press(Press.RESULTS).press(Press.PRINT)
    visitor.happen(PrintFailed(Failure.PAPER_OUT))
    assert visitor.page.mend
    assert visitor.page.sentence
    visitor.press(Press.PRINT)
    assert not visitor.page.mend
    assert [one for one in visitor.effects if isinstance(one, PrintSlip)]


def test_every_result_is_shown_at_every_size() -> None:
    visitor = after_the_case(*sample_results()).press(Press.RESULTS)
    visit = visitor.visit
    for size in TextSize:
        display = replace(visit.display, view=View(text_size=size), part=0)
        visitor.visit = replace(visit, display=display)
        seen = {row.group.partition("：")[0] for row in all_rows(visitor)}
        assert len(seen) == len(sample_results())


@pytest.mark.parametrize(
    ("fen", "said"), [(1, "0.01"), (100, "1"), (321_540, "3215.40"), (10**12, "10000000000")]
)
def test_amounts(fen: int, said: str) -> None:
    assert yuan_of(fen) == said


def test_the_journal_keeps_the_kinds_and_nothing_of_what_they_say() -> None:
    visit, book = InventedVisitor().visit, InventedVisitor().table.book
    what = ResultsKnown((CERTIFICATE, AMOUNT, PAYMENT, MEETING, replace(REFUSED, has_file=True)))
    said = what.record(visit, book)
    assert said == {
        "results": [
            ["R07", ["certificate"], 0, False],
            ["R06", ["amount"], 0, False],
            ["R12", ["payment"], 0, False],
            ["R08", ["appointment"], 0, False],
            ["R17", ["refusal"], 2, True],
        ]
    }
    again = ResultsKnown.restore(json.loads(json.dumps(said)), visit)
    assert again.record(visit, book) == said
    for one in again.results:
        assert NUMBER not in str(one.content.record())
    newer = ResultsKnown.restore({"results": [["R07", ["voucher"], 0]]}, visit)
    assert newer.results[0].content.kinds == frozenset()


def test_the_time_of_a_meeting_is_local() -> None:
    meeting = MEETING.content.appointment
    assert meeting is not None
    assert meeting.at == datetime(2026, 12, 8, 9, 30, tzinfo=CIVIL_ZONE)
