"""Inspection by one of the staff of a card that was read with doubts.

Such a card is held aside until somebody of the staff has compared it with what was read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.inspection import can_be_confirmed, inspected
from kiosk.staff.roles import Right
from kiosk.staff.roster import hash_card
from kiosk.visit.context import Context
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Event
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.records.identity import DoubtedCard, InspectionStep
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.help_call import ring_or_stop
from kiosk.visit.step_parts.staff_entry import login_transitions
from kiosk.visit.transition import Guard, On, Transition


def is_doubtful(_visit: Visit, what: CardRead, _context: Context) -> bool:
    """Return whether the card that was read has to be inspected by the staff."""
    return what.card.needs_inspection


def is_held(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether a doubtful card is held aside."""
    return visit.identity.doubted is not None


def is_inspector_login(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the inspector's card and PIN are awaited."""
    return (
        visit.identity.doubted is not None and visit.identity.doubted.step is InspectionStep.LOGIN
    )


def is_comparing(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether an inspector is comparing the card with what was read."""
    return (
        visit.identity.doubted is not None
        and visit.identity.doubted.step is InspectionStep.COMPARING
    )


def may_be_inspected(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether an inspector is awaited and an inspection can settle the doubts."""
    held = visit.identity.doubted
    return held is not None and held.step is InspectionStep.CALLED and can_be_confirmed(held.card)


def may_inspect(visit: Visit, what: LoggedIn, _context: Context) -> bool:
    """Return whether whoever logged in may inspect: with the right, and neither card is theirs."""
    session = what.session
    return session.may(Right.VOUCH) and session.card_hash not in _card_hashes(visit)


def hold_card(visit: Visit, what: CardRead, context: Context) -> Visit:
    """Hold the card aside and call a helper.

    Nobody is called while somebody who may inspect is logged in; that one starts to compare at once
    if an inspection can settle the doubts.
    """
    held, staff = DoubtedCard(what.card, context.moment), visit.staff.session
    if staff is not None and staff.may(Right.VOUCH):
        if can_be_confirmed(held.card):
            held = replace(held, step=InspectionStep.COMPARING, inspector=staff.id)
        return replace(visit, failure=None, identity=replace(visit.identity, doubted=held))
    return replace(
        visit,
        failure=None,
        identity=replace(visit.identity, doubted=held),
        help=replace(visit.help, called=True),
    )


def begin_inspector_login(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Wait for the inspector's card and PIN."""
    return replace(
        visit,
        identity=replace(
            visit.identity, doubted=replace(held_card(visit), step=InspectionStep.LOGIN)
        ),
    )


def forget_inspector_login(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the login that was begun and wait for an inspector again."""
    held = replace(held_card(visit), step=InspectionStep.CALLED)
    return replace(
        base := _without_login(visit), failure=None, identity=replace(base.identity, doubted=held)
    )


def take_inspector(visit: Visit, what: LoggedIn, _context: Context) -> Visit:
    """Keep who inspects, and end the call for help."""
    staff = what.session.id
    held = replace(held_card(visit), step=InspectionStep.COMPARING, inspector=staff)
    there = replace(
        visit,
        failure=None,
        identity=replace(visit.identity, doubted=held),
        help=replace(visit.help, called=False, bell=None),
    )
    return _without_login(there)


def refuse_inspector(visit: Visit, what: LoggedIn, _context: Context) -> Visit:
    """Show why whoever logged in may not inspect this card; another staff card is awaited."""
    own = what.session.card_hash in _card_hashes(visit)
    failure = Failure.STAFF_SELF if own else Failure.STAFF_NOT_ALLOWED
    return replace(_without_login(visit), failure=failure)


def refuse_card(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark the card as one that a window has to see, and end the call for help."""
    held = replace(held_card(visit), step=InspectionStep.REFUSED)
    return replace(
        visit,
        identity=replace(visit.identity, doubted=held),
        help=replace(visit.help, called=False, bell=None),
    )


def drop_held_card(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the card and end the call for help, so that a card is read anew."""
    return replace(
        visit,
        identity=replace(visit.identity, doubted=None),
        help=replace(visit.help, called=False, bell=None),
    )


def held_card(visit: Visit) -> DoubtedCard:
    """Return the card that is held aside; callers' guards ensure that there is one."""
    assert visit.identity.doubted is not None
    return visit.identity.doubted


def _without_login(visit: Visit) -> Visit:
    return replace(
        visit,
        entry=replace(visit.entry, typed=""),
        staff=replace(visit.staff, checking=False, card_number="", wait=0),
    )


def as_confirmed(held: DoubtedCard, context: Context) -> CardRead:
    """Return the held card as an event of reading it, with the inspector's confirmation."""
    return CardRead(inspected(held.card, held.inspector, context.moment))


def _card_hashes(visit: Visit) -> frozenset[str]:
    cards = (held_card(visit).card, visit.identity.card)
    return frozenset(hash_card(one.number) for one in cards if one is not None)


def inspection_transitions() -> tuple[Transition, ...]:
    """Return the transitions while a doubtful card is held; they precede a stage's others."""
    login: tuple[Transition, ...] = (
        *login_transitions(),
        On(LoggedIn, when=may_inspect, do=take_inspector, effects=ring_or_stop),
        On(LoggedIn, do=refuse_inspector, again=True),
        On(Press.BACK, do=forget_inspector_login),
    )
    return (
        *(replace(one, when=_both(is_inspector_login, one.when)) for one in login),
        On(Press.VOUCH, when=may_be_inspected, do=begin_inspector_login, again=True),
        On(Press.REFUSE_CARD, when=is_held, do=refuse_card, effects=ring_or_stop),
        On(Press.TRY_AGAIN, when=is_held, do=drop_held_card, again=True, effects=ring_or_stop),
        On(Press.BACK, when=is_held, do=drop_held_card, again=True, effects=ring_or_stop),
        On(Press.DONE, to=Stage.WIPING, when=is_held),
    )


def _both(first: Guard[Any], second: Guard[Any]) -> Guard[Any]:
    def hold(visit: Visit, what: Any, context: Context) -> bool:
        return first(visit, what, context) and second(visit, what, context)

    return hold
