"""The steps LOGIN, card and PIN of the staff, and CODE, a technician's second factor."""

from __future__ import annotations

from datetime import date
from typing import Any

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.id_number import is_valid
from kiosk.visit.effects import CheckCode, ReadCard, WatchCard
from kiosk.visit.events.cards import CardLifted
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.staff import LoggedIn, LoginFailed, Waited
from kiosk.visit.journalling.record import Record
from kiosk.visit.journalling.stand_ins import STAND_IN_CARD
from kiosk.visit.press_codec import PressCodec, PressReplay, digit_of, position, said_value
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.login_backoff import count_down, waits
from kiosk.visit.step_parts.staff_entry import (
    another_pin_helps,
    ask_for_staff_card,
    login_transitions,
    open_session,
    pin_complete,
    pin_growing,
    refuse_right,
    reject_login,
    reject_staff_card,
    remind_of_wait,
    submit_pin,
    type_pin,
)
from kiosk.visit.step_parts.text_entry import erase, type_number
from kiosk.visit.steps.staff_login.actions import (
    await_code,
    begin_typing_number,
    is_typing_number,
    needs_code,
    own_number_right,
    reader_gone,
    refuse_typed_number,
    serves_people,
    take_typed_number,
)
from kiosk.visit.steps.staff_login.page import code_page, login_page
from kiosk.visit.transition import Change, Effects, On, Step


def wait_for_login(change: Change[Any]) -> Effects:
    """Ask for a staff card; one that still lies there after a failed handover is watched."""
    visit = change.after
    if visit.on_behalf.typing:
        return ()
    if not visit.staff.card_number:
        return (ReadCard(),)
    return (WatchCard(), *remind_of_wait(change))


def watch_card_of_code(change: Change[Any]) -> Effects:
    """Watch the card of whoever types the code, unless its number was typed."""
    return () if change.after.on_behalf.typing else (WatchCard(),)


def check_code(change: Change[Any]) -> Effects:
    """Ask to check the one-time code."""
    visit = change.after
    return (CheckCode(visit.staff.card_number, visit.entry.typed),)


def record_own_number(_what: Pressed, visit: Visit, _book: ReferenceData) -> Record:
    """Return the failure of a refused number, "" for a right one; nothing of the number itself."""
    is_right = is_valid(visit.entry.typed, date.max) or not visit.on_behalf.typing
    return {"value": "", "refused": "" if is_right else Failure.ID_NUMBER_WRONG.value}


def stand_in_digit(replay: PressReplay) -> str:
    """Return a digit of the stand-in's number while a number is typed; any digit does for a PIN."""
    visit = replay.visit
    typing = visit.on_behalf.typing and not visit.staff.card_number
    return digit_of(STAND_IN_CARD.number, replay) if typing else "0"


LOGIN = Step(
    stage=Stage.LOGIN,
    page=login_page,
    enter=wait_for_login,
    recorded={
        Press.NEXT: PressCodec(record_own_number, said_value),
        Press.DIGIT: PressCodec(position, stand_in_digit),
    },
    transitions=(
        *login_transitions(),
        On(Press.NO_CARD, when=reader_gone, do=begin_typing_number, again=True),
        On(Press.DIGIT, when=is_typing_number, do=type_number),
        On(Press.ERASE, when=is_typing_number, do=erase),
        On(Press.NEXT, when=own_number_right, do=take_typed_number),
        On(Press.NEXT, when=is_typing_number, do=refuse_typed_number),
        On(LoggedIn, to=Stage.CODE, when=needs_code, do=await_code),
        On(LoggedIn, to=Stage.DESK, when=serves_people, do=open_session),
        On(LoggedIn, do=refuse_right),
        On(Press.BACK, when=is_typing_number, do=ask_for_staff_card, again=True),
        On(Press.BACK, to=Stage.WIPING),
        On(Press.QUIT, to=Stage.WIPING),
    ),
)


CODE = Step(
    stage=Stage.CODE,
    page=code_page,
    enter=watch_card_of_code,
    transitions=(
        On(Press.DIGIT, when=pin_complete, do=submit_pin, effects=check_code),
        On(Press.DIGIT, when=pin_growing, do=type_pin),
        On(Press.ERASE, when=pin_growing, do=erase),
        On(LoggedIn, to=Stage.MAINTENANCE, when=needs_code, do=open_session),
        On(Waited, when=waits, do=count_down, effects=remind_of_wait),
        On(LoginFailed, when=another_pin_helps, do=reject_login, effects=remind_of_wait),
        On(LoginFailed, to=Stage.LOGIN, do=reject_staff_card),
        On(CardLifted, to=Stage.LOGIN, do=ask_for_staff_card),
        On(Press.BACK, to=Stage.WIPING),
        On(Press.QUIT, to=Stage.WIPING),
    ),
)
