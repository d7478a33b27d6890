"""The result of reading one identity card: card, raw items, and what a person must confirm."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.protocols.id_text import Flag
from kiosk.failures import Failure

if TYPE_CHECKING:
    from drivers.protocols.id_text import CardText
    from drivers.protocols.samv import CardBlocks
    from kiosk.people.identity import IdCard

_REFUSED = {Flag.NUMBER_WRONG: Failure.CARD_NUMBER_WRONG, Flag.EXPIRED: Failure.CARD_EXPIRED}


@dataclass(frozen=True)
class ChipReading:
    """One card as one reader read it; `new_address` is None when it could not be asked."""

    card: IdCard
    text: CardText
    blocks: CardBlocks
    new_address: str | None = field(repr=False)
    sam_number: str
    flags: tuple[Flag, ...] = ()

    @property
    def verdict(self) -> IdCard | Failure:
        """Return the card, or the failure because of which a visit can't begin with it."""
        for flag, failure in _REFUSED.items():
            if flag in self.flags:
                return failure
        return self.card
