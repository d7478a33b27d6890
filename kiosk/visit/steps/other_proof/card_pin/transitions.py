"""The step CARD_PIN: social security card and PIN.

The PIN is typed on the large keypad and shown to the card once, after a press of its own: a card
has three tries. It stands in no journal, is never said, and is forgotten when it is sent. The card
stays in its reader, out of use, until both cards are taken at the end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.consent import Proof, ProofMethod
from kiosk.staff.pin import DIGITS
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.proving import accept_proof
from kiosk.visit.records.identity import CardPinState
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.identity import is_proxy
from kiosk.visit.step_parts.navigation import show_failure
from kiosk.visit.step_parts.text_entry import erase
from kiosk.visit.steps.other_proof.card_pin.events import (
    PinAccepted,
    PinRefused,
    SsCardFailed,
    SsCardRead,
    is_own,
)
from kiosk.visit.steps.other_proof.card_pin.page import card_pin_page
from kiosk.visit.steps.other_proof.card_pin.requests import LeaveSsCard, ReadSsCard, VerifyPin
from kiosk.visit.transition import Change, Effects, On, Step

CARD_IS_OF_NO_USE = frozenset({Failure.PIN_BLOCKED, Failure.SS_CARD_LOCKED})
"""After these another card or another way is needed."""
CARD_IS_REFUSED = frozenset({Failure.SS_CARD_OF_ANOTHER, Failure.SS_CARD_UNREADABLE_HOLDER})
BY_THE_CARD = frozenset(
    {
        Failure.SS_CARD_NOT_SEATED,
        Failure.SS_CARD_TURN,
        Failure.SS_CARD_MOVED,
        Failure.SS_CARD_SWAPPED,
        Failure.SS_CARD_LEFT,
        Failure.SS_CARD_OTHER,
        Failure.SS_CARD_DAMAGED,
    }
)
"""Failures of a card that another try may cure; all others are the reader's."""


def fits(visit: Visit, what: SsCardRead, _context: Context) -> bool:
    """Return whether the card is that of the person of the identity card."""
    return is_own(visit, what.card)


def take_ss_card(visit: Visit, what: SsCardRead, _context: Context) -> Visit:
    """Keep the card's number and nothing else of it; the PIN is asked for next."""
    state = CardPinState(what.card.card_number, holder_fits=True)
    return replace(
        visit,
        failure=None,
        proof=replace(visit.proof, ss_card=state),
        entry=replace(visit.entry, typed=""),
    )


def refuse_ss_card(visit: Visit, what: SsCardRead, _context: Context) -> Visit:
    """Show that the card is of somebody else, or does not say whose it is."""
    named = bool(what.card.ssn)
    failure = Failure.SS_CARD_OF_ANOTHER if named else Failure.SS_CARD_UNREADABLE_HOLDER
    return replace(visit, failure=failure)


def another_card_helps(_visit: Visit, what: SsCardFailed, _context: Context) -> bool:
    """Return whether the card failed, and not the reader."""
    return what.failure in BY_THE_CARD


def pin_growing(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether another digit of the PIN may be typed now."""
    state = visit.proof.ss_card
    return state.holder_fits and not state.checking


def type_pin(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Append a digit to the PIN, up to six."""
    typed = (visit.entry.typed + what.value)[:DIGITS]
    return replace(visit, failure=None, entry=replace(visit.entry, typed=typed))


def pin_whole(visit: Visit, what: Pressed, context: Context) -> bool:
    """Return whether six digits stand there to be shown to the card."""
    return pin_growing(visit, what, context) and len(visit.entry.typed) == DIGITS


def submit_pin(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark the PIN as being checked, and forget it: the request alone still has it."""
    return replace(
        visit,
        failure=None,
        proof=replace(visit.proof, ss_card=replace(visit.proof.ss_card, checking=True)),
        entry=replace(visit.entry, typed=""),
    )


def ask_for_six_digits(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that a PIN has six digits; nothing was shown to the card."""
    return replace(visit, failure=Failure.PIN_NOT_SIX_DIGITS)


def pin_is_wrong(_visit: Visit, what: PinRefused, _context: Context) -> bool:
    """Return whether the same card may be tried with another PIN."""
    return what.failure is Failure.PIN_WRONG


def card_is_useless(_visit: Visit, what: PinRefused, _context: Context) -> bool:
    """Return whether this card can't prove any more today."""
    return what.failure in CARD_IS_OF_NO_USE


def reject_pin(visit: Visit, what: PinRefused, _context: Context) -> Visit:
    """Show that the PIN was wrong, and how many tries are left."""
    state = replace(visit.proof.ss_card, checking=False, tries_left=what.tries_left)
    return replace(visit, failure=what.failure, proof=replace(visit.proof, ss_card=state))


def ask_for_card_again(visit: Visit, what: PinRefused | SsCardFailed, _context: Context) -> Visit:
    """Show why the card can't be used, and forget it."""
    return replace(forget_ss_card(visit), failure=what.failure)


def keep_proof(visit: Visit, _what: Event, context: Context) -> Visit:
    """Keep card and PIN as the proof of identity."""
    number = visit.proof.ss_card.card_number
    proof = Proof(ProofMethod.CARD_PIN, context.moment, card_number=number)
    kept = forget_ss_card(accept_proof(visit, proof))
    return replace(kept, proof=replace(kept.proof, ss_card_in=True))


def drop_ss_card(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the card and what was typed."""
    return forget_ss_card(visit)


def forget_ss_card(visit: Visit) -> Visit:
    """Return the visit without card and PIN."""
    return replace(
        visit,
        proof=replace(visit.proof, ss_card=CardPinState()),
        entry=replace(visit.entry, typed=""),
    )


def read_ss_card(change: Change[Any]) -> Effects:
    """Ask for a card unless it was read; one that was just refused is taken out first."""
    if change.after.proof.ss_card.holder_fits:
        return ()
    return (ReadSsCard(after_another=change.after.failure in CARD_IS_REFUSED),)


def verify_pin(change: Change[Any]) -> Effects:
    """Ask to show the PIN to the card."""
    return (VerifyPin(change.before.entry.typed),)


def leave_ss_card(_change: Change[Any]) -> Effects:
    """Stop using the card, which may stay in."""
    return (LeaveSsCard(),)


CARD_PIN = Step(
    stage=Stage.CARD_PIN,
    page=card_pin_page,
    enter=read_ss_card,
    leave=leave_ss_card,
    transitions=(
        On(SsCardRead, when=fits, do=take_ss_card),
        On(SsCardRead, do=refuse_ss_card, again=True),
        On(SsCardFailed, when=another_card_helps, do=show_failure, again=True),
        On(SsCardFailed, to=Stage.OTHER_PROOF, do=ask_for_card_again),
        On(Press.DIGIT, when=pin_growing, do=type_pin),
        On(Press.ERASE, when=pin_growing, do=erase),
        On(Press.NEXT, when=pin_whole, do=submit_pin, effects=verify_pin),
        On(Press.NEXT, when=pin_growing, do=ask_for_six_digits),
        On(PinAccepted, to=Stage.PRINCIPAL, when=is_proxy, do=keep_proof),
        On(PinAccepted, to=Stage.FACTS, do=keep_proof),
        On(PinRefused, when=pin_is_wrong, do=reject_pin),
        On(PinRefused, to=Stage.OTHER_PROOF, when=card_is_useless, do=ask_for_card_again),
        On(PinRefused, do=ask_for_card_again, again=True),
        On(Press.BACK, to=Stage.OTHER_PROOF, do=drop_ss_card),
    ),
)
