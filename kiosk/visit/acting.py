"""How does a visit change while somebody says for whom they act? Pure.

A friend or relative was proved before; somebody of the staff is in. Whose matter it is comes from a
card, or from a typed number with a name and a picture of the card.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.application.authority import CARD, Authority, Evidence, same_person
from kiosk.application.document import Way
from kiosk.failures import Failure
from kiosk.people.consent import Consent
from kiosk.people.id_number import birth_of, is_valid, sex_of
from kiosk.people.identity import CardKind, IdCard
from kiosk.retirement.questions import LONGEST_TEXT
from kiosk.staff.roles import Right
from kiosk.staff.roster import hash_card
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.handbook import TEXT_VERSION
from kiosk.visit.state import Principal, Visit

NUMBER_PLACES = 18
NOT_SAID = "—"  # what a typed number does not tell of its card


# how somebody begins to act


def begin_proxy(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Remember that the person comes for somebody else."""
    return replace(visit, way=Way.PROXY)


def begin_absent(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Turn to somebody who is not here: what they agreed to stands in the authorisation."""
    return _begun_by_staff(visit, Way.HELPER_ABSENT, context)


def begin_back_entry(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Turn to papers that the window accepted earlier."""
    return _begun_by_staff(visit, Way.BACK_ENTRY, context)


def _begun_by_staff(visit: Visit, way: Way, context: Context) -> Visit:
    consent = Consent(TEXT_VERSION, context.moment, face=False)
    return replace(visit, way=way, consent=consent, desk=None)


def is_proxy(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a friend or relative still has to say for whom."""
    return visit.way is Way.PROXY and visit.proxy is None


def may_file_absent(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether who is in may file for who is not here."""
    return visit.staff is not None and visit.staff.may(Right.FILE_ABSENT)


def may_back_enter(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether who is in may enter papers later."""
    return visit.staff is not None and visit.staff.may(Right.BACK_ENTRY)


# for whom


def is_own_card(visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether the card is that of the one who acts."""
    return _is_own(visit, expect(ev.CardRead, what).card.number)


def _is_own(visit: Visit, number: str) -> bool:
    if visit.staff is not None and hash_card(number) == visit.staff.card_hash:
        return True
    return is_same(visit, number)


def is_same(visit: Visit, number: str) -> bool:
    """Tell whether the number is that of the friend or relative who acts."""
    acting = visit.proxy or (visit.card if visit.way is Way.PROXY else None)
    return acting is not None and same_person(acting.number, number)


def refuse_own(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that nobody acts for oneself."""
    own = Failure.STAFF_SELF if visit.staff else Failure.PRINCIPAL_IS_PROXY
    return replace(visit, failure=own)


def take_principal(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep whose matter it is."""
    taken = _for(visit, expect(ev.CardRead, what).card, None)
    return replace(taken, card_at=context.moment)


def begin_typing(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Type the number of somebody whose card is not here."""
    return replace(visit, typing=True, failure=None)


def types_number(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a number is being typed."""
    return visit.typing and visit.principal is None


def types_name(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a name is being written."""
    return visit.principal is not None and not visit.principal.name


def wants_card_copy(visit: Visit, _what: ev.Happening, context: Context) -> bool:
    """Tell whether a picture of the card comes next, and can be taken here."""
    named = visit.principal is not None and bool(visit.principal.name)
    return named and can_capture(visit, context)


def can_capture(visit: Visit, context: Context) -> bool:
    return bool(context.book.settings.paper_camera.url) and not visit.capturing


def type_number(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Add a place of the number."""
    typed = (visit.typed + expect(ev.Press, what).value)[:NUMBER_PLACES]
    return replace(visit, typed=typed, failure=None)


def number_wrong(visit: Visit, what: ev.Happening, context: Context) -> bool:
    """Tell whether no card has this number, or it is that of the one who acts."""
    if not types_number(visit, what, context):
        return False
    return wrong_number(visit, context.today) is not None


def wrong_number(visit: Visit, today: date) -> Failure | None:
    """Return what is wrong with the typed number, None for nothing."""
    if not is_valid(visit.typed, today):
        return Failure.ID_NUMBER_WRONG
    if not _is_own(visit, visit.typed):
        return None
    return Failure.STAFF_SELF if visit.staff else Failure.PRINCIPAL_IS_PROXY


def refuse_number(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Say what is wrong with it."""
    return replace(visit, failure=wrong_number(visit, context.today))


def take_number(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Keep the number; the name comes next."""
    return replace(visit, principal=Principal(visit.typed), typed="", failure=None)


def has_name(visit: Visit, what: ev.Happening, context: Context) -> bool:
    """Tell whether a name is written."""
    return types_name(visit, what, context) and bool(visit.written)


def take_name(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Keep the name; a picture of the card comes next."""
    assert visit.principal is not None
    named = replace(visit.principal, name=visit.written[:LONGEST_TEXT])
    cleared = replace(visit, written="", typed="", strokes=(), signs=(), part=0, failure=None)
    return replace(cleared, principal=named)


def capture_card(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Take a picture of the card."""
    return replace(visit, capturing=CARD, failure=None)


def take_card_copy(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Turn number, name and picture into the card of the person."""
    assert visit.principal is not None
    number, born = visit.principal.number, birth_of(visit.principal.number)
    assert born is not None
    card = IdCard(
        kind=CardKind.RESIDENT,
        name=visit.principal.name,
        sex=sex_of(number),
        nation=NOT_SAID,
        birth=born,
        address="",
        number=number,
        authority=NOT_SAID,
        valid_from=born,
        valid_until=None,
        name_certain=False,
    )
    return _for(replace(visit, capturing=""), card, what)


def _for(visit: Visit, card: IdCard, copied: ev.Happening | None) -> Visit:
    copy = expect(ev.PaperCaptured, copied).paper if copied else None
    proxy, read_at = (visit.card, visit.card_at) if visit.way is Way.PROXY else (None, None)
    shown = Authority(card_copy=copy, evidence=Evidence.PAPER if copy else None)
    acting = replace(visit, proxy=proxy, proxy_card_at=read_at, card=card, card_at=None)
    return replace(acting, authority=shown, typing=False, principal=None)


def undo_typing(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Wait for a card again."""
    return replace(visit, typing=False, principal=None, capturing="", failure=None, typed="",
                   written="", strokes=(), signs=(), part=0)  # fmt: skip


def may_type(visit: Visit, _what: ev.Happening, context: Context) -> bool:
    """Tell whether a number may be typed: only where a picture of the card can be taken."""
    return not visit.typing and can_capture(visit, context)


def is_typing(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a number is typed instead of a card laid down."""
    return visit.typing
