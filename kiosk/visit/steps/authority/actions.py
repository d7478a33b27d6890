"""Actions and guards of the authority to act for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from kiosk.application.authority import PAPER, Authority, Evidence, last_day
from kiosk.application.document import Way
from kiosk.application.ink import KEY_MARK
from kiosk.failures import Failure
from kiosk.people.consent import Consent, Proof, ProofMethod
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.events.papers import PaperCaptured
from kiosk.visit.events.pressed import Drawn, Pressed
from kiosk.visit.reference_data import TEXT_VERSION, ReferenceData
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit, sees_facts
from kiosk.visit.step_parts.assessment import assess_facts
from kiosk.visit.step_parts.devices import can_capture, start_capture
from kiosk.visit.steps.authority.events import PrincipalsCounted

# A day is typed as YYYYMMDD.
DAY_PLACES = 8


MOST_PAGES = 6


class Point(StrEnum):
    """One statement that an authorisation needs."""

    RELATION = "relation"
    SCOPE = "scope"
    EVIDENCE = "evidence"
    TERM = "term"
    PRESENCE = "presence"  # the person agrees to the own face check
    UNTIL = "until"
    SIGN = "sign"
    DAY = "day"
    REASON = "reason"
    PAPER = "paper"


def points_of(visit: Visit) -> tuple[Point, ...]:
    """Return the statements needed for this way of filing, in order; the last one proves it."""
    if visit.on_behalf.way is Way.BACK_ENTRY:
        return (Point.DAY, Point.REASON, Point.PAPER)
    asked = (Point.RELATION,) if visit.on_behalf.way is Way.PROXY else ()
    first = (*asked, Point.SCOPE)
    if visit.on_behalf.authority.card_copy is None:
        first = (*first, Point.EVIDENCE)
    match visit.on_behalf.authority.evidence:
        case Evidence.SIGNED:
            return (*first, Point.TERM, Point.PRESENCE, Point.SIGN)
        case Evidence.PAPER:
            return (*first, Point.UNTIL, Point.PAPER)
    return first


def is_said(authority: Authority, point: Point) -> bool:
    """Return whether this statement was made."""
    said: Mapping[Point, object] = {
        Point.RELATION: authority.relation,
        Point.SCOPE: authority.scope,
        Point.EVIDENCE: authority.evidence,
        Point.TERM: authority.until,
        Point.PRESENCE: authority.shows_presence(),
        Point.UNTIL: authority.until,
        Point.DAY: authority.accepted_on,
        Point.REASON: authority.reason,
    }
    return bool(said.get(point))


def open_point(visit: Visit) -> Point:
    """Return the statement that the page asks for.

    It is the first one missing, or the last one, which stays on the page until it is confirmed.
    """
    points = points_of(visit)
    return next((one for one in points if not is_said(visit.on_behalf.authority, one)), points[-1])


def days_back(today: date, book: ReferenceData) -> tuple[date, ...]:
    """Return the days on which papers may have been accepted, the newest first."""
    most = book.authority.back_days
    return tuple(today - timedelta(days=back) for back in range(1, most + 1))


def is_picked(visit: Visit, what: Pressed, context: Context) -> bool:
    """Return whether the press names something that may be picked now."""
    return what.value in pickable(visit, context.book, context.today)


def pickable(visit: Visit, book: ReferenceData, today: date) -> tuple[str, ...]:
    """Return the values that may be picked for the open statement; empty when none are."""
    rules = book.authority
    match open_point(visit):
        case Point.RELATION:
            return tuple(rules.relations)
        case Point.SCOPE:
            return tuple(rules.scopes)
        case Point.EVIDENCE:
            return tuple(rules.evidence)
        case Point.TERM:
            return tuple(rules.terms)
        case Point.REASON:
            return tuple(rules.reasons)
        case Point.DAY:
            return tuple(day.isoformat() for day in days_back(today, book))
    return ()


def pick(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Keep the picked value as the open statement."""
    picked, said, rules = what.value, visit.on_behalf.authority, context.book.authority
    match open_point(visit):
        case Point.RELATION:
            said = replace(said, relation=picked)
        case Point.SCOPE:
            said = replace(said, scope=picked)
        case Point.EVIDENCE:
            said = replace(said, evidence=Evidence(picked))
        case Point.TERM:
            until = last_day(context.today, rules.terms[picked].months)
            said = replace(said, until=until)
        case Point.REASON:
            said = replace(said, reason=picked, evidence=Evidence.PAPER)
        case _:  # a day: nothing else is picked
            said = replace(said, accepted_on=date.fromisoformat(picked))
    return replace(
        visit,
        failure=None,
        on_behalf=replace(visit.on_behalf, authority=said),
        display=replace(visit.display, part=0),
    )


def types_day(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the last day of a paper's validity is being typed."""
    return open_point(visit) is Point.UNTIL


def type_day(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Append a digit to the day, up to YYYYMMDD."""
    typed = (visit.entry.typed + what.value)[:DAY_PLACES]
    return replace(visit, failure=None, entry=replace(visit.entry, typed=typed))


def day_wrong(visit: Visit, what: Event, context: Context) -> bool:
    """Return whether the typed day does not exist or is past."""
    typing = types_day(visit, what, context)
    return typing and wrong_day(visit.entry.typed, context.today) is not None


def wrong_day(typed: str, today: date) -> Failure | None:
    """Return what is wrong with the last day of a paper; None for nothing."""
    day = _day(typed)
    if day is None:
        return Failure.DAY_WRONG
    return Failure.AUTHORITY_EXPIRED if day < today else None


def _day(typed: str) -> date | None:
    if len(typed) != DAY_PLACES:
        return None
    try:
        return date(int(typed[:4]), int(typed[4:6]), int(typed[6:]))
    except ValueError:
        return None


def refuse_day(visit: Visit, _what: Event, context: Context) -> Visit:
    """Show what is wrong with the typed day."""
    return replace(visit, failure=wrong_day(visit.entry.typed, context.today))


def take_day(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Keep the typed day as the end of the paper's validity."""
    said = replace(visit.on_behalf.authority, until=_day(visit.entry.typed))
    return replace(
        visit,
        failure=None,
        on_behalf=replace(visit.on_behalf, authority=said),
        entry=replace(visit.entry, typed=""),
    )


def is_signing(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the page waits for the person's signature."""
    return open_point(visit) is Point.SIGN


def take_ink(visit: Visit, what: Drawn, _context: Context) -> Visit:
    """Keep the strokes of the person's signature."""
    ink = what.ink
    return replace(
        visit,
        failure=None,
        on_behalf=replace(visit.on_behalf, authority=replace(visit.on_behalf.authority, ink=ink)),
    )


def sign_by_cross(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Sign with a cross, by a key for whoever cannot hold a pen."""
    return replace(
        visit,
        failure=None,
        on_behalf=replace(
            visit.on_behalf, authority=replace(visit.on_behalf.authority, ink=KEY_MARK)
        ),
    )


def clear_ink(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Remove the signature."""
    return replace(
        visit,
        failure=None,
        on_behalf=replace(visit.on_behalf, authority=replace(visit.on_behalf.authority, ink=())),
    )


def may_capture(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether another page of the paper can be captured now."""
    room = len(visit.on_behalf.authority.pages) < MOST_PAGES
    return open_point(visit) is Point.PAPER and room and can_capture(visit, context)


def capture_paper(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark a page of the paper as being captured."""
    return start_capture(visit, PAPER)


def take_page(visit: Visit, what: PaperCaptured, _context: Context) -> Visit:
    """Keep the captured page with the authority."""
    page = what.paper
    said = replace(visit.on_behalf.authority, pages=(*visit.on_behalf.authority.pages, page))
    return replace(
        visit,
        failure=None,
        on_behalf=replace(visit.on_behalf, authority=said),
        papers=replace(visit.papers, capturing=""),
    )


def is_shown(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the authorisation is complete: signed, or its paper captured."""
    return _is_whole(visit)


def _is_whole(visit: Visit) -> bool:
    match open_point(visit):
        case Point.SIGN:
            return bool(visit.on_behalf.authority.ink)
        case Point.PAPER:
            return bool(visit.on_behalf.authority.pages) and not visit.papers.capturing
    return False


def assesses_by_card(visit: Visit) -> bool:
    """Return whether going on from here relies on the card or the typed number alone."""
    authorising = visit.stage is Stage.AUTHORITY and _is_whole(visit)
    return authorising and not sees_facts(visit)


def authorise(visit: Visit, _what: Event, context: Context) -> Visit:
    """Go on in the name of the person.

    Staff who act need no face check, so the authority itself becomes the proof. Unless the person
    is shown to be here, the rules go by card or typed number alone: nothing is fetched, and an
    overlay says what the person has to do.
    """
    if visit.on_behalf.way is not Way.PROXY:
        visit = replace(
            visit, proof=replace(visit.proof, accepted=Proof(ProofMethod.AUTHORITY, context.moment))
        )
    if sees_facts(visit):
        return visit
    return replace(assess_by_card(visit, context), overlay=Overlay.UNCONFIRMED)


def has_points(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether any statement was made."""
    return any(is_said(visit.on_behalf.authority, point) for point in points_of(visit))


def undo_last_point(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Remove the last statement, and the signature, pages and presence that followed it."""
    said = visit.on_behalf.authority
    last = [point for point in points_of(visit) if is_said(said, point)][-1]
    empty: Mapping[Point, Mapping[str, object]] = {
        Point.RELATION: {"relation": ""},
        Point.SCOPE: {"scope": ""},
        Point.EVIDENCE: {"evidence": None},
        Point.TERM: {"until": None},
        Point.UNTIL: {"until": None},
        Point.PRESENCE: {},
        Point.DAY: {"accepted_on": None},
        Point.REASON: {"reason": "", "evidence": None},
    }
    bare = replace(said, ink=(), pages=(), presence=None)
    bare = replace(bare, **empty[last])  # type: ignore[arg-type]  # each is of its member's kind
    return replace(
        visit,
        failure=None,
        on_behalf=replace(visit.on_behalf, authority=bare),
        entry=replace(visit.entry, typed=""),
        papers=replace(visit.papers, capturing=""),
        display=replace(visit.display, part=0),
    )


def drop_principal(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the person who is acted for; a proxy is the person of the visit again."""
    own = replace(
        visit,
        identity=replace(
            visit.identity, card=visit.on_behalf.proxy, card_at=visit.on_behalf.proxy_card_at
        ),
    )
    return replace(
        own,
        on_behalf=replace(own.on_behalf, proxy=None, proxy_card_at=None, authority=Authority()),
        papers=replace(own.papers, capturing=""),
    )


def over_limit(_visit: Visit, what: PrincipalsCounted, context: Context) -> bool:
    """Return whether this friend or relative already files for too many people."""
    return what.others >= context.book.authority.principals_a_year


def show_limit(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that this friend or relative files for as many people as are allowed in a year."""
    return replace(visit, failure=Failure.PROXY_LIMIT)


def assess_by_card(visit: Visit, context: Context) -> Visit:
    """Return the visit with the situation that card or typed number give without shared facts."""
    return assess_facts(visit, None, context)


def asks_presence(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the page asks the person to agree to a face check."""
    return open_point(visit) is Point.PRESENCE


def agree_to_face(visit: Visit, _what: Event, context: Context) -> Visit:
    """Record the person's own consent; their face check starts with all its tries."""
    consent = Consent(TEXT_VERSION, context.moment, face=True)
    asked = replace(
        visit,
        on_behalf=replace(visit.on_behalf, principal_consent=consent),
        proof=replace(visit.proof, tries=0, turns_only=False, hint=None),
    )
    return replace(asked, proof=replace(asked.proof, began_at=context.moment))
