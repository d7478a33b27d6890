"""How does a visit go on with what was begun elsewhere: on a telephone, or by the employer? Pure.

What was begun is offered as a draft is: once the person is proved and the facts are there. What no
longer fits is asked again, and only what is missing is asked at all.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.authority import same_person
from kiosk.application.document import Way
from kiosk.failures import Failure
from kiosk.visit import choosing
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.draft import draft_of, is_filing, restore
from kiosk.visit.handbook import Handbook
from kiosk.visit.state import Begun, Draft, Visit, chosen


def take_begun(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep what a code on a telephone led to, until its person is proved."""
    return replace(visit, begun=expect(ev.DraftBegun, what).begun)


def of_another(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether somebody else than the person of this card began it."""
    return is_of_another(visit, expect(ev.CardRead, what).card.number)


def is_of_another(visit: Visit, number: str) -> bool:
    """Tell whether somebody else than this person began what waits."""
    return visit.begun is not None and not same_person(visit.begun.number, number)


def refuse_another(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that the card is not that of who began it."""
    return replace(visit, failure=Failure.CODE_OF_ANOTHER)


def may_offer(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether what the employer began may be offered: nothing else waits for a decision."""
    begun, card = expect(ev.DraftBegun, what).begun, visit.card
    theirs = card is not None and same_person(begun.number, card.number)
    return theirs and is_filing(visit) and visit.draft is None and not visit.answers


def offer_begun(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Offer it."""
    return offer(replace(visit, begun=expect(ev.DraftBegun, what).begun), context.book)


def take_facts(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep the shared facts, and offer what was begun on a telephone."""
    return offer(choosing.take_facts(visit, what, context), context.book)


def go_without_facts(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Go on with the card alone, and offer it all the same."""
    return offer(choosing.go_without_facts(visit, what, context), context.book)


def offer(visit: Visit, book: Handbook) -> Visit:
    """Return the visit with what was begun as a draft, if anything was."""
    if visit.begun is None or not is_filing(visit):
        return replace(visit, begun=None)
    draft = _draft(visit, visit.begun, book)
    return replace(visit, draft=draft, begun=None, begun_by=visit.begun.by)


def _draft(visit: Visit, begun: Begun, book: Handbook) -> Draft:
    offered, wanted = set(chosen(visit, book)), set(begun.services)
    return replace(
        draft_of(visit),
        unwanted=tuple(sorted(offered - wanted)),
        ticked=tuple(sorted(wanted - offered)),
        answers=begun.answers,
    )


def go_on(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Go on with the draft, as far as it still fits.

    How it was begun is handed in, unless somebody of the staff helps: that is said then.
    """
    way = visit.begun_by if visit.staff is None else visit.way
    return replace(restore(visit, context), way=way, begun_by=Way.SELF)


def begin_anew(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Leave the draft."""
    return replace(visit, draft=None, begun_by=Way.SELF)
