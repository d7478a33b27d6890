"""What does the centre answer to a social security card? A port, and a stand-in for the demo.

The real key module is a sealed device of the card authority. The stand-in computes what simulated
cards expect, with a key from a file; no real card has anything to do with it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Protocol

KEY_ID = 0x0A
LEAST_RANDOM = 8
_BYTES = 16


@dataclass(frozen=True)
class CardQuestion:
    """`random` is the card's challenge; a vendor's library gives `fields` instead."""

    identifier: bytes = field(repr=False)
    spec_version: str
    random: bytes = field(repr=False)
    fields: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class CardAnswer:
    """Sixteen bytes each."""

    external: bytes = field(repr=False)
    internal: bytes = field(repr=False)


class KeyModule(Protocol):
    """Knows the keys of all cards."""

    def answer(self, question: CardQuestion) -> CardAnswer:
        """Answer one card's challenge."""


@dataclass(frozen=True)
class StandInKeyModule:
    """HMAC with a key for each card, derived from its identifier."""

    key: bytes = field(repr=False)

    def answer(self, question: CardQuestion) -> CardAnswer:
        """Answer one simulated card's challenge."""
        identifier = question.identifier or "\n".join(question.fields).encode()
        card_key = hmac.digest(self.key, identifier, "sha256")

        def cryptogram(direction: bytes) -> bytes:
            text = direction + bytes([KEY_ID]) + question.random
            return hmac.digest(card_key, text, "sha256")[:_BYTES]

        return CardAnswer(cryptogram(b"external"), cryptogram(b"internal"))
