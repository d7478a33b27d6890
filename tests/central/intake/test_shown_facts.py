"""What offices add to a filing for an absent person is shown to that person, before confirming."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from central.intake.delivered_views import DeliveredViews, JoinedFacts
from central.store.tables import ConfirmationRow
from central.vault_port import FieldAsk
from kiosk.application.recorded_facts import AbsenceReason, missing
from kiosk.crypto.envelope import canonical, digest
from tests.central.filing import PROXY, FilingService, filing
from tests.central.intake.test_lying_terminal import WHOLE, offices
from tests.central.standing import LIU, NOON, TERMINAL, WANG, Standing, content, numbered
from tests.kiosk.invented_people import handbook, persona

BOOK = handbook()
FIELDS = BOOK.catalogue.fields
KNOWN = persona("liu")[1]
ABSENT = {
    name: missing(AbsenceReason.PERSON_ABSENT, one.office).record()
    for name, one in FIELDS.items()
    if one.fact
} | {"mobile": missing(AbsenceReason.PERSON_ABSENT).record()}


@pytest.fixture
def here(central: Standing, client: TestClient) -> Iterator[FilingService]:
    with filing(central, client) as found:
        yield found


def file(here: FilingService) -> None:
    """A friend files for LIU, who is not there: version 3, without a fact of an office."""
    said = {**PROXY, **WHOLE, "version": 3, "facts": ABSENT, "terminal": TERMINAL, "answers": {}}
    forms = {"version": "of another program", "digests": {}}
    whole = content(numbered(1), LIU, **said, forms=forms)
    rest = {name: one for name, one in whole.items() if name != "signature"}
    ink = {**whole["signature"], "signed_digest": digest(canonical(rest))}
    body = here.central.envelope({**rest, "signature": ink}, terminal=TERMINAL).encode()
    path = f"/v1/applications/{numbered(1)}"
    answer = here.client.put(path, content=body, headers=here.central.headers(TERMINAL))
    assert answer.status_code == 201, answer.text
    assert KNOWN.unit_name not in answer.text


def decide(here: FilingService, **shown: Any) -> int:
    said = {**here.central.visit(LIU), "decision": "confirm", **shown}
    return here.post(f"/v1/confirmations/{numbered(1)}", said).status_code


def delivered(here: FilingService) -> dict[str, Any]:
    """What the first office gets."""
    facts: dict[str, Any] = offices(here).seen[0].view["facts"]
    return facts


def test_the_principal_is_shown_what_the_offices_add_and_the_filer_is_not(
    here: FilingService,
) -> None:
    file(here)
    (item,) = here.waiting(LIU)
    assert item["facts"]["unit_name"] == KNOWN.unit_name
    assert item["facts"]["account"] == KNOWN.account
    assert item["facts"]["paid_months"] == KNOWN.paid_months
    assert "pay_grade_201409" not in item["facts"], "no office has it on record"
    assert here.waiting(WANG) == []


def test_what_was_shown_counts_as_confirmed(here: FilingService) -> None:
    file(here)
    (item,) = here.waiting(LIU)
    assert decide(here, facts_mark=item["facts_mark"], facts_wrong=["paid_months"]) == 200
    facts = delivered(here)
    assert (facts["unit_name"]["value"], facts["unit_name"]["state"]) == (
        KNOWN.unit_name,
        "confirmed",
    )
    assert facts["paid_months"]["state"] == "marked_wrong"


@pytest.mark.parametrize("shown", [{}, {"facts_mark": "0" * 64}], ids=["none", "others"])
def test_what_was_not_shown_stays_joined(here: FilingService, shown: dict[str, str]) -> None:
    file(here)
    assert decide(here, **shown) == 200
    assert delivered(here)["unit_name"]["state"] == "joined"


def test_what_an_office_says_otherwise_later_is_not_confirmed(here: FilingService) -> None:
    file(here)
    (item,) = here.waiting(LIU)
    assert decide(here, facts_mark=item["facts_mark"]) == 200
    office = here.central.office
    seen = office.store.confirmations.seen_facts(numbered(1))
    envelope = office.store.cases.envelope_of(numbered(1))
    assert envelope is not None
    vault = here.central.opening
    document = here.central.document(envelope)
    later = {LIU: replace(office.people.facts[LIU], unit_name="别的厂")}
    joined = JoinedFacts(later, FIELDS, vault.examiner.facts_mark)
    facts = DeliveredViews(BOOK.views.view_of, joined).of(document, "R01", NOON, seen)["facts"]
    assert (facts["unit_name"]["value"], facts["unit_name"]["state"]) == ("别的厂", "joined")
    vault = replace(vault, views=DeliveredViews(BOOK.views.view_of, vault.views.joined))
    found = vault.delivered_fields(FieldAsk("O-0001", "x", True, envelope, seen))
    assert isinstance(found, tuple)
    states = {one.said.get("state") for one in found}
    assert states == {"confirmed", None}, "the command says what an office gets now"


def test_a_first_decision_stands(here: FilingService) -> None:
    file(here)
    (item,) = here.waiting(LIU)
    decide(here)
    assert decide(here, facts_mark=item["facts_mark"]) == 200
    assert here.central.rows((ConfirmationRow.facts_mark,)) == [("",)]


@pytest.mark.parametrize(
    "shown", [{"facts_mark": "x" * 65}, {"facts_wrong": ["../x"]}, {"facts_wrong": ["a"] * 41}]
)
def test_what_no_terminal_says_is_refused(here: FilingService, shown: dict[str, Any]) -> None:
    file(here)
    assert decide(here, **shown) == 422


def test_the_database_holds_no_fact_that_was_shown(here: FilingService, tmp_path: Path) -> None:
    file(here)
    (item,) = here.waiting(LIU)
    decide(here, facts_mark=item["facts_mark"], facts_wrong=["unit_name"])
    here.central.office.store.close()
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for secret in (KNOWN.unit_name, KNOWN.account, KNOWN.child_name):
        assert secret
        assert not [one for one in files if secret.encode() in one], secret
