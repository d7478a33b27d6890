"""承诺书: what is promised, on which law and with what result, before anybody promises it."""

from __future__ import annotations

import json
from dataclasses import replace

from kiosk.application.forms.document_case import case_of
from kiosk.pages.press import Press
from kiosk.retirement.materials import Resolution
from kiosk.visit.effects import Submit
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.steps.facts.events import FactsKnown
from tests.kiosk.invented_people import INK, InventedVisitor, handbook, persona

TEXTS = handbook().forms.contents.commitments


def test_nothing_is_promised_before_its_text_was_shown_and_spoken() -> None:
    visitor = InventedVisitor().at_materials()
    assert visitor.page.title == "独生子女光荣证"
    assert Press.PROMISE not in {one.act for one in visitor.page.choices}
    visitor.press(Press.COMMITMENT)
    assert visitor.visit.overlay is Overlay.COMMITMENT
    assert visitor.visit.papers.settled == {}
    page = visitor.page
    assert page.panel is not None
    shown = "".join(page.panel.lines)
    wanted = (*TEXTS.papers["P2"].promise, TEXTS.check, *TEXTS.consequence)
    assert all(text in shown for text in wanted)
    assert {one.words for one in page.spoken} >= set(wanted)
    assert TEXTS.papers["P2"].basis in shown
    assert TEXTS.consequence_basis in shown


def test_who_does_not_promise_goes_back_and_brings_it_later() -> None:
    visitor = InventedVisitor().at_materials().press(Press.COMMITMENT).press(Press.STAY)
    assert visitor.visit.overlay is Overlay.NONE
    assert visitor.visit.papers.settled == {}
    visitor.press(Press.BRING_LATER)
    assert visitor.visit.papers.settled == {"P2": Resolution.LATER}


def test_the_letter_that_is_signed_says_the_same_words() -> None:
    visitor = InventedVisitor().at_materials()
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.COMMITMENT).press(Press.PROMISE)
        assert visitor.visit.overlay is Overlay.NONE
    assert visitor.page.sentence == handbook().words["review"]["sentence_promised"]
    visitor.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)
    submit = next(one for one in visitor.effects if isinstance(one, Submit))
    document = json.loads(submit.application.content)
    letter = handbook().forms.contents.commitment(case_of(document))
    assert letter is not None
    assert document["forms"]["digests"]["commitment"]["data"] == letter.digest
    told = json.dumps(letter.data, ensure_ascii=False)
    assert "".join(TEXTS.papers["P2"].promise) in told
    assert "".join(TEXTS.consequence) in told


def test_who_promised_nothing_signs_no_letter() -> None:
    visitor = InventedVisitor().at_materials()
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.BRING_LATER)
    assert visitor.page.sentence == handbook().words["review"]["sentence"]


def test_a_paper_that_nobody_may_promise_has_no_letter() -> None:
    facts = replace(persona("liu")[1], card_account_active=False)
    visitor = InventedVisitor().proved().happen(FactsKnown(facts))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    while visitor.visit.stage is Stage.FORM:
        visitor.answer()
    while visitor.page.title != "本人银行卡":
        visitor.press(Press.BRING_LATER)
    assert visitor.press(Press.COMMITMENT).visit.overlay is Overlay.NONE
