"""Transitions while the staff vouch for a person (人工核验). Pure.

Two of the staff look at card and person, each with card and PIN. Where nobody else of the point may
vouch, or the other one is not there, the person agrees to a picture that is sealed at once to the
central service; who does not agree is told the way to a window.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.people.consent import PersonPicture, Proof, ProofMethod
from kiosk.staff.roles import Right, Session
from kiosk.staff.roster import hash_card
from kiosk.visit import events as ev
from kiosk.visit.acting import is_proxy
from kiosk.visit.context import Context, expect
from kiosk.visit.handbook import PICTURE_TEXT_VERSION
from kiosk.visit.state import Visit, card_of

PERSON = "person"  # what stands for a paper's code where a picture of the person is taken


def may_be_first(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether who came in may vouch, nobody did before, and it is not for oneself."""
    return visit.first_voucher is None and _may_vouch(visit, expect(ev.LoggedIn, what).session)


def may_be_second(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether who came in may vouch, and is somebody else than the first."""
    session = expect(ev.LoggedIn, what).session
    return second_awaited(visit) and not _is_first(visit, session) and _may_vouch(visit, session)


def may_be_second_for_proxy(visit: Visit, what: ev.Happening, context: Context) -> bool:
    """Tell whether the second of the staff vouches for a friend or relative."""
    return is_proxy(visit, what, context) and may_be_second(visit, what, context)


def may_go_alone(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether another one of the staff is waited for."""
    return second_awaited(visit)


def may_answer(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether the person is asked to agree to a picture."""
    return picture_asked(visit)


def may_take_picture(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether the picture is that of the person."""
    return expect(ev.PaperCaptured, what).code == visit.capturing == PERSON


def may_take_picture_of_proxy(visit: Visit, what: ev.Happening, context: Context) -> bool:
    """Tell whether the picture is that of a friend or relative."""
    return is_proxy(visit, what, context) and may_take_picture(visit, what, context)


def second_awaited(visit: Visit) -> bool:
    """Tell whether one of the staff vouched, and another one is to."""
    return visit.first_voucher is not None and not visit.vouched_alone


def picture_asked(visit: Visit) -> bool:
    """Tell whether the person is to say whether a picture may be taken."""
    return visit.vouched_alone and not visit.capturing


def take_first(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep who vouched first; who only came to vouch is not in. Card and PIN are forgotten."""
    session = expect(ev.LoggedIn, what).session
    bare = replace(visit, staff_card="", typed="", knocking=False, failure=None)
    return replace(bare, first_voucher=session, vouched_alone=not session.others_vouch)


def take_second(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep who vouched second: the person is proved."""
    proof = replace(_proof(visit, context), second=expect(ev.LoggedIn, what).session.id)
    return _without_vouching(replace(visit, proof=proof))


def refuse_voucher(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Say why who came in may not vouch."""
    session = expect(ev.LoggedIn, what).session
    failure = Failure.STAFF_NOT_ALLOWED
    if _is_own(visit, session):
        failure = Failure.STAFF_SELF
    elif _is_first(visit, session):
        failure = Failure.VOUCHER_SAME
    return replace(visit, typed="", knocking=False, staff_card="", failure=failure)


def go_alone(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Ask the person for a picture: nobody else of the staff is there."""
    bare = replace(visit, staff_card="", typed="", knocking=False, failure=None, wait=0)
    return replace(bare, vouched_alone=True)


def agree_to_picture(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Keep when the person agreed, and take the picture."""
    return replace(visit, picture_agreed=context.moment, capturing=PERSON, failure=None)


def take_picture(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep what stands for the picture: the person is proved."""
    page, agreed_at = expect(ev.PaperCaptured, what).paper, visit.picture_agreed
    assert agreed_at is not None
    picture = PersonPicture(
        page.digest, page.blob, page.bytes, page.sealed_for, PICTURE_TEXT_VERSION, agreed_at
    )
    proof = replace(_proof(visit, context), picture=picture)
    return _without_vouching(replace(visit, proof=proof))


def drop_vouching(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Forget what was begun."""
    return _without_vouching(visit)


def _proof(visit: Visit, context: Context) -> Proof:
    first = visit.first_voucher
    assert first is not None
    moment = context.moment
    return Proof(ProofMethod.VOUCHED, moment, voucher=first.id, reason=visit.vouch_reason)


def _without_vouching(visit: Visit) -> Visit:
    bare = replace(visit, staff_card="", knocking=False, vouch_reason="", capturing="")
    return replace(bare, first_voucher=None, vouched_alone=False, picture_agreed=None)


def _may_vouch(visit: Visit, session: Session) -> bool:
    return session.may(Right.VOUCH) and not _is_own(visit, session)


def _is_own(visit: Visit, session: Session) -> bool:
    return visit.card is not None and hash_card(card_of(visit).number) == session.card_hash


def _is_first(visit: Visit, session: Session) -> bool:
    first = visit.first_voucher
    if first is None:
        return False
    same_card = session.card_hash == first.card_hash != ""
    return same_card or session.id == first.id
