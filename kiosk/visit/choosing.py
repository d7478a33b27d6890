"""How do facts, the month of retirement and the services of a visit change in one step?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.people.facts import SharedFacts
from kiosk.retirement.age import Category
from kiosk.retirement.facts import FactValue, facts_of
from kiosk.retirement.fields import doubtful
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route, assess, category_for, told_category
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.fetched import part_count
from kiosk.visit.stages import Overlay
from kiosk.visit.state import ToldKind, Visit, asks_kind, card_of, chosen, known
from kiosk.visit.times import ON_TIME, SOONEST


def _assess(visit: Visit, facts: SharedFacts | None, context: Context) -> Visit:
    rules, card = context.book.age_rules, card_of(visit)
    shared = facts.category if facts else ""
    doubts = set(visit.disputed)
    if facts is not None:
        doubts |= doubtful(context.book.catalogue.fields, facts, context.today)
    if shared and told_category(rules, card.sex, shared) is None:
        doubts.add("category")
    visit = replace(visit, shared=facts, disputed=frozenset(doubts))
    return assess_as(visit, category_for(rules, card.sex, shared), context)


def assess_as(visit: Visit, category: Category, context: Context) -> Visit:
    """Return the visit with the situation of this category."""
    book, card = context.book, card_of(visit)
    facts = {**told_facts(visit), **facts_of(book.catalogue.facts, card.kind, visit.shared)}
    birth, on = Month.of_day(card.birth), context.today
    return replace(visit, situation=assess(book.age_rules, category, birth, on, facts))


def told_facts(visit: Visit) -> dict[str, FactValue]:
    """Return what the person said of the own insurance; what an office says counts more."""
    match visit.told_kind:
        case None | ToldKind.UNSURE:
            return {}
        case ToldKind.DRAWS_PENSION:
            return {"draws_pension": True}
        case kind:
            return {"kind": kind.value}


def is_kind(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether the kind of insurance is asked for and was said."""
    return asks_kind(visit) and expect(ev.Press, what).value in set(ToldKind)


def tell_kind(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep what the person says of the own insurance."""
    told = replace(visit, told_kind=ToldKind(expect(ev.Press, what).value))
    return assess_as(told, known(visit).estimate.category, context)


def kind_asked(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether the kind of insurance is still to be said."""
    return asks_kind(visit)


def kind_was_told(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether the person said how they are insured."""
    return visit.told_kind is not None


def ask_kind_again(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Ask for the kind of insurance once more; what followed from it is undone."""
    return _assess(replace(visit, told_kind=None, declared=None), visit.shared, context)


def assess_by_card(visit: Visit, context: Context) -> Visit:
    """Return the visit with the situation that the card alone, or a typed number, tells of."""
    return _assess(visit, None, context)


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
        declared = replace(visit, declared=Category(picked))
        return assess_as(declared, Category(picked), context)
    if picked in set(Route):
        return replace(visit, situation=case.along(Route(picked)))
    month = case.soonest if picked == SOONEST else case.first.later(int(picked))
    return replace(visit, situation=case.retiring(month))


def same_time(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether who looked at other months stays with the one that was offered."""
    picked = expect(ev.Press, what).value
    looked = visit.overlay is Overlay.OTHER_TIME and known(visit).route is Route.AGE
    return looked and picked == ON_TIME and known(visit).retire == known(visit).first


def keep_time(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Go on to the facts, if any are shown: nothing on the page of dates would be news."""
    return replace(visit, overlay=Overlay.NONE, part=min(1, part_count(visit) - 1))


def take_draft(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep what was found, until the person says whether to go on with it."""
    return replace(visit, draft=expect(ev.DraftFound, what).draft)


def dispute(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Mark a fetched fact as wrong, or right again; a reviewer will look."""
    return replace(visit, disputed=visit.disputed ^ {expect(ev.Press, what).value})


# services


def toggle_service(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Leave a service out, with those that need it; or take it in, with those that it needs."""
    code = expect(ev.Press, what).value
    if code in chosen(visit, context.book):
        return leave_out(visit, code, context)
    return _take_in(visit, code, context)


def leave_out(visit: Visit, code: str, context: Context) -> Visit:
    """Leave a service out, and those that cannot go on without it."""
    out = {code} | context.book.catalogue.followers(code, known(visit).route)
    return replace(
        visit,
        unwanted=visit.unwanted | out,
        ticked=visit.ticked - out,
        insisted=visit.insisted - out,
        failure=None,
    )


def _take_in(visit: Visit, code: str, context: Context) -> Visit:
    wanted = {code} | context.book.catalogue.waits_for(code, known(visit).route)
    return replace(
        visit, unwanted=visit.unwanted - wanted, ticked=visit.ticked | wanted, failure=None
    )


def explain(overlay: Overlay) -> Callable[[Visit, ev.Happening, Context], Visit]:
    """Return the action that lays the page about one service on top."""

    def about(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
        return replace(visit, overlay=overlay, about=expect(ev.Press, what).value)

    return about


def insist(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """File a service although the shared data speak against it: an office will look."""
    taken = _take_in(visit, visit.about, context)
    return replace(taken, insisted=visit.insisted | {visit.about}, overlay=Overlay.NONE)
