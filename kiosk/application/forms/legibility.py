"""Data of a form as our fonts can draw them: `〓` for a character that no font has.

The digest that is signed is of the data before this, so that it does not depend on the fonts, and
the attached data keep the character itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kiosk.font_coverage import Coverage


def legible_data(data: dict[str, Any], coverage: Coverage) -> dict[str, Any]:
    """Return the data of a form with `〓` where a character is missing.

    The member `missing` lists the code points of the missing characters, each once.
    """
    missing = dict.fromkeys(
        f"U+{ord(sign):04X}"
        for text in _texts(data)
        for sign in text
        if sign not in coverage and sign != "\n"
    )
    shown: dict[str, Any] = _legible(data, coverage) if missing else data
    return shown | {"missing": list(missing)}


def _texts(data: Any) -> Iterator[str]:
    """Yield every text in nested JSON values."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for one in data.values():
            yield from _texts(one)
    elif isinstance(data, list):
        for one in data:
            yield from _texts(one)


def _legible(data: Any, coverage: Coverage) -> Any:
    """Return the JSON values with the sign for a missing character where one is missing."""
    if isinstance(data, str):
        return coverage.legible(data)
    if isinstance(data, dict):
        return {name: _legible(one, coverage) for name, one in data.items()}
    if isinstance(data, list):
        return [_legible(one, coverage) for one in data]
    return data
