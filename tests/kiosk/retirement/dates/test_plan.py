"""The plan: what is ticked already, and all of it in one value."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.retirement.eligibility import EligibilityAnswer, Verdict, judge_all
from kiosk.retirement.fields import FieldSource, Tally, form_fields
from kiosk.retirement.months import Month
from kiosk.retirement.plan import is_offered, make_plan, months_of, offered, tally
from kiosk.retirement.situation import Route
from tests.kiosk.retirement.shipped import BOOK, CATALOGUE, RULES, person

ALL = tuple(CATALOGUE.services)
LATER = Verdict("R01", EligibilityAnswer.LATER, "", "", "", "", since=Month.parse("2027-02"))


@pytest.mark.parametrize(
    ("answer", "since", "fileable", "ticked"),
    [
        (EligibilityAnswer.CAN, None, True, True),
        (EligibilityAnswer.REVIEW, None, True, True),
        (EligibilityAnswer.REVIEW, None, False, False),
        (EligibilityAnswer.CANNOT, None, False, False),
        (EligibilityAnswer.LATER, None, True, True),
        (EligibilityAnswer.LATER, "2026-12", True, True),
        (EligibilityAnswer.LATER, "2027-02", True, True),
        (EligibilityAnswer.LATER, "2027-03", True, False),
        (EligibilityAnswer.LATER, "2026-12", False, False),
        (EligibilityAnswer.CAN, "2030-01", True, True),
    ],
)
def test_what_is_ticked_already(answer, since, fileable, ticked):
    month = Month.parse(since) if since else None
    verdict = Verdict("R01", answer, "", "", "", "", since=month, fileable=fileable)
    assert is_offered(verdict, person()) is ticked
    assert RULES.file_ahead_months == 3


def test_the_whole_plan():
    plan = make_plan(BOOK, person())
    assert plan.verdicts == judge_all(CATALOGUE, person())
    assert plan.chosen == offered(plan.verdicts, person()) == (
        "R01", "R17", "R06", "R07", "R08", "R09", "R11", "R13", "R14", "R15", "R18",
    )  # fmt: skip
    assert [one.field for one in plan.questions] == [
        "mobile",
        "live",
        "bank",
        "child_name",
        "child_birth",
        "only_child_cert",
        "spouse_name",
        "card_request",
        "talent",
    ]
    assert [one.code for one in plan.papers] == [
        "A1",
        "A2",
        "A3",
        "A4",
        "A5",
        "A6",
        "A7",
        "P1",
        "P2",
    ]
    assert plan.tally == Tally(22, 26)
    assert tuple(plan.parts) == plan.chosen
    assert plan.parts["R01"].due == date(2026, 12, 14)


def test_the_plan_counts_from_the_day_of_acceptance():
    plan = make_plan(BOOK, person(), date(2026, 12, 10))
    assert plan.parts["R01"].due == date(2026, 12, 31)


def test_the_fullest_application_has_sixteen_parts():
    case = person(
        deemed_months=36, medical_months=330, has_annuity=True, earlier_places=("上海市",)
    )
    assert len(make_plan(BOOK, case).chosen) == 16


def test_what_begins_later_carries_its_month_into_the_dates():
    plan = make_plan(BOOK, person("M60", "1966-07"))
    assert months_of(plan.verdicts, ["R08", "R01", "R06"]) == {
        "R08": None,
        "R01": Month.parse("2026-12"),
        "R06": Month.parse("2026-12"),
    }
    assert plan.parts["R06"].since == Month.parse("2026-12")
    assert plan.parts["R01"].due == date(2026, 12, 21)
    assert plan.parts["R08"].since is None


@pytest.mark.parametrize(
    ("known", "fetched"),
    [
        ({}, False),
        ({"kind": "QY"}, False),
        ({"citizen": True}, False),
        ({"kind": "QY", "citizen": True}, False),
        ({"kind": "QY", "citizen": True, "has_annuity": False}, True),
    ],
)
def test_only_what_an_office_sent_counts_as_fetched(known, fetched):
    form = {name for code in ALL for name in CATALOGUE.services[code].fields}
    shared = [
        one
        for one in form_fields(CATALOGUE.fields, form, known.get("kind"))
        if one.source is FieldSource.SHARED
    ]
    found = tally(CATALOGUE, ALL, person(known=known))
    full = tally(CATALOGUE, ALL, person(known={**known, "paid_months": 1}))
    assert full.known - found.known == (0 if fetched else len(shared))
    assert full.all == found.all
    assert shared


def test_far_ahead_only_what_needs_no_age_is_ticked():
    assert make_plan(BOOK, person("M60", "1970-06")).chosen == ("R17", "R08")
    assert make_plan(BOOK, person("M60", "1966-08")).chosen[:3] == ("R01", "R17", "R06")


def test_the_plan_of_special_work():
    plan = make_plan(BOOK, person("M60", "1970-06", route=Route.SPECIAL_WORK))
    assert "R02" in plan.chosen
    assert "R01" not in plan.chosen
    assert "P4" in [one.code for one in plan.papers]
    assert plan.parts["R06"].waits_any == ("R02",)


def test_the_plan_of_disability():
    plan = make_plan(BOOK, person("M60", "1970-06", route=Route.DISABILITY))
    assert plan.chosen == ("R03", "R17", "R08", "R13", "R14")
    assert [one.field for one in plan.questions] == [
        "mobile",
        "live",
        "bank",
        "conclusion_no",
        "card_request",
        "talent",
    ]
    assert plan.parts["R14"].waits_any == ("R03",)
    assert "P6" not in [one.code for one in plan.papers]


def test_a_foreigners_plan_confirms_no_household():
    plan = make_plan(BOOK, person(citizen=False))
    assert plan.chosen == tuple(code for code in make_plan(BOOK, person()).chosen if code != "R17")
