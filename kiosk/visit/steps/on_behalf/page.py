"""Pages that ask for whom somebody acts: by card, or by number, name and picture."""

from __future__ import annotations

from kiosk.application.document import Way
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel
from kiosk.pages.press import Press
from kiosk.visit.page_parts.number_entry import NUMBER_GROUPS, STEP, keypad, last_place
from kiosk.visit.page_parts.text_entry import NAMED, Asked, written
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def principal_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page for what is missing: the card, or number, name and picture of it."""
    if not visit.on_behalf.typing:
        return _card(visit, book)
    if visit.on_behalf.principal is None:
        return _number(visit, book)
    return _name(visit, book) if not visit.on_behalf.principal.name else _copy(visit, book)


def _card(visit: Visit, book: ReferenceData) -> Page:
    words = book.words["principal"]
    window = "_window" if visit.on_behalf.way is Way.BACK_ENTRY else ""
    has_camera = bool(book.settings.paper_camera.url)
    return Page(
        name="principal",
        layout=Layout.PICTURE,
        title=words[f"title{window}"],
        sentence=sentence_or_failure(visit, book, words[f"sentence{window}"]),
        step=STEP,
        picture="card_on_reader",
        pill=words["pill"],
        choices=(Choice(Press.NO_CARD, words["no_card"]),) if has_camera else (),
        mend=visit.failure is not None,
    )


def _number(visit: Visit, book: ReferenceData) -> Page:
    corner = last_place(visit, book)
    return keypad(visit, book, ("principal", "number"), NUMBER_GROUPS, corner)


def _name(visit: Visit, book: ReferenceData) -> Page:
    words = book.words["principal"]
    asked = Asked("principal_name", words["name_title"], words["name_sentence"], words["next"])
    return written(visit, book, asked, STEP, NAMED)


def _copy(visit: Visit, book: ReferenceData) -> Page:
    words = book.words["principal"]
    capture = Choice(Press.CAPTURE, words["capture"], tone=ButtonStyle.PRIMARY)
    return Page(
        name="principal_copy",
        layout=Layout.PICTURE,
        title=words["copy_title"],
        sentence=sentence_or_failure(visit, book, words["copy_sentence"]),
        step=STEP,
        picture="paper_under_camera",
        pill=words["capturing"] if visit.papers.capturing else "",
        panel=Panel(words["copy_why"]),
        choices=() if visit.papers.capturing else (capture,),
        mend=visit.failure is not None,
    )
