"""The step CHOOSE: services are ticked by rule and changed by the person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import PrintSlip
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.pagination import cut_services
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import (
    Visit,
    applicable_answers,
    chosen,
    in_person_only,
    remaining_questions,
    situation_of,
)
from kiosk.visit.step_parts.answers import leave_out, papers_open
from kiosk.visit.step_parts.devices import (
    begin_printing,
    end_printing,
    show_print_failure,
    without_printing,
)
from kiosk.visit.step_parts.navigation import explain, next_part, not_first_part, previous_part
from kiosk.visit.steps.services.page import choose_page
from kiosk.visit.steps.services.proof_slip import proof_slip
from kiosk.visit.supplied_papers import is_for_them, keep_supplied
from kiosk.visit.transition import Change, Effects, On, Step


def ask_to_choose(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that no service is chosen."""
    return replace(visit, failure=Failure.NOTHING_CHOSEN)


def drop_unasked(visit: Visit, _what: Event, context: Context) -> Visit:
    """Drop the answers that no chosen service needs, so that they are never handed in."""
    return replace(visit, answers=applicable_answers(visit, context.book))


def toggle_service(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Leave a service out with those that need it, or take it in with those it needs."""
    code = what.value
    if code in chosen(visit, context.book):
        return leave_out(visit, code, context)
    return _take_in(visit, code, context)


def _take_in(visit: Visit, code: str, context: Context) -> Visit:
    wanted = {code} | context.book.catalogue.waits_for(code, situation_of(visit).route)
    return replace(
        visit,
        failure=None,
        choice=replace(
            visit.choice,
            unwanted=visit.choice.unwanted - wanted,
            ticked=visit.choice.ticked | wanted,
        ),
    )


def insist(visit: Visit, _what: Event, context: Context) -> Visit:
    """Take in a service against the shared data; an office will look at it."""
    taken = _take_in(visit, visit.display.about, context)
    return replace(
        taken,
        overlay=Overlay.NONE,
        choice=replace(taken.choice, insisted=visit.choice.insisted | {visit.display.about}),
    )


def explain_service(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Show why the service that was pressed can't be had; an earlier print is not spoken of."""
    return explain(Overlay.WHY)(without_printing(visit), what, context)


def may_print_proof(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether a verdict is explained, by the rules and not by who stands here."""
    explained = visit.overlay is Overlay.WHY and not visit.display.printing
    return explained and visit.display.about not in in_person_only(visit, context.book)


def print_proof(change: Change[Any]) -> Effects:
    """Print the proof of the verdict that is explained."""
    return (PrintSlip(proof_slip(change.after, change.context.book)),)


def more_services(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether another part of the services follows."""
    return visit.display.part + 1 < len(cut_services(visit, context.book))


def nothing_chosen(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether no service is chosen."""
    return not chosen(visit, context.book)


def questions_open(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether a question is open."""
    return bool(remaining_questions(visit, context.book))


CHOOSE = Step(
    stage=Stage.CHOOSE,
    page=choose_page,
    needs_proof=True,
    transitions=(
        On(Press.TOGGLE, do=toggle_service),
        On(Press.WHY, do=explain_service),
        On(Press.PRINT, when=may_print_proof, do=begin_printing, effects=print_proof),
        On(PrintFailed, do=show_print_failure),
        On(Printed, do=end_printing),
        On(DraftBegun, when=is_for_them, do=keep_supplied),  # it came after the facts
        On(Press.INSIST, do=insist),
        On(Press.NEXT, when=more_services, do=next_part),
        On(Press.NEXT, when=nothing_chosen, do=ask_to_choose),
        On(Press.NEXT, to=Stage.FORM, when=questions_open, do=drop_unasked),
        On(Press.NEXT, to=Stage.MATERIALS, when=papers_open, do=drop_unasked),
        On(Press.NEXT, to=Stage.REVIEW, do=drop_unasked),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(Press.BACK, to=Stage.FACTS),
    ),
)
