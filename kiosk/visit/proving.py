"""The ways to prove who the person is, and what follows from each (config/proofs.toml)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.application.proof_rules import proofs_of_terminal, sensors_of
from kiosk.people.consent import Proof, ProofMethod
from kiosk.staff.roles import Right
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def ways_left(visit: Visit, book: ReferenceData) -> tuple[ProofMethod, ...]:
    """Return the proofs that the person can choose now, in the order of the rules.

    After a match that does not prove alone they are those that complete it.
    """
    rules, here = book.proofs, proofs_of_terminal(book.settings)
    wanted = rules.face.second_factors if visit.proof.face else rules.services.usual
    return tuple(
        one
        for one in wanted
        if one in here
        and (one is not ProofMethod.FACE or visit.proof.tries < book.settings.face.tries)
    )


def offers(method: ProofMethod) -> Callable[[Visit, Event, Context], bool]:
    """Return a guard: the person can choose this proof now."""

    def can_be_chosen(visit: Visit, _what: Event, context: Context) -> bool:
        return visit.identity.card is not None and method in ways_left(visit, context.book)

    return can_be_chosen


def accept_proof(visit: Visit, proof: Proof) -> Visit:
    """Keep the proof; it completes a match of the face that waited for a second factor."""
    face = visit.proof.face
    whole = proof if face is None else replace(face, completed_by=proof)
    return replace(visit, proof=replace(visit.proof, accepted=whole, face=None))


def face_needs_more(context: Context) -> bool:
    """Return whether a match of the face alone does not prove at this terminal."""
    settings = context.book.settings
    sensors = sensors_of(settings.face)
    return not context.book.proofs.face_proves_alone(settings.profile, sensors)


def staff_completes_face(visit: Visit, book: ReferenceData) -> bool:
    """Return whether somebody of the staff who may vouch is logged in beside the person."""
    session = visit.staff.session
    completes = ProofMethod.VOUCHED in book.proofs.face.second_factors
    return completes and session is not None and session.may(Right.VOUCH)


def are_turns_guarded(visit: Visit, book: ReferenceData) -> bool:
    """Return whether something besides the camera sees that a head turns."""
    sensors, beside = sensors_of(book.settings.face), visit.staff.session is not None
    return book.proofs.guards_turns(sensors, staff_beside=beside)


def may_turn_only(visit: Visit, book: ReferenceData) -> bool:
    """Return whether three turns may be asked in place of closed eyes."""
    settings, beside = book.settings, visit.staff.session is not None
    sensors = sensors_of(settings.face)
    return book.proofs.allows_turns_only(settings.profile, sensors, staff_beside=beside)
