"""Text widths, measured with the fonts that draw the text, character by character.

Only characters are kept, never texts: no name stays behind when a visit ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kivy.core.text import Label

from screens.scene import Weight


class Metrics:
    """Widths of characters in px, each measured once."""

    def __init__(self, fonts: Mapping[Weight, Path]) -> None:
        self._fonts = fonts
        self._widths: dict[tuple[str, int, Weight], int] = {}

    def __call__(self, text: str, size: int, weight: Weight) -> int:
        # Widths add up: script/assets cuts the fonts without layout features, so nothing is kerned.
        """Return the width of a text in px; `size` is the height of the type in px."""
        return sum(self._width(sign, size, weight) for sign in text)

    def _width(self, sign: str, size: int, weight: Weight) -> int:
        key = (sign, size, weight)
        if key not in self._widths:
            label = Label(font_name=str(self._fonts[weight]), font_size=size)
            self._widths[key] = int(label.get_extents(sign)[0])
        return self._widths[key]
