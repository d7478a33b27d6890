"""The way back and out of each step."""

from __future__ import annotations

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.effects import (
    Cancel,
    FetchFacts,
    PrintSlip,
    ReadCard,
)
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.event import Event
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.step_parts.devices import PRINTER_FAILURES
from tests.kiosk.invented_people import (
    InventedVisitor,
    attendance,
    handbook,
    persona,
)
from tests.kiosk.visit.positions import only, with_own_account


def where(visitor: InventedVisitor) -> tuple[Stage, int]:
    return visitor.visit.stage, visitor.visit.display.part


def test_guide_turns_both_ways_and_ends_at_idle():
    visitor = InventedVisitor().press(Press.HELP).press(Press.READ_GUIDE)
    assert (where(visitor), visitor.visit.overlay) == ((Stage.GUIDE, 0), Overlay.NONE)
    assert where(visitor.press(Press.MORE).press(Press.MORE)) == (Stage.GUIDE, 2)
    assert where(visitor.press(Press.BACK)) == (Stage.GUIDE, 1)
    assert where(visitor.press(Press.BACK)) == (Stage.GUIDE, 0)
    assert visitor.press(Press.BACK).visit.stage is Stage.IDLE


@pytest.mark.parametrize("answer", [Printed(), PrintFailed(Failure.PAPER_OUT)])
def test_the_guide_says_that_it_prints_until_it_has(answer: Event) -> None:
    words = handbook().words["guide"]
    visitor = InventedVisitor().press(Press.HELP).press(Press.READ_GUIDE).press(Press.PRINT)
    assert visitor.page.sentence == words["printing"]
    visitor.happen(answer)
    assert visitor.page.sentence != words["printing"]
    assert not visitor.visit.display.printing
    assert visitor.press(Press.PRINT).page.sentence == words["printing"]


def test_a_notice_that_is_not_printed_speaks_of_no_application_number() -> None:
    """Nobody has filed anything here: there is no number to take a picture of."""
    for failure in PRINTER_FAILURES:
        visitor = InventedVisitor().press(Press.HELP).press(Press.READ_GUIDE).press(Press.PRINT)
        visitor.happen(PrintFailed(failure))
        assert "号" not in visitor.page.sentence
        assert "帮办员" in visitor.page.sentence


def test_back_from_the_face_check_asks_for_a_card_again():
    visitor = InventedVisitor().with_card().press(Press.BACK)
    assert visitor.visit.stage is Stage.CARD
    assert visitor.visit.identity.card is None
    assert visitor.effects == (Cancel(), ReadCard())


def test_back_from_another_proof_drops_the_card():
    visitor = InventedVisitor().with_card(face=False).press(Press.BACK)
    assert (visitor.visit.stage, visitor.visit.identity.card) == (Stage.CARD, None)


def test_facts_and_services_turn_back_part_by_part():
    visitor = InventedVisitor().at_choose()
    visitor.press(Press.NEXT)
    assert where(visitor) == (Stage.CHOOSE, 1)
    assert where(visitor.press(Press.BACK)) == (Stage.CHOOSE, 0)
    assert where(visitor.press(Press.BACK)) == (Stage.FACTS, 0)
    assert FetchFacts(attendance("liu")) not in visitor.effects, "they are here already"
    assert where(visitor.press(Press.NEXT).press(Press.BACK)) == (Stage.FACTS, 0)


def test_form_goes_back_question_by_question_then_to_the_services():
    visitor = InventedVisitor().at_form().type("13900001234").press(Press.NEXT)
    assert visitor.page.name == "live"
    visitor.press(Press.BACK)
    assert (visitor.page.name, visitor.visit.entry.typed) == ("mobile", "")
    assert visitor.press(Press.BACK).visit.stage is Stage.CHOOSE


def test_a_long_list_of_places_turns_back_before_the_question_does():
    visitor = InventedVisitor().at_form().press(Press.NONE_OF_IT).press(Press.NONE_OF_IT)
    visitor.press(Press.PICK, "other").press(Press.PICK, "341602")
    assert visitor.page.name == "live_town"
    assert where(visitor.press(Press.MORE)) == (Stage.FORM, 1)
    visitor.press(Press.BACK)
    assert (visitor.page.name, visitor.visit.display.part) == ("live_town", 0)
    assert visitor.press(Press.BACK).page.name == "live_county"


def test_back_from_the_papers_asks_the_last_question_again():
    assert InventedVisitor().at_materials().press(Press.BACK).page.name == "talent"


def test_erasing_takes_one_digit():
    visitor = InventedVisitor().at_form().type("139").press(Press.ERASE)
    assert visitor.visit.entry.typed == "13"
    visitor.type("9" * 20)
    assert len(visitor.visit.entry.typed) == 11, "there are no more places"


def test_an_answer_to_another_visit_is_dropped():
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.AGREE)
    before = visitor.visit
    card = CardRead(persona("liu")[0])
    assert visitor.happen(card, "v-0", before.request).visit is before
    assert visitor.happen(card, before.id, before.request - 1).visit is before
    assert visitor.happen(card, before.id, before.request).visit.identity.card is not None


def test_the_first_page_after_the_proof_has_no_way_back():
    visitor = InventedVisitor().with_facts()
    assert visitor.page.dock[1] is None
    assert visitor.press(Press.NEXT).page.dock[1] is not None


def test_the_notice_is_printed_for_anybody():
    visitor = InventedVisitor().press(Press.HELP).press(Press.READ_GUIDE).press(Press.PRINT)
    printed = [one for one in visitor.effects if isinstance(one, PrintSlip)]
    lines = [part.text for part in printed[0].slip.parts]
    assert sum(line.startswith("谁能办：") for line in lines) == 20  # 18 services, 2 leaflets
    assert "找谁：人力资源和社会保障局 电话 12333" in lines
    assert visitor.page.sentence == handbook().words["guide"]["printing"]
    visitor.happen(PrintFailed(Failure.PAPER_OUT), request=visitor.visit.request)
    assert visitor.page.mend
    visitor.press(Press.DONE).press(Press.HELP).press(Press.READ_GUIDE)
    assert not any(isinstance(one, PrintSlip) for one in visitor.effects)


def test_back_from_the_review_after_services_were_left_out():
    """What nobody asks for any more, question or paper, is not turned back to."""
    visitor = with_own_account(InventedVisitor()).press(Press.CHANGE).press(Press.PICK, "bank")
    visitor.press(Press.PICK, "own").press(Press.PICK, "ICBC").type("4111111111111111").press(
        Press.NEXT
    )
    only(visitor.press(Press.CHANGE).press(Press.PICK, "services"), "R01")
    visitor.press(Press.BACK)
    assert visitor.page.name == "talent"


def test_review_without_a_bank_question():
    visitor = only(InventedVisitor().at_choose(), "R01")
    visitor.press(Press.NONE_OF_IT).press(Press.NONE_OF_IT).press(Press.PICK, "same")
    visitor.press(Press.PICK, "rest")
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.PROMISE)
    labels = [row.label for row in visitor.page.rows]
    assert handbook().words["review"]["bank"] not in labels
    assert visitor.press(Press.BACK).page.name in ("talent", "materials")


def test_help_offers_the_guide_to_passers_by():
    def offered(visitor: InventedVisitor) -> list[Press]:
        return [choice.act for choice in visitor.press(Press.HELP).page.choices]

    assert offered(InventedVisitor()) == [Press.READ_GUIDE, Press.STAY]
    assert offered(InventedVisitor().with_facts()) == [Press.ASK_REMOTE, Press.STAY]
