"""How a visit changes while somebody of the staff looks at a card that was read with doubts. Pure.

Until it is confirmed the card is held aside, and nothing is decided from it: no stage that knows a
birth date, a sex or a name sees it.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.people.inspection import can_be_confirmed, inspected
from kiosk.staff.roles import Right
from kiosk.staff.roster import hash_card
from kiosk.visit import acting
from kiosk.visit import actions as do
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.guards import face_agreed
from kiosk.visit.state import DoubtedCard, InspectionStep, Visit


def is_doubtful(_visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether somebody of the staff has to look at the card that was read."""
    return expect(ev.CardRead, what).card.needs_inspection


def is_held(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a doubtful card is held aside."""
    return visit.doubted is not None


def is_login(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether card and PIN of somebody of the staff are waited for."""
    return visit.doubted is not None and visit.doubted.step is InspectionStep.LOGIN


def is_comparing(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether somebody of the staff compares the card with what was read."""
    return visit.doubted is not None and visit.doubted.step is InspectionStep.COMPARING


def is_confirmed_before_face(visit: Visit, what: ev.Happening, context: Context) -> bool:
    """Tell whether somebody compares, and the face check comes next."""
    return is_comparing(visit, what, context) and face_agreed(visit, what, context)


def may_be_inspected(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a look can settle the doubts, and somebody of the staff is waited for."""
    held = visit.doubted
    return held is not None and held.step is InspectionStep.CALLED and can_be_confirmed(held.card)


def may_inspect(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether who came in may look: of the staff, and neither card is the own one."""
    session = expect(ev.LoggedIn, what).session
    return session.may(Right.VOUCH) and session.card_hash not in _card_hashes(visit)


def hold_card(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Hold the card aside; somebody is called, unless who may look is in and can settle it."""
    held, staff = DoubtedCard(expect(ev.CardRead, what).card, context.moment), visit.staff
    if staff is not None and staff.may(Right.VOUCH):
        if can_be_confirmed(held.card):
            held = replace(held, step=InspectionStep.COMPARING, inspector=staff.id)
        return replace(visit, doubted=held, failure=None)
    return replace(visit, doubted=held, failure=None, called=True)


def begin_login(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Wait for card and PIN of who looks."""
    return replace(visit, doubted=replace(held_card(visit), step=InspectionStep.LOGIN))


def forget_login(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Wait for somebody again; what was begun of card and PIN is forgotten."""
    held = replace(held_card(visit), step=InspectionStep.CALLED)
    return replace(_without_login(visit), doubted=held, failure=None)


def take_inspector(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep who of the staff compares; nobody is called any more."""
    staff = expect(ev.LoggedIn, what).session.id
    held = replace(held_card(visit), step=InspectionStep.COMPARING, inspector=staff)
    there = replace(visit, doubted=held, failure=None, called=False, bell=None)
    return _without_login(there)


def refuse_inspector(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Say that who came in may not look at this card; another card is waited for."""
    own = expect(ev.LoggedIn, what).session.card_hash in _card_hashes(visit)
    failure = Failure.STAFF_SELF if own else Failure.STAFF_NOT_ALLOWED
    return replace(_without_login(visit), failure=failure)


def refuse_card(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that a window has to see the card."""
    held = replace(held_card(visit), step=InspectionStep.REFUSED)
    return replace(visit, doubted=held, called=False, bell=None)


def drop_card(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Forget the card, and call nobody any more: it is read anew, or another one."""
    return replace(visit, doubted=None, called=False, bell=None)


def take_card(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Go on with the card as it was confirmed."""
    held = held_card(visit)
    return replace(do.take_card(visit, _confirmed(held, context), context), card_at=held.at)


def take_principal(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Go on with the card of the person somebody acts for as it was confirmed."""
    held = held_card(visit)
    taken = acting.take_principal(visit, _confirmed(held, context), context)
    return replace(taken, card_at=held.at)


def held_card(visit: Visit) -> DoubtedCard:
    """Return the card that is held aside; the guards of the rows promise one."""
    assert visit.doubted is not None
    return visit.doubted


def _without_login(visit: Visit) -> Visit:
    return replace(visit, typed="", knocking=False, staff_card="", wait=0)


def _confirmed(held: DoubtedCard, context: Context) -> ev.CardRead:
    return ev.CardRead(inspected(held.card, held.inspector, context.moment))


def _card_hashes(visit: Visit) -> frozenset[str]:
    cards = (held_card(visit).card, visit.card)
    return frozenset(hash_card(one.number) for one in cards if one is not None)
