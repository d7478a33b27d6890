"""Questions of the form, and papers that hang on their answers."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind
from kiosk.people.identity import CardKind
from kiosk.visit.events.cards import CardRead
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import chosen
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown
from tests.kiosk.invented_people import (
    InventedVisitor,
    at_questions,
    handbook,
    persona,
)
from tests.kiosk.visit.positions import only, with_own_account


def test_a_sleeping_card_is_said_to_sleep():
    facts = replace(persona("liu")[1], card_account_active=False)
    visitor = InventedVisitor().proved().happen(FactsKnown(facts))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor.type("13900001234").press(Press.NEXT).press(Press.PICK, "same")
    assert visitor.page.rows[0].reason == "先去银行激活，才收得到钱"


def test_without_an_address_nobody_lives_where_the_card_says():
    citizen, facts = persona("liu")
    card = replace(citizen, kind=CardKind.FOREIGN_2023, address="")
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.AGREE).happen(CardRead(card))
    visitor.happen(FaceMatched(0.31, 0.42, "x")).happen(FactsKnown(facts))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor.type("13900001234").press(Press.NEXT)
    assert [row.value for row in visitor.page.rows] == ["other", "away"]
    assert "R17" not in chosen(visitor.visit, handbook())


def test_changing_the_card_asks_for_the_number_anew():
    visitor = with_own_account(InventedVisitor()).press(Press.CHANGE).press(Press.PICK, "bank")
    assert "account" not in visitor.visit.answers
    visitor.press(Press.PICK, "card")
    assert visitor.visit.stage is Stage.REVIEW
    assert "account" not in visitor.visit.answers


def test_changing_the_address_asks_for_every_level_anew():
    visitor = InventedVisitor().at_form().press(Press.NONE_OF_IT).press(Press.NONE_OF_IT)
    visitor.press(Press.PICK, "other").press(Press.PICK, "341602").press(Press.PICK, "341602001")
    assert "live_town" in visitor.visit.answers
    review = replace(visitor.visit, stage=Stage.REVIEW, overlay=Overlay.CHANGE)
    visitor.visit = review
    visitor.press(Press.PICK, "live")
    assert [name for name in visitor.visit.answers if name.startswith("live")] == []


def test_answers_that_nobody_needs_any_more_are_not_handed_in():
    visitor = with_own_account(InventedVisitor()).press(Press.CHANGE).press(Press.PICK, "services")
    only(visitor, "R01")
    assert visitor.visit.stage is Stage.REVIEW
    assert set(visitor.visit.answers) == {"mobile", "mobile_alt", "live", "talent"}
    visitor.press(Press.CHANGE)
    assert "bank" not in [row.value for row in visitor.page.rows]
    assert "bank" not in [row.label for row in visitor.press(Press.STAY).page.rows]


def test_the_bank_page_names_the_card_by_its_tail():
    facts = persona("liu")[1]
    visitor = InventedVisitor().at_form().press(Press.NONE_OF_IT).press(Press.NONE_OF_IT)
    visitor.press(Press.PICK, "same")
    row = visitor.page.rows[0]
    assert (row.words, row.reason) == (f"社保卡，尾号 {facts.account[-4:]}", facts.bank)
    assert facts.account not in str(visitor.page)


def test_offline_the_bank_is_not_named():
    visitor = InventedVisitor().offline()
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor.type("13900001234").press(Press.NEXT).press(Press.PICK, "same")
    assert visitor.page.name == "bank"
    assert "None" not in str(visitor.page.rows)


def test_a_paper_without_promise_can_only_be_brought_later():
    facts = persona("liu")[1]
    visitor = (
        InventedVisitor().proved().happen(FactsKnown(replace(facts, card_account_active=False)))
    )
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor.type("13900001234").press(Press.NEXT).press(Press.PICK, "same").press(
        Press.PICK, "card"
    )
    visitor.press(Press.PICK, "renew").press(Press.PICK, "once").press(Press.PICK, "rest")
    acts = {}
    while visitor.visit.stage is Stage.MATERIALS:
        page = visitor.page
        acts[page.title] = [choice.act for choice in page.choices]
        visitor.press(Press.BRING_LATER)
    assert acts["本人银行卡"] == [Press.BRING_LATER]
    assert acts["独生子女光荣证"] == [Press.BRING_LATER, Press.COMMITMENT]


def test_an_institution_s_person_is_asked_for_the_leading_post():
    facts = replace(persona("liu")[1], kind=InsuredKind.INSTITUTION)
    visitor = InventedVisitor().proved().happen(FactsKnown(facts))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    names = []
    while visitor.visit.stage is Stage.FORM:
        names.append(visitor.page.name)
        visitor.press(Press.PICK, "x") if visitor.page.number is None else visitor.press(
            Press.NONE_OF_IT
        )
    assert "leader" in names


def test_a_press_that_names_no_answer_asks_nothing_again():
    visitor = InventedVisitor().at_review().press(Press.CHANGE).press(Press.PICK, "nothing")
    assert visitor.visit.stage is Stage.REVIEW


def living_elsewhere() -> InventedVisitor:
    visitor = (
        InventedVisitor().at_form().type("13900001234").press(Press.NEXT).press(Press.PICK, "other")
    )
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
    assert [row.words for row in visitor.page.rows] == ["岳坊镇", "庄周街道", "名单里没有"]
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
    visitor = (
        InventedVisitor().at_form().type("13900001234").press(Press.NEXT).press(Press.PICK, "other")
    )
    assert visitor.page.rows[0].words == "谯城区"
    visitor.press(Press.PICK, "341602")
    assert visitor.page.rows[0].words == "花戏楼街道"


def test_who_answers_anew_that_there_is_no_certificate_needs_no_paper_for_it():
    """The answer drops the service, and with it the only paper that was open."""
    visitor = (
        at_questions(child_birth="")
        .filled_in_from_here()
        .press(Press.CHANGE)
        .press(Press.PICK, "child_birth")
    )
    visitor.type("19920314").press(Press.NEXT).press(Press.BACK).press(Press.BACK)
    assert visitor.visit.stage is Stage.FORM
    visitor.press(Press.NONE_OF_IT)
    assert visitor.visit.stage is Stage.REVIEW
    assert visitor.page.name == "review"
