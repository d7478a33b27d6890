"""Proof that the person somebody acts for is at the terminal (他在这里). Pure.

The card was read in this visit, the person agrees to the face check on a page of their own, the
face is alike, and somebody of the staff stands beside. Only then is anything shown that offices
know. Whatever fails leads back to the choice of evidence: a paper, and the person confirms later.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.document import Way
from kiosk.application.presence import Presence
from kiosk.failures import Failure
from kiosk.people.consent import Consent
from kiosk.staff.roles import Right
from kiosk.staff.roster import hash_card
from kiosk.visit import events as ev
from kiosk.visit.actions import face_proof
from kiosk.visit.authorising import Point, open_point
from kiosk.visit.context import Context, expect
from kiosk.visit.guards import tries_left
from kiosk.visit.handbook import TEXT_VERSION
from kiosk.visit.state import Visit, card_of


def asks_presence(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether the person is asked now to agree to the face check."""
    return open_point(visit) is Point.PRESENCE


def agree_to_face(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Keep the person's own consent; the face check begins with all its tries."""
    consent = Consent(TEXT_VERSION, context.moment, face=True)
    asked = replace(visit, principal_consent=consent, tries=0, turn_only=False, hint=None)
    return replace(asked, face_began=context.moment)


def proves_principal(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether the face check is that of the person somebody acts for."""
    return visit.principal_consent is not None


def proves_beside_staff(visit: Visit, what: ev.Happening, context: Context) -> bool:
    """Tell whether somebody of the staff, who acts for the person, stands beside anyway."""
    helper = visit.way is Way.HELPER_ABSENT and visit.staff is not None
    vouches = helper and visit.staff is not None and visit.staff.may(Right.VOUCH)
    return vouches and proves_principal(visit, what, context)


def spends_last_try(visit: Visit, what: ev.Happening, context: Context) -> bool:
    """Tell whether it was the person's last try of the face check."""
    return proves_principal(visit, what, context) and not tries_left(visit, what, context)


def take_face(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep the figures of the person's face check; somebody of the staff is still missing."""
    return replace(visit, principal_proof=face_proof(what, context), hint=None)


def take_face_beside_staff(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep the figures of the person's face check, with who is in as the witness."""
    assert visit.staff is not None
    return _witnessed(take_face(visit, what, context), visit.staff.id, context)


def may_witness(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether who came in may stand beside: of the staff, and neither of the two people."""
    session = expect(ev.LoggedIn, what).session
    return session.may(Right.VOUCH) and not _is_party(visit, session.card_hash)


def take_witness(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep who of the staff stands beside; card and PIN are forgotten."""
    seen = _witnessed(visit, expect(ev.LoggedIn, what).session.id, context)
    return replace(seen, staff_card="", knocking=False, typed="")


def refuse_witness(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Say that who came in may not stand beside."""
    own = _is_party(visit, expect(ev.LoggedIn, what).session.card_hash)
    failure = Failure.STAFF_SELF if own else Failure.STAFF_NOT_ALLOWED
    return replace(visit, typed="", knocking=False, staff_card="", failure=failure)


def drop_presence(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Return to the page that asks the person; what was shown since is gone."""
    bare = replace(visit, principal_consent=None, principal_proof=None, hint=None)
    return replace(bare, typed="", staff_card="", knocking=False)


def go_without_presence(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Ask for another evidence: it is not shown that the person is here."""
    bare = drop_presence(visit, what, context)
    unsaid = replace(bare.authority, evidence=None, until=None, ink=())
    return replace(bare, authority=unsaid, failure=Failure.PRESENCE_NOT_SHOWN)


def _witnessed(visit: Visit, staff: str, context: Context) -> Visit:
    consent, proof, read_at = visit.principal_consent, visit.principal_proof, visit.card_at
    assert consent is not None
    assert proof is not None
    assert read_at is not None
    shown = Presence(read_at, consent, proof, staff, context.moment)
    there = replace(visit, authority=replace(visit.authority, presence=shown))
    return replace(there, principal_consent=None, principal_proof=None)


def _is_party(visit: Visit, card_hash: str) -> bool:
    people = (card_of(visit), *((visit.proxy,) if visit.proxy else ()))
    return any(hash_card(one.number) == card_hash for one in people)
