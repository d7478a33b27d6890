"""The 256-byte text block of the four kinds of identity cards, UTF-16LE.

A letter at byte 248 tells the kind: blank resident, J Hong Kong/Macao/Taiwan, I foreign 2017,
Y foreign 2023. Field tables: GA 450, GA/T 1010, and the 2017 and 2023 foreign card rules.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from drivers.protocols.card_texts import read_card_texts
from drivers.protocols.nations import is_nation
from kiosk.failures import Failure
from kiosk.people import id_number
from kiosk.people.identity import CardDoubt, CardKind, IdCard, Sex

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT_BYTES = 256
_PADDING = " \u3000\x00"
_MINISTRY = "1500"  # the issuing authority code of foreign permanent residence cards
_REPLACED = "\ufffd"
_GB_PLACES = 18

Spans = tuple[tuple[int, int], ...]

# Item -> its bytes, from and to. An item in two parts is joined before it is trimmed: the first
# part may end in a blank that belongs to the name.
_RESIDENT: Mapping[str, Spans] = {
    "name": ((0, 30),),
    "sex": ((30, 32),),
    "nation": ((32, 36),),
    "birth": ((36, 52),),
    "address": ((52, 122),),
    "id_number": ((122, 158),),
    "authority": ((158, 188),),
    "valid_from": ((188, 204),),
    "valid_to": ((204, 220),),
}
_HK_MACAO_TAIWAN: Mapping[str, Spans] = {
    **{item: spans for item, spans in _RESIDENT.items() if item != "nation"},
    "pass_number": ((220, 238),),
    "issue_count": ((238, 242),),
}
_FOREIGN_2017: Mapping[str, Spans] = {
    "name_en": ((0, 120),),
    "sex": ((120, 122),),
    "id_number": ((122, 152),),
    "nationality": ((152, 158),),
    "name_cn": ((158, 188),),
    "valid_from": ((188, 204),),
    "valid_to": ((204, 220),),
    "birth": ((220, 236),),
    "version": ((236, 240),),
    "authority_code": ((240, 248),),
}
_FOREIGN_2023: Mapping[str, Spans] = {
    "name_cn": ((0, 30),),
    "sex": ((30, 32),),
    "renewal_count": ((32, 36),),
    "birth": ((36, 52),),
    "name_en": ((52, 122), (220, 242)),
    "id_number": ((122, 158),),
    "valid_from": ((188, 204),),
    "valid_to": ((204, 220),),
    "nationality": ((242, 248),),
    "old_id_link": ((250, 256),),
}
LAYOUTS = MappingProxyType(
    {
        CardKind.RESIDENT: _RESIDENT,
        CardKind.HK_MACAO_TAIWAN: _HK_MACAO_TAIWAN,
        CardKind.FOREIGN_2017: _FOREIGN_2017,
        CardKind.FOREIGN_2023: _FOREIGN_2023,
    }
)
_LETTERS = {
    "": CardKind.RESIDENT,
    "J": CardKind.HK_MACAO_TAIWAN,
    "I": CardKind.FOREIGN_2017,
    "Y": CardKind.FOREIGN_2023,
}
_SEX_IN_NUMBER = {CardKind.RESIDENT, CardKind.HK_MACAO_TAIWAN}


class Flag(StrEnum):
    """The doubts about a card's text that a person must settle before it is relied on."""

    NAME_UNCERTAIN = "name_uncertain"  # a cut surrogate pair, or a private-use character
    NAME_MISSING = "name_missing"
    ADDRESS_UNCERTAIN = "address_uncertain"
    NATION_UNKNOWN = "nation_unknown"  # its code is shown instead
    NUMBER_WRONG = "number_wrong"
    BIRTH_DIFFERS = "birth_differs"  # from the day inside the number
    SEX_DIFFERS = "sex_differs"  # from the 17th place of the number
    EXPIRED = "expired"
    NEW_ADDRESS_UNREAD = "new_address_unread"  # it was refused, or the card was lifted
    PHOTO_NOT_DECODED = "photo_not_decoded"


DOUBTS: Mapping[Flag, CardDoubt] = MappingProxyType(
    {
        Flag.NAME_UNCERTAIN: CardDoubt.NAME,
        Flag.NAME_MISSING: CardDoubt.NAME_MISSING,
        Flag.ADDRESS_UNCERTAIN: CardDoubt.ADDRESS,
        Flag.NATION_UNKNOWN: CardDoubt.NATION,
        Flag.NEW_ADDRESS_UNREAD: CardDoubt.NEW_ADDRESS,
        Flag.BIRTH_DIFFERS: CardDoubt.BIRTH,
        Flag.SEX_DIFFERS: CardDoubt.SEX,
    }
)
"""Flags that go along with the card; the others refuse it, or say nothing of its text."""


@dataclass(frozen=True)
class CardText:
    """The items of one text block by name, trimmed; dates as YYYYMMDD or 长期."""

    kind: CardKind
    items: Mapping[str, str]

    def __repr__(self) -> str:
        return f"CardText({self.kind})"


def decode(raw: bytes) -> str:
    """Return the text of one field; a lone half of a surrogate pair becomes U+FFFD.

    Only blanks and zeros at the end are padding: an address may hold blanks.
    """
    decoded = raw.decode("utf-16-le", "surrogatepass").rstrip(_PADDING)
    return re.sub("[\ud800-\udfff]", _REPLACED, decoded)


def is_certain(text: str) -> bool:
    """Tell whether every character is known.

    None was undecodable (U+FFFD) or is for private use.
    """
    return not any(c == _REPLACED or unicodedata.category(c) == "Co" for c in text)


def read_text(text: bytes) -> CardText | Failure:
    """Return the items of a text block.

    CARD_UNKNOWN_KIND: another kind letter. CARD_DAMAGED: wrong length.
    """
    if len(text) != TEXT_BYTES:
        return Failure.CARD_DAMAGED
    kind = _LETTERS.get(decode(text[248:250]))
    if kind is None:
        return Failure.CARD_UNKNOWN_KIND
    items = {
        item: decode(b"".join(text[start:end] for start, end in spans))
        for item, spans in LAYOUTS[kind].items()
    }
    return CardText(kind, items)


def parse(text: bytes, photo: bytes = b"") -> IdCard | Failure:
    """Return the card in 256 bytes of text; `photo` (0 or 1,024 bytes) is kept as it is.

    CARD_UNKNOWN_KIND: another kind letter. CARD_DAMAGED: wrong length or unreadable date.
    """
    found = read_text(text)
    return found if isinstance(found, Failure) else to_card(found, photo)


def is_long_term(valid_to: str) -> bool:
    """Tell whether a card is valid without a last day, by its item of that name."""
    return valid_to == read_card_texts().long_term


def to_card(text: CardText, photo: bytes = b"") -> IdCard | Failure:
    """Return the card with its items as dates and enums; CARD_DAMAGED when a date can't be read."""
    of = text.items
    english = of.get("name_en", "")
    name = of.get("name") or of.get("name_cn") or english
    authority = of.get("authority") or of.get("authority_code", "")
    try:
        return IdCard(
            kind=text.kind,
            name=name,
            sex=_sex(of["sex"]),
            nation=of.get("nation", ""),
            birth=_date(of["birth"]),
            address=of.get("address", ""),
            number=of["id_number"],
            authority=read_card_texts().ministry if authority == _MINISTRY else authority,
            valid_from=_date(of["valid_from"]),
            valid_until=None if is_long_term(of["valid_to"]) else _date(of["valid_to"]),
            photo=photo,
            name_certain=is_certain(name),
            english_name=english,
            nationality=of.get("nationality", ""),
        )
    except ValueError:
        return Failure.CARD_DAMAGED


def flags(card: IdCard, today: date) -> tuple[Flag, ...]:
    """Return what a person must confirm about a card, judged on the day `today`.

    The number is checked by itself and against birth and sex on the chip; its area code is not
    judged (see `id_number`).
    """
    expired = card.valid_until is not None and card.valid_until < today
    # The 2017 card of foreigners has a number of its own, whose check is not published.
    numbered_by_gb = card.kind is not CardKind.FOREIGN_2017
    if numbered_by_gb:
        valid = len(card.number) == _GB_PLACES and id_number.is_valid(card.number, today)
    else:
        valid = id_number.SHAPE_2017.fullmatch(card.number) is not None
    judged = {
        Flag.NAME_UNCERTAIN: not card.name_certain,
        Flag.NAME_MISSING: not card.name,
        Flag.ADDRESS_UNCERTAIN: not is_certain(card.address),
        Flag.NATION_UNKNOWN: bool(card.nation) and not is_nation(card.nation),
        Flag.NUMBER_WRONG: not valid,
        Flag.EXPIRED: expired,
    }
    if numbered_by_gb and valid:
        judged[Flag.BIRTH_DIFFERS] = id_number.birth_of(card.number) != card.birth
    if valid and card.kind in _SEX_IN_NUMBER:
        judged[Flag.SEX_DIFFERS] = id_number.sex_of(card.number) is not card.sex
    return tuple(flag for flag, raised in judged.items() if raised)


def _sex(code: str) -> Sex:
    return Sex(code) if code in set(Sex) else Sex.UNKNOWN


def _date(digits: str) -> date:
    if not re.fullmatch(r"[0-9]{8}", digits):
        raise ValueError("not a date")
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
