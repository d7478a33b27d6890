"""Each office sees its own fields of an application, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiosk.application.office_views import Views
from kiosk.crypto.envelope import canonical, digest
from kiosk.visit.step_parts.application_of_visit import application_of
from tests.kiosk.invented_people import InventedVisitor, handbook

Document = dict[str, Any]
VIEWS = handbook().views
SERVICES = handbook().catalogue.services


def whole() -> Document:
    visitor = InventedVisitor().at_submitting()
    document: Document = json.loads(application_of(visitor.visit, handbook()).content)
    return document


DOCUMENT = whole()
FULL: Document = {
    **DOCUMENT,
    "version": 2,  # of terminals before facts were handed in
    "services": list(SERVICES),
    "answers": {one.field: "x" for one in handbook().questions},
    "papers": [{"code": code, "settled": "later"} for code in handbook().catalogue.papers],
}


def test_the_signed_document_names_the_view_of_each_chosen_service() -> None:
    assert DOCUMENT["views"] == {
        code: digest(canonical(VIEWS.view_of(DOCUMENT, code))) for code in DOCUMENT["services"]
    }
    unsigned = {name: value for name, value in DOCUMENT.items() if name != "signature"}
    assert DOCUMENT["signature"]["signed_digest"] == digest(canonical(unsigned))
    assert DOCUMENT["signature"]["signed_at"] == DOCUMENT["confirmed_at"]


@pytest.mark.parametrize("code", SERVICES)
def test_an_office_sees_only_its_own_papers_and_answers(code: str) -> None:
    view = VIEWS.view_of(FULL, code)
    assert {paper["code"] for paper in view["papers"]} == set(SERVICES[code].materials)
    for question in handbook().questions:
        asked = code in question.services
        listed = question.field in SERVICES[code].fields
        if question.field in view["answers"]:
            nobody_else = not question.services and question.field not in {
                name for one in SERVICES.values() for name in one.fields
            }
            assert asked or listed or nobody_else
        else:
            assert not asked
    assert not {"signature", "views", "services"} & view.keys()


@pytest.mark.parametrize(
    ("code", "sees", "not_"),
    [
        ("R06", {"bank", "account", "mobile"}, {"child_birth", "leader", "special_job", "talent"}),
        ("R15", {"bank", "account", "child_birth"}, {"pay_mode", "leader", "talent"}),
        ("R09", {"mobile", "live"}, {"bank", "account", "child_birth", "talent"}),
        ("R01", {"leader", "mobile"}, {"bank", "account", "child_birth", "talent"}),
        ("R02", {"special_job", "special_years"}, {"bank", "account", "leader"}),
    ],
)
def test_some_views_in_words(code: str, sees: set[str], not_: set[str]) -> None:
    answers = VIEWS.view_of(FULL, code)["answers"].keys()
    assert sees <= answers
    assert not not_ & answers


def test_only_who_decides_on_it_sees_the_category() -> None:
    deciding, other = VIEWS.view_of(FULL, "R01"), VIEWS.view_of(FULL, "R13")
    assert {"category", "statutory_month"} <= deciding["retirement"].keys()
    assert not {"category", "category_from", "statutory_month"} & other["retirement"].keys()
    assert other["retirement"]["retire_month"] == DOCUMENT["retirement"]["retire_month"]


def test_an_office_is_told_that_its_own_service_was_insisted_on() -> None:
    insisted = {**FULL, "retirement": {**FULL["retirement"], "insisted": ["R12"]}}
    assert VIEWS.view_of(insisted, "R12")["insisted"]
    assert not VIEWS.view_of(insisted, "R13")["insisted"]


def test_a_view_that_forgets_to_leave_out_is_seen() -> None:
    everybody = Views(
        SERVICES,
        tuple(q for q in handbook().questions if not q.services),
        handbook().catalogue.fields,
    )
    assert "bank" not in everybody.view_of(FULL, "R06")["answers"]
