"""The statutory month in the journal: category and phase, never the month itself.

A birth month identifies somebody in a village. What decides is whether the statutory month is past,
this month, soon, or too far ahead to file; a replay makes up a birth for which it is the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from kiosk.civil_time import civil_day
from kiosk.people.facts import SharedFacts
from kiosk.retirement.age import AgeRules, Category, estimate
from kiosk.retirement.facts import facts_of
from kiosk.retirement.months import MONTHS, Month
from kiosk.retirement.situation import Situation, assess, category_for
from kiosk.visit.context import Context
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, card_of

OLD, PAST, THIS, COMING, FAR = -2, -1, 0, 1, 2
MANY_YEARS = 20 * MONTHS  # a replay may be made long after the new rule began


def day_of(visit: Visit) -> date:
    """Return the day of the visit, which is that of the consent."""
    assert visit.identity.consent is not None
    return civil_day(visit.identity.consent.at)


def situation_with(visit: Visit, facts: SharedFacts | None, book: ReferenceData) -> Situation:
    """Return the situation that the step will have once it takes these facts."""
    card = card_of(visit)
    category = category_for(book.age_rules, card.sex, facts.category if facts else "")
    known = facts_of(book.catalogue.facts, card.kind, facts)
    return assess(book.age_rules, category, Month.of_day(card.birth), day_of(visit), known)


def phase_of(case: Situation) -> Record:
    """Return category and phase: OLD, PAST, THIS, COMING or FAR for the statutory month."""
    months = case.estimate.statutory.since(case.today)
    far = months > case.rules.file_ahead_months
    phase = FAR if far else max(PAST, min(COMING, months))
    if not case.estimate.flexible:
        phase = OLD
    return {"category": case.estimate.category.value, "phase": phase}


def fit_birth(said: Said, visit: Visit, context: Context) -> tuple[Visit, Context]:
    """Return the visit with a birth of the recorded phase, at a moment when somebody has it."""
    if "phase" not in said or visit.identity.card is None:
        return visit, context
    rules = context.book.age_rules
    moment = _month_with_people(said, rules, context.moment)
    birth = stand_in_birth(said, rules, Month.of_day(civil_day(moment)))
    identity = replace(visit.identity, card=replace(visit.identity.card, birth=birth))
    return replace(visit, identity=identity), replace(context, moment=moment)


def stand_in_birth(said: Said, rules: AgeRules, today: Month) -> date:
    """Return a birth whose statutory month is, seen from `today`, past, this, soon or far."""
    ahead = _ahead(said, rules, today)
    if said["phase"] >= COMING:
        least = rules.file_ahead_months if said["phase"] == FAR else THIS
        born = min(one for one in ahead if ahead[one] > least)
    else:
        category, flexible = Category(said["category"]), said["phase"] != OLD
        alike = (one for one in ahead if estimate(rules, category, one).flexible is flexible)
        born = max(one for one in alike if ahead[one] <= max(said["phase"], PAST))
    return date(born.year, born.month, 1)


def _month_with_people(said: Said, rules: AgeRules, moment: datetime) -> datetime:
    """Return the moment, or the next month when nobody of the category retires in this one.

    One month in five is skipped while the ages rise (retirement_age.toml).
    """
    next_month = moment.replace(day=1) + timedelta(days=31)
    this = Month.of_day(civil_day(moment))
    if said["phase"] != THIS or 0 in _ahead(said, rules, this).values():
        return moment
    return next_month


def _ahead(said: Said, rules: AgeRules, today: Month) -> dict[Month, int]:
    """Return how many months the statutory month of each birth lies ahead of `today`."""
    category = Category(said["category"])
    rule = rules.categories[category]
    oldest = rule.base_years * MONTHS + rule.cap + MANY_YEARS
    youngest = rule.base_years * MONTHS - MONTHS
    births = [today.later(-months) for months in range(oldest, youngest, -1)]
    return {one: estimate(rules, category, one).statutory.since(today) for one in births}
