"""Charts as values for a template that writes SVG: bars, their places and labels; no script.

Every chart stands beside its table, which says the same in words (config/texts, `city`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 960, 240
_LEFT, _RIGHT, _BOTTOM, _TOP = 52, 20, 34, 14
_MOST_LABELS = 8
_STEPS = (1, 2, 5)
_LINES = 4


@dataclass(frozen=True)
class ChartBar:
    """One bar: `x`, `y`, width and height of the picture, which series (0 or 1), and its words."""

    x: float
    y: float
    width: float
    height: float
    series: int
    label: str
    count: int


@dataclass(frozen=True)
class ChartMark:
    """A number or name beside an axis, at a place of the picture."""

    place: float
    words: str


@dataclass(frozen=True)
class BarChart:
    """Bars of two series by period, with the marks of both axes."""

    bars: tuple[ChartBar, ...]
    scale: tuple[ChartMark, ...]
    names: tuple[ChartMark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    floor: int = HEIGHT - _BOTTOM


def draw_bars(counts: Mapping[str, tuple[int, int]]) -> BarChart:
    """Return the chart of two counts by period, oldest first."""
    step = _step(max((max(pair) for pair in counts.values()), default=0))
    top = step * _LINES
    floor, room = HEIGHT - _BOTTOM, HEIGHT - _BOTTOM - _TOP
    slot = (WIDTH - _LEFT - _RIGHT) / max(len(counts), 1)
    bar = slot * 0.4
    bars = [
        ChartBar(
            x=round(_LEFT + place * slot + slot * 0.1 + series * bar, 1),
            y=round(floor - room * count / top, 1),
            width=round(bar, 1),
            height=round(room * count / top, 1),
            series=series,
            label=name,
            count=count,
        )
        for place, (name, pair) in enumerate(counts.items())
        for series, count in enumerate(pair)
    ]
    scale = [
        ChartMark(round(floor - room * line / _LINES, 1), str(step * line))
        for line in range(_LINES + 1)
    ]
    return BarChart(tuple(bars), tuple(scale), _names(tuple(counts), slot))


def _names(periods: Sequence[str], slot: float) -> tuple[ChartMark, ...]:
    """Return the names of so many periods as find room, the last one among them."""
    every = -(-len(periods) // _MOST_LABELS) or 1
    return tuple(
        ChartMark(round(_LEFT + (place + 0.5) * slot, 1), name[5:] if len(name) > 7 else name)  # noqa: PLR2004 - YYYY-MM
        for place, name in enumerate(periods)
        if (len(periods) - 1 - place) % every == 0
    )


def _step(most: int) -> int:
    """Return the round distance of the lines, so that four of them reach over `most`."""
    power = 1
    while True:
        for digit in _STEPS:
            if digit * power * _LINES >= most:
                return digit * power
        power *= 10
