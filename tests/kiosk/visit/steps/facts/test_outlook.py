"""What a later month brings: the line on the page of dates, its page, and its slip."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind
from kiosk.retirement.estimate.parameters import SourceStatus
from kiosk.slip import Slip, SlipLine
from kiosk.visit.effects import PrintSlip
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.stages import Overlay
from kiosk.visit.steps.facts.events import FactsKnown
from tests.kiosk.invented_people import InventedVisitor, handbook, persona


def with_months(**facts: object) -> InventedVisitor:
    """Return a man who reaches his month now, with these facts: 402 months paid, none deemed."""
    usual = {"paid_months": 402, "deemed_months": 0, "paid_scope": "everywhere"} | facts
    return InventedVisitor().proved().happen(FactsKnown(replace(persona("liu")[1], **usual)))


def text_of(slip: Slip) -> str:
    return "\n".join(one.text for one in slip.parts if isinstance(one, SlipLine))


def printed(visitor: InventedVisitor) -> str:
    (asked,) = [one for one in visitor.effects if isinstance(one, PrintSlip)]
    return text_of(asked.slip)


def base_read(visitor: InventedVisitor) -> InventedVisitor:
    """Let the base of the province be one that was read."""
    book = visitor.table.book
    sources = tuple(replace(one, status=SourceStatus.READ) for one in book.pension.sources)
    read = replace(book.pension, sources=sources)
    visitor.table = replace(visitor.table, book=replace(book, pension=read))
    return visitor


def test_a_line_on_the_page_of_dates_and_one_for_each_later_month():
    """402 months: 3 more are 1000 × 3 ÷ 402 = 7.46 of a thousand, 36 more 89.55, rounded down."""
    visitor = with_months()
    assert visitor.page.time_bar is not None
    assert visitor.page.time_bar.question == "晚 3 个月，每千元多约 7 元"
    visitor.press(Press.OTHER_TIME)
    assert [(row.words, row.reason) for row in visitor.page.rows] == [
        ("按时退", "2026年11月"),
        ("晚 6 个月", "2027年5月，每千元多约 14 元"),
        ("晚 1 年", "2027年11月，每千元多约 29 元"),
        ("晚 3 年", "2029年11月，每千元多约 89 元"),
    ]


def test_a_page_of_its_own_that_is_spoken_and_closed():
    visitor = with_months().press(Press.OTHER_TIME).press(Press.WHY)
    page = visitor.page
    assert (page.name, page.sentence) == ("outlook", "这是估算，不作保证。")
    assert page.panel is not None
    assert page.panel.lines == (
        "晚 3 个月，每千元多约 7 元",
        "晚 6 个月，每千元多约 14 元",
        "晚 1 年，每千元多约 29 元",
        "晚 3 年，每千元多约 89 元",
        "要接着交费，单位也要同意。",
    )
    spoken = [one.words for one in page.spoken]
    assert spoken[-6:] == [page.panel.heading, *page.panel.lines]
    assert visitor.press(Press.STAY).page.name == "dates"


def test_a_slip_with_every_month_and_its_sources_that_names_nobody():
    visitor = with_months(deemed_months=30).press(Press.OTHER_TIME).press(Press.WHY)
    text = printed(visitor.press(Press.PRINT))
    assert "2026年11月退休，到那时累计缴费 36 年。接着交费，再晚退：" in text
    assert "2028年11月：晚 2 年，每千元多约 55 元；个人账户部分每千元多约 118 元" in text
    assert "这是估算，不是承诺，以社保部门核定为准。" in text
    assert "过渡性养老金没有算在里面。" in text
    assert "https://www.64365.com/special/19622067，2026-11-30 看过" in text
    assert "计发基数" not in text, "it was not read"
    person = persona("liu")[0]
    assert person.name not in text
    assert person.number not in text
    assert visitor.page.sentence == "正在打，请稍等。"
    visitor.press(Press.PRINT)
    assert not visitor.effects, "printed once"
    assert visitor.happen(Printed()).page.sentence == "这是估算，不作保证。"


def test_a_printer_that_fails_is_told_and_tried_again():
    visitor = with_months().press(Press.OTHER_TIME).press(Press.WHY).press(Press.PRINT)
    visitor.happen(PrintFailed(Failure.PAPER_OUT))
    assert visitor.page.mend
    assert printed(visitor.press(Press.PRINT))


def test_a_printer_answers_late_and_nothing_shows_it():
    visitor = with_months().happen(PrintFailed(Failure.PAPER_OUT)).happen(Printed())
    assert visitor.visit.failure is None


def test_nothing_is_said_on_top_of_another_page():
    visitor = with_months().press(Press.WHY)
    assert visitor.visit.overlay is Overlay.NONE


def test_yuan_a_month_once_the_base_was_read():
    """7999 × 1.6 ÷ 2 × 402 ÷ 12 × 1 % = 2143.73; × 4 ÷ 2 = 5359.33; 3 months are 24.61 at least."""
    visitor = base_read(with_months())
    assert visitor.page.time_bar is not None
    assert visitor.page.time_bar.question == "晚 3 个月，每月至少多约 24 元"
    visitor.press(Press.OTHER_TIME)
    assert visitor.page.rows[1].reason == "2027年5月，每月至少多约 49 元"
    text = printed(visitor.press(Press.WHY).press(Press.PRINT))
    assert "基础养老金每月约 2143 到 5359 元" in text
    assert "2027年2月：晚 3 个月，每月至少多约 24 元；个人账户部分每千元多约 13 元" in text


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": InsuredKind.INSTITUTION},
        {"state_manager": True},
        {"paid_months": 100},
    ],
    ids=["state body", "manager", "months are missing"],
)
def test_nothing_is_said_where_nothing_can_be_known(facts: dict[str, object]):
    visitor = with_months(**facts)
    assert visitor.page.time_bar is not None
    assert visitor.page.time_bar.question == handbook().words["dates"]["question"]
    visitor.press(Press.OTHER_TIME)
    assert visitor.page.choices == ()
    assert visitor.press(Press.WHY).visit.overlay is not Overlay.OUTLOOK
