"""The steps REVIEW and SIGNING: the application is looked over and signed.

Both show one page; the first stroke leads from REVIEW to SIGNING.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.document import Way
from kiosk.application.ink import KEY_MARK
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Drawn, Pressed
from kiosk.visit.press_codec import SHOWN_PICK
from kiosk.visit.records.facts import PreparedUse
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit, paper_set
from kiosk.visit.step_parts.answers import something_answered, unanswer
from kiosk.visit.step_parts.draft import look_for_drafts
from kiosk.visit.step_parts.navigation import ask_to_sign, close_overlay, cover_with
from kiosk.visit.steps.review.page import OPT_OUT, review_page
from kiosk.visit.transition import On, Step


def unsettle_papers(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget how papers were settled, so that they are asked for again."""
    return replace(visit, papers=replace(visit.papers, settled={}, captured={}))


def ask_again(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Remove the answer to one question and to those that depend on it."""
    field = what.value
    gone = {field, *(one.field for one in context.book.questions if one.depends_on(field))}
    kept = {name: text for name, text in visit.answers.items() if name not in gone}
    return replace(visit, answers=kept, overlay=Overlay.NONE)


def take_ink(visit: Visit, what: Drawn, _context: Context) -> Visit:
    """Keep the strokes of the signature."""
    return replace(visit, failure=None, signature=replace(visit.signature, ink=what.ink))


def clear_ink(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Remove the signature."""
    return replace(visit, failure=None, signature=replace(visit.signature, ink=()))


def clear_ink_to_change(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Remove the signature and ask what to change: it would sign something else."""
    return replace(visit, overlay=Overlay.CHANGE, signature=replace(visit.signature, ink=()))


def sign_by_key(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Sign with a cross for whoever cannot hold a pen; the ink says that a key set it."""
    return replace(visit, failure=None, signature=replace(visit.signature, ink=KEY_MARK))


def confirm(visit: Visit, _what: Event, context: Context) -> Visit:
    """Fix the moment of confirmation, and with it the application's digest."""
    return replace(
        visit,
        signature=replace(
            visit.signature, confirmed_at=visit.signature.confirmed_at or context.moment
        ),
    )


def is_back_entry(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether it is signed and somebody else of the window has to check it first."""
    return visit.on_behalf.way is Way.BACK_ENTRY and bool(visit.signature.ink)


def papers_settled(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether the person settled a paper that is still needed."""
    return any(need.code in visit.papers.settled for need in paper_set(visit, context.book))


def change_services(_visit: Visit, what: Pressed, _context: Context) -> bool:
    """Return whether the services are to be changed, rather than an answer."""
    return what.value == "services"


def opts_out(visit: Visit, what: Pressed, _context: Context) -> bool:
    """Return whether the person wants nothing prepared."""
    return what.value == OPT_OUT and was_prepared(visit, what, _context)


def was_prepared(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the page shows what the central service prepared."""
    return visit.facts.prepared_use is PreparedUse.SHOWN


def leave_prepared(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Go the usual way from the dates on; the answers stay."""
    return replace(visit, facts=replace(visit.facts, prepared_use=PreparedUse.NONE, looks=()))


def has_ink(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether there is any mark: with a tremor any mark counts as a signature."""
    return bool(visit.signature.ink)


def was_answered(visit: Visit, what: Pressed, _context: Context) -> bool:
    """Return whether the press names a question that was answered."""
    return what.value in visit.answers


REVIEW = Step(
    stage=Stage.REVIEW,
    page=review_page,
    needs_proof=True,
    recorded={Press.PICK: SHOWN_PICK},
    transitions=(
        # CONFIRM is what the screen sends with the first stroke in the signing field.
        On(Press.CONFIRM, to=Stage.SIGNING),
        On(Press.MARK, to=Stage.SIGNING, do=sign_by_key),
        On(Press.SIGNED, do=ask_to_sign),
        On(Press.CHANGE, do=cover_with(Overlay.CHANGE)),
        On(Press.WHOLE_FORM, to=Stage.WHOLE_FORM),
        On(Press.PICK, to=Stage.OPT_OUT, when=opts_out, do=close_overlay),
        On(Press.PICK, to=Stage.CHOOSE, when=change_services, do=close_overlay),
        On(Press.PICK, to=Stage.FORM, when=was_answered, do=ask_again),
        On(
            Press.BACK,
            to=Stage.FACTS,
            when=was_prepared,
            do=leave_prepared,
            effects=look_for_drafts,
        ),
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
        On(Press.WHOLE_FORM, to=Stage.WHOLE_FORM, do=clear_ink),
        On(Press.BACK, to=Stage.REVIEW, do=clear_ink),
        On(Press.SIGNED, to=Stage.SECOND, when=is_back_entry),
        On(Press.SIGNED, to=Stage.SUBMITTING, when=has_ink, do=confirm),
        On(Press.SIGNED, do=ask_to_sign),
    ),
)
