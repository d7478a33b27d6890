"""Other months and routes of retirement that the person can pick."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.people.facts import InsuredKind
from kiosk.people.identity import Sex
from kiosk.retirement.age import Category
from kiosk.retirement.months import MONTHS, Month
from kiosk.retirement.situation import Route, Situation
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, card_of, category_source, situation_of, verdicts

SOONEST, ON_TIME = "soonest", "0"
LATER_MONTHS = (6, 12)
OTHER_CATEGORY = {
    Category.F55: Category.F50,
    Category.F50: Category.F55,
    Category.W60: Category.F55,
    Category.M60: Category.F55,
}
WOMEN = (Category.F50, Category.F55, Category.W60)


@dataclass(frozen=True)
class Time:
    """A month to pick; `value` is "soonest" or the months after the one offered first."""

    value: str
    month: Month


def early_times(case: Situation) -> tuple[Time, ...]:
    """Return the soonest month and the one a year early, if before the statutory month.

    The soonest is the first one for which the employer can still be told in time.
    """
    statutory, soonest = case.estimate.statutory, case.soonest_noticed
    year_early = statutory.later(-MONTHS)
    found = [Time(SOONEST, soonest)] if soonest < statutory else []
    if found and soonest < year_early:
        found.append(Time(str(year_early.since(case.first)), year_early))
    return tuple(found)


def late_times(case: Situation) -> tuple[Time, ...]:
    """Return months after the one offered first, including the last one allowed.

    There are none for who holds a managing post in a state body or a state-owned enterprise.
    """
    if case.facts.get("state_manager") is True:
        return ()
    room = case.estimate.latest.since(case.first)
    steps = LATER_MONTHS[1:] if early_times(case) else LATER_MONTHS  # six rows at most (T9)
    months = sorted({*(one for one in steps if one < room), room})
    return tuple(Time(str(one), case.first.later(one)) for one in months if one > 0)


def other_ways(visit: Visit, book: ReferenceData) -> tuple[str, ...]:
    """Return the values of other routes and categories that the person may pick."""
    case = situation_of(visit)
    routes = [
        code for code, verdict in verdicts(visit, book).items() if verdict.rule == "other_route"
    ]
    if case.route is not Route.AGE:
        routes = [Route.AGE.value]
    return (*routes, *(one.value for one in other_categories(visit, book)))


def other_category(visit: Visit, book: ReferenceData) -> Category | None:
    """Return the other usual category of a woman while no office knows hers, else None.

    Her post decides between 50 and 55.
    """
    others = other_categories(visit, book)
    return OTHER_CATEGORY[situation_of(visit).estimate.category] if others else None


def other_categories(visit: Visit, book: ReferenceData) -> tuple[Category, ...]:
    """Return the categories that a woman may name as hers while no office knows it.

    Besides 50 and 55 there is 60, for county rank and senior titles (组通字〔2015〕14号).
    """
    case = situation_of(visit)
    flexible = case.facts.get("kind") == InsuredKind.FLEXIBLE
    if card_of(visit).sex is Sex.MALE or flexible or category_source(visit, book) == "shared":
        return ()
    return tuple(one for one in WOMEN if one is not case.estimate.category)


def has_other_times(visit: Visit, book: ReferenceData) -> bool:
    """Return whether another month or route can be picked at all."""
    case = situation_of(visit)
    return bool(early_times(case) or late_times(case) or other_ways(visit, book))
