"""What do I need, and when may I retire: a few questions, judged by the rules of the kiosk.

Nothing that is typed is kept; the answers stand in the address of the page, without a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from central.web.page_table import WebPage
from kiosk.civil_time import civil_day
from kiosk.people.facts import InsuredKind
from kiosk.retirement.age import Category
from kiosk.retirement.months import MONTHS, Month
from kiosk.retirement.plan import make_plan
from kiosk.retirement.situation import assess

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from central.web.page_table import PageRequest
    from kiosk.retirement.eligibility import Verdict
    from kiosk.retirement.situation import Situation

NEEDS_PATH, AGE_PATH = "/needs", "/age"
FIELDS = ("category", "year", "month", "kind", "draws", "paid", "child", "fund")
YES, NO = "yes", "no"
_FLAGS = {"draws": "draws_pension", "child": "only_child_certificate", "fund": "has_fund_account"}
_MOST_PAID = 60
_OLDEST = 100


@dataclass(frozen=True)
class NeededLine:
    """A service of the answer: its verdict and its plain name."""

    verdict: Verdict
    plain: str


def show_age(asking: PageRequest) -> Response:
    """Return the calculator of the month of retirement, with its answer when it was asked."""
    typed = _typed(asking)
    asked = bool(typed["year"] or typed["month"] or typed["category"])
    case = _situation(asking, typed) if asked else None
    failed = asked and case is None
    return asking.page(
        "public/age.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK,
        typed=typed,
        failed=failed,
        estimate=case.estimate if case else None,
        categories=asking.context.public.ages.categories,
        sources=AGE_SOURCES,
    )


def show_needs(asking: PageRequest) -> Response:
    """Return the few questions, or what this person can file, brings and waits for."""
    typed = _typed(asking)
    asked = any(typed.values())
    case = _situation(asking, typed) if asked else None
    if case is None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if asked else HTTPStatus.OK
        return asking.page("public/needs.html", status, typed=typed, failed=asked)
    plan = make_plan(asking.context.public.book, case)
    services = asking.context.public.book.catalogue.services
    lines = [NeededLine(one, services[code].plain) for code, one in plan.verdicts.items()]
    return asking.page(
        "public/needed.html",
        offered=[one for one in lines if one.verdict.code in plan.chosen],
        others=[one for one in lines if one.verdict.code not in plan.chosen],
        bring=[one for one in plan.papers if one.settled is None],
        fetched=[one for one in plan.papers if one.settled is not None],
        promised=_last_day(plan.parts),
        estimate=case.estimate if case.seeks_pension else None,
        typed=typed,
    )


AGE_SOURCES = ("decision", "measures")
"""Keys of config/texts/public.toml: what the calculation rests on."""


def _last_day(parts: Mapping[str, object]) -> str:
    days = [str(due) for one in parts.values() if (due := getattr(one, "due", None))]
    return max(days, default="")


def _typed(asking: PageRequest) -> dict[str, str]:
    return {name: asking.query.get(name, "").strip() for name in FIELDS}


def _situation(asking: PageRequest, typed: Mapping[str, str]) -> Situation | None:
    """Return the situation by the answers; None where one that is needed is missing or wrong."""
    today = civil_day(asking.context.now())
    birth = _birth(typed, today.year)
    if birth is None or typed["category"] not in set(Category):
        return None
    facts: dict[str, bool | int | str] = {}
    if typed["kind"] in set(InsuredKind):
        facts["kind"] = InsuredKind(typed["kind"])
    facts |= {fact: typed[name] == YES for name, fact in _FLAGS.items() if typed[name] in (YES, NO)}
    if typed["paid"]:
        if not typed["paid"].isdecimal() or int(typed["paid"]) > _MOST_PAID:
            return None
        facts["paid_months"] = int(typed["paid"]) * MONTHS
    return assess(asking.context.public.ages, Category(typed["category"]), birth, today, facts)


def _birth(typed: Mapping[str, str], this_year: int) -> Month | None:
    year, month = typed["year"], typed["month"]
    if not (year.isascii() and year.isdecimal() and month.isascii() and month.isdecimal()):
        return None
    if not (this_year - _OLDEST <= int(year[:5]) < this_year and 1 <= int(month[:3]) <= MONTHS):
        return None
    return Month.of(int(year), int(month))


PAGES = (
    WebPage("GET", AGE_PATH, show_age, None),
    WebPage("GET", NEEDS_PATH, show_needs, None),
)
