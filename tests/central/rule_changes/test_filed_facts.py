"""The facts that the rules take from an application, and those that it does not carry."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from central.rule_changes.comparison import FilingComparison
from central.rule_changes.filed_facts import (
    LONGER_THAN_ANY_LIFE,
    fact_assumptions,
    filed_facts,
)
from central.rule_changes.question import AnswerChange
from kiosk.people.facts import InsuredPlace
from kiosk.retirement.eligibility import EligibilityAnswer
from kiosk.retirement.months import Month
from kiosk.retirement.rule_review.comparison import RuleFolder
from tests.central.rule_changes.filed_document import filed_document
from tests.kiosk.retirement.shipped import CATALOGUE, RULES

NOON = "2026-11-23T12:00:00+08:00"
SHIPPED = RuleFolder(CATALOGUE, RULES)


def test_values_have_the_types_of_the_rules() -> None:
    assert filed_facts(CATALOGUE, filed_document()) == {
        "citizen": True,
        "kind": "QY",
        "paid_months": 402,
        "deemed_months": 0,
        "medical_months": 402,
        "earlier_places": ("阜阳市",),
        "work_start_month": Month.parse("1987-09"),
        "insured_places": (InsuredPlace("亳州市", 402),),
        "state_manager": False,
        "draws_pension": False,
    }


@pytest.mark.parametrize(
    ("said", "draws"),
    [
        ({"month": None}, True),
        ({"month": None, "facts": {"kind": {"value": "JM"}}}, False),  # has none to draw
        ({"month": None, "retirement": {"route": "R02"}}, False),  # the office decides the month
    ],
    ids=["drawn", "resident", "special work"],
)
def test_who_has_no_month_by_age_draws_a_pension(said: dict[str, Any], draws: bool) -> None:
    assert filed_facts(CATALOGUE, filed_document(**said))["draws_pension"] is draws


@pytest.mark.parametrize(
    ("of_office", "told", "kind"),
    [
        ({"reason": "no_record"}, "LH", "LH"),
        ({"value": "QY"}, "LH", "QY"),
        ({"value": "LH"}, "LH", "LH"),  # a terminal repeats what was told
        ({"value": "unsure"}, "unsure", None),
        ({"value": "drawn"}, "drawn", None),
        ({"reason": "no_record"}, "", None),
    ],
)
def test_an_offices_kind_counts_more_than_what_was_told(
    of_office: dict[str, Any], told: str, kind: str | None
) -> None:
    said = filed_document(retirement={"told_kind": told}, facts={"kind": of_office})
    assert filed_facts(CATALOGUE, said).get("kind") == kind
    assert FilingComparison(CATALOGUE, SHIPPED, SHIPPED).changes(said, NOON, ("R01",)) == ()


def test_a_foreigner_has_no_household() -> None:
    said = filed_document(applicant={"card_kind": "foreign_2023"})
    assert filed_facts(CATALOGUE, said)["citizen"] is False


def test_what_is_not_carried_is_assumed_one_fact_after_the_other() -> None:
    said = filed_document(facts={"archive_birth": {"reason": "no_record"}})
    known = filed_facts(CATALOGUE, said)
    found = fact_assumptions(CATALOGUE, said, known)
    extra = [one.items() - known.items() for one in found]
    assert all(len(one) == 1 for one in extra)
    pairs = [next(iter(one)) for one in extra]
    assert [one for one in pairs if one[0] == "has_fund_account"] == [
        ("has_fund_account", True),
        ("has_fund_account", False),
    ]
    assert ("medical_months_needed", 0) in pairs
    assert ("medical_months_needed", LONGER_THAN_ANY_LIFE) in pairs
    assert [one[1] for one in pairs if one[0] == "paid_scope"] == ["here", "everywhere"]
    assert not {"draws_pension", "archive_birth", "paid_months"} & {one[0] for one in pairs}


def test_the_same_rules_change_nothing_of_an_application() -> None:
    every = tuple(CATALOGUE.services)
    assert (
        FilingComparison(CATALOGUE, SHIPPED, SHIPPED).changes(filed_document(), NOON, every) == ()
    )


def test_an_application_without_a_retirement_is_not_judged() -> None:
    rules = FilingComparison(CATALOGUE, SHIPPED, SHIPPED)
    assert rules.changes({"applicant": {}}, NOON, ("R01",)) is None


def without_service(code: str) -> RuleFolder:
    """The shipped rules without one service."""
    services = {name: one for name, one in CATALOGUE.services.items() if name != code}
    return RuleFolder(replace(CATALOGUE, services=services), RULES)


def test_a_service_that_goes_and_one_that_comes_and_others_that_were_not_filed() -> None:
    fewer = without_service("R18")
    gone = FilingComparison(CATALOGUE, SHIPPED, fewer)
    insisted = filed_document(retirement={"insisted": ["R18"]})
    can = EligibilityAnswer.CAN
    assert gone.changes(insisted, NOON, ("R01", "R18")) == (AnswerChange("R18", can, None, True),)
    assert gone.changes(insisted, NOON, ("R01",)) == ()
    come = FilingComparison(CATALOGUE, fewer, SHIPPED)
    assert come.changes(filed_document(), NOON, ("R18",)) == (AnswerChange("R18", None, can, True),)


@pytest.mark.parametrize(("day", "changed"), [("2026-10-31", True), ("2026-11-01", False)])
def test_the_day_of_receipt_is_counted_in_bozhou(day: str, changed: bool) -> None:
    """The month 2026-11 is ahead on the last day of October, and here on the first of November."""
    rules = FilingComparison(CATALOGUE, SHIPPED, without_waiting())
    found = rules.changes(filed_document(), f"{day}T00:30:00+08:00", ("R01",))
    assert bool(found) is changed


def without_waiting() -> RuleFolder:
    """Rules by which the age is no condition of R01."""
    first = CATALOGUE.services["R01"]
    when = tuple(name for name in first.when if CATALOGUE.conditions[name].test != "reached")
    assert len(when) == len(first.when) - 1
    services = {**CATALOGUE.services, "R01": replace(first, when=when)}
    return RuleFolder(replace(CATALOGUE, services=services), RULES)
