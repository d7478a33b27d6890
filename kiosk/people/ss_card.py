"""The text of a social security card: its items, refused items, and doubts about them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from kiosk.people import id_number

ITEM_NAMES = (
    "card_identifier",
    "card_class",
    "spec_version",
    "init_agency",
    "issue_date",
    "valid_to",
    "card_number",
    "ssn",
    "name",
    "sex",
    "nation",
    "birth_place",
    "birth_date",
)
_SPEC_VERSION = re.compile(r"[0-9]\.[0-9]{2}")
_CHECK_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714, organisation codes


@dataclass(frozen=True, repr=False)
class SsCard:
    """The items of one social security card as text; empty: absent or refused.

    Dates are YYYYMMDD. `denied` names what the card refused, "EF06/08:6982"; a 3.00 card without
    the central service refuses number, name and card number and is still a useful reading.
    `flags` says what a person must confirm, see `doubts`; "EF06/09:damaged" is an unreadable item.
    """

    card_identifier: str = ""
    card_class: str = ""
    spec_version: str = ""
    init_agency: str = ""
    issue_date: str = ""
    valid_to: str = ""
    card_number: str = ""
    ssn: str = ""
    name: str = ""
    sex: str = ""
    nation: str = ""
    birth_place: str = ""
    birth_date: str = ""
    denied: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Show nothing of a person; a card may have anything where its version belongs."""
        version = self.spec_version if _SPEC_VERSION.fullmatch(self.spec_version) else ""
        return f"SsCard(spec_version={version!r}, denied={len(self.denied)})"

    def read_items(self) -> dict[str, str]:
        """Return the items that were read, by name."""
        return {name: value for name in ITEM_NAMES if (value := getattr(self, name))}

    @property
    def is_empty(self) -> bool:
        """Return whether no item was read."""
        return not self.read_items()


def doubts(card: SsCard, today: date) -> tuple[str, ...]:
    """Return what a person should check before the card is trusted; never a reason to refuse.

    The check of the card number fails for some cards that were really issued.
    """
    found = []
    if any(letter == "\ufffd" or unicodedata.category(letter) == "Co" for letter in card.name):
        found.append("name_uncertain")
    if card.ssn:
        found += _number_doubts(card, today)
    if card.card_number and not _card_number_fits(card.card_number):
        found.append("card_number_unusual")
    if card.valid_to and card.valid_to < today.strftime("%Y%m%d"):
        found.append("expired")
    return tuple(found)


def _number_doubts(card: SsCard, today: date) -> list[str]:
    if not id_number.is_valid(card.ssn, today):
        return ["ssn_unusual"]
    found = []
    if card.birth_date not in {"", card.ssn[6:14]}:
        found.append("birth_differs")
    if card.sex not in {"", id_number.sex_of(card.ssn).value}:
        found.append("sex_differs")
    return found


def _card_number_fits(number: str) -> bool:
    body, check = number[:8], number[8:]
    if len(check) != 1 or not body.isascii() or not body.isalnum():
        return False
    total = sum(
        weight * int(letter, 36) for weight, letter in zip(_CHECK_WEIGHTS, body, strict=True)
    )
    return check.upper() == "0123456789X0"[(11 - total % 11)]
