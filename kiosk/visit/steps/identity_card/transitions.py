"""The step CARD: the person's card is read, and inspected if it is doubtful."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.staff.roster import hash_card
from kiosk.visit.card_owners import is_of_another
from kiosk.visit.context import Context
from kiosk.visit.effects import ReadCard
from kiosk.visit.events.cards import CardFailed, CardRead
from kiosk.visit.events.event import Event
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.card_inspection import (
    as_confirmed,
    held_card,
    hold_card,
    inspection_transitions,
    is_comparing,
    is_doubtful,
)
from kiosk.visit.step_parts.help_call import ring_or_stop
from kiosk.visit.step_parts.navigation import show_failure
from kiosk.visit.steps.identity_card.page import card_page
from kiosk.visit.transition import On, Step, ask


def take_card(visit: Visit, what: CardRead, context: Context) -> Visit:
    """Keep the card; the time allowed for the face check begins."""
    card = what.card
    began = context.moment
    return replace(
        visit,
        identity=replace(visit.identity, card=card, card_at=began),
        proof=replace(visit.proof, tries=0, began_at=began, turns_only=False),
    )


def of_another(visit: Visit, what: CardRead, _context: Context) -> bool:
    """Return whether the card is not that of whoever started the filing elsewhere."""
    return is_of_another(visit, what.card.number)


def refuse_another(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that the filing was started by somebody else than this card's person."""
    return replace(visit, failure=Failure.CODE_OF_ANOTHER)


def face_agreed(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the person agreed to the face check."""
    return visit.identity.consent is not None and visit.identity.consent.face


def card_expired(_visit: Visit, what: CardFailed, _context: Context) -> bool:
    """Return whether the card could not be taken because it has expired."""
    return what.failure is Failure.CARD_EXPIRED


def is_staff_card(visit: Visit, what: CardRead, _context: Context) -> bool:
    """Return whether the staff member who is logged in laid down their own card."""
    card = what.card
    return (
        visit.staff.session is not None and hash_card(card.number) == visit.staff.session.card_hash
    )


def refuse_staff_card(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that nobody of the staff handles their own matter."""
    return replace(visit, failure=Failure.STAFF_SELF)


def is_confirmed_before_face(visit: Visit, what: Event, context: Context) -> bool:
    """Return whether an inspector is comparing, and the face check comes next."""
    return is_comparing(visit, what, context) and face_agreed(visit, what, context)


def take_inspected_card(visit: Visit, _what: Event, context: Context) -> Visit:
    """Keep the card as the inspector confirmed it, with the time at which it was read."""
    held = held_card(visit)
    return replace(
        base := take_card(visit, as_confirmed(held, context), context),
        identity=replace(base.identity, card_at=held.at),
    )


CARD = Step(
    stage=Stage.CARD,
    page=card_page,
    enter=ask(ReadCard()),
    transitions=(
        *inspection_transitions(),
        On(CardRead, when=is_staff_card, do=refuse_staff_card, again=True),
        On(CardRead, when=of_another, do=refuse_another, again=True),
        On(CardRead, when=is_doubtful, do=hold_card, effects=ring_or_stop),
        On(
            Press.CONFIRM_CARD,
            to=Stage.PROOF,
            when=is_confirmed_before_face,
            do=take_inspected_card,
        ),
        On(Press.CONFIRM_CARD, to=Stage.OTHER_PROOF, when=is_comparing, do=take_inspected_card),
        On(CardRead, to=Stage.PROOF, when=face_agreed, do=take_card),
        On(CardRead, to=Stage.OTHER_PROOF, do=take_card),
        On(CardFailed, to=Stage.OTHER_PROOF, when=card_expired, do=show_failure),
        On(CardFailed, do=show_failure, again=True),
        On(Press.NO_CARD, to=Stage.OTHER_PROOF),
        On(Press.BACK, to=Stage.NOTICE),
    ),
)
