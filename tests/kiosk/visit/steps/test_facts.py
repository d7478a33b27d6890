"""Facts, months and ways of retirement on their pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind
from kiosk.people.identity import Sex
from kiosk.retirement.situation import Route, category_for
from kiosk.visit.events.cards import CardRead
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.retirement_options import ON_TIME
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown
from tests.kiosk.invented_people import (
    InventedVisitor,
    handbook,
    persona,
)
from tests.kiosk.visit.steps.positions import application_says, born, offered

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
