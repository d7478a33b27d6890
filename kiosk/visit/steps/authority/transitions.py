"""The step AUTHORITY: relation, scope and term of an authority, and its evidence."""

from __future__ import annotations

from typing import Any

from kiosk.pages.press import Press
from kiosk.visit.effects import CountPrincipals
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Stage
from kiosk.visit.state import attendance_of_proxy, card_of
from kiosk.visit.step_parts.devices import (
    is_waited_for,
    picture_transitions,
    request_capture,
    show_no_picture,
)
from kiosk.visit.step_parts.navigation import ask_to_sign, next_part
from kiosk.visit.step_parts.principal_presence import go_without_presence
from kiosk.visit.step_parts.text_entry import erase
from kiosk.visit.steps.authority.actions import (
    agree_to_face,
    asks_presence,
    authorise,
    capture_paper,
    clear_ink,
    day_wrong,
    drop_principal,
    has_points,
    is_picked,
    is_shown,
    is_signing,
    may_capture,
    over_limit,
    pick,
    refuse_day,
    show_limit,
    sign_by_cross,
    take_day,
    take_ink,
    take_page,
    type_day,
    types_day,
    undo_last_point,
)
from kiosk.visit.steps.authority.events import PrincipalsCounted
from kiosk.visit.steps.authority.page import authority_page
from kiosk.visit.steps.authority.recorded import RECORDED
from kiosk.visit.transition import Change, Effects, On, Step


def ask_on_entry(change: Change[Any]) -> Effects:
    """Ask for the picture that is wanted; otherwise count for how many people a proxy files."""
    visit = change.after
    if visit.on_behalf.proxy is None:
        return request_capture(change)
    number = card_of(visit).number
    return request_capture(change) or (CountPrincipals(attendance_of_proxy(visit), number),)


AUTHORITY = Step(
    stage=Stage.AUTHORITY,
    page=authority_page,
    enter=ask_on_entry,
    recorded=RECORDED,
    transitions=(
        *picture_transitions(),
        On(PrincipalsCounted, to=Stage.LEAFLET, when=over_limit, do=show_limit),
        On(Press.PICK, when=is_picked, do=pick),
        On(Press.MORE, do=next_part),
        On(Press.DIGIT, when=types_day, do=type_day),
        On(Press.ERASE, when=types_day, do=erase),
        On(Press.NEXT, when=day_wrong, do=refuse_day),
        On(Press.NEXT, when=types_day, do=take_day),
        On(Press.AGREE, to=Stage.PROOF, when=asks_presence, do=agree_to_face),
        On(Press.AGREE_WITHOUT_FACE, when=asks_presence, do=go_without_presence),
        On(Drawn, when=is_signing, do=take_ink),
        On(Press.MARK, when=is_signing, do=sign_by_cross),
        On(Press.CLEAR_INK, when=is_signing, do=clear_ink),
        On(Press.CAPTURE, when=may_capture, do=capture_paper, again=True),
        On(PaperCaptured, when=is_waited_for, do=take_page),
        On(PaperFailed, do=show_no_picture),
        On(Press.AUTHORISE, to=Stage.FACTS, when=is_shown, do=authorise),
        On(Press.AUTHORISE, when=is_signing, do=ask_to_sign),
        On(Press.BACK, when=has_points, do=undo_last_point),
        On(Press.BACK, to=Stage.PRINCIPAL, do=drop_principal),
    ),
)
