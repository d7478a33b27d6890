"""Masking of card items for a technician who did not ask for all of them (`--show`).

Enough to see that the card was decoded right, too little to know or find its holder: of a name the
first letter, of a birth the year, of an address or a place of birth the province, of a number its
ends. A digest of a photo or a finger would find its owner again, so nothing of it is shown. Sex,
nation, kind of card, office and validity are those of thousands, and stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Ends:
    """How many characters stay visible at the beginning and at the end."""

    first: int = 0
    last: int = 0

    def hide(self, text: str) -> str:
        """Return the text with stars between its ends.

        All of it is stars where nothing would be left to hide.
        """
        hidden = len(text) - self.first - self.last
        if hidden <= 0:
            return "*" * len(text)
        return text[: self.first] + "*" * hidden + text[len(text) - self.last :]


NAME, YEAR, PROVINCE, PROVINCE_CODE, NOTHING = Ends(1), Ends(4), Ends(3), Ends(2), Ends()
CITIZEN_NUMBER, CITIZEN_PLACES = Ends(3, 4), 18
SHORT_NUMBER = Ends(0, 2)  # the last four of the 2017 card of foreigners tell the day of birth
ITEMS: Final[Mapping[str, Ends]] = MappingProxyType(
    {
        "name": NAME,
        "name_cn": NAME,
        "name_en": NAME,
        "birth": YEAR,
        "birth_date": YEAR,
        "address": PROVINCE,
        "new_address": PROVINCE,
        "birth_place": PROVINCE_CODE,
        "photo_sha256": NOTHING,
        "fingerprint_sha256": NOTHING,
    }
)
NUMBERS: Final = ("id_number", "ssn", "pass_number", "card_number", "card_identifier")


def mask(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the items with what identifies somebody masked; the keys stay."""
    return {name: _hidden(name, value) for name, value in told.items()}


def _hidden(name: str, value: Any) -> Any:
    if name in NUMBERS:
        ends = CITIZEN_NUMBER if len(value) == CITIZEN_PLACES else SHORT_NUMBER
        return ends.hide(value)
    return ITEMS[name].hide(value) if name in ITEMS else value
