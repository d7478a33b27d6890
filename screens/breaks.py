"""Which characters belong together? Words of our texts, in which no line ends if it can be helped.

The list is made beforehand by script/breaks; nothing is segmented here.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

LONGEST = 6
FILE = Path("texts") / "words.txt"


@cache
def read_words(assets: Path) -> frozenset[str]:
    """Return the words; without a list there are none."""
    path = assets / FILE
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return frozenset(line for line in lines if not line.startswith("#"))


def cuts_word(text: str, at: int, words: Collection[str]) -> bool:
    """Say whether a line that ends before text[at] would part a word."""
    return any(
        text[first:last] in words
        for first in range(max(0, at - LONGEST + 1), at)
        for last in range(at + 1, min(len(text), first + LONGEST) + 1)
    )
