"""Assessment of the person's situation from shared facts or from what the person says."""

from __future__ import annotations

from dataclasses import replace

from kiosk.people.facts import SharedFacts
from kiosk.retirement.age import Category
from kiosk.retirement.facts import FactValue, facts_of
from kiosk.retirement.fields import doubtful
from kiosk.retirement.months import Month
from kiosk.retirement.plausibility.contradictions import contradicting_facts
from kiosk.retirement.situation import assess, category_for, told_category
from kiosk.visit.context import Context
from kiosk.visit.records.facts import ToldKind
from kiosk.visit.state import Visit, card_of


def assess_facts(visit: Visit, facts: SharedFacts | None, context: Context) -> Visit:
    """Return the visit with the shared facts (None: not known) and the situation they give.

    Shared facts that fail their own check or contradict others, and a category that does not fit
    the sex, are marked as disputed for a reviewer.
    """
    rules, card = context.book.age_rules, card_of(visit)
    shared = facts.category if facts else ""
    doubts = set(visit.facts.disputed)
    if facts is not None:
        doubts |= doubtful(context.book.catalogue.fields, facts, context.today)
        doubts |= contradicting_facts(facts, Month.of_day(card.birth), context.today, rules)
    if shared and told_category(rules, card.sex, shared) is None:
        doubts.add("category")
    at = context.moment if facts is not None else None
    kept = replace(visit.facts, shared=facts, known_at=at, disputed=frozenset(doubts))
    visit = replace(visit, facts=kept)
    return assess_as(visit, category_for(rules, card.sex, shared), context)


def assess_as(visit: Visit, category: Category, context: Context) -> Visit:
    """Return the visit with the situation for this category, on the day of the context."""
    book, card = context.book, card_of(visit)
    facts = {**told_facts(visit), **facts_of(book.catalogue.facts, card.kind, visit.facts.shared)}
    birth, on = Month.of_day(card.birth), context.today
    return replace(
        visit,
        facts=replace(visit.facts, situation=assess(book.age_rules, category, birth, on, facts)),
    )


def told_facts(visit: Visit) -> dict[str, FactValue]:
    """Return the facts that follow from what the person says of their own insurance.

    They count only until an office tells its own: `assess_as` lets shared facts replace them.
    """
    match visit.told_kind:
        case None | ToldKind.UNSURE:
            return {}
        case ToldKind.DRAWS_PENSION:
            return {"draws_pension": True}
        case kind:
            return {"kind": kind.value}
