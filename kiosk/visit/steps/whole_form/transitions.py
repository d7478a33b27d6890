"""The step WHOLE_FORM: the merged form in the kiosk's large type, before it is signed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.pages.display import Contrast, TextSize
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.records.filing import ShownForm
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.application_of_visit import unsigned_case
from kiosk.visit.step_parts.navigation import change_view, next_part, show_failure
from kiosk.visit.steps.whole_form.events import DrawForm, FormDrawn, FormNotDrawn
from kiosk.visit.steps.whole_form.page import whole_form_page
from kiosk.visit.transition import Change, Effects, On, Step

MAGNIFICATION = {TextSize.NORMAL: 1.0, TextSize.LARGE: 1.25, TextSize.LARGEST: 1.5}


def show_form(visit: Visit, what: FormDrawn, _context: Context) -> Visit:
    """Show the page of the form that was drawn."""
    shown = ShownForm(what.number, what.pages)
    return replace(visit, failure=None, signature=replace(visit.signature, form=shown))


def drop_form(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Return to the signature without the picture."""
    return replace(visit, signature=replace(visit.signature, form=None))


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
        On(Press.MORE, do=next_part, again=True),
        On(Press.LARGER, do=change_view, again=True),
        On(Press.CONTRAST, do=change_view, again=True),
        On(Press.DONE, to=Stage.REVIEW, do=drop_form),
        On(Press.BACK, to=Stage.REVIEW, do=drop_form),
    ),
)
