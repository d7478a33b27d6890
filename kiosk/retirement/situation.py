"""What is known of the person who retires, as the rules see it?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.people.facts import SharedFacts
from kiosk.people.identity import IdCard, Sex
from kiosk.retirement.age import AgeRules, Category, Estimate, Month, estimate


class Route(StrEnum):
    """The three exclusive ways into retirement; the value is the service that opens it."""

    AGE = "R01"
    SPECIAL_WORK = "R02"
    DISABILITY = "R03"


@dataclass(frozen=True)
class Situation:
    """A person, the shared facts (None while offline), the estimate and the chosen month."""

    card: IdCard
    facts: SharedFacts | None
    estimate: Estimate
    today: Month
    retire: Month
    route: Route = Route.AGE


def category_of(card: IdCard, facts: SharedFacts | None) -> Category:
    """Return the shared category; without it the later age (women 55: 劳社部发〔2001〕20号)."""
    if facts is not None and facts.category in set(Category):
        return Category(facts.category)
    return Category.M60 if card.sex is Sex.MALE else Category.F55


def assess(rules: AgeRules, card: IdCard, facts: SharedFacts | None, today: Month) -> Situation:
    """Return the situation with the month that is offered first.

    That is the statutory month, or this month when the statutory one has passed.
    """
    found = estimate(rules, category_of(card, facts), Month.of_day(card.birth))
    return Situation(card, facts, found, today, max(found.statutory, today))
