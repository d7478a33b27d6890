"""The step VOUCHING: two of the staff confirm who the person is (人工核验)."""

from __future__ import annotations

from typing import Any

from kiosk.pages.press import Press
from kiosk.visit.effects import ReadCard
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.devices import picture_transitions, request_capture, show_no_picture
from kiosk.visit.step_parts.staff_entry import login_transitions
from kiosk.visit.steps.vouching.actions import (
    agree_to_picture,
    complete_match,
    completes_match,
    completes_match_of_proxy,
    drop_vouching,
    go_alone,
    may_answer,
    may_be_first,
    may_be_second,
    may_be_second_for_proxy,
    may_go_alone,
    may_take_picture,
    may_take_picture_of_proxy,
    reason_open,
    refuse_voucher,
    take_first,
    take_picture,
    take_reason,
    take_second,
)
from kiosk.visit.steps.vouching.page import vouching_page
from kiosk.visit.transition import Change, Effects, On, Step, ask


def wait_for_voucher(change: Change[Any]) -> Effects:
    """Ask for the picture of the person where one is due, otherwise read the next voucher's card.

    Nothing is asked before the reason is chosen, while a PIN is typed, or when one alone vouched.
    """
    visit = change.after
    card_is_due = (
        visit.staff.vouch_reason and not visit.staff.card_number and not visit.staff.vouched_alone
    )
    return request_capture(change) or ((ReadCard(),) if card_is_due else ())


VOUCHING = Step(
    stage=Stage.VOUCHING,
    page=vouching_page,
    enter=wait_for_voucher,
    transitions=(
        *picture_transitions(),
        On(Press.PICK, when=reason_open, do=take_reason, effects=ask(ReadCard())),
        *login_transitions(),
        On(LoggedIn, to=Stage.PRINCIPAL, when=completes_match_of_proxy, do=complete_match),
        On(LoggedIn, to=Stage.FACTS, when=completes_match, do=complete_match),
        On(LoggedIn, to=Stage.PRINCIPAL, when=may_be_second_for_proxy, do=take_second),
        On(LoggedIn, to=Stage.FACTS, when=may_be_second, do=take_second),
        On(LoggedIn, when=may_be_first, do=take_first),
        On(LoggedIn, do=refuse_voucher),
        On(Press.NO_OTHER_PROOF, when=may_go_alone, do=go_alone, again=True),
        On(Press.AGREE, when=may_answer, do=agree_to_picture, again=True),
        On(Press.DECLINE_FACE, to=Stage.LEAFLET, when=may_answer, do=drop_vouching),
        On(PaperCaptured, to=Stage.PRINCIPAL, when=may_take_picture_of_proxy, do=take_picture),
        On(PaperCaptured, to=Stage.FACTS, when=may_take_picture, do=take_picture),
        On(PaperFailed, do=show_no_picture),
        On(Press.BACK, to=Stage.OTHER_PROOF, do=drop_vouching),
    ),
)
