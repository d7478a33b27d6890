"""Theme: millimetres to px, type steps and two contrasts, from tokens.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from kiosk.font_coverage import Coverage
from kiosk.pages.display import Contrast, Reach, TextSize, View
from screens.scene import Weight

Measure = Callable[[str, int, Weight], int]
"""Width in px of a text at a size in px."""


@dataclass(frozen=True)
class ScreenPanel:
    """The panel in px, and how many of them make a millimetre.

    `too_high_px`: the height at its upper edge that can't be reached from a wheelchair.
    """

    width_px: int
    height_px: int
    px_per_mm: float
    too_high_px: int = 0

    def turned(self, width_px: int, height_px: int) -> ScreenPanel:
        """Return the panel with other sides; its lower edge stays where it is."""
        too_high = max(0, self.too_high_px + height_px - self.height_px) if self.too_high_px else 0
        return replace(self, width_px=width_px, height_px=height_px, too_high_px=too_high)


class TypeStep(Enum):
    """The five steps of type size."""

    SMALL = "small"
    BODY = "body"
    ACTION = "action"
    TITLE = "title"
    HERO = "hero"


class Tokens:
    """The content of tokens.toml, read once."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._tables: dict[str, Any] = tomllib.load(file)

    def colours(self, contrast: Contrast) -> Mapping[str, str]:
        """Return the colours of a contrast by their names, as #rrggbb."""
        table: Mapping[str, str] = self._tables["color"][contrast.value]
        return table

    def millimetres(self, step: TypeStep) -> float:
        """Return the height of a type step in millimetres."""
        return float(self._tables["type"][step.value]["mm"])

    def is_bold(self, step: TypeStep) -> bool:
        """Return whether a type step is set in bold."""
        return bool(self._tables["type"][step.value]["weight"] == "Bold")

    def scale(self, step: TypeStep, size: TextSize) -> float:
        """Return by how much a text size of the 大字 switch enlarges a type step."""
        return float(self._tables["type"]["scale"][size.name.lower()].get(step.value, 1.0))

    def grid(self, landscape: bool) -> Mapping[str, float]:
        """Return the lines of the grid of an orientation, in millimetres."""
        table: Mapping[str, float] = self._tables["grid"]["landscape" if landscape else "portrait"]
        return table

    def shape(self, name: str) -> float:
        """Return a size that does not depend on the orientation, in millimetres."""
        return float(self._tables["shape"][name])

    def words(self, name: str) -> str:
        """Return characters that are drawn as a sign rather than as a text of the page."""
        return str(self._tables["words"][name])

    @property
    def type(self) -> Mapping[str, Any]:
        """Return the table of type steps as it stands in the file."""
        table: Mapping[str, Any] = self._tables["type"]
        return table

    @property
    def steps(self) -> tuple[str, ...]:
        """Return the words of the path of a visit, in order."""
        return tuple(self._tables["path"]["steps"])


@dataclass(frozen=True)
class Theme:
    """Everything a widget needs to know besides the page."""

    tokens: Tokens
    panel: ScreenPanel
    view: View
    measure: Measure
    coverage: Coverage = Coverage()
    words: frozenset[str] = frozenset()  # in which no line should end
    squeeze: float = 1.0  # of the type steps: below 1 for a text longer than any planned

    @property
    def high(self) -> bool:
        """Return whether the page is drawn in high contrast."""
        return self.view.contrast is Contrast.HIGH

    @property
    def highest(self) -> int:
        """Return the y in px above which nothing to press may begin; 0 unless someone sits."""
        return self.panel.too_high_px if self.view.reach is Reach.SEATED else 0

    @property
    def landscape(self) -> bool:
        """Return whether the panel is wider than high."""
        return self.panel.width_px > self.panel.height_px

    def px(self, mm: float) -> int:
        """Return millimetres as whole px; the only place where lengths are rounded."""
        return round(mm * self.panel.px_per_mm)

    def at(self, size: TextSize) -> Theme:
        """Return the same theme at another text size."""
        return replace(self, view=replace(self.view, text_size=size))

    def squeezed(self, share: float) -> Theme:
        """Return the same theme with smaller type, for a page that would otherwise be clipped."""
        return replace(self, squeeze=share)

    def colour(self, name: str) -> str:
        """Return a colour as #rrggbb; that of ink where this contrast has none of that name."""
        colours = self.tokens.colours(self.view.contrast)
        return colours.get(name, colours["ink"])

    def grid(self, name: str) -> int:
        """Return a line of the grid in px."""
        return self.px(self.tokens.grid(self.landscape)[name])

    def shape(self, name: str) -> int:
        """Return a size of a shape in px."""
        return self.px(self.tokens.shape(name))

    def em(self, step: TypeStep, grow: bool = True) -> int:
        """Return the text size of a step in px; with `grow` it follows the 大字 switch."""
        scale = self.tokens.scale(step, self.view.text_size) if grow else 1.0
        size = int(self.tokens.millimetres(step) * self.panel.px_per_mm)
        return round(size * scale * self.squeeze)

    def weight(self, step: TypeStep) -> Weight:
        """Return the weight of a type step."""
        return Weight.BOLD if self.tokens.is_bold(step) else Weight.MEDIUM

    def sizes(self, step: TypeStep, grow: bool = True) -> tuple[int, ...]:
        """Return the text sizes in px to try, largest first."""
        if not grow:
            return (self.em(step, grow=False),)
        wanted = range(self.view.text_size, -1, -1)
        return tuple(dict.fromkeys(self.at(TextSize(size)).em(step) for size in wanted))
