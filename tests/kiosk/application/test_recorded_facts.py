"""Every field that a service lists reaches its office, with a value or a reason from a closed list."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from kiosk.application.document import VERSION, is_signed_whole
from kiosk.application.recorded_facts import (
    AbsenceReason,
    FactOrigin,
    FactState,
    facts_member,
    is_facts_member,
)
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind, InsuredPlace, SharedFacts
from kiosk.people.identity import IdCard
from kiosk.retirement.fields import listed_fields
from kiosk.visit.events.cards import CardRead
from kiosk.visit.step_parts.application_of_visit import application_of
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown, FactsUnknown
from tests.kiosk.invented_people import InventedVisitor, at_questions, handbook, persona

Document = dict[str, Any]
CATALOGUE = handbook().catalogue
VIEWS = handbook().views
WITHOUT_CHILD = {
    "only_child_certificate_number": "",
    "child_name": "",
    "child_birth": "",
    "spouse_name": "",
    "annuity_plan": "",
}


RULED_BY: dict[str, Any] = {
    "home_place": "亳州市",
    "insured_places": (InsuredPlace("亳州市", 402),),
    "insured_since": "1992-03",
    "notice_month": "2026-08",
    "archive_birth": "1966-06",
    "state_manager": False,
    "draws_since": "",
}
"""What the rules ask for beyond the form, as offices may know it."""


def document_of(visitor: InventedVisitor) -> Document:
    said: Document = json.loads(application_of(visitor.visit, handbook()).content)
    return said


def walk(card: IdCard, shared: SharedFacts | None, *before: tuple[Press, str]) -> InventedVisitor:
    """Go to the signed application of this person; `before` are presses on the page of dates."""
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.AGREE).happen(CardRead(card))
    visitor.happen(FaceMatched(0.31, 0.42, "dlib128"))
    if shared is None:
        visitor.happen(FactsUnknown(Failure.CENTRAL_UNREACHABLE)).press(Press.PICK, "QY")
    else:
        visitor.happen(FactsKnown(shared))
    for act, value in before:
        visitor.press(act, value)
    while visitor.visit.stage in ("facts", "choose"):
        visitor.press(Press.NEXT)
    visitor._answered()
    while visitor.visit.stage == "materials":
        visitor.press(
            Press.PROMISE
            if Press.PROMISE in {one.act for one in visitor.page.choices}
            else Press.BRING_LATER
        )
    return visitor.signed()


def fullest() -> Document:
    return document_of(walk(*persona("liu")))


def young(route: str, **changes: Any) -> Document:
    """An application on a special route, which is open before the statutory month only."""
    card, shared = persona("liu")
    card = replace(card, birth=card.birth.replace(year=1968))
    ways = ((Press.OTHER_TIME, ""), (Press.OTHER_WAY, ""), (Press.PICK, route))
    return document_of(walk(card, replace(shared, **changes), *ways))


def of_state_body() -> Document:
    card, shared = persona("liu")
    kind = InsuredKind.INSTITUTION
    grade = "专业技术十级 薪级 25"
    return document_of(walk(card, replace(shared, kind=kind, pay_grade_201409=grade)))


def pairs(document: Document) -> dict[tuple[str, str], dict[str, Any]]:
    """Each pair of service and listed field, as it stands in the view of the office."""
    found = {}
    for code in document["services"]:
        facts = VIEWS.view_of(document, code)["facts"]
        listed = set(CATALOGUE.services[code].fields)
        found |= {(code, name): one for name, one in facts.items() if name in listed}
    return found


def reasons(document: Document) -> set[str]:
    return {one["reason"] for one in pairs(document).values() if "reason" in one}


def test_the_fullest_application_has_a_value_for_nearly_every_pair() -> None:
    found = {pair: one for pair, one in pairs(fullest()).items() if pair[1] not in RULED_BY}
    assert len(found) == 37
    with_value = [pair for pair, one in found.items() if "value" in one]
    assert len(with_value) >= 35, sorted(found.keys() - set(with_value))


def test_what_few_offices_know_is_handed_in_with_a_value_or_says_that_none_is_on_record() -> None:
    known = pairs(document_of(walk(persona("liu")[0], replace(persona("liu")[1], **RULED_BY))))
    assert known["R01", "insured_places"]["value"] == [{"place": "亳州市", "months": 402}]
    assert known["R01", "state_manager"]["value"] is False
    ruled = {pair: one for pair, one in known.items() if pair[1] in RULED_BY}
    assert len(ruled) == 9
    assert [pair for pair, one in ruled.items() if "value" not in one] == [("R14", "draws_since")]
    unknown = [one for pair, one in pairs(fullest()).items() if pair[1] in RULED_BY]
    assert {one["reason"] for one in unknown} == {"no_record"}


def test_over_the_personas_every_pair_has_a_value_at_least_once() -> None:
    card, shared = persona("liu")
    ruled = document_of(walk(card, replace(shared, **RULED_BY)))
    drawn = document_of(walk(card, replace(shared, draws_since="2005-01")))
    documents = [fullest(), of_state_body(), young("R02"), young("R03", disability_conclusion="9")]
    documents += [ruled, drawn]
    valued = {pair for one in documents for pair, fact in pairs(one).items() if "value" in fact}
    wanted = {(code, name) for code, one in CATALOGUE.services.items() for name in one.fields}
    assert wanted - valued == set()


@pytest.mark.parametrize("code", CATALOGUE.services)
@pytest.mark.parametrize("kind", [*InsuredKind, ""])
def test_a_view_has_exactly_the_fields_that_its_service_lists(code: str, kind: str) -> None:
    said = {"value": kind} if kind else {"reason": "office_unreachable"}
    facts = {name: {"value": "x"} for name in CATALOGUE.fields} | {"kind": said}
    view = VIEWS.view_of({**fullest(), "facts": facts}, code)
    common = {name for name, one in CATALOGUE.fields.items() if one.common and one.for_offices}
    own = {
        name
        for name in CATALOGUE.services[code].fields
        if not kind or not CATALOGUE.fields[name].kinds or kind in CATALOGUE.fields[name].kinds
    }
    assert set(view["facts"]) == common | own
    assert "answers" not in view


def test_every_field_of_the_form_stands_in_the_document() -> None:
    document = fullest()
    wanted = {name for code in document["services"] for name in CATALOGUE.services[code].fields}
    listed = listed_fields(CATALOGUE.fields, wanted, InsuredKind.ENTERPRISE)
    assert set(listed) <= set(document["facts"])
    assert document["version"] == VERSION == 3
    assert is_facts_member(document["facts"])


def test_a_fact_says_value_source_office_time_and_state() -> None:
    facts = fullest()["facts"]
    assert facts["paid_months"] == {
        "value": 402,
        "words": "33 年 6 个月",
        "source": "office",
        "office": "RS",
        "at": "2026-11-23T09:30:00+00:00",
        "state": "confirmed",
    }
    assert facts["name"]["source"] == "card"
    assert facts["mobile"]["source"] == "person"
    assert facts["retire_month"]["source"] == "rule"


def test_what_was_marked_wrong_is_handed_in_as_wrong() -> None:
    card, shared = persona("liu")
    document = document_of(walk(card, shared, (Press.NEXT, ""), (Press.TOGGLE, "paid_months")))
    assert document["facts"]["paid_months"]["state"] == FactState.MARKED_WRONG
    assert document["facts"]["work_start"]["state"] == FactState.CONFIRMED


def test_the_signature_covers_every_fact() -> None:
    document = fullest()
    assert is_signed_whole(document)
    for name in document["facts"]:
        changed = {
            **document["facts"],
            name: {"value": "x", "source": "person", "at": "", "state": ""},
        }
        assert not is_signed_whole({**document, "facts": changed}), name
    assert not is_signed_whole({name: one for name, one in document.items() if name != "signature"})


def test_without_the_offices_their_fields_say_so() -> None:
    document = document_of(walk(persona("liu")[0], None))
    assert document["facts"]["unit_name"] == {"reason": "office_unreachable", "office": "RS"}
    assert document["facts"]["kind"]["source"] == "person"
    assert AbsenceReason.OFFICE_UNREACHABLE in reasons(document)


def test_what_the_offices_do_not_know_is_asked() -> None:
    card, shared = persona("liu")
    facts = document_of(walk(card, replace(shared, **WITHOUT_CHILD)))["facts"]
    asked = ("only_child_cert", "child_name", "child_birth", "spouse_name", "annuity_plan")
    assert {facts[name]["source"] for name in asked} == {"person"}
    widowed = persona("wang")[1].marital
    alone = document_of(walk(card, replace(shared, **WITHOUT_CHILD, marital=widowed)))
    assert alone["facts"]["spouse_name"] == {"reason": "person_has_none"}


def test_where_a_name_is_asked_surnames_are_offered() -> None:
    visitor = at_questions(child_name="")
    while visitor.page.name != "child_name":
        visitor.answer()
    assert [row.words for row in visitor.page.rows] == handbook().words["writing"]["surnames"]


def test_an_own_card_names_its_bank() -> None:
    visitor = InventedVisitor().at_form()
    while visitor.page.name != "bank":
        visitor.answer()
    visitor.press(Press.PICK, "own")._answered()
    while visitor.visit.stage == "materials":
        visitor.press(Press.PROMISE)
    facts = document_of(visitor.signed())["facts"]
    assert (facts["bank"]["words"], facts["bank"]["source"]) == ("工商银行", "person")
    assert facts["account"]["value"] == "6200000000000306688"


def card_facts(visitor: InventedVisitor, answers: dict[str, str]) -> dict[str, Any]:
    """Return what the application of a visitor with these wishes says of the card."""
    while visitor.page.name != "card_request":
        visitor.answer()
    for name, value in answers.items():
        assert visitor.page.name == name
        visitor.press(Press.PICK, value)
    facts = document_of(visitor.filled_in_from_here().signed())["facts"]
    return {
        name: one.get("words") or one.get("value") or one["reason"]
        for name, one in facts.items()
        if name.startswith("card_")
    }


USUAL = {"card_pickup": "就在这里", "card_photo": "用电子头像", "card_benefit": "要，到年龄就有"}
NO_NEW_CARD = dict.fromkeys(("card_photo", "card_bank", "card_pickup"), "person_has_none")


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"card_request": "keep"}, {"card_kind": "卡好用，不换"} | NO_NEW_CARD),
        ({"card_request": "renew"}, {"card_kind": "换一张新卡", "card_bank": "示范银行亳州分行"}),
        (
            {"card_request": "lost"},
            {"card_kind": "卡丢了，补一张", "card_bank": "示范银行亳州分行"},
        ),
        (
            {
                "card_request": "other",
                "card_kind": "first",
                "card_bank": "ABC",
                "card_pickup": "hall",
                "card_benefit": "no",
            },
            {
                "card_kind": "没有卡，新办一张",
                "card_bank": "农业银行",
                "card_pickup": "到县区社保大厅",
                "card_benefit": "先不要",
            },
        ),
        (
            {"card_request": "other", "card_kind": "keep", "card_benefit": "no"},
            {"card_kind": "卡好用，不换", "card_benefit": "先不要"} | NO_NEW_CARD,
        ),
    ],
)
def test_what_is_asked_for_of_the_card_reaches_its_office(
    answers: dict[str, str], said: dict[str, str]
) -> None:
    assert card_facts(InventedVisitor().at_form(), answers) == USUAL | said


def test_a_wish_that_is_taken_back_leaves_nothing() -> None:
    visitor = InventedVisitor().at_form()
    while visitor.page.name != "card_request":
        visitor.answer()
    visitor.press(Press.PICK, "other").press(Press.PICK, "renew").press(Press.PICK, "ABC")
    visitor.filled_in_from_here().press(Press.CHANGE)
    cards = [row.value for row in visitor.page.rows if row.value.startswith("card_")]
    assert cards == ["card_request"]
    visitor.press(Press.PICK, "card_request")
    assert card_facts(visitor, {"card_request": "renew"})["card_bank"] == "示范银行亳州分行"


def test_what_is_no_member_of_facts_is_refused() -> None:
    good = {"name": {"value": "x", "source": "card", "at": "2026", "state": "confirmed"}}
    assert is_facts_member(good)
    for changes in ({"source": "?"}, {"state": "?"}, {"source": "office"}, {"value": None}):
        assert not is_facts_member({"name": good["name"] | changes})
    assert not is_facts_member([])
    assert not is_facts_member({"name": {"reason": "not_asked"}})
    assert not is_facts_member({"name": "x"})
    assert facts_member({}) == {}


def test_somebody_elsewhere_lives_in_a_community_that_is_named() -> None:
    visitor = InventedVisitor().at_form()
    while visitor.page.name != "live":
        visitor.answer()
    visitor.press(Press.PICK, "other")
    for _ in range(3):
        visitor.press(Press.PICK, visitor.page.rows[0].value)
    facts = document_of(visitor.filled_in_from_here().signed())["facts"]
    assert len(facts["live_code"]["value"]) == 12
    assert facts["live_code"]["words"].startswith("谯城区")
    assert facts["home_community"]["value"] == facts["live_code"]["value"]
    assert facts["live_detail"]["value"] == "英"


def test_a_post_that_the_person_or_nobody_says_is_not_the_offices() -> None:
    card, shared = persona("wang")
    card = replace(card, birth=card.birth.replace(year=1970))
    unknown = replace(shared, category="")
    assumed = document_of(walk(card, unknown))["facts"]["category"]
    assert (assumed["value"], assumed["source"]) == ("F55", "rule")
    declared = document_of(walk(card, unknown, (Press.PICK, "F50")))["facts"]["category"]
    assert (declared["value"], declared["source"]) == ("F50", "person")


def test_several_places_of_work_are_shown_by_the_last() -> None:
    card, shared = persona("liu")
    worked = ("1987-09/1999-12 甲厂", "2000-01 至今 乙厂")
    said = document_of(walk(card, replace(shared, resume=worked)))["facts"]["resume"]
    assert (said["value"], said["words"]) == (list(worked), "2 段，最近 2000-01 至今 乙厂")


def test_who_has_no_address_on_the_card_has_no_community() -> None:
    card, shared = persona("liu")
    facts = document_of(walk(replace(card, address=""), shared))["facts"]
    assert facts["hukou_addr"] == facts["home_community"] == {"reason": "person_has_none"}


def test_a_resident_has_no_month_of_retirement() -> None:
    card, shared = persona("liu")
    document = document_of(walk(card, replace(shared, kind=InsuredKind.RESIDENT)))
    assert document["facts"]["kind"]["value"] == "JM"
    assert set(document["services"]) == {"R08"}


@pytest.mark.parametrize("code", CATALOGUE.services)
def test_every_listed_field_is_declared_with_where_it_comes_from(code: str) -> None:
    """The catalogue's fields against what can fill them: a shared fact, a question, a card, a rule."""
    from kiosk.visit.step_parts.application_facts import SPECIAL

    questions = {one.field for one in handbook().questions}
    for name in CATALOGUE.services[code].fields:
        one = CATALOGUE.fields[name]
        assert one.fact or (one.answer or name) in questions or name in SPECIAL, name
    assert {one.value for one in FactOrigin} == {"card", "office", "person", "rule"}
