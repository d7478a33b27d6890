"""Pages of other proofs of identity, and the leaflet for whoever has none."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel
from kiosk.pages.press import Press
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def other_proof_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with the proofs that are possible now."""
    words = book.words["other_proof"]
    lines = tuple(line.format(phone=book.settings.terminal.phone) for line in words["lines"])
    choices = [Choice(Press.NO_OTHER_PROOF, words["none"])]
    if visit.identity.card is not None:
        choices.append(Choice(Press.VOUCH, words["vouch"]))
    if visit.identity.card is None:
        choices.append(Choice(Press.TRY_AGAIN, words["try_card"], tone=ButtonStyle.PRIMARY))
    elif visit.proof.tries < book.settings.face.tries:
        choices.append(Choice(Press.TRY_AGAIN, words["try_face"], tone=ButtonStyle.PRIMARY))
    return Page(
        name="other_proof",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        panel=Panel(words["heading"], lines),
        choices=tuple(choices),
        mend=visit.failure is not None,
    )


def leaflet_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that says what to bring next time and whom to call."""
    words = book.words["leaflet"]
    lines = tuple(line.format(phone=book.settings.terminal.phone) for line in words["lines"])
    return Page(
        name="leaflet",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        panel=Panel(words["heading"], lines),
        choices=(Choice(Press.DONE, words["done"], tone=ButtonStyle.PRIMARY),),
        mend=visit.failure is not None,
    )
