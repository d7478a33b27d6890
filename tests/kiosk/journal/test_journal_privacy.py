"""Nothing in the journal tells who the person is, and what is replayed decides alike."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.people.facts import (
    FinishedService,
    InsuredKind,
    InsuredPlace,
    Marital,
    PaidScope,
    SharedFacts,
)
from kiosk.people.identity import Sex
from kiosk.retirement.conditions import holds
from kiosk.retirement.questions import is_told
from kiosk.retirement.situation import Timing
from kiosk.visit.events.cards import CardRead
from kiosk.visit.stages import Stage
from kiosk.visit.state import verdicts
from kiosk.visit.step_parts.shared_facts import fetched_facts
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FLAGS, FactsKnown
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook, persona
from tests.kiosk.journal.noted_visitor import NotedVisitor, lives_elsewhere, open_case, rated


def test_no_place_no_digit_no_stroke_is_noted():
    noted = lives_elsewhere(NotedVisitor())
    said = "\n".join(noted.lines)
    for secret in ("341602", "13900001234", persona("liu")[0].number, persona("liu")[0].name):
        assert secret not in said
    digits = [json.loads(line) for line in noted.lines if '"digit"' in line]
    assert [one["at"] for one in digits] == list(range(11))
    assert all("value" not in one for one in digits)
    signed = NotedVisitor().at_submitting()
    drawn = next(json.loads(line) for line in signed.lines if "Drawn" in line)
    assert set(drawn) == {"ms", "visit", "stage", "kind"}


@pytest.mark.parametrize("name", ["liu", "wang"])
def test_nothing_that_singles_somebody_out_is_noted(name):
    """A birth month and a widowhood name somebody in a village."""
    card, noted = persona(name)[0], NotedVisitor().with_card(name)
    noted.happen(FaceMatched(0.31, 0.42, "x"))
    noted.happen(FactsKnown(replace(persona("wang")[1], marital=Marital.WIDOWED)))
    said = {one["kind"]: one for one in map(json.loads, noted.lines)}
    plain = {"ms", "visit", "stage", "kind"}
    assert set(said["CardRead"]) - plain == {"sex"}
    coarse = {"enough", "deemed", "medical_short", "elsewhere", "household_checked", *FLAGS}
    assert set(said["FactsKnown"]) - plain == {"category", "phase", "insured", "has", *coarse}
    assert {said["FactsKnown"][name] for name in coarse} <= {True, False, None}
    assert said["FactsKnown"]["phase"] in (-1, 0, 1, 2)
    text = "".join(noted.lines)
    for secret in (str(card.birth.year), "widowed", "276", "312", "1994"):
        assert secret not in text


def test_no_grade_and_no_reason_is_noted():
    noted = rated(NotedVisitor())
    assert [json.loads(one)["good"] for one in noted.lines if '"rate"' in one] == [False]
    assert "slow" not in "".join(noted.lines)
    good = NotedVisitor().at_receipt().press(Press.DONE).press(Press.RATE, "4")
    assert [json.loads(one)["good"] for one in good.lines if '"rate"' in one] == [True]
    assert good.seen_again[-1].stage is good.visit.stage is Stage.WIPING


def test_a_case_that_is_open_is_noted_without_its_number():
    noted = open_case(NotedVisitor())
    assert "11111111" not in "".join(noted.lines)
    assert noted.seen_again[-1].stage is Stage.PROGRESS


FACTS = st.builds(
    SharedFacts,
    kind=st.sampled_from(InsuredKind),
    category=st.sampled_from(["M60", "F55", "F50", "", "X"]),
    paid_months=st.integers(0, 600),
    deemed_months=st.sampled_from([0, 0, 1, 240]),
    medical_months=st.integers(0, 480),
    medical_months_needed=st.sampled_from([0, 300, 360]),
    work_start_month=st.just("1987-09"),
    unit_name=st.sampled_from(["", "示范机械厂"]),
    earlier_places=st.sampled_from([(), ("阜阳市",), ("a", "b", "c")]),
    bank=st.sampled_from(["", "示范银行"]),
    account=st.sampled_from(["", "6200000000000306688"]),
    card_account_active=st.booleans(),
    marital=st.sampled_from(Marital),
    has_fund_account=st.booleans(),
    has_annuity=st.booleans(),
    household_matches=st.booleans(),
    household_checked=st.booleans(),
    only_child_certificate=st.sampled_from([True, False, None]),
    only_child_certificate_number=st.sampled_from(["", "皖亳独0000306"]),
    child_name=st.sampled_from(["", "刘小样"]),
    child_birth=st.sampled_from(["", "19920314"]),
    spouse_name=st.sampled_from(["", "示范英"]),
    annuity_plan=st.sampled_from(["", "企业年金"]),
    resume=st.sampled_from([(), ("1987-09 至今 示范机械厂",)]),
    draws_since=st.sampled_from(["", "", "2005-01"]),
    paid_scope=st.sampled_from(PaidScope),
    home_place=st.sampled_from(["", "亳州市", "阜阳市"]),
    insured_places=st.sampled_from(
        [
            (),
            (InsuredPlace("亳州市", 60),),
            (InsuredPlace("上海市", 144),),
            (InsuredPlace("上海市", 144), InsuredPlace("亳州市", 60)),
            (InsuredPlace("亳州市", 60), InsuredPlace("上海市", 90)),
        ]
    ),
    insured_since=st.sampled_from(["", "2009-03", "2017-11"]),
    state_manager=st.sampled_from([None, True, False]),
    services_open=st.sampled_from([(), ("R12",)]),
    services_refused=st.sampled_from([(), ("R14",)]),
    services_done=st.sampled_from([(), (FinishedService("R06", "2026-11-02"),)]),
)


@settings(max_examples=150, deadline=None)
@given(
    FACTS,
    st.sampled_from([Sex.MALE, Sex.FEMALE, Sex.UNKNOWN]),
    st.dates(date(1955, 1, 1), date(1985, 12, 31)),
    st.integers(0, 40),
)
def test_a_made_up_person_is_decided_like_the_real_one(facts, sex, birth, months):
    """Every condition and every answer, also when it is seen again in a later month."""
    noted = NotedVisitor().press(Press.START_SELF).press(Press.AGREE)
    noted.happen(CardRead(replace(persona("liu")[0], sex=sex, birth=birth)))
    noted.happen(FaceMatched(0.3, 0.42, "x")).happen(FactsKnown(facts))
    later = NOW + timedelta(days=31 * months)
    (*_, again) = replay(noted.lines, noted.table, later)
    first, second = noted.visit.facts.situation, again.facts.situation
    conditions = handbook().catalogue.conditions
    assert {name: holds(one, first) for name, one in conditions.items()} == {
        name: holds(one, second) for name, one in conditions.items()
    }
    assert first.estimate.category is second.estimate.category
    answers, answers_again = verdicts(noted.visit, handbook()), verdicts(again, handbook())
    assert [one.answer for one in answers.values()] == [
        one.answer for one in answers_again.values()
    ]
    questions = handbook().questions
    assert [is_told(one, noted.visit.facts.shared) for one in questions] == [
        is_told(one, again.facts.shared) for one in questions
    ]
    hidden = "spouse_name"  # who is not married, and is not asked, looks like who is known
    assert [one.key for one in fetched_facts(noted.visit, handbook()) if one.key != hidden] == [
        one.key for one in fetched_facts(again, handbook()) if one.key != hidden
    ]


def test_who_is_widowed_looks_like_whose_spouse_is_known():
    visit, facts = InventedVisitor().proved().visit, persona("liu")[1]
    known = replace(facts, spouse_name="示范英", marital=Marital.MARRIED)
    alone = replace(facts, spouse_name="", marital=Marital.WIDOWED)
    assert FactsKnown(alone).record(visit, handbook()) == FactsKnown(known).record(
        visit, handbook()
    )


@pytest.mark.parametrize("months", range(12))
def test_this_month_stays_this_month_in_any_later_one(months):
    """While the ages rise nobody retires in every fifth month, and late is another answer."""
    noted = NotedVisitor().proved()
    facts = replace(persona("liu")[1], kind=InsuredKind.INSTITUTION)
    noted.happen(FactsKnown(facts))
    (*_, again) = replay(noted.lines, noted.table, NOW + timedelta(days=31 * months))
    assert noted.visit.facts.situation.timing is again.facts.situation.timing is Timing.ON_TIME
