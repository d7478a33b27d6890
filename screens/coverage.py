"""Which characters can be drawn? Both weights hold the same; for any other a sign stands in.

Printers put 〓 where they lack a type: it says plainly that a character is missing, and is neither
a box nor a question mark. What is handed in keeps the character itself.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

FILE = "coverage.txt"
MISSING = "〓"  # U+3013, the geta mark


@dataclass(frozen=True)
class Coverage:
    """The characters of the fonts as ranges of code points, in order; without any: all."""

    ranges: tuple[tuple[int, int], ...] = ()

    def __contains__(self, sign: object) -> bool:
        if not self.ranges:
            return True
        code = ord(str(sign))
        at = bisect_right(self.ranges, (code, 0x110000)) - 1
        return at >= 0 and self.ranges[at][0] <= code <= self.ranges[at][1]

    def legible(self, text: str) -> str:
        """Return the text with the stand-in for whatever no font can draw."""
        return "".join(sign if sign in self else MISSING for sign in text)


def read_coverage(assets: Path) -> Coverage:
    """Read what script/assets noted of the fonts."""
    lines = (assets / "fonts" / FILE).read_text("ascii").split()
    ends = (line.partition("-") for line in lines)
    return Coverage(tuple((int(first, 16), int(last or first, 16)) for first, _, last in ends))
