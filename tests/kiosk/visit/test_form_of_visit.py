"""The form of a visit: each field with what the person saw, or the reason why it is empty."""

from dataclasses import replace

import pytest

from kiosk.application.document import Way
from kiosk.pages.press import Press
from kiosk.people.facts import SharedFacts
from kiosk.visit.effects import Cancel
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.form_of_visit import form_case_of
from kiosk.visit.steps.whole_form.events import DrawForm, FormDrawn
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook, persona

BOOK = handbook()


def told(visit: Visit):
    case = form_case_of(visit, BOOK, NOW)
    return case, {name: one.value or one.reason for name, one in case.entries.items()}


def test_the_form_tells_card_facts_answers_and_what_is_worked_out():
    visit = InventedVisitor().at_review().visit
    card, facts = persona("liu")
    case, said = told(visit)
    assert (said["name"], said["id_no"], said["hukou_addr"]) == (
        card.name,
        card.number,
        card.address,
    )
    assert (said["mobile"], said["live_code"]) == (visit.answers["mobile"], card.address)
    assert (said["unit_uscc"], said["bank"]) == (facts.unit_code, facts.bank)
    assert (said["route"], said["category"]) == ("R01", facts.category)
    assert said["retire_month"] == str(visit.facts.situation.retire)
    assert said["mobile_alt"] == "person_has_none"
    assert case.services[0] == "R01"
    assert {paper.code: paper.settled for paper in case.papers}["P2"] == "promised"
    assert case.confirmed_at == NOW


def test_a_disputed_fact_is_marked_and_another_bank_is_the_persons():
    visit = InventedVisitor().at_review().visit
    visit = replace(visit, facts=replace(visit.facts, disputed=frozenset({"paid_months"})))
    assert form_case_of(visit, BOOK, NOW).entries["paid_months"].disputed
    own = replace(visit, answers={**visit.answers, "bank": "own", "account": "6217000000000000005"})
    assert told(own)[1]["account"] == "6217000000000000005"


def test_who_lives_elsewhere_is_told_with_all_levels():
    visit = InventedVisitor().at_review().visit
    village = next(code for code, one in BOOK.divisions.units.items() if one.level == 5)
    visit = replace(visit, answers={**visit.answers, "live": "other", "live_village": village})
    assert told(visit)[1]["live_code"] == BOOK.divisions.full_name(village)


def test_without_the_offices_their_fields_say_so():
    visit = InventedVisitor().at_review().visit
    visit = replace(visit, facts=replace(visit.facts, shared=None))
    said = told(visit)[1]
    assert (said["paid_months"], said["marital"]) == ("office_unreachable", "office_unreachable")


def test_what_no_office_has_on_record_says_so():
    visit = InventedVisitor().at_review().visit
    shared: SharedFacts = replace(
        visit.facts.shared, unit_name="", earlier_places=("合肥市", "阜阳市")
    )
    visit = replace(visit, facts=replace(visit.facts, shared=shared))
    said = told(visit)[1]
    assert said["unit_name"] == "no_record"
    assert said["resume"] == "no_record"
    assert said["earlier_places"] == "合肥市、阜阳市"


def test_facts_are_not_on_the_form_of_who_is_absent():
    visit = InventedVisitor().at_review().visit
    absent = replace(visit, on_behalf=replace(visit.on_behalf, way=Way.PROXY))
    absent = replace(absent, answers={})
    case, said = told(absent)
    assert said["paid_months"] == "person_absent"
    assert all(one.source != "shared" for one in case.entries.values())


def test_who_draws_a_pension_has_no_month():
    visit = InventedVisitor().at_review().visit
    facts = {**visit.facts.situation.facts, "draws_pension": True}
    situation = replace(visit.facts.situation, facts=facts)
    visit = replace(visit, facts=replace(visit.facts, situation=situation))
    entries = form_case_of(visit, BOOK, NOW).entries
    assert "retire_month" not in entries or entries["retire_month"].reason == "person_has_none"


def test_a_long_card_is_valid_for_ever():
    visit = InventedVisitor().at_review().visit
    card = replace(visit.identity.card, valid_until=None)
    visit = replace(visit, identity=replace(visit.identity, card=card))
    assert told(visit)[1]["id_valid"] == "长期"


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
    case = form_case_of(InventedVisitor().at_review().visit, BOOK, NOW)
    card, facts = persona("liu")
    said = repr(DrawForm(case, 0)) + repr(case) + repr(case.entries["name"])
    assert all(word not in said for word in (card.name, card.number, facts.account))
