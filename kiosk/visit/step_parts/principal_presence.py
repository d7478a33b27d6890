"""Evidence that the person somebody acts for is present: dropped, refused, witnessed."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.presence import Presence
from kiosk.failures import Failure
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.state import Visit


def drop_presence(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the person's consent and face check, and any witness login that was begun."""
    bare = replace(
        visit,
        on_behalf=replace(visit.on_behalf, principal_consent=None, principal_proof=None),
        proof=replace(visit.proof, hint=None),
    )
    return replace(
        bare,
        entry=replace(bare.entry, typed=""),
        staff=replace(bare.staff, card_number="", checking=False),
    )


def go_without_presence(visit: Visit, what: Event, context: Context) -> Visit:
    """Ask for another evidence of the authority: the person's presence is not shown."""
    bare = drop_presence(visit, what, context)
    unsaid = replace(bare.on_behalf.authority, evidence=None, until=None, ink=())
    return replace(
        bare,
        failure=Failure.PRESENCE_NOT_SHOWN,
        on_behalf=replace(bare.on_behalf, authority=unsaid),
    )


def with_witness(visit: Visit, staff: str, context: Context) -> Visit:
    """Return the visit with the person's presence in its authority.

    `staff` is the pseudonym of the witness beside the person. The person's consent, face check and
    card reading must be there.
    """
    consent, proof, read_at = (
        visit.on_behalf.principal_consent,
        visit.on_behalf.principal_proof,
        visit.identity.card_at,
    )
    assert consent is not None
    assert proof is not None
    assert read_at is not None
    shown = Presence(read_at, consent, proof, staff, context.moment)
    there = replace(
        visit,
        on_behalf=replace(
            visit.on_behalf, authority=replace(visit.on_behalf.authority, presence=shown)
        ),
    )
    return replace(
        there, on_behalf=replace(there.on_behalf, principal_consent=None, principal_proof=None)
    )
