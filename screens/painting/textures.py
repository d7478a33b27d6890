"""Textures of words, icons, drawings and QR codes, kept while a scene shows them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import segno
from kivy.core.image import Image
from kivy.core.text import Label
from kivy.graphics.texture import Texture

from screens.painting.pictures import Picture, Pictures
from screens.scene import Drawing, Icon, Mark, Scene, TextBlock, Weight

Line = tuple[str, int, Weight]


class Textures:
    """Makes textures at the exact size and drops those that a new scene does not show."""

    def __init__(self, fonts: Mapping[Weight, Path], pictures: Pictures) -> None:
        self._fonts = fonts
        self._pictures = pictures
        self._lines: dict[Line, Any] = {}
        self._strips: dict[Picture, tuple[Any, ...]] = {}
        self._kept_lines: set[Line] = set()
        self._kept_pictures: set[Picture] = set()

    def prepare(self, marks: Iterable[Mark]) -> None:
        """Make the textures of marks of a later scene, and keep them from now on."""
        for mark in marks:
            lines, pictures = self._lines_of(mark), self._pictures_of(mark)
            self._kept_lines |= lines
            self._kept_pictures |= pictures
            for line in lines:
                self.line(*line)
            if isinstance(mark, Icon | Drawing):
                self.strips(mark)

    def line(self, text: str, size: int, weight: Weight) -> Any:
        """Return the texture of one line of text, in white; `size` in px."""
        key = (text, size, weight)
        if key not in self._lines:
            label = Label(text=text, font_name=str(self._fonts[weight]), font_size=size)
            label.refresh()
            self._lines[key] = label.texture
        return self._lines[key]

    def strips(self, mark: Icon | Drawing) -> tuple[Any, ...]:
        """Return the strips of a picture from top to bottom."""
        picture = self._picture(mark)
        if picture not in self._strips:
            pngs = self._pictures.png_strips(picture)
            # Without `nocache` Kivy's own cache would keep what `keep_only` drops.
            self._strips[picture] = tuple(
                Image(io.BytesIO(png), ext="png", nocache=True).texture for png in pngs
            )
        return self._strips[picture]

    def keep_only(self, scene: Scene) -> None:
        """Drop every texture that neither the scene shows nor `prepare` made.

        With a texture of words the words are dropped.
        """
        lines, pictures = set(self._kept_lines), set(self._kept_pictures)
        for mark in _all_marks(scene):
            lines |= self._lines_of(mark)
            pictures |= self._pictures_of(mark)
        self._lines = {key: value for key, value in self._lines.items() if key in lines}
        self._strips = {key: value for key, value in self._strips.items() if key in pictures}

    def _lines_of(self, mark: Mark) -> set[Line]:
        if not isinstance(mark, TextBlock):
            return set()
        return {(line, mark.size, mark.weight) for line in mark.lines if line}

    def _pictures_of(self, mark: Mark) -> set[Picture]:
        return {self._picture(mark)} if isinstance(mark, Icon | Drawing) else set()

    def _picture(self, mark: Icon | Drawing) -> Picture:
        if isinstance(mark, Icon):
            return self._pictures.icon(mark.name, mark.box.w)
        return self._pictures.drawing(mark.name, mark.contrast, mark.box.w, mark.box.h)


def _all_marks(scene: Scene) -> Iterable[Mark]:
    for part in scene.parts:
        yield from part.marks
        yield from part.pressed


def code_texture(text: str, most: int) -> Any:
    """Return a QR code, black on white, whole pixels per module, at most `most` px wide."""
    code = segno.make(text, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix_iter(border=0)]
    scale = max(1, most // len(rows))
    side = len(rows) * scale
    texture = Texture.create(size=(side, side), colorfmt="luminance")
    lines = (b"".join(b"\x00" * scale if dark else b"\xff" * scale for dark in row) for row in rows)
    pixels = b"".join(line * scale for line in lines)
    texture.blit_buffer(pixels, colorfmt="luminance", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture
