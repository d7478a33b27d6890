"""Comparison of the cards in a visit, and the consent to a face check."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.document import Way
from kiosk.failures import Failure
from kiosk.people.consent import Consent
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.reference_data import TEXT_VERSION
from kiosk.visit.state import Visit


def is_proxy(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether a friend or relative has yet to say for whom they file."""
    return visit.on_behalf.way is Way.PROXY and visit.on_behalf.proxy is None


def consent_with_face(visit: Visit, _what: Event, context: Context) -> Visit:
    """Record the consent to the notice and the face check.

    The time allowed for the face check begins now if the card was already read.
    """
    consent = Consent(TEXT_VERSION, context.moment, face=True)
    began = context.moment if visit.identity.card else None
    return replace(
        visit,
        identity=replace(visit.identity, consent=consent),
        proof=replace(visit.proof, began_at=visit.proof.began_at or began),
    )


def drop_card(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the card, its tries and a match of its face, since another card may come."""
    return replace(
        visit,
        identity=replace(visit.identity, card=None, card_at=None),
        proof=replace(visit.proof, tries=0, face=None),
    )


# Failures of the person's own try. All others, of devices or of the central service, end the face
# check at once and count for no lockout (kiosk/session/face_lockout.py).
SPENT_BY_TRYING = (
    Failure.FACE_NOT_ALIKE,
    Failure.FACE_TIME_OVER,
    Failure.FACE_NOT_LIVE,
    Failure.BLINK_NOT_SEEN,
)
