"""Acts of the staff in the journal, and the stand-ins for them in a replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, get_args

from kiosk.failures import Failure
from kiosk.people.identity import IdCard
from kiosk.staff.desk import Correction, Desk, MonthReport, News, Turn, Unsent
from kiosk.staff.roles import Right, Role, Session
from kiosk.staff.roster import hash_card
from kiosk.visit import events as ev
from kiosk.visit.state import Visit

STAND_IN_STAFF = "X-0"
STAND_IN_SECOND = "S-0001"
STAND_IN_THIRD = "S-0002"
STAND_IN_WORD = "某"
STAND_IN_UNSENT = Unsent(STAND_IN_WORD, "2026-11-23T09:30:00+08:00", refused=False)
STAND_IN_CASE = "00000000-0000-4000-8000-000000000000"
STAND_IN_CORRECTION = Correction(STAND_IN_CASE, STAND_IN_WORD, "", STAND_IN_WORD, None)
STAND_IN_NEWS = News(STAND_IN_WORD, Turn.DONE, "", "", date(2026, 11, 23))
STAND_IN_MONTH = MonthReport("2026-11", 0, 0, 0, 0, {}, {})

StaffHappening = (
    ev.LoggedIn
    | ev.LoginFailed
    | ev.DeskSeen
    | ev.MonthKnown
    | ev.MonthUnknown
    | ev.PrincipalsCounted
)
STAFF_KINDS = frozenset(one.__name__ for one in get_args(StaffHappening))


def note_staff(what: StaffHappening, visit: Visit) -> dict[str, Any]:
    """Return the record of rights and counts, without who it was or whose cases."""
    match what:
        case ev.LoggedIn(session):
            theirs = visit.identity.doubted.card if visit.identity.doubted else visit.identity.card
            own = {"own": True} if theirs and is_own(session, theirs) else {}
            if visit.on_behalf.proxy and is_own(session, visit.on_behalf.proxy):
                own = {"own": True, "proxy": True}
            now = at_the_desk(visit)
            again = {"again": True} if now and now.id == session.id else {}
            return {**_allowed(session), **own, **again, **_as_voucher(session, visit)}
        case ev.LoginFailed(failure, wait):
            return {"failure": failure.value, "wait": wait}
        case ev.MonthUnknown(failure):
            return {"failure": failure.value}
        case ev.MonthKnown():
            return {}
        case ev.PrincipalsCounted(others):
            return {"others": others}
    sent_back = what.desk.corrections
    return {
        "unsent": len(what.desk.unsent),
        "corrections": None if sent_back is None else len(sent_back),
        "news": len(what.desk.news),
        "done": what.desk.done,
        "failure": what.failure.value if what.failure else "",
    }


def _allowed(session: Session) -> dict[str, Any]:
    others = {"others_vouch": True} if session.others_vouch else {}
    vouched = {"vouched": session.vouched_today} if session.vouched_today else {}
    return {"role": session.role.value, "rights": sorted(session.rights), **others, **vouched}


def _as_voucher(session: Session, visit: Visit) -> dict[str, bool]:
    """Return whether it is who vouched first, by account or by card."""
    first = visit.staff.first_voucher
    if first is None:
        return {}
    same = session.id == first.id or (session.card_hash == first.card_hash != "")
    return {"same_voucher": True} if same else {}


def at_the_desk(visit: Visit) -> Session | None:
    """Return the session of whoever is logged in, or is handing over."""
    return visit.staff.session or visit.staff.leaving


def is_own(session: Session | None, card: IdCard) -> bool:
    """Return whether the card is that of the staff member of this session."""
    return session is not None and session.card_hash == hash_card(card.number)


def with_own_card(visit: Visit, said: Mapping[str, Any], number: str) -> Visit:
    """Return the visit in which the stand-in card with this number is the staff's own, or not.

    `said` is the recorded event.
    """
    now = at_the_desk(visit)
    if said["kind"] != "CardRead" or now is None:
        return visit
    who = replace(now, card_hash=hash_card(number) if said.get("own") else "")
    return (
        replace(visit, staff=replace(visit.staff, leaving=who))
        if visit.staff.leaving
        else replace(visit, staff=replace(visit.staff, session=who))
    )


def restore_staff(said: Mapping[str, Any], visit: Visit) -> StaffHappening:
    """Return the event again, with stand-ins for everybody in it."""
    if said["kind"] == "PrincipalsCounted":
        return ev.PrincipalsCounted(said["others"])
    if said["kind"] == "LoggedIn":
        rights = frozenset(map(Right, said["rights"]))
        theirs = visit.identity.doubted.card if visit.identity.doubted else visit.identity.card
        card = visit.on_behalf.proxy if said.get("proxy") else theirs
        mine = hash_card(card.number) if said.get("own") and card else ""
        others = said.get("others_vouch", False)
        name, role = _name(said, visit), Role(said["role"])
        return ev.LoggedIn(Session(name, role, rights, mine, others, said.get("vouched", 0)))
    if said["kind"] == "MonthKnown":
        return ev.MonthKnown(STAND_IN_MONTH)
    failure = Failure(said["failure"]) if said["failure"] else None
    if said["kind"] in ("LoginFailed", "MonthUnknown"):
        assert failure is not None
        login = said["kind"] == "LoginFailed"
        return ev.LoginFailed(failure, said.get("wait", 0)) if login else ev.MonthUnknown(failure)
    count = said["corrections"]
    sent_back = None if count is None else (STAND_IN_CORRECTION,) * count
    unsent, news = (STAND_IN_UNSENT,) * said["unsent"], (STAND_IN_NEWS,) * said["news"]
    return ev.DeskSeen(Desk(unsent, sent_back, news, said["done"]), failure)


def _name(said: Mapping[str, Any], visit: Visit) -> str:
    """Return the stand-in's pseudonym: that of whoever is in or vouched first, or a new one."""
    desk, first = at_the_desk(visit), visit.staff.first_voucher
    if said.get("same_voucher") and first is not None:
        return first.id
    if said.get("again") and desk is not None:
        return desk.id
    taken = {one.id for one in (desk, first) if one is not None}
    names = (STAND_IN_STAFF, STAND_IN_SECOND, STAND_IN_THIRD)
    return next(name for name in names if name not in taken)
