"""The step PROOF: the live face is compared with the card's portrait.

The same step serves the person who acts and, with their own consent, the person who is acted for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.application.document import Way
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.consent import Proof, ProofMethod
from kiosk.staff.roles import Right
from kiosk.visit.context import Context
from kiosk.visit.effects import CheckFace
from kiosk.visit.events.event import Event
from kiosk.visit.proving import (
    are_turns_guarded,
    face_needs_more,
    may_turn_only,
    staff_completes_face,
)
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, attendance_of
from kiosk.visit.step_parts.identity import SPENT_BY_TRYING, drop_card, is_proxy
from kiosk.visit.step_parts.principal_presence import (
    drop_presence,
    go_without_presence,
    with_witness,
)
from kiosk.visit.steps.face_check.events import FaceFailed, FaceHint, FaceMatched
from kiosk.visit.steps.face_check.page import proof_page
from kiosk.visit.transition import Change, Effects, On, Step

STAFF_BESIDE = "staff_beside"
"""The reason of who is logged in beside the person, where one of vouching chooses one."""


def take_hint(visit: Visit, what: FaceHint, _context: Context) -> Visit:
    """Keep the hint for the page."""
    return replace(visit, proof=replace(visit.proof, hint=what.hint))


def take_proof(visit: Visit, what: FaceMatched, context: Context) -> Visit:
    """Keep the match as the visit's proof of identity.

    Where it does not prove alone, whoever of the staff is logged in beside the person completes it.
    """
    proof, session = face_proof(what, context), visit.staff.session
    if face_needs_more(context) and session is not None:
        beside = Proof(ProofMethod.VOUCHED, context.moment, voucher=session.id, reason=STAFF_BESIDE)
        proof = replace(proof, completed_by=beside)
    return replace(visit, proof=replace(visit.proof, accepted=proof))


def keep_match(visit: Visit, what: FaceMatched, context: Context) -> Visit:
    """Keep the match, which a second factor has to complete."""
    return replace(visit, proof=replace(visit.proof, face=face_proof(what, context), hint=None))


def second_factor_due(visit: Visit, _what: FaceMatched, context: Context) -> bool:
    """Return whether the match does not prove alone, and nobody of the staff completes it."""
    return face_needs_more(context) and not staff_completes_face(visit, context.book)


def face_proof(what: FaceMatched, context: Context) -> Proof:
    """Return the proof that follows from a face check with a match."""
    figures = (what.score, what.threshold, what.engine, what.steps)
    return Proof(ProofMethod.FACE, context.moment, *figures)


def count_try(visit: Visit, what: FaceFailed, context: Context) -> Visit:
    """Count a try that ended without a match.

    When no closing of the eyes was seen, later tries do not ask for it where turns may replace it.
    """
    failure = what.failure
    unseen = failure is Failure.BLINK_NOT_SEEN and may_turn_only(visit, context.book)
    turn_only = visit.proof.turns_only or unseen
    return replace(
        visit,
        failure=failure,
        proof=replace(visit.proof, tries=visit.proof.tries + 1, hint=None, turns_only=turn_only),
    )


def ask_for_turns_only(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Check again without closing the eyes; this counts as no failed try."""
    return replace(visit, failure=None, proof=replace(visit.proof, turns_only=True, hint=None))


def tries_left(visit: Visit, what: FaceFailed, context: Context) -> bool:
    """Return whether another try is allowed: by its failure, the number of tries and time."""
    spent = what.failure in SPENT_BY_TRYING
    face = context.book.settings.face
    in_time = (
        visit.proof.began_at is None
        or (context.moment - visit.proof.began_at).total_seconds() < face.seconds_for_all_tries
    )
    return spent and in_time and visit.proof.tries + 1 < face.tries


def eyes_are_asked(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether the eyes are asked to close, and turns may replace it here."""
    return not visit.proof.turns_only and may_turn_only(visit, context.book)


def proves_principal(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the face check is that of the person who is acted for."""
    return visit.on_behalf.principal_consent is not None


def proves_beside_staff(visit: Visit, what: Event, context: Context) -> bool:
    """Return whether the staff member who acts may witness the face check.

    It must be the face check of the person who is acted for, and the staff member must have the
    right to vouch: then nobody else needs to come as a witness.
    """
    helper = visit.on_behalf.way is Way.HELPER_ABSENT and visit.staff.session is not None
    vouches = helper and visit.staff.session is not None and visit.staff.session.may(Right.VOUCH)
    return vouches and proves_principal(visit, what, context)


def spends_last_try(visit: Visit, what: FaceFailed, context: Context) -> bool:
    """Return whether the person who is acted for has used the last try."""
    return proves_principal(visit, what, context) and not tries_left(visit, what, context)


def take_face(visit: Visit, what: FaceMatched, context: Context) -> Visit:
    """Keep the person's match; the witness of the staff is still missing."""
    return replace(
        visit,
        on_behalf=replace(visit.on_behalf, principal_proof=face_proof(what, context)),
        proof=replace(visit.proof, hint=None),
    )


def take_face_beside_staff(visit: Visit, what: FaceMatched, context: Context) -> Visit:
    """Keep the person's match, with the staff member who is logged in as the witness."""
    assert visit.staff.session is not None
    return with_witness(take_face(visit, what, context), visit.staff.session.id, context)


def check_face(change: Change[Any]) -> Effects:
    """Ask to compare the face with the portrait on the card."""
    visit = change.after
    turns_only = visit.proof.turns_only
    guarded = turns_only and are_turns_guarded(visit, change.context.book)
    return (CheckFace(attendance_of(visit), turns_only, guarded),)


PROOF = Step(
    stage=Stage.PROOF,
    page=proof_page,
    enter=check_face,
    transitions=(
        On(FaceMatched, to=Stage.AUTHORITY, when=proves_beside_staff, do=take_face_beside_staff),
        On(FaceMatched, to=Stage.WITNESS, when=proves_principal, do=take_face),
        On(FaceFailed, to=Stage.AUTHORITY, when=spends_last_try, do=go_without_presence),
        On(Press.DECLINE_FACE, to=Stage.AUTHORITY, when=proves_principal, do=go_without_presence),
        On(Press.BACK, to=Stage.AUTHORITY, when=proves_principal, do=drop_presence),
        On(FaceHint, do=take_hint),
        On(FaceMatched, to=Stage.OTHER_PROOF, when=second_factor_due, do=keep_match),
        On(FaceMatched, to=Stage.PRINCIPAL, when=is_proxy, do=take_proof),
        On(FaceMatched, to=Stage.FACTS, do=take_proof),
        On(FaceFailed, when=tries_left, do=count_try, again=True),
        On(FaceFailed, to=Stage.OTHER_PROOF, do=count_try),
        On(Press.TURN_ONLY, when=eyes_are_asked, do=ask_for_turns_only, again=True),
        On(Press.DECLINE_FACE, to=Stage.OTHER_PROOF),
        On(Press.BACK, to=Stage.CARD, do=drop_card),
    ),
)
