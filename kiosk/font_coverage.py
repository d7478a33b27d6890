"""The characters that the fonts can draw, and the sign that replaces any other.

Printers put 〓 where they lack a type: it says plainly that a character is missing, and is neither
a box nor a question mark. What is handed in keeps the character itself. Both weights hold the same
characters.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

FILE = "coverage.txt"
MISSING = "〓"  # U+3013, the geta mark


@dataclass(frozen=True)
class Coverage:
    """The fonts' characters as sorted ranges of code points; without ranges every character."""

    ranges: tuple[tuple[int, int], ...] = ()

    def __contains__(self, sign: object) -> bool:
        if not self.ranges:
            return True
        code = ord(str(sign))
        # 0x110000 lies above every code point, so a range that begins at `code` is found, too.
        at = bisect_right(self.ranges, (code, 0x110000)) - 1
        return at >= 0 and self.ranges[at][0] <= code <= self.ranges[at][1]

    def legible(self, text: str) -> str:
        """Return the text with `MISSING` for each character that no font can draw."""
        return "".join(sign if sign in self else MISSING for sign in text)


def read_coverage(assets: Path) -> Coverage:
    """Return the coverage that script/assets recorded in `assets`."""
    lines = (assets / "fonts" / FILE).read_text("ascii").split()
    ends = (line.partition("-") for line in lines)
    return Coverage(tuple((int(first, 16), int(last or first, 16)) for first, _, last in ends))
