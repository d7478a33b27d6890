"""The page on which the code on the own telephone is scanned."""

from __future__ import annotations

from kiosk.pages.page import Layout, Page, Panel
from kiosk.visit.page_parts.waiting import waiting_for
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def phone_code_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that asks for the code, or says that it is being checked."""
    words = book.words["phone_code"]
    said = words["sentence_checking"] if visit.proof.code_checking else words["sentence"]
    return Page(
        name="phone_code",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        step=1,
        hint_icon="" if visit.failure else "frame-corners",
        panel=Panel(words["heading"], tuple(words["lines"])),
        waiting=waiting_for("checking", book) if visit.proof.code_checking else None,
        mend=visit.failure is not None,
    )
