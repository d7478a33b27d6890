"""The step WHOLE_FORM: the merged form in the kiosk's large type, before it is signed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.pages.display import Contrast, TextSize
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.events.form_copies import FormNotPrinted, FormPrinted
from kiosk.visit.records.filing import FormCopy, ShownForm
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.application_of_visit import unsigned_case
from kiosk.visit.step_parts.form_copies import (
    PrintForm,
    begin_printing,
    end_printing,
    is_not_printing,
    may_print,
    show_not_printed,
)
from kiosk.visit.step_parts.navigation import change_view, next_part, show_failure
from kiosk.visit.steps.whole_form.events import (
    DrawForm,
    FormDrawn,
    FormNotDrawn,
)
from kiosk.visit.steps.whole_form.page import whole_form_page
from kiosk.visit.transition import Change, Effects, On, Step

MAGNIFICATION = {TextSize.NORMAL: 1.0, TextSize.LARGE: 1.25, TextSize.LARGEST: 1.5}


def show_form(visit: Visit, what: FormDrawn, _context: Context) -> Visit:
    """Show the page of the form that was drawn."""
    shown = ShownForm(what.number, what.pages)
    return replace(visit, failure=None, signature=replace(visit.signature, form=shown))


def drop_form(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Return to the signature without the picture."""
    signature = replace(visit.signature, form=None, copy=FormCopy.NONE)
    return replace(visit, signature=signature)


def print_copy(change: Change[Any]) -> Effects:
    """Ask for the form on paper."""
    context = change.context
    return (PrintForm(unsigned_case(change.after, context.book, context.moment)),)


def draw_part(change: Change[Any]) -> Effects:
    """Ask for the page of the form that is to be shown."""
    visit, context, view = change.after, change.context, change.after.display.view
    case = unsigned_case(visit, context.book, context.moment)
    dark = view.contrast is Contrast.HIGH
    return (DrawForm(case, visit.display.part, MAGNIFICATION[view.text_size], dark),)


WHOLE_FORM = Step(
    stage=Stage.WHOLE_FORM,
    page=whole_form_page,
    needs_proof=True,
    enter=draw_part,
    transitions=(
        On(FormDrawn, do=show_form),
        On(FormNotDrawn, do=show_failure),
        On(Press.PRINT, when=may_print, do=begin_printing, effects=print_copy),
        On(FormPrinted, do=end_printing),
        On(FormNotPrinted, do=show_not_printed),
        On(Press.MORE, when=is_not_printing, do=next_part, again=True),
        On(Press.LARGER, when=is_not_printing, do=change_view, again=True),
        On(Press.CONTRAST, when=is_not_printing, do=change_view, again=True),
        On(Press.DONE, to=Stage.REVIEW, do=drop_form),
        On(Press.BACK, to=Stage.REVIEW, do=drop_form),
    ),
)
