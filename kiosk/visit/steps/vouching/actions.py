"""Actions and guards of vouching: two of the staff confirm who the person is (人工核验).

Where only one of the staff is there, a picture of the person, who agrees to it, replaces the
second.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.people.consent import PersonPicture, Proof, ProofMethod
from kiosk.staff.roles import Right, Session
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.events.papers import PaperCaptured
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.proving import accept_proof
from kiosk.visit.reference_data import PICTURE_TEXT_VERSION
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.identity import is_proxy
from kiosk.visit.step_parts.staff_entry import is_same_person


def reason_open(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the reason for vouching is still to be given."""
    return not visit.staff.vouch_reason


def take_reason(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Keep the reason for vouching."""
    return replace(visit, staff=replace(visit.staff, vouch_reason=what.value))


PERSON = "person"  # what stands for a paper's code where a picture of the person is taken


def may_be_first(visit: Visit, what: LoggedIn, context: Context) -> bool:
    """Return whether nobody has vouched yet, and whoever logged in may vouch."""
    return visit.staff.first_voucher is None and _may_vouch(visit, what.session, context)


def may_be_second(visit: Visit, what: LoggedIn, context: Context) -> bool:
    """Return whether a second voucher is awaited, and whoever logged in may be that one."""
    session = what.session
    another = second_awaited(visit) and not _is_first(visit, session)
    return another and _may_vouch(visit, session, context)


def may_be_second_for_proxy(visit: Visit, what: LoggedIn, context: Context) -> bool:
    """Return whether a second voucher may be taken for a friend or relative who files."""
    return is_proxy(visit, what, context) and may_be_second(visit, what, context)


def may_go_alone(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether a second voucher is awaited, whom a picture could replace."""
    return second_awaited(visit)


def may_answer(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the person is asked to agree to a picture."""
    return picture_asked(visit)


def may_take_picture(visit: Visit, what: PaperCaptured, _context: Context) -> bool:
    """Return whether the kept picture is that of the person."""
    return what.code == visit.papers.capturing == PERSON


def may_take_picture_of_proxy(visit: Visit, what: PaperCaptured, context: Context) -> bool:
    """Return whether the kept picture is that of a friend or relative who files."""
    return is_proxy(visit, what, context) and may_take_picture(visit, what, context)


def second_awaited(visit: Visit) -> bool:
    """Return whether one of the staff has vouched and a second one is awaited."""
    return visit.staff.first_voucher is not None and not visit.staff.vouched_alone


def picture_asked(visit: Visit) -> bool:
    """Return whether the person has yet to say whether a picture may be taken."""
    return visit.staff.vouched_alone and not visit.papers.capturing


def take_first(visit: Visit, what: LoggedIn, _context: Context) -> Visit:
    """Keep who vouched first, without a session for them; card and PIN are forgotten.

    If nobody else of the staff may vouch, a picture of the person is asked for at once.
    """
    session = what.session
    bare = replace(
        visit,
        failure=None,
        staff=replace(visit.staff, card_number="", checking=False),
        entry=replace(visit.entry, typed=""),
    )
    return replace(
        bare,
        staff=replace(bare.staff, first_voucher=session, vouched_alone=not session.others_vouch),
    )


def completes_match(visit: Visit, what: LoggedIn, context: Context) -> bool:
    """Return whether whoever logged in may vouch, and a match of the face waits for one of them."""
    return visit.proof.face is not None and may_be_first(visit, what, context)


def completes_match_of_proxy(visit: Visit, what: LoggedIn, context: Context) -> bool:
    """Return whether a friend or relative who files has such a match."""
    return is_proxy(visit, what, context) and completes_match(visit, what, context)


def complete_match(visit: Visit, what: LoggedIn, context: Context) -> Visit:
    """Keep the match with whoever of the staff stands beside: one is enough then."""
    first = take_first(visit, what, context)
    return _without_vouching(accept_proof(first, _proof(first, context)))


def take_second(visit: Visit, what: LoggedIn, context: Context) -> Visit:
    """Keep who vouched second and with it the proof of identity."""
    proof = replace(_proof(visit, context), second=what.session.id)
    return _without_vouching(accept_proof(visit, proof))


def refuse_voucher(visit: Visit, what: LoggedIn, context: Context) -> Visit:
    """Show why whoever logged in may not vouch."""
    session = what.session
    failure = Failure.STAFF_NOT_ALLOWED
    if is_same_person(visit, session):
        failure = Failure.STAFF_SELF
    elif _is_first(visit, session):
        failure = Failure.VOUCHER_SAME
    elif _is_full(session, context):
        failure = Failure.VOUCHING_FULL
    return replace(
        visit,
        failure=failure,
        entry=replace(visit.entry, typed=""),
        staff=replace(visit.staff, checking=False, card_number=""),
    )


def go_alone(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Ask the person for a picture, because no second voucher is there."""
    bare = replace(
        visit,
        failure=None,
        staff=replace(visit.staff, card_number="", checking=False, wait=0),
        entry=replace(visit.entry, typed=""),
    )
    return replace(bare, staff=replace(bare.staff, vouched_alone=True))


def agree_to_picture(visit: Visit, _what: Event, context: Context) -> Visit:
    """Record when the person agreed, and mark the picture as being taken."""
    return replace(
        visit,
        failure=None,
        staff=replace(visit.staff, picture_agreed=context.moment),
        papers=replace(visit.papers, capturing=PERSON),
    )


def take_picture(visit: Visit, what: PaperCaptured, context: Context) -> Visit:
    """Keep the picture, with the version of the text agreed to, and the proof of identity."""
    page, agreed_at = what.paper, visit.staff.picture_agreed
    assert agreed_at is not None
    picture = PersonPicture(
        page.digest, page.blob, page.bytes, page.sealed_for, PICTURE_TEXT_VERSION, agreed_at
    )
    proof = replace(_proof(visit, context), picture=picture)
    return _without_vouching(accept_proof(visit, proof))


def drop_vouching(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget reason, vouchers, login and picture."""
    return _without_vouching(visit)


def _proof(visit: Visit, context: Context) -> Proof:
    first = visit.staff.first_voucher
    assert first is not None
    moment = context.moment
    return Proof(ProofMethod.VOUCHED, moment, voucher=first.id, reason=visit.staff.vouch_reason)


def _without_vouching(visit: Visit) -> Visit:
    bare = replace(
        visit,
        staff=replace(visit.staff, card_number="", checking=False, vouch_reason=""),
        papers=replace(visit.papers, capturing=""),
    )
    return replace(
        bare,
        staff=replace(bare.staff, first_voucher=None, vouched_alone=False, picture_agreed=None),
    )


def _may_vouch(visit: Visit, session: Session, context: Context) -> bool:
    allowed = session.may(Right.VOUCH) and not _is_full(session, context)
    return allowed and not is_same_person(visit, session)


def _is_full(session: Session, context: Context) -> bool:
    """Return whether the central service would refuse another application vouched today."""
    return session.vouched_today >= context.book.authority.vouched_a_day


def _is_first(visit: Visit, session: Session) -> bool:
    first = visit.staff.first_voucher
    if first is None:
        return False
    same_card = session.card_hash == first.card_hash != ""
    return same_card or session.id == first.id
