"""The situation of one person as the rules see it: months and facts, never an identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from kiosk.people.facts import InsuredKind
from kiosk.people.identity import Sex
from kiosk.retirement.age import AgeRules, Category, Estimate, estimate, minimum_months
from kiosk.retirement.facts import Facts
from kiosk.retirement.months import Month

PAID_BY_MONTH = ("paid_months", "medical_months")


class Route(StrEnum):
    """The three exclusive routes into retirement; each value is its service's code."""

    AGE = "R01"
    SPECIAL_WORK = "R02"
    DISABILITY = "R03"


class Timing(StrEnum):
    """Where the chosen month lies: 弹性提前, 法定, 弹性延迟, or overdue (not chosen in time)."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Situation:
    """All that the rules know of one person.

    `on` is the day of handling and `retire` the chosen month of retirement. `judged` keeps the
    catalogue and the verdicts by the services that were insisted on: a page asks for the same ones
    several times. They live as long as the situation, so nothing of a person outlasts the visit.
    """

    rules: AgeRules = field(repr=False)
    estimate: Estimate
    on: date
    retire: Month
    facts: Facts = field(default_factory=dict, repr=False)
    route: Route = Route.AGE
    card_birth: Month | None = field(default=None, repr=False)  # None: that of `estimate`
    judged: dict[frozenset[str], tuple[object, Mapping[str, Any]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def draws_pension(self) -> bool:
        """Return whether an employee's pension is paid already."""
        return draws_pension(self.facts)

    @property
    def seeks_pension(self) -> bool:
        """Return whether an employee's pension is still to come.

        False for somebody who draws one already, or is insured as a resident only (城乡居民).
        """
        return seeks_pension(self.facts)

    @property
    def today(self) -> Month:
        """Return the month of handling."""
        return Month.of_day(self.on)

    @property
    def first(self) -> Month:
        """Return the month offered first: the statutory one, or this month when that is past."""
        return max(self.estimate.statutory, self.today)

    @property
    def soonest(self) -> Month:
        """Return the first month in which this person may still retire."""
        return max(self.estimate.earliest, self.today)

    @property
    def soonest_noticed(self) -> Month:
        """Return the first month for which the written notice is, or can still be, in time.

        The employer has to be told `early_notice_months` before an early month (人社部发〔2024〕
        94号). It may lie after the statutory month: then nobody can retire early any more.
        """
        told = self.facts.get("notice_month")
        notice = told if isinstance(told, Month) else self.today
        return max(self.soonest, notice.later(self.rules.early_notice_months))

    @property
    def timing(self) -> Timing:
        """Return where the chosen month lies in relation to the statutory one."""
        if self.retire < self.estimate.statutory:
            return Timing.EARLY
        if self.retire == self.estimate.statutory:
            return Timing.ON_TIME
        return Timing.LATE if self.retire > self.first else Timing.OVERDUE

    @property
    def minimum_year(self) -> int:
        """Return the year whose minimum of paid months counts.

        It is the year of an earlier retirement, else of the statutory month. The law does not say
        which one counts for the flexible months, so the office decides.
        """
        return min(self.retire, self.estimate.statutory).year

    @property
    def minimum_months(self) -> int:
        """Return the number of paid months that a pension needs."""
        return minimum_months(self.rules, self.minimum_year)

    def retiring(self, month: Month) -> Situation:
        """Return the situation with `month` chosen, moved to the nearest month that is allowed."""
        latest = max(self.estimate.latest, self.first)
        return replace(self, retire=min(max(month, self.soonest), latest))

    def along(self, route: Route) -> Situation:
        """Return the situation on another route, with the month that is offered first.

        The special routes have no month of their own: the office decides it.
        """
        return replace(self, route=route, retire=self.first)

    def waiting_until(self, month: Month) -> Situation:
        """Return the situation in a later month, if this person keeps paying until then.

        A month in the past changes nothing.
        """
        waited = max(0, month.since(self.today))
        facts = {
            name: value + waited if name in PAID_BY_MONTH and isinstance(value, int) else value
            for name, value in self.facts.items()
        }
        later = self.today.later(waited)
        on = date(later.year, later.month, 1) if waited else self.on
        return replace(self, on=on, retire=max(self.retire, later), facts=facts)


def draws_pension(facts: Facts) -> bool:
    """Return whether an employee's pension is paid already, as far as the facts are known."""
    return facts.get("draws_pension") is True or "draws_since" in facts


def seeks_pension(facts: Facts) -> bool:
    """Return whether an employee's pension is still to come, as far as the facts are known."""
    return not draws_pension(facts) and facts.get("kind") != InsuredKind.RESIDENT


def told_category(rules: AgeRules, sex: Sex, shared: str) -> Category | None:
    """Return the category that an office knows, `shared`; None when it knows none, or a wrong one.

    An office may say M60 of a woman (组通字〔2015〕14号), but never F50 or F55 of a man.
    """
    if shared not in set(Category):
        return None
    rule = rules.categories[shared]
    fits = sex not in (Sex.MALE, Sex.FEMALE) or sex in (rule.sex, *rule.also)
    return Category(shared) if fits else None


def category_for(rules: AgeRules, sex: Sex, shared: str) -> Category:
    """Return the shared category, else the one with the later age.

    For women that is 55 (劳社部发〔2001〕20号): 60 is for few, who know it and can say so.
    """
    later = Category.M60 if sex is Sex.MALE else Category.F55
    return told_category(rules, sex, shared) or later


def assess(rules: AgeRules, category: Category, birth: Month, on: date, facts: Facts) -> Situation:
    """Return the situation of a person, with the month that is offered first.

    `birth` is the month of birth on the card and `on` the day of handling. Where the personnel file
    has another month, that one counts (劳社部发〔1999〕8号).
    """
    filed = facts.get("archive_birth")
    found = estimate(rules, category, filed if isinstance(filed, Month) else birth)
    first = max(found.statutory, Month.of_day(on))
    return Situation(rules, found, on, first, facts, card_birth=birth)
