"""Pages of the rating of the visit (好差评)."""

from __future__ import annotations

from kiosk.pages.page import Choice, Layout, Page, Row
from kiosk.pages.press import Press
from kiosk.visit.page_parts.wording import ALL_DONE
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def rating_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page of the grades, or of the reasons once a bad grade was given."""
    if visit.outcome.grade:
        return _rating_reason(book)
    words = book.words["rating"]
    return Page(
        name="rating",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=ALL_DONE,
        rows=tuple(
            Row(said, value=grade, act=Press.RATE, icon=f"grade-{grade}")
            for grade, said in words["grades"].items()
        ),
        choices=(Choice(Press.SKIP, words["skip"]),),
    )


def _rating_reason(book: ReferenceData) -> Page:
    words = book.words["rating_reason"]
    return Page(
        name="rating_reason",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=ALL_DONE,
        rows=tuple(
            Row(said, value=reason, act=Press.PICK) for reason, said in words["reasons"].items()
        ),
        choices=(Choice(Press.PICK, words["skip"], value="unsaid"),),
    )
