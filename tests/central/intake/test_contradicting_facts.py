"""A fact that differs from the answer, the card or the claim behind it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from central.intake.recorded_facts import CONTRADICTS, contradicting, wrong_facts
from kiosk.crypto.envelope import canonical, digest
from kiosk.pages.press import Press
from kiosk.visit.steps.facts.events import FactsKnown
from tests.kiosk.application.test_recorded_facts import document_of, fullest, walk, young
from tests.kiosk.invented_people import InventedVisitor, handbook, persona
from tests.kiosk.visit.steps.filing_for_another import HELPER_ABSENT, handed_in
from tests.kiosk.visit.steps.filing_for_another import walk as walk_for_another

Document = dict[str, Any]
FIELDS = handbook().catalogue.fields
NONE = {"reason": "person_has_none"}


def with_own_card() -> Document:
    visitor = InventedVisitor().at_form()
    while visitor.page.name != "bank":
        visitor.answer()
    return document_of(visitor.press(Press.PICK, "own").filled_in_from_here().signed())


def lives_elsewhere() -> Document:
    visitor = InventedVisitor().at_form()
    while visitor.page.name != "live":
        visitor.answer()
    visitor.press(Press.PICK, "other")
    for _ in range(3):
        visitor.press(Press.PICK, visitor.page.rows[0].value)
    return document_of(visitor.filled_in_from_here().signed())


def lives_away(*places: str) -> Document:
    visitor = InventedVisitor().at_form()
    while visitor.page.name != "live":
        visitor.answer()
    visitor.press(Press.PICK, "away")
    for place in places:
        visitor.press(Press.PICK, place) if place else visitor.press(Press.NONE_OF_IT)
    return document_of(visitor.filled_in_from_here().signed())


def with_employer(*ways: tuple[Press, str]) -> Document:
    visitor = InventedVisitor().proved().happen(FactsKnown(persona("liu")[1]))
    visitor.press(Press.TOGGLE, "unit_name")
    while visitor.visit.stage in ("facts", "choose"):
        visitor.press(Press.NEXT)
    while visitor.page.name != "unit":
        visitor.answer()
    for act, value in ways:
        visitor.press(act, value)
    return document_of(visitor.filled_in_from_here().signed())


LISTED = (Press.PICK, "91341600MA0000008F")
UNLISTED = (
    (Press.NONE_OF_IT, ""),
    *((Press.DIGIT, one) for one in "91340000MA99999999"),
    (Press.NEXT, ""),
)
UNKNOWN = ((Press.NONE_OF_IT, ""), (Press.NONE_OF_IT, ""))


def offline() -> Document:
    return document_of(walk(persona("liu")[0], None))


def of_absent() -> Document:
    said: Document = handed_in(walk_for_another(*HELPER_ABSENT))
    return said


@pytest.mark.parametrize(
    "made",
    [
        fullest,
        with_own_card,
        lives_elsewhere,
        lambda: lives_away("34", "3412", "341222", "341222100"),
        lambda: lives_away("32", ""),
        lambda: lives_away(""),
        lambda: with_employer(LISTED),
        lambda: with_employer(*UNLISTED),
        lambda: with_employer(*UNKNOWN),
        offline,
        of_absent,
        lambda: young("R02"),
    ],
    ids=[
        "fullest",
        "own-card",
        "elsewhere",
        "away",
        "unlisted",
        "no-province",
        "employer",
        "unlisted-employer",
        "named-employer",
        "offline",
        "absent",
        "special",
    ],
)
def test_what_a_terminal_hands_in_contradicts_nothing(made: Any) -> None:
    document = made()
    assert contradicting(document, FIELDS) == ()
    assert wrong_facts(document, FIELDS) is None


@pytest.mark.parametrize(
    ("made", "name", "changes"),
    [
        (fullest, "mobile", {"value": "13900009999"}),
        (fullest, "mobile", NONE),
        (fullest, "pay_mode", {"value": "monthly"}),
        (fullest, "name", {"value": "张某"}),
        (fullest, "id_no", {"value": "341602196501010015"}),
        (fullest, "retire_month", {"value": "2031-01"}),
        (fullest, "category", {"value": "F50"}),
        (fullest, "live_code", {"value": "别处"}),
        (lives_elsewhere, "live_code", {"value": "341623001001"}),
        (lambda: lives_away("32", ""), "live_code", {"value": "34"}),
        (lambda: lives_away("32", ""), "live_code", NONE),
        (with_own_card, "account", {"value": "6200000000000000000"}),
        (with_own_card, "bank", {"source": "office", "office": "RS", "value": "别的银行"}),
        (with_own_card, "account", {"reason": "no_record", "office": "RS"}),
        (offline, "kind", {"value": "JG"}),
        (fullest, "unit_name", {"source": "person", "value": "别的厂"}),
        (lambda: with_employer(LISTED), "unit_uscc", {"value": "91341600MA0000001R"}),
        (lambda: with_employer(*UNLISTED), "unit_uscc", NONE),
        (lambda: with_employer(*UNKNOWN), "unit_name", {"value": "别的厂"}),
        (of_absent, "account", {"source": "person", "value": "6200000000000999999"}),
    ],
)
def test_another_value_than_the_one_behind_it_is_refused(
    made: Any, name: str, changes: Document
) -> None:
    document = made()
    before = {} if "reason" in changes else document["facts"][name]
    fact = {"at": "2026-11-23T09:30:00+00:00", "state": "confirmed", **before, **changes}
    if "reason" in changes:
        fact = changes
    else:
        fact.pop("reason", None)
    facts = {**document["facts"], name: fact}
    rest = {one: said for one, said in document.items() if one != "signature"} | {"facts": facts}
    ink = {**document["signature"], "signed_digest": digest(canonical(rest))}
    changed = {**rest, "signature": ink}
    assert contradicting(changed, FIELDS) == (name,)
    assert wrong_facts(changed, FIELDS) is CONTRADICTS


def test_a_field_of_a_newer_form_is_not_compared() -> None:
    document = fullest()
    newer = {"value": "x", "source": "person", "at": "", "state": "confirmed"}
    facts = {**document["facts"], "of_tomorrow": newer}
    assert contradicting({**document, "facts": facts}, FIELDS) == ()


def test_a_field_that_the_terminal_did_not_know_says_so() -> None:
    document = fullest()
    facts = {name: one for name, one in document["facts"].items() if name != "card_pickup"}
    view = handbook().views.view_of({**document, "facts": facts}, "R08")
    assert view["facts"]["card_pickup"] == {"reason": "older_form"}
