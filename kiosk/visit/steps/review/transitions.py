"""Transitions of the whole application for review, and the signature."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.document import Way
from kiosk.application.ink import KEY_MARK
from kiosk.pages.press import Press
from kiosk.visit.answers import something_answered, unanswer
from kiosk.visit.context import Context
from kiosk.visit.events import Drawn, Event, Pressed
from kiosk.visit.navigation import ask_to_sign, close_overlay, cover_with
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit, paper_set
from kiosk.visit.steps.review.page import review_page
from kiosk.visit.transition import On, Step


def unsettle_papers(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Ask for the papers again."""
    return replace(visit, papers=replace(visit.papers, settled={}, captured={}))


def ask_again(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Ask one question again, and those that hang on it."""
    field = what.value
    gone = {field, *(one.field for one in context.book.questions if field in one.when)}
    kept = {name: text for name, text in visit.answers.items() if name not in gone}
    return replace(visit, answers=kept, overlay=Overlay.NONE)


def take_ink(visit: Visit, what: Drawn, _context: Context) -> Visit:
    """Keep the strokes."""
    return replace(visit, failure=None, signature=replace(visit.signature, ink=what.ink))


def clear_ink(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Sign anew."""
    return replace(visit, failure=None, signature=replace(visit.signature, ink=()))


def clear_ink_to_change(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Drop the signature: what it would sign is about to change."""
    return replace(visit, overlay=Overlay.CHANGE, signature=replace(visit.signature, ink=()))


def sign_by_key(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Set a cross where whoever holds no pen asks for it; the application says that a key did."""
    return replace(visit, failure=None, signature=replace(visit.signature, ink=KEY_MARK))


def confirm(visit: Visit, _what: Event, context: Context) -> Visit:
    """Fix the moment; from here on the application has its id and digest."""
    return replace(
        visit,
        signature=replace(
            visit.signature, confirmed_at=visit.signature.confirmed_at or context.moment
        ),
    )


def is_back_entry(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether a second pair of eyes looks before it is sent."""
    return visit.on_behalf.way is Way.BACK_ENTRY and bool(visit.signature.ink)


def papers_settled(visit: Visit, _what: Event, context: Context) -> bool:
    """Tell whether the person settled a paper that is still needed."""
    return any(need.code in visit.papers.settled for need in paper_set(visit, context.book))


def change_services(_visit: Visit, what: Pressed, _context: Context) -> bool:
    """Tell whether the services are to be changed, not an answer."""
    return what.value == "services"


def has_ink(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether there is any mark at all: with a tremor any mark counts."""
    return bool(visit.signature.ink)


def was_answered(visit: Visit, what: Pressed, _context: Context) -> bool:
    """Tell whether the press names an answer that was given."""
    return what.value in visit.answers


REVIEW = Step(
    stage=Stage.REVIEW,
    page=review_page,
    needs_proof=True,
    transitions=(
        On(Press.CONFIRM, to=Stage.SIGNING),
        On(Press.MARK, to=Stage.SIGNING, do=sign_by_key),
        On(Press.SIGNED, do=ask_to_sign),
        On(Press.CHANGE, do=cover_with(Overlay.CHANGE)),
        On(Press.PICK, to=Stage.CHOOSE, when=change_services, do=close_overlay),
        On(Press.PICK, to=Stage.FORM, when=was_answered, do=ask_again),
        On(Press.BACK, to=Stage.MATERIALS, when=papers_settled, do=unsettle_papers),
        On(Press.BACK, to=Stage.FORM, when=something_answered, do=unanswer),
        On(Press.BACK, to=Stage.CHOOSE),
    ),
)


SIGNING = Step(
    stage=Stage.SIGNING,
    page=review_page,
    needs_proof=True,
    transitions=(
        On(Drawn, do=take_ink),
        On(Press.CLEAR_INK, to=Stage.REVIEW, do=clear_ink),
        On(Press.CHANGE, to=Stage.REVIEW, do=clear_ink_to_change),
        On(Press.BACK, to=Stage.REVIEW, do=clear_ink),
        On(Press.SIGNED, to=Stage.SECOND, when=is_back_entry),
        On(Press.SIGNED, to=Stage.SUBMITTING, when=has_ink, do=confirm),
        On(Press.SIGNED, do=ask_to_sign),
    ),
)
