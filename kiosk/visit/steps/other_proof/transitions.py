"""The steps OTHER_PROOF, other proofs of identity, and LEAFLET, for whoever has none.

A proof is chosen by a press, or by doing it: a card that is put in, or a code that is held to the
scanner, needs no press before it.
"""

from __future__ import annotations

from typing import Any

from kiosk.pages.press import Press
from kiosk.people.consent import ProofMethod
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.proving import offers, ways_left
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.identity import consent_with_face, drop_card
from kiosk.visit.step_parts.navigation import show_failure
from kiosk.visit.steps.other_proof.card_pin.events import SsCardFailed, SsCardRead
from kiosk.visit.steps.other_proof.card_pin.requests import ReadSsCard
from kiosk.visit.steps.other_proof.card_pin.transitions import (
    another_card_helps,
    fits,
    refuse_ss_card,
    take_ss_card,
)
from kiosk.visit.steps.other_proof.page import leaflet_page, other_proof_page
from kiosk.visit.steps.other_proof.phone_code.events import PhoneFailed, PhoneScanned
from kiosk.visit.steps.other_proof.phone_code.requests import ScanPhone
from kiosk.visit.steps.other_proof.phone_code.transitions import (
    another_code_helps,
    ask_platform,
    begin_checking,
    show_refusal,
)
from kiosk.visit.transition import Change, Effects, On, Step


def no_card_yet(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether no card was read yet."""
    return visit.identity.card is None


def await_proofs(change: Change[Any]) -> Effects:
    """Ask for a social security card that is put in now, and for a code on a telephone.

    A card that is in already was just refused, or given up: it has to come out first.
    """
    visit = change.after
    if visit.identity.card is None:
        return ()
    ways = ways_left(visit, change.context.book)
    card = (ReadSsCard(after_another=True),) if ProofMethod.CARD_PIN in ways else ()
    code = (ScanPhone(),) if ProofMethod.PHONE in ways else ()
    return (*card, *code)


OTHER_PROOF = Step(
    stage=Stage.OTHER_PROOF,
    page=other_proof_page,
    enter=await_proofs,
    transitions=(
        On(Press.TRY_AGAIN, to=Stage.CARD, when=no_card_yet),
        # Whoever declined the face check before agrees to it by this press.
        On(Press.TRY_AGAIN, to=Stage.PROOF, when=offers(ProofMethod.FACE), do=consent_with_face),
        On(Press.USE_SS_CARD, to=Stage.CARD_PIN, when=offers(ProofMethod.CARD_PIN)),
        On(SsCardRead, to=Stage.CARD_PIN, when=fits, do=take_ss_card),
        On(SsCardRead, to=Stage.CARD_PIN, do=refuse_ss_card),
        On(SsCardFailed, to=Stage.CARD_PIN, when=another_card_helps, do=show_failure),
        On(Press.USE_PHONE, to=Stage.PHONE_CODE, when=offers(ProofMethod.PHONE)),
        On(PhoneScanned, to=Stage.PHONE_CODE, do=begin_checking, effects=ask_platform),
        On(PhoneFailed, to=Stage.PHONE_CODE, when=another_code_helps, do=show_refusal),
        On(Press.VOUCH, to=Stage.VOUCHING, when=offers(ProofMethod.VOUCHED)),
        On(Press.NO_OTHER_PROOF, to=Stage.LEAFLET),
        On(Press.BACK, to=Stage.CARD, do=drop_card),
    ),
)


LEAFLET = Step(
    stage=Stage.LEAFLET,
    page=leaflet_page,
    transitions=(
        On(Press.BACK, to=Stage.OTHER_PROOF),
        On(Press.DONE, to=Stage.WIPING),
    ),
)
