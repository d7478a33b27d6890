"""Pages of other proofs of identity, and the leaflet for whoever has none."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row
from kiosk.pages.press import Press
from kiosk.people.consent import ProofMethod
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.proving import ways_left
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit

WAYS = {
    ProofMethod.CARD_PIN: (Press.USE_SS_CARD, "card_pin", "credit-card"),
    ProofMethod.PHONE: (Press.USE_PHONE, "phone", "phone"),
    ProofMethod.VOUCHED: (Press.VOUCH, "vouch", "users"),
    ProofMethod.FACE: (Press.TRY_AGAIN, "try_face", "scan-smiley"),
}
"""Press, words and icon of each proof."""


def other_proof_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with the proofs that are possible now, one a row, all of equal standing."""
    if visit.identity.card is None:
        return _no_card(visit, book)
    words = book.words["second_proof" if visit.proof.face else "other_proof"]
    rows = book.words["other_proof"]["ways"]
    shown = (WAYS[one] for one in ways_left(visit, book))
    return Page(
        name="other_proof",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        rows=tuple(
            Row(rows[name]["words"], rows[name]["under"], act=act, icon=icon)
            for act, name, icon in shown
        ),
        choices=(Choice(Press.NO_OTHER_PROOF, words["none"]),),
        mend=visit.failure is not None,
    )


def _no_card(visit: Visit, book: ReferenceData) -> Page:
    """Return the page for whoever has no identity card here: the other proofs need it, too."""
    words = book.words["no_identity_card"]
    lines = tuple(line.format(phone=book.settings.terminal.phone) for line in words["lines"])
    choices = (
        Choice(Press.NO_OTHER_PROOF, words["none"]),
        Choice(Press.TRY_AGAIN, words["try_card"], tone=ButtonStyle.PRIMARY),
    )
    return Page(
        name="other_proof",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        panel=Panel(words["heading"], lines),
        choices=choices,
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
