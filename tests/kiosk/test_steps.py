"""Single steps beside the straight way: turning back, changing the mind, being refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.people.facts import InsuredKind
from kiosk.retirement.situation import category_of
from kiosk.visit import events as ev
from kiosk.visit.actions import application_of
from kiosk.visit.effects import Cancel, FetchFacts, ReadCard, SendRating, Submit
from kiosk.visit.page import Act
from kiosk.visit.stages import Overlay, Stage
from tests.kiosk.people import INK, Visitor, handbook, persona, receipt_for


def where(visitor: Visitor) -> tuple[Stage, int]:
    return visitor.visit.stage, visitor.visit.part


def only(visitor: Visitor, *codes: str) -> Visitor:
    """Leave out every service but these, at CHOOSE, and go on."""
    for code in handbook().catalogue.services:
        if (code in codes) == (code in visitor.visit.unwanted):
            visitor.press(Act.TOGGLE, code)
    while visitor.visit.stage is Stage.CHOOSE:
        visitor.press(Act.NEXT)
    return visitor


# turning pages and stages back


def test_guide_turns_both_ways_and_ends_at_idle():
    visitor = Visitor().press(Act.HELP).press(Act.READ_GUIDE)
    assert (where(visitor), visitor.visit.overlay) == ((Stage.GUIDE, 0), Overlay.NONE)
    assert where(visitor.press(Act.MORE).press(Act.MORE)) == (Stage.GUIDE, 2)
    assert where(visitor.press(Act.BACK)) == (Stage.GUIDE, 1)
    assert where(visitor.press(Act.BACK)) == (Stage.GUIDE, 0)
    assert visitor.press(Act.BACK).visit.stage is Stage.IDLE


def test_back_from_the_face_check_asks_for_a_card_again():
    visitor = Visitor().with_card().press(Act.BACK)
    assert visitor.visit.stage is Stage.CARD
    assert visitor.visit.card is None
    assert visitor.effects == (Cancel(), ReadCard())


def test_back_from_another_proof_drops_the_card():
    visitor = Visitor().with_card(face=False).press(Act.BACK)
    assert (visitor.visit.stage, visitor.visit.card) == (Stage.CARD, None)


def test_facts_and_services_turn_back_part_by_part():
    visitor = Visitor().at_choose()
    visitor.press(Act.NEXT)
    assert where(visitor) == (Stage.CHOOSE, 1)
    assert where(visitor.press(Act.BACK)) == (Stage.CHOOSE, 0)
    assert where(visitor.press(Act.BACK)) == (Stage.FACTS, 0)
    assert FetchFacts(persona("liu")[0].number) not in visitor.effects, "they are here already"
    assert where(visitor.press(Act.NEXT).press(Act.BACK)) == (Stage.FACTS, 0)


def test_form_goes_back_question_by_question_then_to_the_services():
    visitor = Visitor().at_form().type("13900001234").press(Act.NEXT)
    assert visitor.page.name == "live"
    visitor.press(Act.BACK)
    assert (visitor.page.name, visitor.visit.typed) == ("mobile", "")
    assert visitor.press(Act.BACK).visit.stage is Stage.CHOOSE


def test_a_long_list_of_places_turns_back_before_the_question_does():
    visitor = Visitor().at_form().press(Act.NONE_OF_IT).press(Act.NONE_OF_IT)
    visitor.press(Act.PICK, "other").press(Act.PICK, "341602")
    assert visitor.page.name == "live_town"
    assert where(visitor.press(Act.MORE)) == (Stage.FORM, 1)
    visitor.press(Act.BACK)
    assert (visitor.page.name, visitor.visit.part) == ("live_town", 0)
    assert visitor.press(Act.BACK).page.name == "live_county"


def test_back_from_the_papers_asks_the_last_question_again():
    assert Visitor().at_materials().press(Act.BACK).page.name == "talent"


def test_erasing_takes_one_digit():
    visitor = Visitor().at_form().type("139").press(Act.ERASE)
    assert visitor.visit.typed == "13"
    visitor.type("9" * 20)
    assert len(visitor.visit.typed) == 11, "there are no more places"


# another proof


@pytest.mark.parametrize("tries", [0, 1, 2])
def test_who_now_wants_the_face_check_gets_the_tries_that_are_left(tries):
    visitor = Visitor().with_card()
    for _ in range(tries):
        visitor.happen(ev.FaceFailed(Failure.FACE_NOT_ALIKE))
    visitor.press(Act.DECLINE_FACE).press(Act.TRY_AGAIN)
    assert visitor.visit.stage is Stage.PROOF
    assert visitor.visit.consent.face


def test_no_fourth_try():
    visitor = Visitor().with_card()
    for _ in range(3):
        visitor.happen(ev.FaceFailed(Failure.FACE_NOT_ALIKE))
    assert visitor.press(Act.TRY_AGAIN).visit.stage is Stage.OTHER_PROOF


def test_who_had_no_card_may_lay_one_down_after_all():
    visitor = Visitor().press(Act.START_SELF).press(Act.AGREE).press(Act.NO_CARD)
    assert visitor.press(Act.TRY_AGAIN).visit.stage is Stage.CARD


def test_an_answer_to_another_visit_is_dropped():
    visitor = Visitor().press(Act.START_SELF).press(Act.AGREE)
    before = visitor.visit
    card = ev.CardRead(persona("liu")[0])
    assert visitor.happen(card, "v-0", before.request).visit is before
    assert visitor.happen(card, before.id, before.request - 1).visit is before
    assert visitor.happen(card, before.id, before.request).visit.card is not None


# facts


def test_a_disputed_fact_is_marked_and_unmarked():
    visitor = Visitor().with_facts().press(Act.NEXT)
    visitor.press(Act.TOGGLE, "birth")
    assert [row.value for row in visitor.page.rows if row.mend] == ["birth"]
    visitor.press(Act.TOGGLE, "birth")
    assert visitor.visit.disputed == frozenset()


def test_unknown_category_falls_back_to_the_later_age():
    card, facts = persona("liu")
    assert category_of(card, replace(facts, category="?")).value == "M60"
    assert category_of(persona("wang")[0], None).value == "F55"


def test_who_may_not_retire_later_is_not_asked():
    """Before 2025 there was no choice of month: the flexible rule does not apply."""
    card, facts = persona("liu")
    old = replace(card, birth=card.birth.replace(year=1950))
    visitor = Visitor().press(Act.START_SELF).press(Act.AGREE).happen(ev.CardRead(old))
    visitor.happen(ev.FaceMatched(0.31, 0.42, "x")).happen(ev.FactsKnown(facts))
    assert Act.LATER not in [choice.act for choice in visitor.page.choices]
    assert visitor.page.time_bar.latest[2] == handbook().words["dates"]["fixed_note"]
    assert visitor.page.time_bar.inside == ""


def born(year: int, month: int) -> Visitor:
    card, facts = persona("liu")
    young = replace(card, birth=card.birth.replace(year=year, month=month, day=1))
    visitor = Visitor().press(Act.START_SELF).press(Act.AGREE).happen(ev.CardRead(young))
    return visitor.happen(ev.FaceMatched(0.31, 0.42, "x")).happen(ev.FactsKnown(facts))


@pytest.mark.parametrize(
    ("year", "month", "words"), [(1965, 3, "passed"), (1966, 6, "this_month"), (1970, 1, "ahead")]
)
def test_the_dates_page_tells_past_present_and_future_apart(year, month, words):
    visitor = born(year, month)
    pattern = handbook().words["dates"][words]
    start = pattern.partition("{")[0]
    months = visitor.visit.situation.estimate.statutory.since(visitor.visit.situation.today)
    assert {"passed": months < 0, "this_month": months == 0, "ahead": months > 0}[words]
    assert visitor.page.time_bar.under.startswith(start)


def test_only_months_that_are_left_are_offered():
    visitor = born(1965, 4).press(Act.LATER)
    offered = [int(row.value) for row in visitor.page.rows]
    situation = visitor.visit.situation
    room = situation.estimate.latest.since(situation.today)
    assert 0 < room < 36
    assert offered == [*(months for months in (6, 12, 24, 36) if months <= room), 0]


# the form hangs together


def with_own_account(visitor: Visitor) -> Visitor:
    visitor.at_form().press(Act.NONE_OF_IT).press(Act.NONE_OF_IT).press(Act.PICK, "same")
    visitor.press(Act.PICK, "own").type("4111111111111111").press(Act.NEXT)
    visitor.type("19920314").press(Act.NEXT).press(Act.PICK, "rest")
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Act.PROMISE)
    assert visitor.visit.stage is Stage.REVIEW
    return visitor


def test_changing_the_card_asks_for_the_number_anew():
    visitor = with_own_account(Visitor()).press(Act.CHANGE).press(Act.PICK, "bank")
    assert "account" not in visitor.visit.answers
    visitor.press(Act.PICK, "card")
    assert visitor.visit.stage is Stage.REVIEW
    assert "account" not in visitor.visit.answers


def test_changing_the_address_asks_for_every_level_anew():
    visitor = Visitor().at_form().press(Act.NONE_OF_IT).press(Act.NONE_OF_IT)
    visitor.press(Act.PICK, "other").press(Act.PICK, "341602").press(Act.PICK, "341602001")
    assert "live_town" in visitor.visit.answers
    review = replace(visitor.visit, stage=Stage.REVIEW, overlay=Overlay.CHANGE)
    visitor.visit = review
    visitor.press(Act.PICK, "live")
    assert [name for name in visitor.visit.answers if name.startswith("live")] == []


def test_answers_that_nobody_needs_any_more_are_not_handed_in():
    visitor = with_own_account(Visitor()).press(Act.CHANGE).press(Act.PICK, "services")
    only(visitor, "R01")
    assert visitor.visit.stage is Stage.REVIEW
    assert set(visitor.visit.answers) == {"mobile", "mobile_alt", "live", "talent"}
    visitor.press(Act.CHANGE)
    assert "bank" not in [row.value for row in visitor.page.rows]
    assert "bank" not in [row.label for row in visitor.press(Act.STAY).page.rows]


def test_back_from_the_review_after_services_were_left_out():
    """What nobody asks for any more, question or paper, is not turned back to."""
    visitor = with_own_account(Visitor()).press(Act.CHANGE).press(Act.PICK, "bank")
    visitor.press(Act.PICK, "own").type("4111111111111111").press(Act.NEXT)
    only(visitor.press(Act.CHANGE).press(Act.PICK, "services"), "R01")
    visitor.press(Act.BACK)
    assert visitor.page.name == "talent"


def test_review_without_a_bank_question():
    visitor = only(Visitor().at_choose(), "R01")
    visitor.press(Act.NONE_OF_IT).press(Act.NONE_OF_IT).press(Act.PICK, "same")
    visitor.press(Act.PICK, "rest")
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Act.PROMISE)
    labels = [row.label for row in visitor.page.rows]
    assert handbook().words["review"]["bank"] not in labels
    assert visitor.press(Act.BACK).page.name in ("talent", "materials")


def test_the_bank_page_names_the_card_by_its_tail():
    facts = persona("liu")[1]
    visitor = Visitor().at_form().press(Act.NONE_OF_IT).press(Act.NONE_OF_IT)
    visitor.press(Act.PICK, "same")
    row = visitor.page.rows[0]
    assert (row.words, row.reason) == (f"社保卡，尾号 {facts.account[-4:]}", facts.bank)
    assert facts.account not in str(visitor.page)


def test_help_offers_the_guide_to_passers_by_and_contrast_to_who_is_filing():
    def offered(visitor: Visitor) -> list[Act]:
        return [choice.act for choice in visitor.press(Act.HELP).page.choices]

    assert offered(Visitor()) == [Act.READ_GUIDE, Act.STAY]
    assert offered(Visitor().with_facts()) == [Act.CONTRAST, Act.STAY]


def test_offline_the_bank_is_not_named():
    visitor = Visitor().proved().happen(ev.FactsUnknown(Failure.CENTRAL_UNREACHABLE))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Act.NEXT)
    visitor.type("13900001234").press(Act.NEXT).press(Act.PICK, "same")
    assert visitor.page.name == "bank"
    assert "None" not in str(visitor.page.rows)


def test_a_paper_without_promise_can_only_be_brought_later():
    facts = persona("liu")[1]
    visitor = Visitor().proved().happen(ev.FactsKnown(replace(facts, card_account_active=False)))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Act.NEXT)
    visitor.type("13900001234").press(Act.NEXT).press(Act.PICK, "same").press(Act.PICK, "card")
    visitor.type("19920314").press(Act.NEXT).press(Act.PICK, "rest")
    acts = {}
    while visitor.visit.stage is Stage.MATERIALS:
        page = visitor.page
        acts[page.title] = [choice.act for choice in page.choices]
        visitor.press(Act.BRING_LATER)
    assert acts["本人银行卡"] == [Act.BRING_LATER]
    assert acts["独生子女光荣证"] == [Act.BRING_LATER, Act.PROMISE]


def test_an_institution_s_person_is_asked_for_the_leading_post():
    facts = replace(persona("liu")[1], kind=InsuredKind.INSTITUTION)
    visitor = Visitor().proved().happen(ev.FactsKnown(facts))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Act.NEXT)
    names = []
    while visitor.visit.stage is Stage.FORM:
        names.append(visitor.page.name)
        visitor.press(Act.PICK, "x") if visitor.page.number is None else visitor.press(
            Act.NONE_OF_IT
        )
    assert "leader" in names


# submitting


def test_a_refused_application_is_another_one_when_it_is_signed_again():
    """The store keeps the refused one under its id: under the same id nothing would be sent."""
    visitor = Visitor().at_submitting()
    first = application_of(visitor.visit, handbook())
    visitor.happen(ev.Stored()).happen(ev.Refused())
    assert (visitor.visit.stage, visitor.visit.ink) == (Stage.REVIEW, ())
    visitor.press(Act.CONFIRM).happen(ev.Drawn(INK)).press(Act.SIGNED)
    (second,) = [one.application for one in visitor.effects if isinstance(one, Submit)]
    assert second.id != first.id
    assert visitor.visit.application_id == second.id


def test_after_a_full_disk_what_is_signed_next_is_another_application():
    """It may have been changed before it is signed again: one id never has two digests."""
    visitor = Visitor().at_submitting()
    first = visitor.visit.application_id
    visitor.happen(ev.StoreFailed(Failure.DISK_FULL))
    assert visitor.visit.stage is Stage.REVIEW
    assert visitor.visit.application_id != first


def test_a_bad_grade_asks_why_and_sends_the_reason():
    visitor = Visitor().at_receipt().press(Act.DONE).press(Act.RATE, "2")
    assert visitor.page.name == "rating_reason"
    visitor.press(Act.PICK, "slow")
    assert SendRating(visitor.visit.application_id, 2, ("slow",)) in visitor.effects


@pytest.mark.parametrize("end", [Act.SKIP, Act.QUIT_YES])
def test_who_does_not_rate_sends_nothing(end):
    visitor = Visitor().at_receipt().press(Act.DONE).press(end)
    assert visitor.visit.stage is Stage.WIPING
    assert not any(isinstance(one, SendRating) for one in visitor.effects)


def test_a_rating_page_left_alone_sends_nothing():
    visitor = Visitor().at_receipt().press(Act.DONE).happen(ev.Timeout())
    assert visitor.visit.stage is Stage.WIPING
    assert not any(isinstance(one, SendRating) for one in visitor.effects)


def test_the_receipt_of_someone_else_s_visit_is_dropped():
    visitor = Visitor().at_submitting()
    visitor.happen(ev.Accepted(receipt_for(visitor.visit)), "v-0")
    assert visitor.visit.stage is Stage.SUBMITTING
