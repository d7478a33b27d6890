"""Which other months and ways into retirement can be picked?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.people.facts import InsuredKind
from kiosk.people.identity import Sex
from kiosk.retirement.age import Category
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route, Situation
from kiosk.visit.handbook import Handbook
from kiosk.visit.state import Visit, card_of, known, verdicts

SOONEST = "soonest"
LATER_MONTHS = (6, 12)
OTHER_CATEGORY = {Category.F55: Category.F50, Category.F50: Category.F55}


@dataclass(frozen=True)
class Time:
    """A month to pick: `value` is "soonest" or months after the one offered first."""

    value: str
    month: Month


def early_time(case: Situation) -> Time | None:
    """Return the soonest month when that lies before the statutory one."""
    early = case.soonest < case.estimate.statutory
    return Time(SOONEST, case.soonest) if early else None


def late_times(case: Situation) -> Iterator[Time]:
    """Yield months after the one offered first, the last one that is allowed included."""
    room = case.estimate.latest.since(case.first)
    for months in sorted({*(one for one in LATER_MONTHS if one < room), room}):
        if months > 0:
            yield Time(str(months), case.first.later(months))


def other_ways(visit: Visit, book: Handbook) -> tuple[str, ...]:
    """Return routes and categories that this person may have: values for a pick."""
    case = known(visit)
    routes = [
        code for code, verdict in verdicts(visit, book).items() if verdict.rule == "other_route"
    ]
    if case.route is not Route.AGE:
        routes = [Route.AGE.value]
    return (*routes, *_other_category(visit, case))


def _other_category(visit: Visit, case: Situation) -> Iterator[str]:
    """Yield the other post of a woman when no office knows it: it decides between 50 and 55."""
    told = visit.shared is not None and visit.shared.category in set(Category)
    flexible = visit.shared is not None and visit.shared.kind is InsuredKind.FLEXIBLE
    if card_of(visit).sex is not Sex.MALE and not told and not flexible:
        yield OTHER_CATEGORY[case.estimate.category].value


def has_other_times(visit: Visit, book: Handbook) -> bool:
    """Tell whether there is anything to pick besides what is offered."""
    case = known(visit)
    return bool(early_time(case) or list(late_times(case)) or other_ways(visit, book))
