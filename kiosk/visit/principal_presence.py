"""The presence of the person somebody acts for: kept, dropped, witnessed."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.presence import Presence
from kiosk.failures import Failure
from kiosk.visit.context import Context
from kiosk.visit.events import Event
from kiosk.visit.state import Visit


def drop_presence(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Return to the page that asks the person; what was shown since is gone."""
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
    """Ask for another evidence: it is not shown that the person is here."""
    bare = drop_presence(visit, what, context)
    unsaid = replace(bare.on_behalf.authority, evidence=None, until=None, ink=())
    return replace(
        bare,
        failure=Failure.PRESENCE_NOT_SHOWN,
        on_behalf=replace(bare.on_behalf, authority=unsaid),
    )


def with_witness(visit: Visit, staff: str, context: Context) -> Visit:
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
