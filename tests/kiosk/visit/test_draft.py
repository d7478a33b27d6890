"""Restoring a draft: all that still fits, and its stored form."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.identity import Sex
from kiosk.retirement.materials import Resolution
from kiosk.visit.context import Context
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.draft import decode, draft_of, encode, restore
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown, FactsUnknown
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook, persona
from tests.kiosk.visit.draft_visits import kept, offered, restored

CONTEXT = Context(handbook(), NOW)


def test_an_answer_that_no_longer_passes_is_asked_again():
    draft = kept(InventedVisitor().at_materials())
    spoilt = tuple((name, "123" if name == "mobile" else text) for name, text in draft.answers)
    visitor = restored(replace(draft, answers=spoilt))
    assert "mobile" not in visitor.visit.answers
    assert "live" in visitor.visit.answers
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    assert visitor.page.name == "mobile"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mobile", "１３９００００１２３４"),
        ("mobile", "1390000123４"),
        ("mobile", "139000012345678"),
        ("live", "elsewhere"),
        ("live_town", "999999999"),
        ("bank", "known to nobody"),
        ("unknown", "x"),
        ("child_birth", ""),
    ],
)
def test_answers_that_nobody_could_give_are_not_taken(name, text):
    assert name not in restored(replace(EMPTY, answers=((name, text),))).visit.answers


def test_the_kind_of_insurance_that_was_told_comes_back_while_no_office_knows_it():
    unknown = InventedVisitor().proved().happen(FactsUnknown(Failure.CENTRAL_UNREACHABLE))
    facts = replace(unknown.visit.facts, draft=replace(EMPTY, told_kind="LH"))
    assert restore(replace(unknown.visit, facts=facts), CONTEXT).told_kind == "LH"
    assert restored(replace(EMPTY, told_kind="LH")).visit.told_kind is None


def test_there_is_none_is_an_answer_where_it_may_be_given():
    form = InventedVisitor().at_form().press(Press.NONE_OF_IT)
    assert form.visit.answers["mobile"] == ""
    assert restored(draft_of(form.visit)).visit.answers["mobile"] == ""


def test_places_come_back_level_by_level():
    form = InventedVisitor().at_form().press(Press.NONE_OF_IT)
    while not form.visit.answers.get("live"):
        form.press(Press.NONE_OF_IT) if form.page.number else form.press(Press.PICK, "other")
    for _ in range(2):
        form.press(Press.PICK, form.page.rows[0].value)
    draft = draft_of(form.visit)
    again = restored(draft).visit.answers
    assert dict(draft.answers) == dict(again)
    torn = [pair for pair in draft.answers if pair[0] != "live"]
    assert not any(
        name.startswith("live")
        for name in restored(replace(draft, answers=tuple(torn))).visit.answers
    )


def test_an_answer_that_nobody_asks_for_any_more_is_not_taken():
    draft = kept(InventedVisitor().at_materials())
    assert "pay_mode" in restored(draft).visit.answers
    assert "pay_mode" not in restored(draft, medical_months=400).visit.answers
    assert "annuity_plan" not in restored(draft).visit.answers


def test_a_draft_of_a_program_that_asked_less_keeps_its_answers_and_the_rest_is_asked():
    """A terminal that is upgraded in the middle of a visit loses nothing."""
    newer = ("card_request", "card_pickup", "own_bank", "child_name", "spouse_name", "annuity_plan")
    fewer = tuple(one for one in handbook().questions if one.field not in newer)
    earlier = InventedVisitor(table=build_table(replace(handbook(), questions=fewer)))
    draft = kept(earlier.at_materials())
    assert "card_request" not in dict(draft.answers)
    visitor = restored(draft)
    assert visitor.visit.answers == dict(draft.answers)
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    assert visitor.page.name == "card_request"
    assert visitor.press(Press.PICK, "renew").visit.stage is Stage.MATERIALS


def test_a_captured_paper_is_captured_again():
    """Its picture was shredded when the person left."""
    visitor = InventedVisitor().at_materials()
    paper = visitor.press(Press.PROMISE).visit.papers.settled
    (code,) = paper
    draft = draft_of(visitor.visit)
    assert restored(draft).visit.papers.settled == paper
    for how in ("captured", "fetched", "unheard of"):
        assert restored(replace(draft, papers=((code, how),))).visit.papers.settled == {}
    assert restored(replace(draft, papers=(("unknown", "later"),))).visit.papers.settled == {}
    assert restored(replace(draft, papers=((code, "later"),))).visit.papers.settled == {
        code: Resolution.LATER
    }


def test_months_and_ways_come_back_where_they_may():
    visitor = InventedVisitor().with_young_facts()
    visitor.press(Press.OTHER_TIME).press(Press.PICK, "12")
    draft = draft_of(visitor.visit)
    again = InventedVisitor().with_young_facts().happen(DraftFound(draft)).press(Press.RESUME)
    assert str(again.visit.facts.situation.retire) == draft.month
    past = replace(draft, month="1990-01")
    again = InventedVisitor().with_young_facts().happen(DraftFound(past)).press(Press.RESUME)
    assert again.visit.facts.situation.retire == again.visit.facts.situation.soonest
    visitor.press(Press.OTHER_TIME).press(Press.OTHER_WAY)
    way = visitor.page.rows[0].value
    other = draft_of(visitor.press(Press.PICK, way).visit)
    again = InventedVisitor().with_young_facts().happen(DraftFound(other)).press(Press.RESUME)
    assert again.visit.facts.situation.route == way
    assert restored(replace(other, route="R99")).visit.facts.situation.route == "R01"


def test_what_a_woman_said_of_her_post_comes_back_only_while_no_office_knows():
    card, facts = persona("wang")
    assert card.sex is Sex.FEMALE

    def proved(shared):
        visitor = InventedVisitor().with_card("wang").happen(FaceMatched(0.31, 0.42, "dlib128"))
        return visitor.happen(FactsKnown(shared))

    unknown = replace(facts, category="")
    first = proved(unknown)
    first.press(Press.PICK, next(one.value for one in first.page.choices if one.act is Press.PICK))
    draft = draft_of(first.visit)
    assert draft.declared
    again = proved(unknown).happen(DraftFound(draft)).press(Press.RESUME)
    assert again.visit.facts.declared == first.visit.facts.declared
    assert again.visit.facts.situation.estimate == first.visit.facts.situation.estimate
    told = proved(facts).happen(DraftFound(draft)).press(Press.RESUME)
    assert told.visit.facts.declared is None


def test_choices_and_doubts_come_back():
    visitor = InventedVisitor().with_facts()
    visitor.press(Press.NEXT).press(Press.TOGGLE, "paid_months")
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    visitor.press(Press.TOGGLE, "R06")
    draft = draft_of(visitor.visit)
    assert draft.disputed == ("paid_months",)
    assert "R06" in draft.unwanted
    odd = replace(
        draft,
        disputed=(*draft.disputed, "unheard of"),
        unwanted=(*draft.unwanted, "R99"),
        ticked=("R98",),
        insisted=("R97",),
    )
    assert draft_of(restored(odd).visit) == draft


EMPTY = draft_of(InventedVisitor().with_facts().visit)


def test_a_draft_is_read_back_as_it_was_written():
    draft = kept(InventedVisitor().at_review())
    assert decode(encode(draft)) == draft
    assert "13900001234" not in repr(draft)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"version": None},
        {"month": "2026-13"},
        {"month": 7},
        {"answers": [["mobile"]]},
        {"answers": 5},
        {"papers": None},
        {"disputed": 3},
        {"more": []},
    ],
    ids=str,
)
def test_what_was_not_written_here_is_no_draft(change):
    said = json.loads(encode(EMPTY)) | change
    assert decode(json.dumps(said).encode()) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"version": 1}'])
def test_what_cannot_be_read_is_no_draft(content):
    assert decode(content) is None


def test_restoring_needs_no_order_of_services():
    visitor = offered(kept(InventedVisitor().with_deemed_months_insisted()))
    assert visitor.press(Press.RESUME).visit.choice.insisted == {"R05"}


def test_restore_is_pure():
    visit = offered(kept(InventedVisitor().at_materials())).visit
    assert restore(visit, CONTEXT) == restore(visit, CONTEXT)
