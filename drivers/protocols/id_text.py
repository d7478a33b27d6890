"""Whose card is it? The 256-byte text block of the four card kinds, UTF-16LE.

A letter at byte 248 tells the kind: blank resident, J Hong Kong/Macao/Taiwan, I foreign 2017,
Y foreign 2023. Field tables: GA 450, GA/T 1010, and the 2017 and 2023 foreign card rules.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kiosk.failures import Failure
from kiosk.people.identity import CardKind, IdCard, Sex

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT_BYTES = 256
_PADDING = " \u3000\x00"
_LONG_TERM = "长期"
_MINISTRY = "1500"  # the issuing authority code of foreign permanent residence cards


def parse(text: bytes, photo: bytes = b"") -> IdCard | Failure:
    """Read 256 bytes of text (and keep 0 or 1,024 bytes of photo) into a card.

    CARD_UNKNOWN_KIND: another kind letter. CARD_DAMAGED: wrong length or unreadable date.
    """
    if len(text) != TEXT_BYTES:
        return Failure.CARD_DAMAGED
    reader = _READERS.get(_clean(text, 248, 250))
    if reader is None:
        return Failure.CARD_UNKNOWN_KIND
    try:
        card = reader(text)
    except ValueError:
        return Failure.CARD_DAMAGED
    return replace(card, photo=photo, name_certain=_certain(card.name))


def _clean(text: bytes, start: int, end: int) -> str:
    """Decode one field; a lone half of a surrogate pair becomes U+FFFD."""
    decoded = text[start:end].decode("utf-16-le", "surrogatepass").rstrip(_PADDING)
    return re.sub("[\ud800-\udfff]", "\ufffd", decoded)


def _certain(name: str) -> bool:
    return not any(c == "\ufffd" or unicodedata.category(c) == "Co" for c in name)


def _date(text: bytes, start: int) -> date:
    digits = _clean(text, start, start + 16)
    if not re.fullmatch(r"[0-9]{8}", digits):
        raise ValueError("not a date")
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _until(text: bytes) -> date | None:
    return None if _clean(text, 204, 220) == _LONG_TERM else _date(text, 204)


def _sex(text: bytes, start: int) -> Sex:
    letter = _clean(text, start, start + 2)
    return Sex(letter) if letter in set(Sex) else Sex.UNKNOWN


def _resident(text: bytes) -> IdCard:
    return IdCard(
        kind=CardKind.RESIDENT,
        name=_clean(text, 0, 30),
        sex=_sex(text, 30),
        nation=_clean(text, 32, 36),
        birth=_date(text, 36),
        address=_clean(text, 52, 122),
        number=_clean(text, 122, 158),
        authority=_clean(text, 158, 188),
        valid_from=_date(text, 188),
        valid_until=_until(text),
    )


def _hk_macao_taiwan(text: bytes) -> IdCard:
    return replace(_resident(text), kind=CardKind.HK_MACAO_TAIWAN, nation="")


def _foreign_2017(text: bytes) -> IdCard:
    english = _clean(text, 0, 120)
    authority = _clean(text, 240, 248)
    return IdCard(
        kind=CardKind.FOREIGN_2017,
        name=_clean(text, 158, 188) or english,
        sex=_sex(text, 120),
        nation="",
        birth=_date(text, 220),
        address="",
        number=_clean(text, 122, 152),
        authority="公安部" if authority == _MINISTRY else authority,
        valid_from=_date(text, 188),
        valid_until=_until(text),
        english_name=english,
        nationality=_clean(text, 152, 158),
    )


def _foreign_2023(text: bytes) -> IdCard:
    # The English name goes on at 220; unit 35 may be a blank, so join first and trim after.
    english = _clean(text[52:122] + text[220:242], 0, 92)
    return replace(
        _resident(text),
        kind=CardKind.FOREIGN_2023,
        name=_clean(text, 0, 30) or english,
        nation="",
        address="",
        authority="",
        english_name=english,
        nationality=_clean(text, 242, 248),
    )


_READERS: dict[str, Callable[[bytes], IdCard]] = {
    "": _resident,
    "J": _hk_macao_taiwan,
    "I": _foreign_2017,
    "Y": _foreign_2023,
}
