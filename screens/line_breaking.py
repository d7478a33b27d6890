"""Line breaking: never before punctuation, never leaving one character alone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from screens.box import Box
from screens.breaks import cuts_word
from screens.scene import Align, TextBlock, Weight
from screens.theme import Measure, Theme, TypeStep

NEVER_FIRST = frozenset("，。；：？！、）》」』”’…—·％%,.;:?!)")
NEVER_LAST = frozenset("（《「『“‘(")
GOOD_END = frozenset("，。；：？！")
LINE = 1.45  # em; the font's own box
TIGHT = 1.3  # em; the closest that two lines may stand
RISE = 0.045  # em; hanzi sit low in their box
FEWEST_LAST = 2
PARTED_WORD = 1.5  # the price of ending a line inside a word


def is_latin(sign: str) -> bool:
    """Return whether a character is ASCII and not a space."""
    return sign.isascii() and not sign.isspace()


def may_break(text: str, at: int) -> bool:
    """Tell whether a line may end before text[at]."""
    before, after = text[at - 1], text[at]
    if after in NEVER_FIRST or before in NEVER_LAST or after == " ":
        return False
    if before == " " and at > 1:
        return not text[at - 2].isdigit()
    return not (is_latin(before) and is_latin(after))


def body_length(line: str) -> int:
    """Return the number of characters without punctuation and spaces."""
    return sum(sign not in NEVER_FIRST and not sign.isspace() for sign in line)


@dataclass(frozen=True)
class Breaker:
    """Breaks one text for one width in px; the cheapest of all allowed ways wins."""

    text: str
    width: int
    measure: Measure
    size: int
    weight: Weight
    words: frozenset[str] = frozenset()

    def width_of(self, first: int, last: int) -> int:
        """Return the width of the characters from `first` up to `last`, in px.

        Spaces at the end are not counted.
        """
        return self.measure(self.text[first:last].rstrip(), self.size, self.weight)

    def cost(self, first: int, last: int) -> float | None:
        """Return the cost of the line text[first:last]; None when it is not allowed."""
        line = self.text[first:last].rstrip()
        slack = self.width - self.width_of(first, last)
        if slack < 0 or not line:
            return None
        if last == len(self.text):
            lonely = first > 0 and body_length(line) < FEWEST_LAST
            return None if lonely else 0.0
        ragged = (slack / max(self.width, 1)) ** 2
        # A line ends best after punctuation, next best at a space.
        price = 0.0 if line[-1] in GOOD_END else 0.2 if self.text[last - 1] == " " else 1.0
        price += PARTED_WORD if cuts_word(self.text, last, self.words) else 0.0
        return ragged + price

    def lines(self, most: int) -> tuple[str, ...] | None:
        """Return the fewest lines that hold the text, None when more than `most` are needed."""
        ends = [at for at in range(1, len(self.text)) if may_break(self.text, at)]
        stops = [0, *ends, len(self.text)]
        for count in range(1, most + 1):
            best = self._cheapest(stops, count)
            if best is not None:
                return tuple(self.text[first:last].strip() for first, last in pairwise(best))
        return None

    def _cheapest(self, stops: Sequence[int], count: int) -> tuple[int, ...] | None:
        # Dynamic programming: the cheapest way to each stop with one line more in each round.
        ways: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, (0,))}
        for _ in range(count):
            further: dict[int, tuple[float, tuple[int, ...]]] = {}
            for first, (spent, way) in ways.items():
                for last in self._ends(stops, first):
                    price = self.cost(first, last)
                    known = further.get(last)
                    if price is not None and (known is None or spent + price < known[0]):
                        further[last] = (spent + price, (*way, last))
            ways = further
        found = ways.get(len(self.text))
        return found[1] if found else None

    def _ends(self, stops: Sequence[int], first: int) -> Iterator[int]:
        """Yield where a line from `first` may end, as long as it is not too wide."""
        beyond = stops[bisect_right(stops, first) :]
        return takewhile(lambda last: self.width_of(first, last) <= self.width, beyond)


def widest(theme: Theme, lines: Iterable[str], size: int, weight: Weight) -> int:
    """Return the width of the widest line in px; 0 without lines.

    `size` is the height of the type in px.
    """
    return max((theme.measure(line, size, weight) for line in lines), default=0)


def set_words(
    theme: Theme,
    text: str,
    box: Box,
    steps: TypeStep | tuple[TypeStep, ...],
    colour: str,
    *,
    weight: Weight | None = None,
    align: Align = Align.LEFT,
    most: int = 1,
    pitch: float = LINE,
    grow: bool = True,
) -> TextBlock:
    """Return the text at the largest size of the step(s) that fits the box.

    - `steps`: one type step, or several, the largest first.
    - `colour`: as #rrggbb.
    - `most`: the most lines; one more when the theme is squeezed.
    - `pitch`: distance of lines in em.
    - `grow`: whether the 大字 switch enlarges the text.

    What does not fit at the smallest size either is still drawn whole; then `TextBlock.fits` is
    False.
    """
    steps = steps if isinstance(steps, tuple) else (steps,)
    most = most if theme.squeeze == 1.0 else most + 1
    tried: list[TextBlock] = []
    for step in steps:
        face = weight or theme.weight(step)
        for size in theme.sizes(step, grow):
            words = set_at(theme, text, box, (size, round(size * pitch), face), colour, align, most)
            if words.fits:
                return words
            tried.append(words)
    return tried[-1]


def set_line(
    theme: Theme,
    text: str,
    box: Box,
    steps: TypeStep | tuple[TypeStep, ...],
    colour: str,
    *,
    weight: Weight | None = None,
    pitch: float = LINE,
) -> TextBlock:
    """Return the text on one line if a size of the steps allows it, otherwise on at most two.

    `colour`: as #rrggbb. `pitch`: distance of lines in em.
    """
    words = set_words(theme, text, box, steps, colour, weight=weight, pitch=pitch)
    if words.fits:
        return words
    pitch = max(pitch, TIGHT)
    return set_words(theme, text, box, steps, colour, weight=weight, pitch=pitch, most=2)


def set_at(
    theme: Theme,
    text: str,
    box: Box,
    how: tuple[int, int, Weight],
    colour: str,
    align: Align,
    most: int,
) -> TextBlock:
    """Return the text at one size, whether it fits or not.

    `how`: size and pitch in px, and weight; `most`: the most lines. A text that can't be broken
    into so few stays on one line.

    `colour`: as #rrggbb.
    """
    size, pitch, weight = how
    text = theme.coverage.legible(text)
    lines = Breaker(text, box.w, theme.measure, size, weight, theme.words).lines(most)
    lines = lines if lines is not None else (text,)
    natural = (widest(theme, lines, size, weight), pitch * len(lines))
    return TextBlock(lines, box, size, pitch, weight, colour, natural, align)
