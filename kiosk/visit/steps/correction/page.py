"""The page of a correction: papers that an office asked for (补正)."""

from __future__ import annotations

from kiosk.date_words import day_words
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel
from kiosk.pages.press import Press
from kiosk.visit.page_parts.staff_case import matter_of, shortened
from kiosk.visit.page_parts.waiting import waiting_for
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.steps.correction.actions import MOST_PAGES

LONGEST_ON_ITS_PAGE = 60


def correcting_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with the office's reason, the day and the pages brought so far."""
    words, one = book.words["correcting"], visit.desk.correcting
    assert one is not None
    due = words["until"].format(due=day_words(one.due_on)) if one.due_on else words["no_day"]
    has_camera = bool(book.settings.paper_camera.url)
    return Page(
        name="correcting",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, _correcting_sentence(visit, book)),
        panel=Panel(matter_of(one, book), (shortened(one.reason, LONGEST_ON_ITS_PAGE), due)),
        choices=_correcting_choices(visit, book) if has_camera else (),
        waiting=waiting_for("handing_in", book) if visit.desk.handing_in else None,
        mend=visit.failure is not None,
    )


def _correcting_sentence(visit: Visit, book: ReferenceData) -> str:
    words = book.words["correcting"]
    if not book.settings.paper_camera.url:
        return str(words["sentence_no_camera"])
    if visit.desk.handing_in:
        return str(words["sentence_handing_in"])
    if visit.papers.capturing:
        return str(words["sentence_capturing"])
    return str(words["sentence_more" if visit.desk.brought else "sentence"])


def _correcting_choices(visit: Visit, book: ReferenceData) -> tuple[Choice, ...]:
    words = book.words["correcting"]
    if visit.papers.capturing or visit.desk.handing_in:
        return ()
    capture = Choice(Press.CAPTURE, words["capture"], tone=ButtonStyle.PRIMARY)
    if not visit.desk.brought:
        return (capture,)
    done = words["hand_in"].format(count=len(visit.desk.brought))
    hand_in = Choice(Press.HAND_IN, done, tone=ButtonStyle.PRIMARY)
    more = Choice(Press.CAPTURE, words["capture_more"])
    return (more, hand_in) if len(visit.desk.brought) < MOST_PAGES else (hand_in,)
