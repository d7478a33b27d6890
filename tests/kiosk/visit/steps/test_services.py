"""The list of services, what is ticked, and the plan."""

from __future__ import annotations

from kiosk.application.document import mask_name
from kiosk.failures import Failure
from kiosk.pages.page import Tick
from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind
from kiosk.slip import SlipLine
from kiosk.visit.effects import PrintSlip
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import chosen
from kiosk.visit.steps.submission.events import Accepted, Pending
from tests.kiosk.invented_people import (
    INK,
    InventedVisitor,
    handbook,
    persona,
    receipt_for,
)
from tests.kiosk.visit.positions import application_says, born, only


def test_leaving_out_the_qualification_leaves_out_what_hangs_on_it():
    visitor = InventedVisitor().at_choose().press(Press.TOGGLE, "R01")
    assert set(chosen(visitor.visit, handbook())) == {"R04", "R08", "R17"}
    visitor.press(Press.NEXT)
    assert visitor.page.sentence == "前面那项不办，跟着的也先不办。"
    page_with(visitor, "R07").press(Press.TOGGLE, "R07")
    assert {"R01", "R06", "R07"} <= set(chosen(visitor.visit, handbook()))


def test_taking_in_again_insists_on_nothing():
    visitor = page_with(InventedVisitor().at_choose("wang"), "R11")
    visitor.press(Press.TOGGLE, "R11").press(Press.TOGGLE, "R11")
    assert "R11" in chosen(visitor.visit, handbook())
    assert "R12" not in chosen(visitor.visit, handbook())


def test_what_was_insisted_on_is_told_to_the_office():
    visitor = (
        page_with(InventedVisitor().at_choose("wang"), "R04")
        .press(Press.WHY, "R04")
        .press(Press.INSIST)
    )
    assert application_says(visitor)["insisted"] == ["R04"]


def page_with(visitor: InventedVisitor, code: str) -> InventedVisitor:
    while code not in [row.value for row in visitor.page.rows]:
        visitor.press(Press.NEXT)
    return visitor


def row_of(visitor: InventedVisitor, code: str):
    return next(row for row in page_with(visitor, code).page.rows if row.value == code)


def test_what_lies_far_ahead_is_not_ticked_but_can_be():
    visitor = InventedVisitor().with_young_facts()
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    assert set(chosen(visitor.visit, handbook())) == {"R04", "R08", "R17"}
    assert row_of(visitor, "R01").tick is Tick.OFF
    visitor.press(Press.TOGGLE, "R01")
    assert "R01" in chosen(visitor.visit, handbook())
    visitor.press(Press.TOGGLE, "R01")
    assert "R01" not in chosen(visitor.visit, handbook())


def test_what_begins_within_three_months_is_ticked():
    """Born 1966-10 retires 2027-04, five months ahead; 1966-08 retires 2027-01."""
    for month, ticked in ((10, False), (8, True)):
        visitor = born(1966, month)
        while visitor.visit.stage is Stage.FACTS:
            visitor.press(Press.NEXT)
        assert ("R01" in chosen(visitor.visit, handbook())) is ticked


def test_why_not_says_reason_law_and_what_would_change_it():
    visitor = page_with(InventedVisitor().at_choose("wang"), "R04")
    visitor.press(Press.WHY, "R04")
    assert visitor.page.name == "why"
    assert visitor.page.panel.heading == "社保关系转移"
    assert visitor.page.panel.lines[0] == "不用办：都交在亳州"
    assert "社会保险法" in visitor.page.panel.lines[-1]


def test_who_knows_better_files_all_the_same():
    visitor = page_with(InventedVisitor().at_choose("wang"), "R04").press(Press.WHY, "R04")
    acts = [choice.act for choice in visitor.page.choices]
    assert acts == [Press.INSIST, Press.PRINT, Press.STAY]
    visitor.press(Press.INSIST)
    assert visitor.visit.overlay is Overlay.NONE
    assert "R04" in chosen(visitor.visit, handbook())
    assert row_of(visitor, "R04").reason == "您说能办，由人来核对"
    visitor.press(Press.TOGGLE, "R04")
    assert "R04" not in chosen(visitor.visit, handbook())
    assert row_of(visitor, "R04").act is Press.WHY


def test_what_is_for_another_kind_can_not_be_insisted_on():
    visitor = InventedVisitor().with_young_facts(year=1966, kind=InsuredKind.FLEXIBLE)
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    page_with(visitor, "R15").press(Press.WHY, "R15")
    assert [choice.act for choice in visitor.page.choices] == [Press.PRINT, Press.STAY]


def explained(visitor: InventedVisitor, code: str) -> InventedVisitor:
    return page_with(visitor, code).press(Press.WHY, code)


def printed_lines(visitor: InventedVisitor) -> list[str]:
    (slip,) = (one.slip for one in visitor.effects if isinstance(one, PrintSlip))
    return [part.text for part in slip.parts if isinstance(part, SlipLine)]


def test_why_not_is_printed_as_a_proof_that_names_nobody():
    visitor = explained(InventedVisitor().at_choose("wang"), "R04").press(Press.PRINT)
    lines = printed_lines(visitor)
    assert lines[:2] == ["为什么不用办", "R04 社保关系转移，2026-11-23 的判断"]
    for line in (
        "    “参保类型”：企业（部门的数据）",
        "    “在外地交过的地方”：没有（部门的数据）",
        "    “在外地交过的地方”：有，不是零：不满足，答案由它来定",
        "结果：不用办",
        "    对本人说：不用办：都交在亳州",
    ):
        assert line in lines
    assert any(line.startswith("    社会保险法 第十九条（") for line in lines)
    assert any(line.startswith("        SHA-256 ") for line in lines), "with the text that was read"
    card, shared = persona("wang")
    secrets = (card.name, card.number, mask_name(card.name), shared.account, shared.unit_name)
    for secret in secrets:
        assert not any(secret in line for line in lines), secret
    assert visitor.page.sentence == "正在打，请稍等。"
    visitor.press(Press.PRINT)
    assert not visitor.effects, "one print at a time"
    visitor.happen(Printed())
    assert visitor.page.sentence == "您要是有材料，可以照样申请。"


def test_what_the_person_said_is_printed_as_said_by_the_person():
    lines = printed_lines(explained(InventedVisitor().offline("LH"), "R13").press(Press.PRINT))
    assert "    “参保类型”：灵活就业（本人说的）" in lines
    assert "    “有公积金账户”：不知道（部门的数据）" in lines


def test_a_printer_without_paper_is_said_and_a_press_prints_again():
    visitor = explained(InventedVisitor().at_choose("wang"), "R04").press(Press.PRINT)
    visitor.happen(PrintFailed(Failure.PAPER_OUT))
    assert visitor.page.mend
    assert visitor.page.sentence == "打印机没纸了，请找帮办员装。"
    assert printed_lines(visitor.press(Press.PRINT))
    assert not visitor.page.mend


def test_a_print_that_is_not_over_is_not_spoken_of_beside_another_service():
    visitor = explained(InventedVisitor().at_choose("wang"), "R04").press(Press.PRINT)
    visitor.press(Press.STAY)
    explained(visitor, "R04")
    assert visitor.page.sentence == "您要是有材料，可以照样申请。"


def test_nothing_is_printed_where_nothing_is_explained():
    assert not InventedVisitor().at_choose("wang").press(Press.PRINT).effects


def test_the_last_page_of_services_says_what_is_known_and_what_is_asked():
    visitor = InventedVisitor().at_choose()
    while visitor.page.choices[-1].words != handbook().words["choose"]["next"]:
        visitor.press(Press.NEXT)
    assert visitor.page.sentence == "知道 23 项，只再问您 6 句。"


def test_the_plan_shows_each_part_with_its_day():
    visitor = InventedVisitor().at_receipt().press(Press.PLAN)
    under = {}
    for _ in range(3):
        under |= {row.words: row.reason for row in visitor.page.rows}
        visitor.press(Press.MORE)
    assert len(under) == 17, "the services, and the file of the employer"
    assert under["人事档案"] == "人社局去要，11月30日前到"
    assert under["领养老金的资格"] == "等社保关系转移，12月14日前"
    assert under["社保关系转移"] == "马上开始，12月14日前"
    assert under["社保卡和乘车优待"] == "马上开始，12月7日前"
    assert under["提取公积金"] == "等公积金封存，12月14日前"


def test_a_short_plan_has_one_page():
    visitor = only(InventedVisitor().at_choose(), "R08")
    visitor.press(Press.NONE_OF_IT).press(Press.NONE_OF_IT).press(Press.PICK, "same")
    visitor.press(Press.PICK, "renew").press(Press.PICK, "rest").press(Press.CONFIRM).happen(
        Drawn(INK)
    ).press(Press.SIGNED)
    visitor.happen(Pending()).press(Press.PLAN)
    assert [choice.act for choice in visitor.page.choices] == [Press.STAY]
    assert visitor.page.sentence == handbook().words["plan"]["sentence_pending"]


def test_the_plan_says_from_which_month_a_later_part_begins():
    """Born 1966-08: statutory 2027-01, near enough to be ticked today."""
    visitor = born(1966, 8)
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor._answered()
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.PROMISE if Press.PROMISE in acts_of(visitor) else Press.BRING_LATER)
    visitor.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)
    visitor.happen(Accepted(receipt_for(visitor.visit))).press(Press.PLAN)
    under = {row.words: row.reason for row in visitor.page.rows}
    assert under["领养老金的资格"] == "2027年1月起，预计1月22日前"
    assert under["户籍信息核对"] == "当天就好"


def acts_of(visitor: InventedVisitor) -> list[Press]:
    return [choice.act for choice in visitor.page.choices]
