"""The words that chips of cards hold and vendors' libraries say, from config/cards.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

FILE: Final = Path(__file__).resolve().parents[2] / "config" / "cards.toml"


@dataclass(frozen=True)
class CardTexts:
    """The content of config/cards.toml.

    long_term: what an identity card without a last day holds instead of it. ministry: the authority
    that issues foreign permanent residence cards. empty_slot: what a vendor's library says, each in
    its own words, while there is no card. stand_in: the items of an invented person by their names.
    nations: names by code.
    """

    long_term: str
    ministry: str
    empty_slot: tuple[str, ...]
    stand_in: Mapping[str, str]
    nations: Mapping[str, str]


@cache
def read_card_texts() -> CardTexts:
    """Return the words; the file is read once, when the first of them is needed."""
    tables = tomllib.loads(FILE.read_text("utf-8"))
    return CardTexts(
        long_term=tables["identity_card"]["long_term"],
        ministry=tables["identity_card"]["ministry"],
        empty_slot=tuple(tables["social_security_card"]["empty_slot"]),
        stand_in=MappingProxyType(tables["stand_in"]),
        nations=MappingProxyType(tables["nations"]),
    )
