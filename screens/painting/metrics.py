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
        self._widths: dict[Weight, dict[int, _Widths]] = {weight: {} for weight in fonts}

    def __call__(self, text: str, size: int, weight: Weight) -> int:
        """Return the width of a text in px; `size` is the height of the type in px."""
        # Widths add up: script/assets cuts the fonts without layout features, so nothing is kerned.
        sizes = self._widths[weight]
        if size not in sizes:
            sizes[size] = _Widths(str(self._fonts[weight]), size)
        return sum(map(sizes[size].__getitem__, text))


class _Widths(dict[str, int]):
    """Widths of characters in one font at one size; whole texts are measured in C, by `map`."""

    def __init__(self, font: str, size: int) -> None:
        super().__init__()
        self._font, self._size = font, size

    def __missing__(self, sign: str) -> int:
        label = Label(font_name=self._font, font_size=self._size)
        self[sign] = int(label.get_extents(sign)[0])
        return self[sign]
