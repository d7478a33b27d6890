"""Single steps beside the straight way: turning back, changing the mind, being refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.failures import Failure
from kiosk.pages.page import Tick
from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind
from kiosk.people.identity import CardKind, Sex
from kiosk.ports import Coach
from kiosk.retirement.situation import Route, category_for
from kiosk.visit import events as ev
from kiosk.visit.effects import (
    Cancel,
    CheckFace,
    FetchFacts,
    FetchProgress,
    PrintSlip,
    ReadCard,
    SendRating,
    Submit,
)
from kiosk.visit.retirement_options import ON_TIME
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import chosen
from kiosk.visit.steps.submission.transitions import application_of
from tests.kiosk.invented_people import (
    INK,
    NOW,
    Visitor,
    attendance,
    handbook,
    persona,
    receipt_for,
)

RULES = handbook().age_rules


def where(visitor: Visitor) -> tuple[Stage, int]:
    return visitor.visit.stage, visitor.visit.display.part


def only(visitor: Visitor, *codes: str) -> Visitor:
    """Leave out every service but these, at CHOOSE, and go on."""
    for code in handbook().catalogue.services:
        if (code in codes) == (code in visitor.visit.choice.unwanted):
            visitor.press(Press.TOGGLE, code)
    while visitor.visit.stage is Stage.CHOOSE:
        visitor.press(Press.NEXT)
    return visitor


# turning pages and stages back


def test_guide_turns_both_ways_and_ends_at_idle():
    visitor = Visitor().press(Press.HELP).press(Press.READ_GUIDE)
    assert (where(visitor), visitor.visit.overlay) == ((Stage.GUIDE, 0), Overlay.NONE)
    assert where(visitor.press(Press.MORE).press(Press.MORE)) == (Stage.GUIDE, 2)
    assert where(visitor.press(Press.BACK)) == (Stage.GUIDE, 1)
    assert where(visitor.press(Press.BACK)) == (Stage.GUIDE, 0)
    assert visitor.press(Press.BACK).visit.stage is Stage.IDLE


def test_back_from_the_face_check_asks_for_a_card_again():
    visitor = Visitor().with_card().press(Press.BACK)
    assert visitor.visit.stage is Stage.CARD
    assert visitor.visit.identity.card is None
    assert visitor.effects == (Cancel(), ReadCard())


def test_back_from_another_proof_drops_the_card():
    visitor = Visitor().with_card(face=False).press(Press.BACK)
    assert (visitor.visit.stage, visitor.visit.identity.card) == (Stage.CARD, None)


def test_facts_and_services_turn_back_part_by_part():
    visitor = Visitor().at_choose()
    visitor.press(Press.NEXT)
    assert where(visitor) == (Stage.CHOOSE, 1)
    assert where(visitor.press(Press.BACK)) == (Stage.CHOOSE, 0)
    assert where(visitor.press(Press.BACK)) == (Stage.FACTS, 0)
    assert FetchFacts(attendance("liu")) not in visitor.effects, "they are here already"
    assert where(visitor.press(Press.NEXT).press(Press.BACK)) == (Stage.FACTS, 0)


def test_form_goes_back_question_by_question_then_to_the_services():
    visitor = Visitor().at_form().type("13900001234").press(Press.NEXT)
    assert visitor.page.name == "live"
    visitor.press(Press.BACK)
    assert (visitor.page.name, visitor.visit.entry.typed) == ("mobile", "")
    assert visitor.press(Press.BACK).visit.stage is Stage.CHOOSE


def test_a_long_list_of_places_turns_back_before_the_question_does():
    visitor = Visitor().at_form().press(Press.NONE_OF_IT).press(Press.NONE_OF_IT)
    visitor.press(Press.PICK, "other").press(Press.PICK, "341602")
    assert visitor.page.name == "live_town"
    assert where(visitor.press(Press.MORE)) == (Stage.FORM, 1)
    visitor.press(Press.BACK)
    assert (visitor.page.name, visitor.visit.display.part) == ("live_town", 0)
    assert visitor.press(Press.BACK).page.name == "live_county"


def test_back_from_the_papers_asks_the_last_question_again():
    assert Visitor().at_materials().press(Press.BACK).page.name == "talent"


def test_erasing_takes_one_digit():
    visitor = Visitor().at_form().type("139").press(Press.ERASE)
    assert visitor.visit.entry.typed == "13"
    visitor.type("9" * 20)
    assert len(visitor.visit.entry.typed) == 11, "there are no more places"


# another proof


@pytest.mark.parametrize("tries", [0, 1, 2])
def test_who_now_wants_the_face_check_gets_the_tries_that_are_left(tries):
    visitor = Visitor().with_card()
    for _ in range(tries):
        visitor.happen(ev.FaceFailed(Failure.FACE_NOT_ALIKE))
    visitor.press(Press.DECLINE_FACE).press(Press.TRY_AGAIN)
    assert visitor.visit.stage is Stage.PROOF
    assert visitor.visit.identity.consent.face


def test_no_fourth_try():
    visitor = Visitor().with_card()
    for _ in range(3):
        visitor.happen(ev.FaceFailed(Failure.FACE_NOT_ALIKE))
    assert visitor.press(Press.TRY_AGAIN).visit.stage is Stage.OTHER_PROOF


@pytest.mark.parametrize(("seconds", "stage"), [(59, Stage.PROOF), (60, Stage.OTHER_PROOF)])
def test_no_try_begins_after_a_minute(seconds, stage):
    visitor = Visitor().with_card()
    failed = ev.Answered(ev.FaceFailed(Failure.FACE_NOT_LIVE))
    later = NOW + timedelta(seconds=seconds)
    assert visitor.table.step(visitor.visit, failed, later)[0].stage is stage


def test_the_minute_begins_with_the_first_try():
    visitor = Visitor().press(Press.START_SELF).press(Press.AGREE_WITHOUT_FACE)
    visitor.happen(ev.CardRead(persona("liu")[0]))
    visitor.visit = replace(visitor.visit, proof=replace(visitor.visit.proof, began_at=None))
    began = visitor.press(Press.TRY_AGAIN).visit.proof.began_at
    assert began == NOW
    visitor.press(Press.DECLINE_FACE).press(Press.TRY_AGAIN)
    assert visitor.visit.proof.began_at == NOW
    visitor.visit = replace(visitor.visit, proof=replace(visitor.visit.proof, began_at=None))
    assert visitor.happen(ev.FaceFailed(Failure.FACE_NOT_LIVE)).visit.stage is Stage.PROOF


def test_closing_the_eyes_is_not_asked_for_again():
    visitor = Visitor().with_card()
    assert visitor.effects[-1].turn_only is False
    visitor.happen(ev.FaceFailed(Failure.BLINK_NOT_SEEN))
    assert visitor.effects[-1].turn_only is True
    visitor.happen(ev.FaceFailed(Failure.FACE_NOT_ALIKE))
    assert visitor.effects[-1].turn_only is True


def test_who_can_not_close_the_eyes_says_so_herself():
    visitor = Visitor().with_card()
    visitor.happen(ev.FaceHint(Coach.CLOSE_EYES))
    request = visitor.visit.request
    assert [one.act for one in visitor.page.choices] == [Press.DECLINE_FACE, Press.TURN_ONLY]
    visitor.press(Press.TURN_ONLY)
    assert visitor.visit.request == request + 1, "what the first check still says is late"
    assert [type(one) for one in visitor.effects[:2]] == [Cancel, CheckFace]
    assert visitor.effects[1].turn_only is True
    assert (visitor.visit.proof.tries, visitor.visit.proof.hint) == (0, None)
    assert [one.act for one in visitor.page.choices] == [Press.DECLINE_FACE]
    assert visitor.press(Press.TURN_ONLY).visit.request == request + 1, "once is enough"


def test_another_card_may_close_the_eyes_again():
    visitor = Visitor().with_card().press(Press.TURN_ONLY).press(Press.BACK)
    visitor.happen(ev.CardRead(persona("liu")[0]))
    assert visitor.effects[-1].turn_only is False


def test_the_steps_that_were_done_leave_with_the_proof():
    visitor = Visitor().with_card().happen(ev.FaceMatched(0.31, 0.42, "dlib128", ("blink",)))
    record = visitor.visit.proof.accepted.record()
    assert record["steps"] == ["blink"]
    assert set(record) == {"method", "at", "score", "threshold", "engine", "steps"}


def test_who_had_no_card_may_lay_one_down_after_all():
    visitor = Visitor().press(Press.START_SELF).press(Press.AGREE).press(Press.NO_CARD)
    assert visitor.press(Press.TRY_AGAIN).visit.stage is Stage.CARD


def test_an_answer_to_another_visit_is_dropped():
    visitor = Visitor().press(Press.START_SELF).press(Press.AGREE)
    before = visitor.visit
    card = ev.CardRead(persona("liu")[0])
    assert visitor.happen(card, "v-0", before.request).visit is before
    assert visitor.happen(card, before.id, before.request - 1).visit is before
    assert visitor.happen(card, before.id, before.request).visit.identity.card is not None


# facts


def test_a_disputed_fact_is_marked_and_unmarked():
    visitor = Visitor().with_facts().press(Press.NEXT)
    visitor.press(Press.TOGGLE, "birth")
    assert [row.value for row in visitor.page.rows if row.mend] == ["birth"]
    visitor.press(Press.TOGGLE, "birth")
    assert visitor.visit.facts.disputed == frozenset()


def test_a_fetched_account_that_can_not_be_right_is_marked():
    wrong = replace(
        persona("liu")[1], account="6200000000000306689", unit_code="91341600MA00000018"
    )
    visitor = Visitor().proved().happen(ev.FactsKnown(wrong))
    assert visitor.visit.facts.disputed == {"account", "unit_code"}
    assert Visitor().with_facts().visit.facts.disputed == frozenset()


def test_unknown_category_falls_back_to_the_later_age():
    assert category_for(RULES, Sex.MALE, "?").value == "M60"
    assert category_for(RULES, Sex.FEMALE, "").value == "F55"
    assert category_for(RULES, Sex.FEMALE, "F50").value == "F50"


def test_who_may_not_retire_later_is_not_asked():
    """Before 2025 there was no choice of month: the flexible rule does not apply."""
    card, facts = persona("liu")
    old = replace(card, birth=card.birth.replace(year=1950))
    visitor = Visitor().press(Press.START_SELF).press(Press.AGREE).happen(ev.CardRead(old))
    visitor.happen(ev.FaceMatched(0.31, 0.42, "x")).happen(ev.FactsKnown(facts))
    assert Press.OTHER_TIME not in [choice.act for choice in visitor.page.choices]
    assert visitor.page.time_bar.latest[2] == handbook().words["dates"]["fixed_note"]
    assert visitor.page.time_bar.inside == ""


def born(year: int, month: int) -> Visitor:
    card, facts = persona("liu")
    young = replace(card, birth=card.birth.replace(year=year, month=month, day=1))
    visitor = Visitor().press(Press.START_SELF).press(Press.AGREE).happen(ev.CardRead(young))
    return visitor.happen(ev.FaceMatched(0.31, 0.42, "x")).happen(ev.FactsKnown(facts))


@pytest.mark.parametrize(
    ("year", "month", "words"), [(1965, 3, "passed"), (1966, 6, "this_month"), (1970, 1, "ahead")]
)
def test_the_dates_page_tells_past_present_and_future_apart(year, month, words):
    visitor = born(year, month)
    pattern = handbook().words["dates"][words]
    start = pattern.partition("{")[0]
    months = visitor.visit.facts.situation.estimate.statutory.since(
        visitor.visit.facts.situation.today
    )
    assert {"passed": months < 0, "this_month": months == 0, "ahead": months > 0}[words]
    assert visitor.page.time_bar.under.startswith(start)


def offered(visitor: Visitor) -> list[str]:
    return [row.value for row in visitor.page.rows if row.act is Press.PICK]


def test_only_months_that_are_left_are_offered():
    visitor = born(1965, 4).press(Press.OTHER_TIME)
    assert offered(visitor) == ["0", "6", "12", "18"]  # latest 2028-05
    assert [row.reason for row in visitor.page.rows][-1] == "2028年5月"


def test_who_is_ahead_may_go_as_soon_as_the_span_allows():
    """Born 1967-06: statutory 2028-02, earliest 2027-06; today is 2026-11."""
    visitor = born(1967, 6).press(Press.OTHER_TIME)
    assert offered(visitor) == ["soonest", "0", "12", "36"]
    visitor.press(Press.PICK, "soonest")
    assert str(visitor.visit.facts.situation.retire) == "2027-06"
    assert visitor.page.time_bar.under.startswith("提前退")
    visitor.press(Press.OTHER_TIME).press(Press.PICK, "0")
    assert str(visitor.visit.facts.situation.retire) == "2028-02"


def test_special_work_is_another_way_until_the_age_is_reached():
    visitor = born(1967, 6).press(Press.OTHER_TIME).press(Press.OTHER_WAY)
    assert offered(visitor) == ["R02", "R03"]
    visitor.press(Press.PICK, "R02")
    assert visitor.visit.facts.situation.route is Route.SPECIAL_WORK
    assert visitor.page.time_bar.under == "按特殊工种申请，由人来审核"
    assert offered(visitor.press(Press.OTHER_TIME).press(Press.OTHER_WAY)) == ["R01"]
    aged = born(1966, 6).press(Press.OTHER_TIME)
    assert Press.OTHER_WAY not in [row.act for row in aged.page.rows]


def application_says(visitor: Visitor) -> dict:
    """Return what would be handed in about the retirement of this visitor."""
    visit = replace(visitor.visit, signature=replace(visitor.visit.signature, confirmed_at=NOW))
    return json.loads(application_of(visit, handbook()).content)["retirement"]


def test_a_category_that_does_not_fit_the_sex_is_doubted():
    facts = replace(persona("liu")[1], category="F50")
    visitor = Visitor().proved().happen(ev.FactsKnown(facts))
    assert str(visitor.visit.facts.situation.estimate.category) == "M60"
    assert "category" in visitor.visit.facts.disputed
    assert application_says(visitor)["category_from"] == "assumed"


def test_a_special_way_has_no_month_of_its_own():
    visitor = born(1970, 6).press(Press.PICK, "soonest").press(Press.PICK, "R02")
    assert visitor.page.time_bar.hero == "由人来定"
    said = application_says(visitor)
    assert (said["route"], said["retire_month"], said["timing"]) == ("R02", None, None)
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    while visitor.visit.stage is Stage.FORM:
        if visitor.page.name in ("mobile", "mobile_alt", "child_birth"):
            visitor.press(Press.NONE_OF_IT)
        elif visitor.page.name == "special_years":
            visitor.type("12").press(Press.NEXT)
        else:
            visitor.press(Press.PICK, visitor.page.rows[0].value)
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.BRING_LATER)
    assert {row.label: row.words for row in visitor.page.rows}["退休"] == "由人来定"


def test_leaving_out_the_qualification_leaves_out_what_hangs_on_it():
    visitor = Visitor().at_choose().press(Press.TOGGLE, "R01")
    assert set(chosen(visitor.visit, handbook())) == {"R04", "R08", "R17"}
    visitor.press(Press.NEXT)
    assert visitor.page.sentence == "前面那项不办，跟着的也先不办。"
    page_with(visitor, "R07").press(Press.TOGGLE, "R07")
    assert {"R01", "R06", "R07"} <= set(chosen(visitor.visit, handbook()))


def test_taking_in_again_insists_on_nothing():
    visitor = page_with(Visitor().at_choose("wang"), "R11")
    visitor.press(Press.TOGGLE, "R11").press(Press.TOGGLE, "R11")
    assert "R11" in chosen(visitor.visit, handbook())
    assert "R12" not in chosen(visitor.visit, handbook())


def test_what_was_insisted_on_is_told_to_the_office():
    visitor = (
        page_with(Visitor().at_choose("wang"), "R04").press(Press.WHY, "R04").press(Press.INSIST)
    )
    assert application_says(visitor)["insisted"] == ["R04"]


def test_a_sleeping_card_is_said_to_sleep():
    facts = replace(persona("liu")[1], card_account_active=False)
    visitor = Visitor().proved().happen(ev.FactsKnown(facts))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor.type("13900001234").press(Press.NEXT).press(Press.PICK, "same")
    assert visitor.page.rows[0].reason == "先去银行激活，才收得到钱"


def test_without_an_address_nobody_lives_where_the_card_says():
    citizen, facts = persona("liu")
    card = replace(citizen, kind=CardKind.FOREIGN_2023, address="")
    visitor = Visitor().press(Press.START_SELF).press(Press.AGREE).happen(ev.CardRead(card))
    visitor.happen(ev.FaceMatched(0.31, 0.42, "x")).happen(ev.FactsKnown(facts))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor.type("13900001234").press(Press.NEXT)
    assert [row.value for row in visitor.page.rows] == ["other"]
    assert "R17" not in chosen(visitor.visit, handbook())


def test_the_first_page_after_the_proof_has_no_way_back():
    visitor = Visitor().with_facts()
    assert visitor.page.dock[1] is None
    assert visitor.press(Press.NEXT).page.dock[1] is not None


def test_a_woman_whose_post_no_office_knows_may_say_it_herself():
    facts = persona("wang")[1]
    visitor = Visitor().proved("wang").happen(ev.FactsKnown(replace(facts, category="")))
    assert str(visitor.visit.facts.situation.estimate.category) == "F55"
    assert visitor.page.sentence == "按 55 岁退休的岗位算，不对请点左边。"
    assert [choice.value for choice in visitor.page.choices] == ["F50", ""]
    visitor.press(Press.PICK, "F50")
    assert application_says(visitor)["category_from"] == "declared"
    assert str(visitor.visit.facts.situation.estimate.statutory) == "2026-11"
    told = Visitor().with_facts("wang").press(Press.OTHER_TIME)
    assert Press.OTHER_WAY not in [row.act for row in told.page.rows]
    own_account = replace(facts, category="", kind=InsuredKind.FLEXIBLE)
    flexible = Visitor().proved("wang").happen(ev.FactsKnown(own_account))
    assert "F50" not in [choice.value for choice in flexible.page.choices]


def test_a_state_body_is_told_that_late_is_not_for_all():
    visitor = Visitor().with_young_facts(kind=InsuredKind.INSTITUTION).press(Press.OTHER_TIME)
    assert visitor.page.sentence == "公务员和领导职务，不能延迟。"


def page_with(visitor: Visitor, code: str) -> Visitor:
    while code not in [row.value for row in visitor.page.rows]:
        visitor.press(Press.NEXT)
    return visitor


def row_of(visitor: Visitor, code: str):
    return next(row for row in page_with(visitor, code).page.rows if row.value == code)


def test_what_lies_far_ahead_is_not_ticked_but_can_be():
    visitor = Visitor().with_young_facts()
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
    visitor = page_with(Visitor().at_choose("wang"), "R04")
    visitor.press(Press.WHY, "R04")
    assert visitor.page.name == "why"
    assert visitor.page.panel.heading == "社保关系转移"
    assert visitor.page.panel.lines[0] == "不用办：都交在亳州"
    assert "社会保险法" in visitor.page.panel.lines[-1]


def test_who_knows_better_files_all_the_same():
    visitor = page_with(Visitor().at_choose("wang"), "R04").press(Press.WHY, "R04")
    assert [choice.act for choice in visitor.page.choices] == [Press.INSIST, Press.STAY]
    visitor.press(Press.INSIST)
    assert visitor.visit.overlay is Overlay.NONE
    assert "R04" in chosen(visitor.visit, handbook())
    assert row_of(visitor, "R04").reason == "您说能办，由人来核对"
    visitor.press(Press.TOGGLE, "R04")
    assert "R04" not in chosen(visitor.visit, handbook())
    assert row_of(visitor, "R04").act is Press.WHY


def test_what_is_for_another_kind_can_not_be_insisted_on():
    visitor = Visitor().with_young_facts(year=1966, kind=InsuredKind.FLEXIBLE)
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    page_with(visitor, "R15").press(Press.WHY, "R15")
    assert [choice.act for choice in visitor.page.choices] == [Press.STAY]


def test_the_last_page_of_services_says_what_is_known_and_what_is_asked():
    visitor = Visitor().at_choose()
    while visitor.page.choices[-1].words != handbook().words["choose"]["next"]:
        visitor.press(Press.NEXT)
    assert visitor.page.sentence == "知道 23 项，只再问您 6 句。"


def test_the_plan_shows_each_part_with_its_day():
    visitor = Visitor().at_receipt().press(Press.PLAN)
    under = {}
    for _ in range(3):
        under |= {row.words: row.reason for row in visitor.page.rows}
        visitor.press(Press.MORE)
    assert len(under) == 16
    assert under["领养老金的资格"] == "马上开始，12月14日前"
    assert under["社保卡和乘车优待"] == "马上开始，12月7日前"
    assert under["提取公积金"] == "等公积金封存，12月14日前"


def test_a_short_plan_has_one_page():
    visitor = only(Visitor().at_choose(), "R08")
    visitor.press(Press.NONE_OF_IT).press(Press.NONE_OF_IT).press(Press.PICK, "same")
    visitor.press(Press.PICK, "rest").press(Press.CONFIRM).happen(ev.Drawn(INK)).press(Press.SIGNED)
    visitor.happen(ev.Pending()).press(Press.PLAN)
    assert [choice.act for choice in visitor.page.choices] == [Press.STAY]
    assert visitor.page.sentence == handbook().words["plan"]["sentence_pending"]


def test_the_notice_is_printed_for_anybody():
    visitor = Visitor().press(Press.HELP).press(Press.READ_GUIDE).press(Press.PRINT)
    printed = [one for one in visitor.effects if isinstance(one, PrintSlip)]
    lines = [part.text for part in printed[0].slip.parts]
    assert sum(line.startswith("谁能办：") for line in lines) == 18
    assert "找谁：人力资源和社会保障局 电话 12333" in lines
    assert visitor.page.sentence == handbook().words["guide"]["printing"]
    visitor.happen(ev.PrintFailed(Failure.PAPER_OUT), request=visitor.visit.request)
    assert visitor.page.mend
    visitor.press(Press.DONE).press(Press.HELP).press(Press.READ_GUIDE)
    assert not any(isinstance(one, PrintSlip) for one in visitor.effects)


# the form hangs together


def with_own_account(visitor: Visitor) -> Visitor:
    visitor.at_form().press(Press.NONE_OF_IT).press(Press.NONE_OF_IT).press(Press.PICK, "same")
    visitor.press(Press.PICK, "own").type("4111111111111111").press(Press.NEXT)
    visitor.type("19920314").press(Press.NEXT).press(Press.PICK, "once").press(Press.PICK, "rest")
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.PROMISE)
    assert visitor.visit.stage is Stage.REVIEW
    return visitor


def test_changing_the_card_asks_for_the_number_anew():
    visitor = with_own_account(Visitor()).press(Press.CHANGE).press(Press.PICK, "bank")
    assert "account" not in visitor.visit.answers
    visitor.press(Press.PICK, "card")
    assert visitor.visit.stage is Stage.REVIEW
    assert "account" not in visitor.visit.answers


def test_changing_the_address_asks_for_every_level_anew():
    visitor = Visitor().at_form().press(Press.NONE_OF_IT).press(Press.NONE_OF_IT)
    visitor.press(Press.PICK, "other").press(Press.PICK, "341602").press(Press.PICK, "341602001")
    assert "live_town" in visitor.visit.answers
    review = replace(visitor.visit, stage=Stage.REVIEW, overlay=Overlay.CHANGE)
    visitor.visit = review
    visitor.press(Press.PICK, "live")
    assert [name for name in visitor.visit.answers if name.startswith("live")] == []


def test_answers_that_nobody_needs_any_more_are_not_handed_in():
    visitor = with_own_account(Visitor()).press(Press.CHANGE).press(Press.PICK, "services")
    only(visitor, "R01")
    assert visitor.visit.stage is Stage.REVIEW
    assert set(visitor.visit.answers) == {"mobile", "mobile_alt", "live", "talent"}
    visitor.press(Press.CHANGE)
    assert "bank" not in [row.value for row in visitor.page.rows]
    assert "bank" not in [row.label for row in visitor.press(Press.STAY).page.rows]


def test_back_from_the_review_after_services_were_left_out():
    """What nobody asks for any more, question or paper, is not turned back to."""
    visitor = with_own_account(Visitor()).press(Press.CHANGE).press(Press.PICK, "bank")
    visitor.press(Press.PICK, "own").type("4111111111111111").press(Press.NEXT)
    only(visitor.press(Press.CHANGE).press(Press.PICK, "services"), "R01")
    visitor.press(Press.BACK)
    assert visitor.page.name == "talent"


def test_review_without_a_bank_question():
    visitor = only(Visitor().at_choose(), "R01")
    visitor.press(Press.NONE_OF_IT).press(Press.NONE_OF_IT).press(Press.PICK, "same")
    visitor.press(Press.PICK, "rest")
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.PROMISE)
    labels = [row.label for row in visitor.page.rows]
    assert handbook().words["review"]["bank"] not in labels
    assert visitor.press(Press.BACK).page.name in ("talent", "materials")


def test_the_bank_page_names_the_card_by_its_tail():
    facts = persona("liu")[1]
    visitor = Visitor().at_form().press(Press.NONE_OF_IT).press(Press.NONE_OF_IT)
    visitor.press(Press.PICK, "same")
    row = visitor.page.rows[0]
    assert (row.words, row.reason) == (f"社保卡，尾号 {facts.account[-4:]}", facts.bank)
    assert facts.account not in str(visitor.page)


def test_help_offers_the_guide_to_passers_by():
    def offered(visitor: Visitor) -> list[Press]:
        return [choice.act for choice in visitor.press(Press.HELP).page.choices]

    assert offered(Visitor()) == [Press.READ_GUIDE, Press.STAY]
    assert offered(Visitor().with_facts()) == [Press.STAY]


def test_offline_the_bank_is_not_named():
    visitor = Visitor().offline()
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor.type("13900001234").press(Press.NEXT).press(Press.PICK, "same")
    assert visitor.page.name == "bank"
    assert "None" not in str(visitor.page.rows)


def test_a_paper_without_promise_can_only_be_brought_later():
    facts = persona("liu")[1]
    visitor = Visitor().proved().happen(ev.FactsKnown(replace(facts, card_account_active=False)))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor.type("13900001234").press(Press.NEXT).press(Press.PICK, "same").press(
        Press.PICK, "card"
    )
    visitor.type("19920314").press(Press.NEXT).press(Press.PICK, "once").press(Press.PICK, "rest")
    acts = {}
    while visitor.visit.stage is Stage.MATERIALS:
        page = visitor.page
        acts[page.title] = [choice.act for choice in page.choices]
        visitor.press(Press.BRING_LATER)
    assert acts["本人银行卡"] == [Press.BRING_LATER]
    assert acts["独生子女光荣证"] == [Press.BRING_LATER, Press.PROMISE]


def test_an_institution_s_person_is_asked_for_the_leading_post():
    facts = replace(persona("liu")[1], kind=InsuredKind.INSTITUTION)
    visitor = Visitor().proved().happen(ev.FactsKnown(facts))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    names = []
    while visitor.visit.stage is Stage.FORM:
        names.append(visitor.page.name)
        visitor.press(Press.PICK, "x") if visitor.page.number is None else visitor.press(
            Press.NONE_OF_IT
        )
    assert "leader" in names


# submitting


def test_a_refused_application_is_another_one_when_it_is_signed_again():
    """The store keeps the refused one under its id: under the same id nothing would be sent."""
    visitor = Visitor().at_submitting()
    first = application_of(visitor.visit, handbook())
    visitor.happen(ev.Stored()).happen(ev.Refused())
    assert (visitor.visit.stage, visitor.visit.signature.ink) == (Stage.REVIEW, ())
    visitor.press(Press.CONFIRM).happen(ev.Drawn(INK)).press(Press.SIGNED)
    (second,) = [one.application for one in visitor.effects if isinstance(one, Submit)]
    assert second.id != first.id
    assert visitor.visit.application_id == second.id


OTHER_CASE = "11111111-0000-4000-8000-000000000002"


@pytest.mark.parametrize("begun", [(ev.Stored(),), (ev.Stored(), ev.Pending())])
def test_who_filed_elsewhere_before_is_shown_that_case(begun):
    """The same person at two terminals: one case, and a friendly answer instead of a refusal."""
    visitor = Visitor().at_submitting()
    for happening in (*begun, ev.CaseUnderWay(OTHER_CASE)):
        visitor.happen(happening)
    assert visitor.visit.stage is Stage.PROGRESS
    assert FetchProgress(OTHER_CASE) in visitor.effects
    visitor.happen(ev.ProgressKnown("亳退 0000 0007", {"R01": "ready"}))
    assert visitor.page.sentence == "已经交过，正在办，不用再交。"
    assert [row.words for row in visitor.page.rows] == ["领养老金的资格"]
    assert visitor.page.choices[-1].act is Press.DONE
    assert visitor.press(Press.DONE).visit.stage is Stage.WIPING


def test_after_a_full_disk_what_is_signed_next_is_another_application():
    """It may have been changed before it is signed again: one id never has two digests."""
    visitor = Visitor().at_submitting()
    first = visitor.visit.application_id
    visitor.happen(ev.StoreFailed(Failure.DISK_FULL))
    assert visitor.visit.stage is Stage.REVIEW
    assert visitor.visit.application_id != first


def test_a_bad_grade_asks_why_and_sends_the_reason():
    visitor = Visitor().at_receipt().press(Press.DONE).press(Press.RATE, "2")
    assert visitor.page.name == "rating_reason"
    visitor.press(Press.PICK, "slow")
    assert SendRating(visitor.visit.application_id, 2, ("slow",)) in visitor.effects


def test_a_rating_that_was_lost_is_not_told_to_the_next_person():
    visitor = Visitor().at_receipt().press(Press.DONE).press(Press.RATE, "5")
    last, request = visitor.visit.id, visitor.visit.request
    assert visitor.happen(ev.RatingLost(), last, request).visit.failure is Failure.RATING_LOST
    visitor.happen(ev.Wiped()).happen(ev.RatingLost(), last, request)
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.IDLE, None)


@pytest.mark.parametrize("end", [Press.SKIP, Press.QUIT_YES])
def test_who_does_not_rate_sends_nothing(end):
    visitor = Visitor().at_receipt().press(Press.DONE).press(end)
    assert visitor.visit.stage is Stage.WIPING
    assert not any(isinstance(one, SendRating) for one in visitor.effects)


def test_a_rating_page_left_alone_sends_nothing():
    visitor = Visitor().at_receipt().press(Press.DONE).happen(ev.Timeout())
    assert visitor.visit.stage is Stage.WIPING
    assert not any(isinstance(one, SendRating) for one in visitor.effects)


def test_the_receipt_of_someone_else_s_visit_is_dropped():
    visitor = Visitor().at_submitting()
    visitor.happen(ev.Accepted(receipt_for(visitor.visit)), "v-0")
    assert visitor.visit.stage is Stage.SUBMITTING


def test_a_press_that_names_no_answer_asks_nothing_again():
    visitor = Visitor().at_review().press(Press.CHANGE).press(Press.PICK, "nothing")
    assert visitor.visit.stage is Stage.REVIEW


def living_elsewhere() -> Visitor:
    visitor = Visitor().at_form().type("13900001234").press(Press.NEXT).press(Press.PICK, "other")
    return visitor.press(Press.PICK, "341622")


def test_a_long_list_of_places_can_be_searched_by_letter():
    visitor = living_elsewhere()
    acts = [choice.act for choice in visitor.page.choices]
    assert acts == [Press.LETTERS, Press.MORE]
    visitor.press(Press.LETTERS)
    groups = {row.value: row for row in visitor.page.rows}
    assert "".join(groups) == "".join(sorted("".join(groups)))
    assert groups["yz"].words == "Y Z"
    assert groups["yz"].reason == "岳坊镇、庄周街道"
    visitor.press(Press.LETTER, "yz")
    assert [row.words for row in visitor.page.rows] == ["岳坊镇", "庄周街道"]
    assert visitor.page.sentence == "没看到，就换个字母再找。"
    visitor.press(Press.BACK)
    assert visitor.page.name == "live_town"
    assert len(visitor.page.rows) == 6
    visitor.press(Press.LETTERS).press(Press.LETTER, "yz").press(
        Press.PICK, visitor.page.rows[0].value
    )
    assert visitor.page.name == "live_village"
    assert visitor.visit.entry.letters == ""


def test_all_places_are_listed_again_without_letters():
    visitor = living_elsewhere().press(Press.LETTERS).press(Press.LETTER, "yz")
    visitor.press(Press.LETTERS).press(Press.LETTER, "")
    assert len(visitor.page.rows) == 6


def test_the_own_county_comes_first():
    visitor = Visitor().at_form().type("13900001234").press(Press.NEXT).press(Press.PICK, "other")
    assert visitor.page.rows[0].words == "谯城区"
    visitor.press(Press.PICK, "341602")
    assert visitor.page.rows[0].words == "花戏楼街道"


def test_the_plan_says_from_which_month_a_later_part_begins():
    """Born 1966-08: statutory 2027-01, near enough to be ticked today."""
    visitor = born(1966, 8)
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor._answered()
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.PROMISE if Press.PROMISE in acts_of(visitor) else Press.BRING_LATER)
    visitor.press(Press.CONFIRM).happen(ev.Drawn(INK)).press(Press.SIGNED)
    visitor.happen(ev.Accepted(receipt_for(visitor.visit))).press(Press.PLAN)
    under = {row.words: row.reason for row in visitor.page.rows}
    assert under["领养老金的资格"] == "2027年1月起，预计1月22日前"
    assert under["户籍信息核对"] == "当天就好"


def acts_of(visitor: Visitor) -> list[Press]:
    return [choice.act for choice in visitor.page.choices]


def test_who_stays_with_the_offered_month_goes_on():
    visitor = Visitor().with_facts().press(Press.OTHER_TIME).press(Press.PICK, ON_TIME)
    assert (visitor.page.name, visitor.visit.display.part) == ("facts", 1)
    assert visitor.press(Press.BACK).page.name == "dates"


def test_who_comes_back_to_the_offered_month_sees_it_first():
    visitor = Visitor().with_facts()
    offered = visitor.page.time_bar.hero
    visitor.press(Press.OTHER_TIME).press(Press.PICK, "12")
    assert visitor.page.time_bar.hero != offered
    visitor.press(Press.OTHER_TIME).press(Press.PICK, ON_TIME)
    assert (visitor.page.name, visitor.page.time_bar.hero) == ("dates", offered)


def test_who_answers_anew_that_there_is_no_certificate_needs_no_paper_for_it():
    """The answer drops the service, and with it the only paper that was open."""
    visitor = Visitor().at_review("liu").press(Press.CHANGE).press(Press.PICK, "child_birth")
    visitor.type("19920314").press(Press.NEXT).press(Press.BACK).press(Press.BACK)
    assert visitor.visit.stage is Stage.FORM
    visitor.press(Press.NONE_OF_IT)
    assert visitor.visit.stage is Stage.REVIEW
    assert visitor.page.name == "review"
