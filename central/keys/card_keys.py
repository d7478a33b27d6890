"""Port to the key module that answers a social security card's challenge, and a stand-in.

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
    """A card's challenge. `random` is the challenge; a vendor's library gives `fields` instead."""

    identifier: bytes = field(repr=False)
    spec_version: str
    random: bytes = field(repr=False)
    fields: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class CardAnswer:
    """The two cryptograms of external and internal authentication, 16 bytes each."""

    external: bytes = field(repr=False)
    internal: bytes = field(repr=False)


class KeyModule(Protocol):
    """A device that can compute the cryptograms of every card."""

    def answer(self, question: CardQuestion) -> CardAnswer:
        """Return the cryptograms that answer one card's challenge."""


@dataclass(frozen=True)
class StandInKeyModule:
    """HMAC-SHA-256 with a key for each card, derived from the card's identifier."""

    key: bytes = field(repr=False)

    def answer(self, question: CardQuestion) -> CardAnswer:
        """Return the cryptograms that a simulated card expects."""
        identifier = question.identifier or "\n".join(question.fields).encode()
        card_key = hmac.digest(self.key, identifier, "sha256")

        def cryptogram(direction: bytes) -> bytes:
            text = direction + bytes([KEY_ID]) + question.random
            return hmac.digest(card_key, text, "sha256")[:_BYTES]

        return CardAnswer(cryptogram(b"external"), cryptogram(b"internal"))
