"""The step PRINCIPAL: for whom somebody acts, by card or by a typed number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from kiosk.application.authority import CARD, Authority, Evidence
from kiosk.application.document import Way
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.id_number import birth_of, is_valid, sex_of
from kiosk.people.identity import CardKind, IdCard
from kiosk.retirement.questions import LONGEST_TEXT
from kiosk.visit.card_owners import is_own
from kiosk.visit.context import Context
from kiosk.visit.effects import ReadCard
from kiosk.visit.events.cards import CardFailed, CardRead
from kiosk.visit.events.event import Event
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.journalling.phase import day_of
from kiosk.visit.journalling.record import Record
from kiosk.visit.journalling.stand_ins import STAND_IN_PRINCIPAL
from kiosk.visit.press_codec import PressCodec, digit_of, position, said_value
from kiosk.visit.records.filing import TextEntry
from kiosk.visit.records.staff import Principal
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.card_inspection import (
    as_confirmed,
    held_card,
    hold_card,
    inspection_transitions,
    is_comparing,
    is_doubtful,
)
from kiosk.visit.step_parts.devices import (
    can_capture,
    is_waited_for,
    picture_transitions,
    request_capture,
    show_no_picture,
    start_capture,
)
from kiosk.visit.step_parts.help_call import ring_or_stop
from kiosk.visit.step_parts.navigation import cover_with, next_part, show_failure
from kiosk.visit.step_parts.text_entry import (
    erase,
    take_character,
    text_entry_transitions,
    type_number,
)
from kiosk.visit.steps.on_behalf.page import principal_page
from kiosk.visit.transition import Change, Effects, On, Step

NOT_SAID = "—"  # what a typed number does not tell of its card


def is_own_card(visit: Visit, what: CardRead, _context: Context) -> bool:
    """Return whether the card is that of whoever acts."""
    return is_own(visit, what.card.number)


def refuse_own_card(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that nobody acts for themselves."""
    own = Failure.STAFF_SELF if visit.staff.session else Failure.PRINCIPAL_IS_PROXY
    return replace(visit, failure=own)


def take_principal(visit: Visit, what: CardRead, context: Context) -> Visit:
    """Make the card's person the one who is acted for."""
    taken = _act_for(visit, what.card, None)
    return replace(taken, identity=replace(taken.identity, card_at=context.moment))


def begin_typing(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Type the number of a person whose card is not here."""
    return replace(visit, failure=None, on_behalf=replace(visit.on_behalf, typing=True))


def types_number(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the number is being typed."""
    return visit.on_behalf.typing and visit.on_behalf.principal is None


def types_name(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the name is being written."""
    return visit.on_behalf.principal is not None and not visit.on_behalf.principal.name


def wants_card_copy(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether the picture of the card comes next and can be taken here."""
    named = visit.on_behalf.principal is not None and bool(visit.on_behalf.principal.name)
    return named and can_capture(visit, context)


def number_wrong(visit: Visit, what: Event, context: Context) -> bool:
    """Return whether the typed number is invalid, or that of whoever acts."""
    if not types_number(visit, what, context):
        return False
    return wrong_number(visit, context.today) is not None


def wrong_number(visit: Visit, today: date) -> Failure | None:
    """Return what is wrong with the typed number; None for nothing."""
    if not is_valid(visit.entry.typed, today):
        return Failure.ID_NUMBER_WRONG
    if not is_own(visit, visit.entry.typed):
        return None
    return Failure.STAFF_SELF if visit.staff.session else Failure.PRINCIPAL_IS_PROXY


def refuse_number(visit: Visit, _what: Event, context: Context) -> Visit:
    """Show what is wrong with the typed number."""
    return replace(visit, failure=wrong_number(visit, context.today))


def take_number(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Keep the number; the name comes next."""
    return replace(
        visit,
        failure=None,
        on_behalf=replace(visit.on_behalf, principal=Principal(visit.entry.typed)),
        entry=replace(visit.entry, typed=""),
    )


def has_name(visit: Visit, what: Event, context: Context) -> bool:
    """Return whether a name was written."""
    return types_name(visit, what, context) and bool(visit.entry.written)


def take_name(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Keep the name; the picture of the card comes next."""
    assert visit.on_behalf.principal is not None
    named = replace(visit.on_behalf.principal, name=visit.entry.written[:LONGEST_TEXT])
    cleared = replace(
        visit,
        failure=None,
        entry=replace(visit.entry, written="", typed="", strokes=(), signs=()),
        display=replace(visit.display, part=0),
    )
    return replace(cleared, on_behalf=replace(cleared.on_behalf, principal=named))


def capture_card(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark the card as being captured."""
    return start_capture(visit, CARD)


def take_card_copy(visit: Visit, what: PaperCaptured, _context: Context) -> Visit:
    """Make a card from number, name and picture, and its person the one who is acted for.

    `name_certain` is False, because the name was typed and not read.
    """
    assert visit.on_behalf.principal is not None
    number, born = visit.on_behalf.principal.number, birth_of(visit.on_behalf.principal.number)
    assert born is not None
    card = IdCard(
        kind=CardKind.RESIDENT,
        name=visit.on_behalf.principal.name,
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
    return _act_for(replace(visit, papers=replace(visit.papers, capturing="")), card, what)


def _act_for(visit: Visit, card: IdCard, copied: PaperCaptured | None) -> Visit:
    copy = copied.paper if copied else None
    proxy, read_at = (
        (visit.identity.card, visit.identity.card_at)
        if visit.on_behalf.way is Way.PROXY
        else (None, None)
    )
    shown = Authority(card_copy=copy, evidence=Evidence.PAPER if copy else None)
    acting = replace(
        visit,
        on_behalf=replace(visit.on_behalf, proxy=proxy, proxy_card_at=read_at),
        identity=replace(visit.identity, card=card, card_at=None),
    )
    return replace(
        acting, on_behalf=replace(acting.on_behalf, authority=shown, typing=False, principal=None)
    )


def undo_typing(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget what was typed and wait for a card again."""
    return replace(
        visit,
        failure=None,
        on_behalf=replace(visit.on_behalf, typing=False, principal=None),
        papers=replace(visit.papers, capturing=""),
        entry=TextEntry(by_letters=visit.entry.by_letters, letters=visit.entry.letters),
        display=replace(visit.display, part=0),
    )


def may_type(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether a number may be typed: only where the card can be captured."""
    return not visit.on_behalf.typing and can_capture(visit, context)


def is_typing(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether number, name and picture stand in for the card."""
    return visit.on_behalf.typing


def take_inspected_principal(visit: Visit, _what: Event, context: Context) -> Visit:
    """Keep the person's card as the inspector confirmed it, with the time it was read."""
    held = held_card(visit)
    taken = take_principal(visit, as_confirmed(held, context), context)
    return replace(taken, identity=replace(taken.identity, card_at=held.at))


def wait_for_principal(change: Change[Any]) -> Effects:
    """Ask for the picture that is wanted; otherwise read a card, unless one is typed."""
    return request_capture(change) or (() if change.after.on_behalf.typing else (ReadCard(),))


def record_number(_what: Pressed, visit: Visit, _book: ReferenceData) -> Record:
    """Return what is wrong with the typed number; nothing of the number or the name."""
    typing = visit.on_behalf.typing and visit.on_behalf.principal is None
    wrong = wrong_number(visit, day_of(visit)) if typing else None
    return {"value": "", "refused": wrong.value if wrong else ""}


PRINCIPAL = Step(
    stage=Stage.PRINCIPAL,
    page=principal_page,
    enter=wait_for_principal,
    recorded={
        Press.NEXT: PressCodec(record_number, said_value),
        Press.DIGIT: PressCodec(position, partial(digit_of, STAND_IN_PRINCIPAL)),
    },
    transitions=(
        *picture_transitions(),
        *inspection_transitions(),
        On(CardRead, when=is_own_card, do=refuse_own_card, again=True),
        On(CardRead, when=is_doubtful, do=hold_card, effects=ring_or_stop),
        On(Press.CONFIRM_CARD, to=Stage.AUTHORITY, when=is_comparing, do=take_inspected_principal),
        On(CardRead, to=Stage.AUTHORITY, do=take_principal),
        On(CardFailed, do=show_failure, again=True),
        On(Press.NO_CARD, when=may_type, do=begin_typing, again=True),
        On(Press.DIGIT, when=types_number, do=type_number),
        On(Press.DIGIT, when=types_name, do=take_character),
        *text_entry_transitions(types_name),
        On(Press.MORE, when=types_name, do=next_part),
        On(Press.ERASE, when=is_typing, do=erase),
        On(Press.NEXT, when=number_wrong, do=refuse_number),
        On(Press.NEXT, when=types_number, do=take_number),
        On(Press.NEXT, when=has_name, do=take_name),
        On(Press.CAPTURE, when=wants_card_copy, do=capture_card, again=True),
        On(PaperCaptured, to=Stage.AUTHORITY, when=is_waited_for, do=take_card_copy),
        On(PaperFailed, do=show_no_picture),
        On(Press.BACK, when=is_typing, do=undo_typing, again=True),
        On(Press.BACK, do=cover_with(Overlay.QUIT)),
    ),
)
