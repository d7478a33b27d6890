"""The proof of a verdict on paper, for whoever wants to ask somebody who knows the law."""

from __future__ import annotations

from collections.abc import Collection

from kiosk.retirement.facts import facts_of
from kiosk.retirement.law.proof import VerdictProof
from kiosk.retirement.rule_review.sentences import FactSentences
from kiosk.slip import Size, Slip, SlipLine
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, card_of, situation_of, verdicts
from kiosk.visit.step_parts.assessment import told_facts


def proof_slip(visit: Visit, book: ReferenceData) -> Slip:
    """Return the proof of the verdict that the overlay explains.

    It says facts with their sources, conditions, result and articles, as `rules proof` does, and
    names nobody. Of a person who is absent no facts are known here, so it says none.
    """
    words, rule = book.words["slip"], SlipLine("-" * book.settings.printer.columns)
    proof = VerdictProof(
        FactSentences(book.catalogue, book.rule_words),
        book.law,
        situation_of(visit),
        verdicts(visit, book)[visit.display.about],
        told=_told(visit, book),
    )
    return Slip(
        (
            SlipLine(words["why"], Size.LARGE, centred=True),
            *map(SlipLine, proof.lines()),
            rule,
            SlipLine(words["why_doubt"]),
            SlipLine(words["phone"].format(phone=book.settings.terminal.phone)),
        )
    )


def _told(visit: Visit, book: ReferenceData) -> Collection[str]:
    """Return the facts that count because the person said so, and no office knows them."""
    known = facts_of(book.catalogue.facts, card_of(visit).kind, visit.facts.shared)
    return told_facts(visit).keys() - known.keys()
