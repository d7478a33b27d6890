"""The steps OTHER_PROOF, other proofs of identity, and LEAFLET, for whoever has none."""

from __future__ import annotations

from kiosk.pages.press import Press
from kiosk.people.consent import ProofMethod
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.proving import offers
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.identity import consent_with_face, drop_card
from kiosk.visit.steps.other_proof.page import leaflet_page, other_proof_page
from kiosk.visit.transition import On, Step


def no_card_yet(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether no card was read yet."""
    return visit.identity.card is None


OTHER_PROOF = Step(
    stage=Stage.OTHER_PROOF,
    page=other_proof_page,
    transitions=(
        On(Press.TRY_AGAIN, to=Stage.CARD, when=no_card_yet),
        # Whoever declined the face check before agrees to it by this press.
        On(Press.TRY_AGAIN, to=Stage.PROOF, when=offers(ProofMethod.FACE), do=consent_with_face),
        On(Press.USE_SS_CARD, to=Stage.CARD_PIN, when=offers(ProofMethod.CARD_PIN)),
        On(Press.USE_PHONE, to=Stage.PHONE_CODE, when=offers(ProofMethod.PHONE)),
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
