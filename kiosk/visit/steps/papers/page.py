"""Pages of the papers, one at a time: captured, promised or brought later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.application.scan import CapturedPaper
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Said
from kiosk.pages.press import Press
from kiosk.retirement.materials import Need, Resolution
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, open_papers


def pages_of(visit: Visit, paper: Need) -> tuple[CapturedPaper, ...]:
    """Return the pages of a paper that were kept so far."""
    return visit.papers.captured.get(paper.code, ())


def materials_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page about the first paper that is not settled."""
    words, waiting = book.words["materials"], open_papers(visit, book)
    paper, settled = waiting[0], len(visit.papers.settled)
    if pages_of(visit, paper):
        return _more_pages(visit, book, paper)
    pill = words["pill"].format(part=settled + 1, parts=settled + len(waiting))
    captures = bool(book.settings.paper_camera.url) and Resolution.CAPTURED in paper.ways
    said = "sentence" if paper.may_promise else "sentence_later"
    return Page(
        name="materials",
        layout=Layout.PICTURE,
        title=words["title"].format(name=paper.name),
        sentence=sentence_or_failure(visit, book, words["sentence_capture" if captures else said]),
        step=4,
        picture="paper_under_camera",
        live=bool(visit.papers.capturing),
        pill=words["capturing"] if visit.papers.capturing else pill,
        panel=Panel(words["why"].format(why=paper.why)),
        choices=_ways(paper, words, captures=captures, busy=bool(visit.papers.capturing)),
        mend=visit.failure is not None,
    )


def _more_pages(visit: Visit, book: ReferenceData, paper: Need) -> Page:
    """Return the page after a page of a paper was kept: another one, or no more."""
    words, count = book.words["materials"], len(pages_of(visit, paper))
    has_room, busy = count < paper.most_pages, bool(visit.papers.capturing)
    said = words["sentence_more" if has_room else "sentence_full"]
    again = Choice(Press.DROP_PAGE, words["again"])
    more = Choice(Press.CAPTURE, words["capture_more"])
    done = Choice(Press.ALL_PAGES, words["all_pages"], tone=ButtonStyle.PRIMARY)
    return Page(
        name="materials",
        layout=Layout.PICTURE,
        title=words["title"].format(name=paper.name),
        sentence=sentence_or_failure(visit, book, said.format(most=paper.most_pages)),
        step=4,
        picture="paper_under_camera",
        live=busy,
        pill=words["capturing"] if busy else words["pages_pill"].format(count=count),
        choices=() if busy else (again, *((more,) if has_room else ()), done),
        mend=visit.failure is not None,
    )


def _ways(
    paper: Need, words: Mapping[str, Any], *, captures: bool, busy: bool
) -> tuple[Choice, ...]:
    """Return the ways to settle the paper; none while its picture is being taken."""
    if busy:
        return ()
    other = Press.COMMITMENT if paper.may_promise else Press.BRING_LATER
    if captures:
        aside = Choice(other, words["promise_aside" if paper.may_promise else "later"])
        return (aside, Choice(Press.CAPTURE, words["capture"], tone=ButtonStyle.PRIMARY))
    if paper.may_promise:
        later = Choice(Press.BRING_LATER, words["later"], tone=ButtonStyle.SECOND)
        return (later, Choice(Press.COMMITMENT, words["promise"], tone=ButtonStyle.PRIMARY))
    return (Choice(Press.BRING_LATER, words["later"], tone=ButtonStyle.PRIMARY),)


def commitment_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay with what is promised in place of the first open paper, and the result.

    It says word for word what the letter of commitment says, which the signature covers.
    """
    words, texts = book.words["commitment"], book.forms.contents.commitments
    paper = open_papers(visit, book)[0]
    promised = texts.papers[paper.code]
    told = ("".join(promised.promise), texts.check, "".join(texts.consequence))
    basis = words["basis"].format(basis=f"{promised.basis}；{texts.consequence_basis}")
    return Page(
        name="commitment",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        spoken=tuple(map(Said, (*promised.promise, texts.check, *texts.consequence))),
        step=4,
        panel=Panel(paper.name, (*told, basis)),
        choices=(
            Choice(Press.STAY, words["close"]),
            Choice(Press.PROMISE, words["agree"], tone=ButtonStyle.PRIMARY),
        ),
    )
