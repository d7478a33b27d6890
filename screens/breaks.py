"""Words of the texts inside which no line should end; the list is made by script/breaks.

Nothing is segmented while the program runs.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

LONGEST = 6
FILE = Path("texts") / "words.txt"


@cache
def read_words(assets: Path) -> frozenset[str]:
    """Return the words of the list in `assets`; none if there is no list."""
    path = assets / FILE
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return frozenset(line for line in lines if not line.startswith("#"))


def cuts_word(text: str, at: int, words: Collection[str]) -> bool:
    """Tell whether a line that ends before text[at] would split one of the `words`."""
    return any(
        text[first:last] in words
        for first in range(max(0, at - LONGEST + 1), at)
        for last in range(at + 1, min(len(text), first + LONGEST) + 1)
    )
