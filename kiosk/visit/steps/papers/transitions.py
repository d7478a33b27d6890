"""The step MATERIALS: each paper is captured, promised or left for later."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.press import Press
from kiosk.retirement.materials import Resolution
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.events.papers import PaperCaptured, PaperFailed, PaperRead, PictureTaken
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit, open_papers
from kiosk.visit.step_parts.answers import something_answered, unanswer
from kiosk.visit.step_parts.devices import (
    is_picture_waited_for,
    picture_transitions,
    request_capture,
    show_no_picture,
    show_picture,
    start_capture,
)
from kiosk.visit.step_parts.navigation import cover_with
from kiosk.visit.steps.papers.page import materials_page
from kiosk.visit.steps.papers.reading import is_shown_picture_read, read_picture, show_reading
from kiosk.visit.transition import On, Step


def _settle(visit: Visit, context: Context, how: Resolution) -> Visit:
    paper = open_papers(visit, context.book)[0]
    papers = {**visit.papers.settled, paper.code: how}
    return replace(
        visit,
        failure=None,
        overlay=Overlay.NONE,
        papers=replace(visit.papers, settled=papers, capturing=""),
    )


def begin_capture(visit: Visit, _what: Event, context: Context) -> Visit:
    """Mark the first paper that is open as being captured."""
    return start_capture(visit, open_papers(visit, context.book)[0].code)


def take_paper(visit: Visit, what: PaperCaptured, context: Context) -> Visit:
    """Keep the captured paper and settle it."""
    found = what
    settled = _settle(visit, context, Resolution.CAPTURED)
    return replace(
        settled,
        papers=replace(settled.papers, captured={**visit.papers.captured, found.code: found.paper}),
    )


def promise_paper(visit: Visit, _what: Event, context: Context) -> Visit:
    """Settle the paper by a written promise (承诺书)."""
    return _settle(visit, context, Resolution.PROMISED)


def bring_later(visit: Visit, _what: Event, context: Context) -> Visit:
    """Settle the paper as brought later, because a missing paper never stops a visit."""
    return _settle(visit, context, Resolution.LATER)


def another_paper(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether a paper follows the present one."""
    return len(open_papers(visit, context.book)) > 1


def may_capture(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether a picture of the present paper is enough and can be taken here."""
    ways = open_papers(visit, context.book)[0].ways
    return bool(context.book.settings.paper_camera.url) and Resolution.CAPTURED in ways


def may_promise(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether a promise may stand for the present paper."""
    return not visit.papers.capturing and open_papers(visit, context.book)[0].may_promise


def this_was_captured(visit: Visit, what: PaperCaptured, _context: Context) -> bool:
    """Return whether the kept picture is of the paper that is being captured."""
    return what.code == visit.papers.capturing


def another_after_this(visit: Visit, what: PaperCaptured, context: Context) -> bool:
    """Return whether the kept picture is the awaited one and another paper follows."""
    return this_was_captured(visit, what, context) and another_paper(visit, what, context)


MATERIALS = Step(
    stage=Stage.MATERIALS,
    page=materials_page,
    needs_proof=True,
    enter=request_capture,
    transitions=(
        On(PictureTaken, when=is_picture_waited_for, do=show_picture, effects=read_picture),
        On(PaperRead, when=is_shown_picture_read, do=show_reading),
        *picture_transitions(),
        On(Press.CAPTURE, when=may_capture, do=begin_capture, again=True),
        On(PaperCaptured, when=another_after_this, do=take_paper),
        On(PaperCaptured, to=Stage.REVIEW, when=this_was_captured, do=take_paper),
        On(PaperFailed, do=show_no_picture),
        On(Press.COMMITMENT, when=may_promise, do=cover_with(Overlay.COMMITMENT)),
        On(Press.PROMISE, when=another_paper, do=promise_paper),
        On(Press.PROMISE, to=Stage.REVIEW, do=promise_paper),
        On(Press.BRING_LATER, when=another_paper, do=bring_later),
        On(Press.BRING_LATER, to=Stage.REVIEW, do=bring_later),
        On(Press.BACK, to=Stage.FORM, when=something_answered, do=unanswer),
        On(Press.BACK, to=Stage.CHOOSE),
    ),
)
