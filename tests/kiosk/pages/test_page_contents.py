"""The contents of single pages: choice, papers, signature, receipt, progress, rating."""

from dataclasses import replace
from datetime import date

from kiosk.failures import Failure
from kiosk.pages.page import ButtonStyle, Layout, Tick
from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind
from kiosk.retirement.materials import Resolution
from kiosk.visit.effects import FetchRatings, FetchResults
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.idling import Timeout
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown, FactsUnknown
from kiosk.visit.steps.progress.events import ProgressKnown, ProgressUnknown
from kiosk.visit.steps.submission.events import Accepted, Pending, Refused
from tests.kiosk.invented_people import (
    INK,
    InventedVisitor,
    at_questions,
    handbook,
    persona,
    receipt_for,
)
from tests.kiosk.pages.page_journeys import open_case


def test_choosing():
    visitor = InventedVisitor().at_choose("liu")
    rows = {row.value: row for row in visitor.page.rows}
    assert rows["R01"].tick is Tick.ON
    visitor.press(Press.TOGGLE, "R06")
    assert "R06" in visitor.visit.choice.unwanted
    assert {"R07", "R15", "R16", "R18"} <= visitor.visit.choice.unwanted, (
        "what needs it goes with it"
    )
    visitor.press(Press.TOGGLE, "R07")
    assert "R06" not in visitor.visit.choice.unwanted, "what it needs comes back with it"
    wang = InventedVisitor().at_choose("wang")
    ticks = {row.value: row.tick for row in wang.page.rows}
    assert ticks["R04"] is Tick.NOT_NEEDED


def test_nothing_chosen_is_said():
    visitor = InventedVisitor().at_choose("liu")
    for code in handbook().catalogue.services:
        if code not in visitor.visit.choice.unwanted:
            visitor.press(Press.TOGGLE, code)
    for _ in range(4):
        visitor.press(Press.NEXT)
    assert visitor.visit.stage is Stage.CHOOSE
    assert visitor.page.sentence == handbook().failures[Failure.NOTHING_CHOSEN].sentence


def test_receipt_says_which_it_is():
    received = InventedVisitor().at_receipt().page
    assert received.title == "收到了，请放心"
    assert received.slip is not None
    assert received.slip.number == "亳退 0042 7138"
    waiting = InventedVisitor().at_submitting().happen(Pending())
    assert waiting.page.title == "已收下，请放心"
    assert "还没收到" in waiting.page.slip.remark
    slip = [part.text for part in waiting.effects[1].slip.parts if hasattr(part, "text")]
    assert "本机已收下，还没送到中心" in slip
    after = waiting.happen(Accepted(receipt_for(waiting.visit)), waiting.visit.id)
    assert after.page.title == "收到了，请放心"
    assert after.effects == ()


def test_papers_are_settled_one_by_one():
    visitor = InventedVisitor().with_deemed_months_insisted()
    assert visitor.page.title == "独生子女光荣证"
    visitor.press(Press.BRING_LATER)
    assert visitor.page.title == "早年工龄证明"
    visitor.press(Press.PROMISE)
    assert visitor.visit.stage is Stage.REVIEW
    assert visitor.visit.papers.settled == {"P2": Resolution.LATER, "P8": Resolution.PROMISED}
    slip = InventedVisitor().at_submitting().happen(Pending()).effects[1].slip
    assert any("独生子女光荣证" in getattr(part, "text", "") for part in slip.parts)
    assert visitor.press(Press.BACK).visit.stage is Stage.MATERIALS


def test_offline_facts_file_all_for_review():
    visitor = InventedVisitor().offline()
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    assert visitor.visit.stage is Stage.CHOOSE
    reasons = {row.reason for row in visitor.page.rows}
    assert "先一起交，由部门来核对" in reasons


def test_flexible_worker_is_told_why_not():
    facts = replace(persona("liu")[1], kind=InsuredKind.FLEXIBLE)
    visitor = InventedVisitor().proved().happen(FactsKnown(facts))
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    rows = []
    while visitor.visit.stage is Stage.CHOOSE:
        rows += visitor.page.rows
        visitor.press(Press.NEXT)
    refused = {row.value: row.reason for row in rows if row.tick is Tick.NOT_NEEDED}
    assert refused["R13"] == "不用办：只给机关事业单位、企业的人办"


def test_signing():
    visitor = InventedVisitor().at_review().press(Press.SIGNED)
    assert visitor.page.sentence == "先在白框里签上名字。"
    visitor.press(Press.CONFIRM).press(Press.SIGNED)
    assert visitor.visit.stage is Stage.SIGNING
    visitor.happen(Drawn(INK)).press(Press.CLEAR_INK)
    assert (visitor.visit.stage, visitor.visit.signature.ink) == (Stage.REVIEW, ())
    visitor.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.CHANGE)
    assert (visitor.visit.overlay, visitor.visit.signature.ink) == (Overlay.CHANGE, ())
    visitor.press(Press.PICK, "live")
    assert visitor.page.name == "live"
    visitor.press(Press.PICK, "same")
    assert visitor.visit.stage is Stage.REVIEW
    visitor.press(Press.CHANGE).press(Press.PICK, "services")
    assert visitor.visit.stage is Stage.CHOOSE


def test_before_the_states_of_a_case_are_there_the_page_says_so():
    asking = open_case()
    assert asking.page.layout is Layout.MESSAGE
    assert asking.page.sentence == "正在帮您查，请稍等。"
    assert [choice.words for choice in asking.page.choices] == ["不等了"]
    failed = asking.happen(ProgressUnknown(Failure.CENTRAL_UNREACHABLE)).page
    assert failed.mend
    assert handbook().settings.terminal.phone in failed.panel.lines
    assert [choice.tone for choice in failed.choices] == [ButtonStyle.PRIMARY]


def test_what_begins_later_says_only_when():
    visitor = InventedVisitor().with_young_facts()
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    reasons = {}
    while visitor.visit.stage is Stage.CHOOSE:
        reasons |= {row.value: row.reason for row in visitor.page.rows}
        visitor.press(Press.NEXT)
    assert reasons["R07"].endswith("月起才能办")


def test_asking_for_progress_never_begins_to_file():
    asked = InventedVisitor().press(Press.ASK_PROGRESS).press(Press.AGREE)
    asked.happen(CardRead(persona("liu")[0])).happen(FaceMatched(0.3, 0.42, "e"))
    offline = asked.happen(FactsUnknown(Failure.CENTRAL_UNREACHABLE))
    assert offline.visit.stage is Stage.PROGRESS
    assert (offline.page.title, len(offline.page.choices)) == ("这会儿查不到", 1)
    assert offline.press(Press.START_SELF).visit.stage is Stage.PROGRESS
    assert offline.press(Press.DONE).visit.stage is Stage.WIPING


def test_who_asks_and_has_filed_nothing_may_begin():
    asked = InventedVisitor().press(Press.ASK_PROGRESS).press(Press.AGREE)
    asked.happen(CardRead(persona("liu")[0])).happen(FaceMatched(0.3, 0.42, "e"))
    asked.happen(FactsKnown(persona("liu")[1]))
    assert asked.page.title == "还没有办过"
    assert [type(one) for one in asked.effects[1:]] == [FetchResults, FetchRatings]
    assert asked.press(Press.START_SELF).page.name == "dates"


def test_progress_of_a_newer_central_service_is_still_shown():
    states = {"R01": "in_orbit", "R99": "done"}
    page = open_case().happen(ProgressKnown("亳退 1", states)).page
    assert [(row.reason, row.icon) for row in page.rows] == [("正在办", "state-working")]


def test_what_an_office_asks_for_more_has_its_day():
    states = {"R01": "done", "R09": "correction", "R10": "correction"}
    known = ProgressKnown("亳退 1", states, {"R09": date(2026, 12, 8)})
    assert [row.reason for row in open_case().happen(known).page.rows] == [
        "办好了",
        "要补材料，12月8日前",
        "要补材料，请打电话",
    ]


def test_who_said_no_to_the_face_check_is_not_asked_to_look():
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.AGREE_WITHOUT_FACE)
    visitor.press(Press.NO_CARD).press(Press.TRY_AGAIN).happen(CardRead(persona("liu")[0]))
    assert visitor.visit.stage is Stage.OTHER_PROOF
    assert visitor.visit.identity.consent is not None
    assert not visitor.visit.identity.consent.face


def test_a_refused_receipt_does_not_say_two_things():
    visitor = InventedVisitor().at_submitting().happen(Pending()).happen(Refused())
    assert visitor.page.title == "中心没收下"
    assert "自动" not in str(visitor.page.stops)
    assert visitor.happen(Printed()).page.title == "中心没收下"


def test_the_slip_is_printed_again_when_there_is_paper():
    visitor = InventedVisitor().at_receipt().happen(PrintFailed(Failure.PAPER_OUT))
    assert [choice.words for choice in visitor.page.choices] == ["再打一次", "我取好了"]
    visitor.press(Press.TRY_AGAIN)
    assert [type(effect).__name__ for effect in visitor.effects] == ["Cancel", "PrintSlip"]
    choices = visitor.happen(Printed()).page.choices
    assert [choice.words for choice in choices] == ["看每一项", "我取好了"]


def test_without_the_certificate_the_award_is_left_out():
    visitor = (
        at_questions(child_birth="").type("13900001234").press(Press.NEXT).press(Press.PICK, "same")
    )
    visitor.press(Press.PICK, "card").press(Press.NONE_OF_IT)
    assert "R15" in visitor.visit.choice.unwanted
    assert visitor.page.name == "card_request"
    visitor.press(Press.PICK, "renew").press(Press.PICK, "once").press(Press.PICK, "rest")
    assert visitor.visit.stage is Stage.REVIEW


def test_an_account_that_is_not_known_is_not_shown_as_a_blank():
    visitor = InventedVisitor().offline()
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor.press(Press.NONE_OF_IT).press(Press.NONE_OF_IT).press(Press.PICK, "same")
    assert [row.words for row in visitor.page.rows] == ["打进本人社保卡", "换一张本人的卡"]
    visitor.press(Press.PICK, "card")
    while visitor.visit.stage is Stage.FORM:
        visitor.answer()
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.BRING_LATER)
    assert visitor.page.rows[-1].words == "打进本人社保卡"


def test_a_grade_once_given_is_sent_though_the_reason_is_not():
    visitor = (
        InventedVisitor().at_receipt().press(Press.DONE).press(Press.RATE, "1").happen(Timeout())
    )
    (rating,) = [one for one in visitor.effects if type(one).__name__ == "SendRating"]
    assert (rating.grade, rating.reasons) == (1, ())
