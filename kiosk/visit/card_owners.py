"""Whose card a number belongs to, among who takes part in a visit."""

from __future__ import annotations

from kiosk.application.authority import same_person
from kiosk.application.document import Way
from kiosk.people.identity import IdCard
from kiosk.staff.roles import Session
from kiosk.staff.roster import hash_card
from kiosk.visit.state import Visit


def is_own(visit: Visit, number: str) -> bool:
    """Return whether the number is that of whoever acts here: the staff or a proxy."""
    if visit.staff.session is not None and hash_card(number) == visit.staff.session.card_hash:
        return True
    return is_same(visit, number)


def is_same(visit: Visit, number: str) -> bool:
    """Return whether the number is that of the friend or relative who acts."""
    acting = visit.on_behalf.proxy or (
        visit.identity.card if visit.on_behalf.way is Way.PROXY else None
    )
    return acting is not None and same_person(acting.number, number)


def is_of_another(visit: Visit, number: str) -> bool:
    """Return whether the number is not that of whoever started the filing elsewhere."""
    return visit.begun is not None and not same_person(visit.begun.number, number)


def at_the_desk(visit: Visit) -> Session | None:
    """Return the session of whoever is logged in, or is handing over."""
    return visit.staff.session or visit.staff.leaving


def holds_card(session: Session | None, card: IdCard) -> bool:
    """Return whether the card is that of the staff member of this session."""
    return session is not None and session.card_hash == hash_card(card.number)
