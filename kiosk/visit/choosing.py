"""How do facts, the month of retirement and the services of a visit change in one step?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.people.facts import SharedFacts
from kiosk.retirement.age import Category
from kiosk.retirement.facts import facts_of
from kiosk.retirement.fields import doubtful
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route, assess, category_for
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.stages import Overlay
from kiosk.visit.state import Visit, card_of, chosen, known
from kiosk.visit.times import SOONEST


def _assess(visit: Visit, facts: SharedFacts | None, context: Context) -> Visit:
    assert visit.card is not None
    category = category_for(visit.card.sex, facts.category if facts else "")
    doubts = doubtful(context.book.catalogue.fields, facts, context.moment.date()) if facts else ()
    visit = replace(visit, shared=facts, disputed=visit.disputed.union(doubts))
    return _assess_as(visit, category, context)


def _assess_as(visit: Visit, category: Category, context: Context) -> Visit:
    book, birth = context.book, Month.of_day(card_of(visit).birth)
    facts = facts_of(book.catalogue.facts, visit.shared)
    situation = assess(book.age_rules, category, birth, context.moment.date(), facts)
    return replace(visit, situation=situation)


def take_facts(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep the shared facts."""
    return _assess(visit, expect(ev.FactsKnown, what).facts, context)


def go_without_facts(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Go on with the card alone and say so."""
    failure = expect(ev.FactsUnknown, what).failure
    return replace(_assess(visit, None, context), failure=failure)


def take_open_case(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Turn to the case that is under way: never a second one."""
    facts = expect(ev.FactsKnown, what).facts
    return replace(_assess(visit, facts, context), application_id=facts.open_case)


def choose_time(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Take what was picked of another time or way: see kiosk/visit/times.py."""
    picked, case = expect(ev.Press, what).value, known(visit)
    visit = replace(visit, overlay=Overlay.NONE)
    if picked in set(Category):
        return _assess_as(visit, Category(picked), context)
    if picked in set(Route):
        return replace(visit, situation=case.along(Route(picked)))
    month = case.soonest if picked == SOONEST else case.first.later(int(picked))
    return replace(visit, situation=case.retiring(month))


def dispute(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Mark a fetched fact as wrong, or right again; a reviewer will look."""
    return replace(visit, disputed=visit.disputed ^ {expect(ev.Press, what).value})


# services


def toggle_service(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Leave a service out, or take it in again; those that need it follow it out."""
    code = expect(ev.Press, what).value
    catalogue = context.book.catalogue
    if code in chosen(visit, context.book):
        out = {code} | catalogue.followers(code)
        return replace(
            visit, unwanted=visit.unwanted | out, insisted=visit.insisted - out, failure=None
        )
    return _take_in(visit, code, context)


def _take_in(visit: Visit, code: str, context: Context) -> Visit:
    wanted = {code, *context.book.catalogue.services[code].needs_all}
    return replace(
        visit, unwanted=visit.unwanted - wanted, insisted=visit.insisted | wanted, failure=None
    )


def explain(overlay: Overlay) -> Callable[[Visit, ev.Happening, Context], Visit]:
    """Return the action that lays the page about one service on top."""

    def about(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
        return replace(visit, overlay=overlay, about=expect(ev.Press, what).value)

    return about


def insist(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """File a service although the shared data speak against it: an office will look."""
    return replace(_take_in(visit, visit.about, context), overlay=Overlay.NONE)
