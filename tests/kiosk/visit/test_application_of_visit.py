"""The form of a visit tells what will be signed, word for word."""

import json
from dataclasses import replace

import pytest

from kiosk.application.forms.document_case import case_of
from kiosk.pages.press import Press
from kiosk.visit.effects import Cancel, Submit
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.application_of_visit import unsigned_case
from kiosk.visit.steps.whole_form.events import DrawForm, FormDrawn
from tests.kiosk.invented_people import INK, NOW, InventedVisitor, handbook, persona
from tests.kiosk.visit.steps.filing_for_another import (
    BACK_ENTRY,
    HELPER_ABSENT,
    SIGN,
    walk,
)

BOOK = handbook()


def shown(visitor):
    """Return what is drawn on 看整张表, from the review, and go back to it."""
    visitor.press(Press.WHOLE_FORM)
    drawing = next(one for one in visitor.effects if isinstance(one, DrawForm))
    visitor.press(Press.DONE)
    return drawing.case


def signed(visitor):
    """Return what the forms of the signed document tell."""
    visitor.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)
    submit = next(one for one in visitor.effects if isinstance(one, Submit))
    return case_of(json.loads(submit.application.content))


def test_what_is_shown_is_what_is_signed():
    visitor = InventedVisitor().at_review()
    case = shown(visitor)
    assert case.entries["account"].value == persona("liu")[1].account
    assert {paper.code: paper.settled for paper in case.papers}["P2"] == "promised"
    assert replace(case, signed_by="finger") == signed(visitor)


def test_a_disputed_fact_is_marked_on_the_form_too():
    visitor = InventedVisitor().at_review()
    visit = visitor.visit
    visitor.visit = replace(visit, facts=replace(visit.facts, disputed=frozenset({"paid_months"})))
    case = shown(visitor)
    assert case.entries["paid_months"].disputed
    assert replace(case, signed_by="finger") == signed(visitor)


@pytest.mark.parametrize("journey", [HELPER_ABSENT, BACK_ENTRY])
def test_who_files_for_somebody_absent_sees_no_fact_of_an_office(journey):
    review = walk(*journey[: journey.index(SIGN[0])])
    assert review.visit.stage is Stage.REVIEW
    case = shown(review)
    offices = set(BOOK.catalogue.offices.offices)
    assert offices.isdisjoint(one.source for one in case.entries.values())
    assert case.entries["paid_months"].reason == "person_absent"


@pytest.mark.parametrize("press", [Press.DONE, Press.BACK])
def test_looking_at_the_form_asks_for_it_and_leads_back(press):
    visitor = InventedVisitor().at_review().press(Press.WHOLE_FORM)
    assert visitor.visit.stage is Stage.WHOLE_FORM
    assert isinstance(visitor.effects[0], Cancel)
    drawing = next(one for one in visitor.effects if isinstance(one, DrawForm))
    assert (drawing.page, drawing.magnification, drawing.dark) == (0, 1.0, False)
    assert visitor.page.sentence == "表正在做，马上就好。"
    visitor.happen(FormDrawn(1, 3))
    assert [choice.act for choice in visitor.page.choices] == [Press.MORE, Press.DONE]
    visitor.press(Press.MORE)
    assert next(one for one in visitor.effects if isinstance(one, DrawForm)).page == 1
    assert visitor.press(press).visit.stage is Stage.REVIEW
    assert visitor.visit.signature.form is None


def test_the_journal_keeps_nothing_of_the_form():
    visit = InventedVisitor().at_review().press(Press.WHOLE_FORM).visit
    assert FormDrawn(7, 9).record(visit, BOOK) == {}
    assert FormDrawn.restore({}, visit) == FormDrawn(1, 1)


def test_nothing_of_the_form_shows_in_a_repr():
    case = unsigned_case(InventedVisitor().at_review().visit, BOOK, NOW)
    card, facts = persona("liu")
    said = repr(DrawForm(case, 0)) + repr(case) + repr(case.entries["name"])
    assert all(word not in said for word in (card.name, card.number, facts.account))
