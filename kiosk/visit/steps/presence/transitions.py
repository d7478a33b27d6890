"""The step WITNESS: one of the staff witnesses that the person is here (他在这里)."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.staff.roles import Right
from kiosk.staff.roster import hash_card
from kiosk.visit.context import Context
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, card_of
from kiosk.visit.step_parts.principal_presence import (
    drop_presence,
    go_without_presence,
    with_witness,
)
from kiosk.visit.step_parts.staff_entry import login_transitions, wait_for_staff_card
from kiosk.visit.steps.presence.page import witness_page
from kiosk.visit.transition import On, Step


def may_witness(visit: Visit, what: LoggedIn, _context: Context) -> bool:
    """Return whether whoever logged in may be the witness: with the right, and not a party."""
    session = what.session
    return session.may(Right.VOUCH) and not _is_party(visit, session.card_hash)


def take_witness(visit: Visit, what: LoggedIn, context: Context) -> Visit:
    """Keep the witness with the person's presence; card and PIN are forgotten."""
    seen = with_witness(visit, what.session.id, context)
    return replace(
        seen,
        staff=replace(seen.staff, card_number="", checking=False),
        entry=replace(seen.entry, typed=""),
    )


def refuse_witness(visit: Visit, what: LoggedIn, _context: Context) -> Visit:
    """Show why whoever logged in may not be the witness."""
    own = _is_party(visit, what.session.card_hash)
    failure = Failure.STAFF_SELF if own else Failure.STAFF_NOT_ALLOWED
    return replace(
        visit,
        failure=failure,
        entry=replace(visit.entry, typed=""),
        staff=replace(visit.staff, checking=False, card_number=""),
    )


def _is_party(visit: Visit, card_hash: str) -> bool:
    people = (card_of(visit), *((visit.on_behalf.proxy,) if visit.on_behalf.proxy else ()))
    return any(hash_card(one.number) == card_hash for one in people)


WITNESS = Step(
    stage=Stage.WITNESS,
    page=witness_page,
    enter=wait_for_staff_card,
    transitions=(
        *login_transitions(),
        On(LoggedIn, to=Stage.AUTHORITY, when=may_witness, do=take_witness),
        On(LoggedIn, do=refuse_witness),
        On(Press.NO_OTHER_PROOF, to=Stage.AUTHORITY, do=go_without_presence),
        On(Press.BACK, to=Stage.AUTHORITY, do=drop_presence),
    ),
)
