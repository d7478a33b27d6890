"""The page of the face check: the camera with the coach's hints."""

from __future__ import annotations

from kiosk.pages.page import Choice, Layout, Page, Said
from kiosk.pages.press import Press
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.proving import may_turn_only
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def proof_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page of the face check."""
    words, coach = book.words["proof"], book.words["coach"]
    hint = coach[visit.proof.hint.value] if visit.proof.hint else words["ready"]
    choices = [Choice(Press.DECLINE_FACE, words["decline"])]
    if not visit.proof.turns_only and may_turn_only(visit, book):
        choices.append(Choice(Press.TURN_ONLY, words["turn_only"]))
    return Page(
        name="proof",
        layout=Layout.CAMERA,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        spoken=(Said(hint),),
        hint=hint,
        hint_icon=visit.proof.hint.value if visit.proof.hint else "ready",
        choices=tuple(choices),
        credit=words["credit"] if book.settings.banner else "",
        mend=visit.failure is not None,
    )
