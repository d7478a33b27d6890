"""Pages while what was prepared comes, and of the opt-out."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page
from kiosk.pages.press import Press
from kiosk.visit.page_parts.waiting import waiting_for
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.records.facts import PreparedUse
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def prepared_page(_visit: Visit, book: ReferenceData) -> Page:
    """Return the page of waiting; what was prepared is shown by the page that is signed."""
    words = book.words["waiting"]
    return Page(
        name="waiting",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=2,
        waiting=waiting_for("asking", book),
    )


def opt_out_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that asks whether what was prepared is erased, or says that it is."""
    if visit.facts.prepared_use is PreparedUse.ERASED:
        words = book.words["opted_out"]
        go_on = Choice(Press.NEXT, words["next"], tone=ButtonStyle.PRIMARY, arrow=True)
        return Page(
            name="opted_out",
            layout=Layout.MESSAGE,
            title=words["title"],
            sentence=words["sentence"],
            step=2,
            hint_icon="check-circle",
            choices=(go_on,),
        )
    words = book.words["opt_out"]
    erasing = visit.facts.prepared_use is PreparedUse.ERASING
    choices = (
        Choice(Press.BACK, words["keep"], tone=ButtonStyle.PRIMARY),
        Choice(Press.NO_PREPARING, words["erase"]),
    )
    said = words["sentence_erasing"] if erasing else words["sentence"]
    return Page(
        name="opt_out",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        step=2,
        choices=() if erasing else choices,
        waiting=waiting_for("erasing", book) if erasing else None,
        mend=visit.failure is not None,
    )
