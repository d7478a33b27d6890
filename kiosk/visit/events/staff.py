"""Events of the staff's login."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from kiosk.failures import Failure
from kiosk.staff.roles import Right, Role, Session
from kiosk.staff.roster import hash_card
from kiosk.visit.card_owners import at_the_desk, holds_card
from kiosk.visit.events.event import Event, FailureEvent, PlainEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_STAFF
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class LoggedIn(Event):
    """Card and PIN, or the code that follows them, of one of the staff were right."""

    session: Session

    def record(self, visit: Visit, _book: ReferenceData) -> Record:
        """Return role and rights, and whether it is somebody of this visit; not who it is."""
        session = self.session
        theirs = visit.identity.doubted.card if visit.identity.doubted else visit.identity.card
        own = {"own": True} if theirs and holds_card(session, theirs) else {}
        if visit.on_behalf.proxy and holds_card(session, visit.on_behalf.proxy):
            own = {"own": True, "proxy": True}
        now = at_the_desk(visit)
        again = {"again": True} if now and now.id == session.id else {}
        return {**_allowed(session), **own, **again, **_as_voucher(session, visit)}

    @classmethod
    def restore(cls, said: Said, visit: Visit) -> Self:
        """Return a session with the same rights, of nobody."""
        theirs = visit.identity.doubted.card if visit.identity.doubted else visit.identity.card
        card = visit.on_behalf.proxy if said.get("proxy") else theirs
        mine = hash_card(card.number) if said.get("own") and card else ""
        others, vouched = said.get("others_vouch", False), said.get("vouched", 0)
        role, rights = Role(said["role"]), frozenset(map(Right, said["rights"]))
        return cls(Session(_stand_in_name(said, visit), role, rights, mine, others, vouched))


def _allowed(session: Session) -> Record:
    others = {"others_vouch": True} if session.others_vouch else {}
    vouched = {"vouched": session.vouched_today} if session.vouched_today else {}
    return {"role": session.role.value, "rights": sorted(session.rights), **others, **vouched}


def _as_voucher(session: Session, visit: Visit) -> Record:
    """Return whether it is who vouched first, by account or by card."""
    first = visit.staff.first_voucher
    if first is None:
        return {}
    same = session.id == first.id or (session.card_hash == first.card_hash != "")
    return {"same_voucher": True} if same else {}


def _stand_in_name(said: Said, visit: Visit) -> str:
    """Return the stand-in's pseudonym: that of whoever is in or vouched first, or a new one."""
    desk, first = at_the_desk(visit), visit.staff.first_voucher
    if said.get("same_voucher") and first is not None:
        return first.id
    if said.get("again") and desk is not None:
        return desk.id
    taken = {one.id for one in (desk, first) if one is not None}
    return next(name for name in STAND_IN_STAFF if name not in taken)


@dataclass(frozen=True)
class LoginFailed(FailureEvent):
    """A login was rejected; `wait` is the number of seconds until another try is allowed."""

    wait: int = 0

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return why, and the wait."""
        return {"failure": self.failure.value, "wait": self.wait}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same event."""
        return cls(Failure(said["failure"]), said.get("wait", 0))


class Waited(PlainEvent):
    """The time asked for by Remind is over, so the page may show a shorter wait."""
