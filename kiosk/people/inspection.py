"""Inspection of a doubtful identity card: somebody of the staff compares it with what was read.

The printed number passed its check digit, and both readings of the chip agree on it. So where birth
date or sex differ from the number, those of the number are compared with the printed card; only
when the card says the same are they used. A card that says otherwise is for a window.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk.people.id_number import birth_of, sex_of
from kiosk.people.identity import CardDoubt, CardInspection, IdCard

UNCONFIRMABLE = frozenset({CardDoubt.NAME_MISSING})
"""Doubts that no inspection settles, because nothing was read that could be confirmed."""


def as_in_number(card: IdCard) -> IdCard:
    """Return the card with doubtful birth date and sex taken from the number, for comparison."""
    birth = birth_of(card.number) if CardDoubt.BIRTH in card.doubts else card.birth
    sex = sex_of(card.number) if CardDoubt.SEX in card.doubts else card.sex
    assert birth is not None  # a doubt of birth means that the number has another day
    return replace(card, birth=birth, sex=sex)


def inspected(card: IdCard, staff: str, at: datetime) -> IdCard:
    """Return the card as one of the staff confirmed it; `staff` is a pseudonym."""
    return replace(as_in_number(card), inspection=CardInspection(staff, at, card.birth, card.sex))


def can_be_confirmed(card: IdCard) -> bool:
    """Return whether an inspection can settle all doubts."""
    return UNCONFIRMABLE.isdisjoint(card.doubts)


def record_doubts(card: IdCard) -> dict[str, Any]:
    """Return the record of the doubts about a card; empty when there were none.

    `chip` holds what the chip said where the number's was used instead.
    """
    if not card.doubts:
        return {}
    document: dict[str, Any] = {"found": [doubt.value for doubt in card.doubts]}
    seen = card.inspection
    if seen is not None:
        document["seen_by"] = seen.staff
        document["seen_at"] = seen.at.isoformat(timespec="seconds")
        chip = {CardDoubt.BIRTH: seen.birth.isoformat(), CardDoubt.SEX: seen.sex.value}
        document["chip"] = {one.value: chip[one] for one in card.doubts if one in chip}
    return {"card_doubts": document}
