"""The step MATERIALS: each paper is captured, promised or left for later."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.scan import CapturedPaper
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
from kiosk.visit.step_parts.prefill import ask_again_with, fillable
from kiosk.visit.steps.papers.page import materials_page, pages_of
from kiosk.visit.steps.papers.reading import is_shown_picture_read, read_picture, show_reading
from kiosk.visit.transition import On, Step


def _settle(visit: Visit, context: Context, how: Resolution) -> Visit:
    """Return the visit with the first open paper settled; pages stay only of a captured one."""
    paper = open_papers(visit, context.book)[0]
    pages = pages_of(visit, paper) if how is Resolution.CAPTURED else ()
    kept = _with_pages(visit, paper.code, pages)
    settled = {**kept.papers.settled, paper.code: how}
    return replace(kept, overlay=Overlay.NONE, papers=replace(kept.papers, settled=settled))


def _with_pages(visit: Visit, code: str, pages: tuple[CapturedPaper, ...]) -> Visit:
    """Return the visit with these kept pages of a paper; without the paper for none."""
    others = {one: kept for one, kept in visit.papers.captured.items() if one != code}
    captured = {**others, code: pages} if pages else others
    return replace(
        visit, failure=None, papers=replace(visit.papers, captured=captured, capturing="")
    )


def begin_capture(visit: Visit, _what: Event, context: Context) -> Visit:
    """Mark the first paper that is open as being captured."""
    return start_capture(visit, open_papers(visit, context.book)[0].code)


def take_page(visit: Visit, what: PaperCaptured, context: Context) -> Visit:
    """Keep the captured page; that of a paper with a single page settles it."""
    paper = open_papers(visit, context.book)[0]
    kept = _with_pages(visit, paper.code, (*pages_of(visit, paper), what.paper))
    return kept if paper.most_pages > 1 else _settle(kept, context, Resolution.CAPTURED)


def fills_questions(visit: Visit, what: PaperCaptured, context: Context) -> bool:
    """Return whether the kept picture, the only one of its paper, tells what nobody answered."""
    single = open_papers(visit, context.book)[0].most_pages == 1
    read = fillable(visit, context.book, context.today)
    return this_was_captured(visit, what, context) and single and bool(read)


def take_page_and_ask(visit: Visit, what: PaperCaptured, context: Context) -> Visit:
    """Keep the captured page, and ask again what it tells and nobody answered."""
    read = fillable(visit, context.book, context.today)
    return ask_again_with(take_page(visit, what, context), read)


def drop_last_page(visit: Visit, _what: Event, context: Context) -> Visit:
    """Take out the last page that was kept; it is shredded with the visit's end."""
    paper = open_papers(visit, context.book)[0]
    return _with_pages(visit, paper.code, pages_of(visit, paper)[:-1])


def retake_last_page(visit: Visit, what: Event, context: Context) -> Visit:
    """Take out the last page, and mark another picture of it as being taken."""
    return begin_capture(drop_last_page(visit, what, context), what, context)


def settle_with_pages(visit: Visit, _what: Event, context: Context) -> Visit:
    """Settle the first open paper by the pages that were kept."""
    return _settle(visit, context, Resolution.CAPTURED)


def has_pages(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether a page of the present paper was kept, and none is being taken."""
    return not visit.papers.capturing and bool(pages_of(visit, open_papers(visit, context.book)[0]))


def was_last(visit: Visit, what: Event, context: Context) -> bool:
    """Return whether the present paper has its pages, and no other one follows."""
    return has_pages(visit, what, context) and not another_paper(visit, what, context)


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
    """Return whether a picture of the present paper is enough, can be taken here, and has room."""
    paper = open_papers(visit, context.book)[0]
    here = bool(context.book.settings.paper_camera.url) and Resolution.CAPTURED in paper.ways
    return here and len(pages_of(visit, paper)) < paper.most_pages


def may_promise(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether a promise may stand for the present paper, of which nothing was kept."""
    paper = open_papers(visit, context.book)[0]
    return not visit.papers.capturing and paper.may_promise and not pages_of(visit, paper)


def this_was_captured(visit: Visit, what: PaperCaptured, _context: Context) -> bool:
    """Return whether the kept picture is of the paper that is being captured."""
    return what.code == visit.papers.capturing


def stays_after_this(visit: Visit, what: PaperCaptured, context: Context) -> bool:
    """Return whether the kept picture is the awaited one, and more pages or papers follow."""
    follows = open_papers(visit, context.book)[0].most_pages > 1 or another_paper(
        visit, what, context
    )
    return this_was_captured(visit, what, context) and follows


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
        On(PaperCaptured, to=Stage.FORM, when=fills_questions, do=take_page_and_ask),
        On(PaperCaptured, when=stays_after_this, do=take_page),
        On(PaperCaptured, to=Stage.REVIEW, when=this_was_captured, do=take_page),
        On(Press.DROP_PAGE, when=has_pages, do=retake_last_page, again=True),
        On(Press.BACK, when=has_pages, do=drop_last_page),
        On(Press.ALL_PAGES, to=Stage.REVIEW, when=was_last, do=settle_with_pages),
        On(Press.ALL_PAGES, when=has_pages, do=settle_with_pages),
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
