"""Figures: each value that follows from the others, on both sides of every boundary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.people.facts import FinishedService, InsuredPlace
from kiosk.retirement.figures import FIGURES, FactWords, braces_of, value_of
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route
from tests.kiosk.retirement.shipped import CATALOGUE, early, person

EARLY = person("M60", "1970-06").retiring(Month.parse("2030-06"))


LATE = Month.parse("2026-12")
SPLIT = (InsuredPlace("上海市", 100), InsuredPlace("杭州市", 100), InsuredPlace("亳州市", 100))


IN_WORDS = {
    "earlier_places": ("上海市", "合肥市"),
    "insured_places": (InsuredPlace("上海市", 120), InsuredPlace("合肥市", 54)),
    "services_done": (FinishedService("R17", "2026-11-02"),),
}


def overdue(**facts):
    """Return somebody whose statutory month was the last one."""
    return person("M60", "1966-05", **facts)


@pytest.mark.parametrize(
    ("case", "name", "value"),
    [
        (person(), "on_month", Month.parse("2026-11")),
        (person(birth="1966-10"), "on_month", Month.parse("2026-11")),
        (person(birth="1966-10"), "retire_month", Month.parse("2027-04")),
        (person(birth="1963-12"), "retire_month", Month.parse("2026-11")),
        (person(birth="1963-12"), "statutory_month", Month.parse("2023-12")),
        (person(), "months_to_wait", 0),
        (person(birth="1966-07"), "months_to_wait", 1),
        (person(birth="1966-10"), "months_to_wait", 5),
        (person(), "timing", "on_time"),
        (EARLY, "timing", "early"),
        (person().retiring(Month.parse("2026-12")), "timing", "late"),
        (overdue(), "timing", "overdue"),
        (person(birth="1963-12"), "timing", "overdue"),
        (overdue().retiring(Month.parse("2026-12")), "timing", "late"),
        (early(paid_months=179), "early_short", True),
        (early(paid_months=180), "early_short", False),
        (early(paid_months=170, deemed_months=10), "early_short", False),
        (early(known={}), "early_short", None),
        (early(known={"paid_months": 1}), "early_short", None),
        (person(paid_months=1), "early_short", False),
        (overdue(paid_months=1), "early_short", False),
        (person(paid_months=1).retiring(Month.parse("2026-12")), "early_short", False),
        (person(birth="1966-10", known={}), "early_short", False),
        (person(paid_months=150, deemed_months=30), "credited_months", 180),
        (person(), "minimum_months", 180),
        (EARLY, "minimum_months", 186),
        (person("M60", "1970-06", route=Route.SPECIAL_WORK), "minimum_months", None),
        (person("M60", "1970-06", route=Route.DISABILITY), "minimum_months", None),
        (person("M60", "1970-06", route=Route.SPECIAL_WORK, paid_months=1), "paid_short", None),
        (person("M60", "1970-06", route=Route.DISABILITY, paid_months=402), "paid_short", None),
        (EARLY, "minimum_year", "2030"),
        (person("M60", "1970-06"), "minimum_year", "2031"),
        (person(paid_months=150, deemed_months=29), "paid_short", 1),
        (person(paid_months=150, deemed_months=30), "paid_short", 0),
        (person(paid_months=402), "paid_short", 0),
        (person(medical_months=359), "medical_short", 1),
        (person(medical_months=360), "medical_short", 0),
        (person(medical_months=361), "medical_short", 0),
        (person(kind="JG").retiring(Month.parse("2026-12")), "late_in_state_body", True),
        (person(kind="QY").retiring(Month.parse("2026-12")), "late_in_state_body", False),
        (person(kind="JG"), "late_in_state_body", False),
        (person(kind="JG", birth="1966-10"), "late_in_state_body", False),
        (early(kind="JG"), "late_in_state_body", False),
        (overdue(kind="JG"), "late_in_state_body", True),
        (overdue(kind="JG").retiring(Month.parse("2026-12")), "late_in_state_body", True),
        (overdue(kind="QY"), "late_in_state_body", False),
        (overdue(kind="LH"), "late_in_state_body", False),
        (overdue(known={}), "late_in_state_body", None),
        (person(birth="1963-12", kind="JG"), "late_in_state_body", False),
        (person(birth="1963-12", known={}), "late_in_state_body", False),
        (person(known={}), "late_in_state_body", False),
        (person(known={}).retiring(Month.parse("2026-12")), "late_in_state_body", None),
        (person(known={}), "credited_months", None),
        (person(known={"paid_months": 1}), "credited_months", None),
        (person(known={"deemed_months": 1}), "paid_short", None),
        (person(known={"paid_months": 170, "deemed_months": 0}), "paid_short", 10),
        (person(known={"medical_months": 1}), "medical_short", None),
        (person(known={"medical_months_needed": 1}), "medical_short", None),
        (person(known={"paid_months": "402", "deemed_months": 0}), "credited_months", None),
        (person(kind="QY", state_manager=True).retiring(LATE), "late_in_state_body", True),
        (person(kind="QY", state_manager=False).retiring(LATE), "late_in_state_body", False),
        (person(known={"state_manager": True}).retiring(LATE), "late_in_state_body", True),
        (person(paid_months=100, paid_scope="here", insured_places=SPLIT), "credited_months", 300),
        (person(paid_months=100, insured_places=SPLIT), "credited_months", None),
        (person(paid_months=200, insured_places=SPLIT), "credited_months", 200),
        (person(paid_months=100, earlier_places=("上海市",)), "credited_months", None),
        (person(paid_months=200, earlier_places=("上海市",)), "credited_months", 200),
        (
            person(paid_months=100, paid_scope="everywhere", earlier_places=("上海市",)),
            "credited_months",
            100,
        ),
        (
            person(
                "M60",
                "1970-06",
                route=Route.SPECIAL_WORK,
                paid_months=100,
                earlier_places=("上海市",),
            ),
            "credited_months",
            100,
        ),
        (person(paid_months=179, insured_places=(InsuredPlace("亳州市", 9),)), "to_merge", False),
        (person(paid_months=180, earlier_places=("上海市",)), "to_merge", False),
        (person(paid_months=179, earlier_places=("上海市",)), "to_merge", True),
        (person(paid_months=100, paid_scope="here", insured_places=SPLIT), "to_merge", True),
        (
            person(deemed_months=0, paid_months=10, paid_scope="here", insured_places=SPLIT),
            "to_merge",
            True,
        ),
        (
            person(
                paid_months=10, paid_scope="here", insured_places=(InsuredPlace("上海市", 169),)
            ),
            "to_merge",
            False,
        ),
        (
            person(
                paid_months=10, paid_scope="here", insured_places=(InsuredPlace("上海市", 170),)
            ),
            "to_merge",
            True,
        ),
        (person(known={"earlier_places": ("上海市",)}), "to_merge", False),
        (person(paid_months=177), "enough_month", Month.parse("2027-02")),
        (person(known={}), "enough_month", None),
        (person(paid_months=177), "no_pension_in_sight", False),
        (person(paid_months=176), "no_pension_in_sight", True),
        (person(birth="1966-10", paid_months=172), "no_pension_in_sight", False),
        (person(birth="1966-10", paid_months=171), "no_pension_in_sight", True),
        (person(known={}), "no_pension_in_sight", False),
        (person(insured_since=Month.parse("2011-06")), "insured_before_law", True),
        (person(insured_since=Month.parse("2011-07")), "insured_before_law", False),
        (person(), "insured_before_law", None),
        (person(home_place="亳州市", insured_places=SPLIT), "place_that_pays", "亳州市"),
        (person(home_place="亳州市"), "place_that_pays", None),
        (person(insured_places=SPLIT), "place_that_pays", None),
        (person(home_place="阜阳市", insured_places=SPLIT), "drawn_elsewhere", True),
        (person(home_place="亳州市", insured_places=SPLIT), "drawn_elsewhere", False),
        (person(kind="JG", home_place="阜阳市", insured_places=SPLIT), "place_that_pays", None),
        (person(kind="JG", home_place="阜阳市", insured_places=SPLIT), "drawn_elsewhere", False),
        (person(archive_birth=Month.parse("1966-05")), "births_differ", True),
        (person(archive_birth=Month.parse("1966-06")), "births_differ", False),
        (person(archive_birth=Month.parse("1966-05")), "card_birth", Month.parse("1966-06")),
        (person(archive_birth=Month.parse("1966-05")), "counted_birth", Month.parse("1966-05")),
        (replace(person(), card_birth=None), "births_differ", False),
        (early(), "notice_missing", True),
        (early(notice_month=Month.parse("2026-08")), "notice_missing", False),
        (early(notice_month=Month.parse("2026-09")), "notice_missing", True),
        (person(), "notice_missing", False),
        (person(), "has_fund_account", True),
        (person(known={}), "has_fund_account", None),
    ],
)
def test_value(case, name, value):
    assert value_of(case, name) == value


def test_every_figure_is_declared():
    assert FIGURES.keys() <= CATALOGUE.facts.keys()


def test_words_of_every_fact():
    case = person("M60", "1966-10", paid_months=174, paid_scope="everywhere", **IN_WORDS)
    said = FactWords(CATALOGUE.facts, case)
    assert {name: said[name] for name in CATALOGUE.facts} == {
        "kind": "QY",
        "draws_pension": "未知",
        "paid_months": "14 年半",
        "deemed_months": "0 个月",
        "medical_months": "33 年半",
        "medical_months_needed": "30 年",
        "work_start_month": "未知",
        "earlier_places": "上海市、合肥市",
        "account": "未知",
        "card_account_active": "True",
        "has_fund_account": "True",
        "has_annuity": "False",
        "only_child_certificate": "True",
        "household_matches": "True",
        "draws_since": "未知",
        "paid_scope": "everywhere",
        "home_place": "未知",
        "insured_places": "上海市120、合肥市54",
        "insured_since": "未知",
        "state_manager": "未知",
        "notice_month": "未知",
        "archive_birth": "未知",
        "services_done": "R17",
        "services_open": "未知",
        "services_refused": "未知",
        "citizen": "True",
        "on_month": "2026年11月",
        "retire_month": "2027年4月",
        "statutory_month": "2027年4月",
        "months_to_wait": "5 个月",
        "timing": "on_time",
        "credited_months": "14 年半",
        "minimum_months": "15 年",
        "minimum_year": "2027",
        "paid_short": "6 个月",
        "early_short": "False",
        "medical_short": "0 个月",
        "late_in_state_body": "False",
        "on_disability": "False",
        "to_merge": "False",
        "enough_month": "2027年5月",
        "no_pension_in_sight": "False",
        "insured_before_law": "未知",
        "place_that_pays": "未知",
        "drawn_elsewhere": "False",
        "births_differ": "False",
        "card_birth": "1966年10月",
        "counted_birth": "1966年10月",
        "notice_missing": "False",
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("没有", ()),
        ("{a}和{b}", ("a", "b")),
        ("{{a}}", ()),
        ("{}", ("",)),
        ("{a", None),
        ("a}", None),
    ],
)
def test_braces(text, names):
    assert braces_of(text) == names


def test_words_of_a_fact_that_is_not_declared():
    with pytest.raises(KeyError):
        FactWords(CATALOGUE.facts, person("M60", "1966-10"))["nothing"]
