"""Pages of vouching: the reason, the first of the staff, the second or a picture."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row
from kiosk.pages.press import Press
from kiosk.visit.page_parts.staff_login import login_page_of
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.steps.vouching.actions import second_awaited


def vouching_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page for what is missing: reason, first, second, or picture."""
    words = book.words["vouching"]
    if visit.staff.vouched_alone:
        return _person_picture(visit, book)
    if second_awaited(visit):
        return _second_voucher(visit, book)
    if visit.staff.vouch_reason:
        return login_page_of(visit, book, "vouching", step=1)
    return Page(
        name="vouching_reason",
        layout=Layout.OPTIONS,
        title=words["title_reason"],
        sentence=words["sentence_reason"],
        step=1,
        rows=tuple(
            Row(said, value=reason, act=Press.PICK) for reason, said in words["reasons"].items()
        ),
    )


def _second_voucher(visit: Visit, book: ReferenceData) -> Page:
    page = login_page_of(visit, book, "vouching_second", step=1)
    if visit.staff.card_number:
        return page
    nobody = Choice(Press.NO_OTHER_PROOF, book.words["vouching_second"]["nobody"])
    return replace(page, choices=(nobody,))


def _person_picture(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that asks the person, not the staff, to agree to a picture."""
    if visit.papers.capturing:
        return _taking_picture(book)
    words = book.words["vouching_picture"]
    return Page(
        name="vouching_picture",
        layout=Layout.NOTICE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        rows=(Row(words["who"], words["who_under"], icon="lock-key"),),
        panel=Panel(words["question"], (words["yes"], words["no"])),
        choices=(
            Choice(Press.AGREE, words["agree"], tone=ButtonStyle.EQUAL, icon="scan-smiley"),
            Choice(Press.DECLINE_FACE, words["decline"], tone=ButtonStyle.EQUAL, icon="x-circle"),
        ),
        mend=visit.failure is not None,
    )


def _taking_picture(book: ReferenceData) -> Page:
    words = book.words["vouching_taking"]
    return Page(
        name="vouching_taking",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=1,
        hint_icon="scan-smiley",
    )
