"""Names of the nationalities of China by their code (GB/T 3304-1991)."""

from __future__ import annotations

from drivers.protocols.card_texts import read_card_texts


def is_nation(code: str) -> bool:
    """Tell whether the table has a code of two digits."""
    return code in read_card_texts().nations


def nation_name(code: str) -> str:
    """Return the name for a code of two digits, or the code itself when the table lacks it."""
    return read_card_texts().nations.get(code, code)
