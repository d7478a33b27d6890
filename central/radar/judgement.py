"""Whose month of retirement is near, and what can be prepared for them: pure, from facts alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from central.radar.looks import OfficeLook, look_at_files
from kiosk.people.id_number import birth_of, is_valid, normalise, sex_of
from kiosk.people.identity import CardKind
from kiosk.retirement.eligibility import judge_all
from kiosk.retirement.facts import facts_of
from kiosk.retirement.months import Month
from kiosk.retirement.plan import offered
from kiosk.retirement.questions import applies
from kiosk.retirement.situation import Route, assess, category_for

if TYPE_CHECKING:
    from datetime import date

    from central.people import Registered
    from central.radar.rules import RadarRules
    from kiosk.people.facts import SharedFacts
    from kiosk.retirement.situation import Situation


class NotPrepared(StrEnum):
    """Why nothing is prepared for a person."""

    NUMBER = "number"  # not one from which birth and sex follow
    FAR = "far"  # the month is further ahead than the window
    LONG_PAST = "long-past"
    NO_PENSION_SOUGHT = "no-pension-sought"  # drawn already, or insured as a resident
    FILED = "filed"
    DEAD = "dead"
    MOVED = "moved"  # the household register has the person no more, or under another name
    REGISTER_AWAY = "register-away"  # it could not be asked: what was prepared stays
    OPTED_OUT = "opted-out"


@dataclass(frozen=True)
class Preparation:
    """What was prepared for a person.

    `month` is that of retirement. `services` are those that can be filed by now, none while it is
    too early for the pension; `answers` are those that offices or registries know, by field.
    """

    month: Month
    services: tuple[str, ...]
    answers: dict[str, str] = field(repr=False)
    looks: tuple[OfficeLook, ...]

    @property
    def is_ready(self) -> bool:
        """Return whether the pension can be filed for now."""
        return Route.AGE in self.services

    def document(self) -> dict[str, Any]:
        """Return the content of a PreparedFiling of openapi.yaml."""
        return {
            "month": str(self.month),
            "services": list(self.services),
            "answers": self.answers,
            "looks": [one.document() for one in self.looks],
        }


@dataclass(frozen=True)
class RadarPerson:
    """A person of the registries; `number` is the ID number."""

    number: str = field(repr=False)
    facts: SharedFacts = field(repr=False)
    registered: Registered = field(repr=False)


def prepare_filing(
    person: RadarPerson, rules: RadarRules, today: date
) -> Preparation | NotPrepared:
    """Return what can be prepared for a person on the day `today`, or why nothing is."""
    case = due_situation(person, rules, today)
    if isinstance(case, NotPrepared):
        return case
    services = offered(judge_all(rules.catalogue, case), case)
    services = services if Route.AGE in services else ()
    return Preparation(
        case.first,
        services,
        _answers(person, services, case, rules) if services else {},
        look_at_files(person.facts, case, rules.policy.looks),
    )


def due_situation(person: RadarPerson, rules: RadarRules, today: date) -> Situation | NotPrepared:
    """Return the situation of a person whose month is near on the day `today`, or why not."""
    case = _situation(person, rules, today)
    if isinstance(case, NotPrepared):
        return case
    ahead = case.estimate.statutory.since(case.today)
    if ahead > rules.policy.months_ahead:
        return NotPrepared.FAR
    return NotPrepared.LONG_PAST if -ahead > rules.policy.months_behind else case


def _situation(person: RadarPerson, rules: RadarRules, today: date) -> Situation | NotPrepared:
    number, facts = normalise(person.number), person.facts
    born = birth_of(number) if is_valid(number, today) else None
    if born is None:
        return NotPrepared.NUMBER
    known = facts_of(rules.catalogue.facts, CardKind.RESIDENT, facts)
    category = category_for(rules.ages, sex_of(number), facts.category)
    case = assess(rules.ages, category, Month.of_day(born), today, known)
    if not case.seeks_pension:
        return NotPrepared.NO_PENSION_SOUGHT
    taken = {*facts.services_open, *(one.code for one in facts.services_done)}
    return NotPrepared.FILED if taken & set(Route) else case


def _answers(
    person: RadarPerson, services: tuple[str, ...], case: Situation, rules: RadarRules
) -> dict[str, str]:
    found: dict[str, str] = {}
    for question in rules.questions:
        wanted = rules.policy.answers.get(question.field)
        if wanted is None or not applies(question, services, case, found):
            continue
        known = all(getattr(person.facts, name) for name in wanted.facts)
        registered = getattr(person.registered, wanted.registered, "")
        if known and (text := wanted.value or registered):
            found[question.field] = text
    return found
