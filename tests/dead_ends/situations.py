"""The bounded model of people: the product of the classes of facts that conditions tell apart.

Facts that decide the pension are combined in full. Facts that only one service asks for (a fund
account, an annuity, a certificate) take the same value, because no condition combines two of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from kiosk.people.facts import InsuredPlace
from kiosk.retirement.age import Category
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route, Situation, assess
from tests.kiosk.retirement.shipped import RULES, TODAY

HERE, ELSEWHERE = "亳州市", "上海市"

KINDS = ("JG", "QY", "LH", "JM", None)
BIRTHS = ("1964-06", "1966-06", "1966-10", "1971-06")
"""Of men: past the statutory month, in it, within the time to file ahead, years before it."""
DRAWN: tuple[Mapping[str, Any], ...] = (
    {},
    {"draws_pension": False},
    {"draws_since": Month.parse("2025-12")},
)
MONEY: Mapping[str, Mapping[str, Any]] = {
    "nothing known": {},
    "enough": {"paid_months": 402, "deemed_months": 24, "earlier_places": ()},
    "enough in all places": {
        "paid_months": 300,
        "deemed_months": 0,
        "paid_scope": "everywhere",
        "earlier_places": (ELSEWHERE,),
        "home_place": HERE,
        "insured_places": (InsuredPlace(ELSEWHERE, 100), InsuredPlace(HERE, 200)),
    },
    "enough when merged": {
        "paid_months": 100,
        "deemed_months": 0,
        "paid_scope": "here",
        "earlier_places": (ELSEWHERE,),
        "home_place": HERE,
        "insured_places": (InsuredPlace(ELSEWHERE, 100), InsuredPlace(HERE, 100)),
    },
    "months elsewhere not known": {
        "paid_months": 100,
        "deemed_months": 0,
        "earlier_places": (ELSEWHERE,),
    },
    "short by two months": {"paid_months": 178, "deemed_months": 0, "earlier_places": ()},
    "short by years, insured early": {
        "paid_months": 108,
        "deemed_months": 0,
        "earlier_places": (),
        "insured_since": Month.parse("2009-03"),
    },
    "short by years, insured late": {
        "paid_months": 108,
        "deemed_months": 24,
        "earlier_places": (),
        "insured_since": Month.parse("2017-11"),
    },
    "another place pays": {
        "paid_months": 144,
        "deemed_months": 0,
        "earlier_places": (ELSEWHERE,),
        "home_place": HERE,
        "insured_places": (InsuredPlace(HERE, 60), InsuredPlace(ELSEWHERE, 144)),
    },
}
PERSONAL: Mapping[str, Mapping[str, Any]] = {
    "told yes": {
        "has_fund_account": True,
        "has_annuity": True,
        "only_child_certificate": True,
        "household_matches": True,
        "citizen": True,
        "medical_months": 402,
        "medical_months_needed": 360,
    },
    "told no": {
        "has_fund_account": False,
        "has_annuity": False,
        "only_child_certificate": False,
        "household_matches": False,
        "citizen": False,
        "medical_months": 331,
        "medical_months_needed": 360,
    },
    "nothing known": {},
}
MONTHS = ("first", "soonest", "latest")
MARKS: Mapping[str, Mapping[str, Any]] = {
    "none": {},
    "notice in time": {"notice_month": Month.parse("2026-06")},
    "manager of a state-owned enterprise": {"state_manager": True},
    "file and card differ": {"archive_birth": Month.parse("1966-03")},
}


def all_situations() -> Iterator[tuple[str, Situation]]:
    """Yield every situation of the model, with its name."""
    axes = product(KINDS, BIRTHS, DRAWN, MONEY, PERSONAL, MARKS, Route, MONTHS)
    for kind, birth, drawn, money, personal, mark, route, month in axes:
        facts = {**drawn, **MONEY[money], **PERSONAL[personal], **MARKS[mark]}
        if kind is not None:
            facts["kind"] = kind
        case = assess(RULES, Category.M60, Month.parse(birth), TODAY, facts).along(route)
        if month != "first" and (route is not Route.AGE or not case.seeks_pension):
            continue  # only the way by age has months to choose
        yield (
            f"{kind} {birth} {dict(drawn)} | {money} | {personal} | {mark} | {route} | {month}",
            in_month(case, month),
        )


def in_month(case: Situation, which: str) -> Situation:
    """Return the situation with the first, soonest or latest month chosen."""
    if which == "soonest":
        return case.retiring(case.soonest_noticed)
    if which == "latest":
        return case.retiring(case.estimate.latest)
    return case
