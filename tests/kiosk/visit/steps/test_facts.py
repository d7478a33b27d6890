"""Facts, months and ways of retirement on their pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.pages.press import Press
from kiosk.people.facts import FinishedService, InsuredKind, InsuredPlace
from kiosk.people.identity import Sex
from kiosk.retirement.situation import Route, category_for
from kiosk.visit.effects import FetchProgress
from kiosk.visit.events.cards import CardRead
from kiosk.visit.stages import Stage
from kiosk.visit.state import chosen
from kiosk.visit.step_parts.retirement_options import ON_TIME
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts import events
from kiosk.visit.steps.facts.events import FactsKnown
from kiosk.visit.steps.facts.ruled_facts import NONE_PAID, months_missing, ruled_facts
from kiosk.visit.steps.progress.events import ProgressKnown
from tests.kiosk.invented_people import (
    InventedVisitor,
    handbook,
    persona,
)
from tests.kiosk.visit.positions import application_says, born, offered

RULES = handbook().age_rules


def test_a_disputed_fact_is_marked_and_unmarked():
    visitor = InventedVisitor().with_facts().press(Press.NEXT)
    visitor.press(Press.TOGGLE, "birth")
    assert [row.value for row in visitor.page.rows if row.mend] == ["birth"]
    visitor.press(Press.TOGGLE, "birth")
    assert visitor.visit.facts.disputed == frozenset()


def test_a_fetched_account_that_can_not_be_right_is_marked():
    wrong = replace(
        persona("liu")[1], account="6200000000000306689", unit_code="91341600MA00000018"
    )
    visitor = InventedVisitor().proved().happen(FactsKnown(wrong))
    assert visitor.visit.facts.disputed == {"account", "unit_code"}
    assert InventedVisitor().with_facts().visit.facts.disputed == frozenset()


@pytest.mark.parametrize(
    ("facts", "marked"),
    [
        ({"insured_since": "2027-01"}, {"insured_since"}),
        ({"paid_months": 660, "deemed_months": 0}, {"paid_months"}),
        ({"draws_pension": False, "draws_since": "2025-12"}, {"draws_pension", "draws_since"}),
    ],
    ids=["entry in the future", "55 years paid", "two offices differ"],
)
def test_facts_that_can_not_all_be_true_are_marked_and_handed_in_so(facts, marked):
    visitor = InventedVisitor().proved().happen(FactsKnown(replace(persona("liu")[1], **facts)))
    assert visitor.visit.facts.disputed == marked
    assert application_says(visitor)["disputed"] == sorted(marked)
    visitor.press(Press.NEXT)
    noted = set()
    while visitor.visit.stage is Stage.FACTS:
        noted |= {row.reason for row in visitor.page.rows if row.mend}
        visitor.press(Press.NEXT)
    assert noted == {handbook().words["facts"]["disputed"]}


def test_the_birth_of_a_person_of_103_is_looked_at():
    visitor = born(1923, 6)
    assert "birth" in visitor.visit.facts.disputed


def test_unknown_category_falls_back_to_the_later_age():
    assert category_for(RULES, Sex.MALE, "?").value == "M60"
    assert category_for(RULES, Sex.FEMALE, "").value == "F55"
    assert category_for(RULES, Sex.FEMALE, "F50").value == "F50"


def test_who_may_not_retire_later_is_not_asked():
    """Before 2025 there was no choice of month: the flexible rule does not apply."""
    card, facts = persona("liu")
    old = replace(card, birth=card.birth.replace(year=1950))
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.AGREE).happen(CardRead(old))
    visitor.happen(FaceMatched(0.31, 0.42, "x")).happen(FactsKnown(facts))
    assert Press.OTHER_TIME not in [choice.act for choice in visitor.page.choices]
    assert visitor.page.time_bar.latest[2] == handbook().words["dates"]["fixed_note"]
    assert visitor.page.time_bar.inside == ""


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


def test_only_months_that_are_left_are_offered():
    visitor = born(1965, 4).press(Press.OTHER_TIME)
    assert offered(visitor) == ["0", "6", "12", "18"]  # latest 2028-05
    assert [row.reason for row in visitor.page.rows][-1] == "2028年5月，每千元多约 41 元"


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


def test_a_category_that_does_not_fit_the_sex_is_doubted():
    facts = replace(persona("liu")[1], category="F50")
    visitor = InventedVisitor().proved().happen(FactsKnown(facts))
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
        if visitor.page.name in ("mobile", "mobile_alt"):
            visitor.press(Press.NONE_OF_IT)
        elif visitor.page.name == "special_years":
            visitor.type("12").press(Press.NEXT)
        else:
            visitor.press(Press.PICK, visitor.page.rows[0].value)
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.BRING_LATER)
    assert {row.label: row.words for row in visitor.page.rows}["退休"] == "由人来定"


def test_a_woman_whose_post_no_office_knows_may_say_it_herself():
    facts = persona("wang")[1]
    visitor = InventedVisitor().proved("wang").happen(FactsKnown(replace(facts, category="")))
    assert str(visitor.visit.facts.situation.estimate.category) == "F55"
    assert visitor.page.sentence == "按 55 岁退休的岗位算，不对请点左边。"
    assert [choice.value for choice in visitor.page.choices] == ["F50", ""]
    visitor.press(Press.PICK, "F50")
    assert application_says(visitor)["category_from"] == "declared"
    assert str(visitor.visit.facts.situation.estimate.statutory) == "2026-11"
    told = InventedVisitor().with_facts("wang").press(Press.OTHER_TIME)
    assert Press.OTHER_WAY not in [row.act for row in told.page.rows]
    own_account = replace(facts, category="", kind=InsuredKind.FLEXIBLE)
    flexible = InventedVisitor().proved("wang").happen(FactsKnown(own_account))
    assert "F50" not in [choice.value for choice in flexible.page.choices]


def test_a_woman_of_county_rank_may_say_that_60_is_her_age():
    """She was shown seven years too early, and no press could change it."""
    facts = replace(persona("wang")[1], category="")
    visitor = InventedVisitor().proved("wang").happen(FactsKnown(facts))
    visitor.press(Press.OTHER_TIME).press(Press.OTHER_WAY)
    assert offered(visitor)[-2:] == ["F50", "W60"]
    visitor.press(Press.PICK, "W60")
    said = application_says(visitor)
    assert (said["category"], said["category_from"]) == ("W60", "declared")
    assert str(visitor.visit.facts.situation.estimate.earliest) == "2036-03"
    known = InventedVisitor().proved("wang").happen(FactsKnown(replace(facts, category="W60")))
    assert application_says(known)["category_from"] == "shared"


def test_an_early_month_without_time_for_its_notice_is_not_offered():
    """Born 1966-12: statutory 2027-06, earliest 2026-12; today is 2026-11-23."""
    visitor = born(1966, 12).press(Press.OTHER_TIME)
    assert offered(visitor)[0] == "soonest"
    assert visitor.page.rows[0].reason == "2027年2月，现在书面说，要满 3 个月"
    visitor.press(Press.PICK, "soonest")
    assert str(visitor.visit.facts.situation.retire) == "2027-02"
    early_enough = born(1967, 6).press(Press.OTHER_TIME)
    assert early_enough.page.rows[0].reason == "2027年6月，3 个月前要书面说过"


def test_what_the_rules_ask_for_is_shown_and_handed_in():
    facts = replace(
        persona("liu")[1],
        home_place="亳州市",
        insured_places=(InsuredPlace("合肥市", 12), InsuredPlace("亳州市", 402)),
        insured_since="1992-03",
        notice_month="2026-08",
        archive_birth="1966-06",
        state_manager=False,
        draws_since="",
    )
    visitor = InventedVisitor().proved().happen(FactsKnown(facts)).press(Press.NEXT)
    shown = {}
    while visitor.visit.stage is Stage.FACTS:
        shown |= {row.label: row.words for row in visitor.page.rows}
        visitor.press(Press.NEXT)
    words = handbook().words["facts"]["labels"]
    assert shown[words["home_place"]] == "亳州市"
    assert shown[words["insured_places"]] == "合肥市 1 年、亳州市 33 年 6 个月"
    assert shown[words["insured_since"]] == "1992年3月起"
    assert shown[words["notice_month"]] == "2026年8月"
    assert shown[words["archive_birth"]] == "1966年6月"
    assert shown[words["state_manager"]] == "不担任"
    assert words["draws_since"] not in shown


CASE = "11111111-0000-4000-8000-000000000001"


def beside_case(**facts) -> InventedVisitor:
    """Return a visitor before the last page of the progress of the own case."""
    known = replace(persona("liu")[1], open_case=CASE, **facts)
    visitor = InventedVisitor().proved().happen(FactsKnown(known))
    assert FetchProgress(CASE) in visitor.effects
    return visitor.happen(ProgressKnown("亳退 1", {"R12": "ready", "R14": "refused"}))


def test_another_part_can_be_filed_beside_the_case_that_is_under_way():
    """R14 was refused, R12 runs: it was no longer possible to file anything."""
    visitor = beside_case(
        services_open=("R12",),
        services_refused=("R14",),
        services_done=(FinishedService("R06", "2026-11-10"),),
        draws_since="2026-11",
    )
    assert visitor.visit.stage is Stage.PROGRESS
    assert Press.START_SELF in {choice.act for choice in visitor.page.choices}
    visitor.press(Press.START_SELF)
    assert (visitor.visit.stage, visitor.page.name) == (Stage.FACTS, "drawn")
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    assert visitor.visit.stage is Stage.CHOOSE
    assert set(chosen(visitor.visit, handbook())) == {"R08", "R14"}
    assert visitor.visit.application_id != CASE


def test_nothing_is_offered_beside_a_case_of_which_the_parts_are_not_known():
    """A central service before this version has one case for a person, and would refuse."""
    visitor = beside_case()
    assert Press.START_SELF not in [one.act for one in visitor.page.choices]
    assert visitor.press(Press.START_SELF).visit.stage is Stage.PROGRESS


def test_a_state_body_is_told_that_late_is_not_for_all():
    visitor = (
        InventedVisitor().with_young_facts(kind=InsuredKind.INSTITUTION).press(Press.OTHER_TIME)
    )
    assert visitor.page.sentence == "公务员和领导职务，不能延迟。"


def test_who_stays_with_the_offered_month_goes_on():
    visitor = InventedVisitor().with_facts().press(Press.OTHER_TIME).press(Press.PICK, ON_TIME)
    assert (visitor.page.name, visitor.visit.display.part) == ("facts", 1)
    assert visitor.press(Press.BACK).page.name == "dates"


def test_who_comes_back_to_the_offered_month_sees_it_first():
    visitor = InventedVisitor().with_facts()
    offered = visitor.page.time_bar.hero
    visitor.press(Press.OTHER_TIME).press(Press.PICK, "12")
    assert visitor.page.time_bar.hero != offered
    visitor.press(Press.OTHER_TIME).press(Press.PICK, ON_TIME)
    assert (visitor.page.name, visitor.page.time_bar.hero) == ("dates", offered)


def test_a_stand_in_of_facts_before_a_situation_has_no_paid_months():
    assert events._paid_like({"enough": False}, InventedVisitor().visit) == 0


@pytest.mark.parametrize(("short", "lacking"), [(2, 1), (60, NONE_PAID)])
def test_a_stand_in_lacks_about_as_many_paid_months(short, lacking):
    shared = persona("liu")[1]
    minimum = InventedVisitor().with_facts().visit.facts.situation.minimum_months
    facts = replace(shared, paid_months=minimum - short, deemed_months=0, earlier_places=())
    case = InventedVisitor().proved("liu").happen(FactsKnown(facts)).visit.facts.situation
    assert months_missing({"ruled": ruled_facts(case, facts)}) == lacking
