"""Rendering of a printed slip: lines, codes and pictures on thermal paper, 576 dots wide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import segno
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DOTS: Final = 576  # printable dots of an 80 mm roll at 203 dpi
MARGIN: Final = 32  # the roll is 640 dots wide
CELL: Final = 24
LEADING: Final = 10
PAPER: Final = (251, 250, 246)
INK: Final = (46, 43, 50)
TOOTH: Final = 8  # width of one tooth of the cut edge
FINENESS: Final = 2
BASELINE: Final = 0.86  # of the cell's height
BURN: Final = 150  # a dot is burnt where less light than this would be left
CUTTER_DOTS: Final = 40  # paper between print head and blade

Box = tuple[str, int, int]  # one character with its width and height in cells of 12 x 24 dots


class PaperStrip:
    """The strip that has come out since the last cut; 255 is white, 0 is black.

    `font` is the file of the printer's font.
    """

    def __init__(self, font: Path) -> None:
        self._font = font
        self._fonts: dict[int, ImageFont.FreeTypeFont] = {}
        self._strips: list[Image.Image] = []

    @property
    def blank(self) -> bool:
        """Tell whether nothing has been printed or fed since the last cut."""
        return not self._strips

    def feed(self, dots: int) -> None:
        """Move the paper on by `dots`."""
        if dots:
            self._strips.append(Image.new("L", (DOTS, dots), 255))

    def line(self, boxes: Sequence[Box], alignment: int) -> None:
        """Print one line; `alignment` 0 left, 1 centre, 2 right."""
        height = CELL * max((high for _, _, high in boxes), default=1)
        strip = Image.new("L", (DOTS, height + LEADING), 255)
        at = self._indent(sum(CELL // 2 * wide for _, wide, _ in boxes), alignment)
        for char, wide, high in boxes:
            strip.paste(self._glyph(char, wide, high), (at, height - CELL * high))
            at += CELL // 2 * wide
        self._strips.append(strip)

    def picture(self, row_bytes: int, rows: int, bits: bytes, alignment: int) -> None:
        """Print a raster picture of `rows` rows of `row_bytes`; a set bit is a black dot.

        `bits` are the rows, one after the other; `alignment` as for `line`.
        """
        if row_bytes and rows:
            ink = Image.frombytes("1", (row_bytes * 8, rows), bits)
            self._place(ink.convert("L").point(lambda dot: 255 - dot), alignment)

    def code(self, payload: bytes, module: int, level: str, alignment: int) -> None:
        """Print a QR code.

        `payload` is what it says, `module` the size of a module in dots, `level` the error level
        (l, m, q or h), and `alignment` as for `line`.
        """
        code = segno.make(payload, error=level, boost_error=False, micro=False)
        rows = [bytes(255 * (1 - dark) for dark in row) for row in code.matrix]
        small = Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows))
        self._place(
            small.resize((small.width * module, small.height * module), Image.Resampling.NEAREST),
            alignment,
        )

    def cut(self) -> Image.Image:
        """Cut the strip off and return it as it lies in the hand (RGBA, 640 dots wide)."""
        height = sum(strip.height for strip in self._strips) + 2 * CUTTER_DOTS
        dots = Image.new("L", (DOTS + 2 * MARGIN, height), 255)
        at = CUTTER_DOTS
        for strip in self._strips:
            dots.paste(strip, (MARGIN, at))
            at += strip.height
        self._strips = []
        slip = Image.composite(
            Image.new("RGB", dots.size, PAPER), Image.new("RGB", dots.size, INK), dots
        )
        slip.putalpha(self._edge(*dots.size))
        return slip

    @staticmethod
    def _edge(width: int, height: int) -> Image.Image:
        """Return the shape of the paper: a cutter leaves small teeth at both ends."""
        teeth = [(x, TOOTH // 2 * (x // TOOTH % 2)) for x in range(0, width + TOOTH, TOOTH)]
        outline = teeth + [(x, height - 1 - y) for x, y in reversed(teeth)]
        shape = Image.new("L", (width, height), 0)
        ImageDraw.Draw(shape).polygon(outline, fill=255)
        return shape

    def _place(self, picture: Image.Image, alignment: int) -> None:
        strip = Image.new("L", (DOTS, picture.height), 255)
        strip.paste(picture, (self._indent(picture.width, alignment), 0))
        self._strips.append(strip)

    @staticmethod
    def _indent(width: int, alignment: int) -> int:
        return max(0, DOTS - width) * alignment // 2

    def _glyph(self, char: str, wide: int, high: int) -> Image.Image:
        """Draw a character more finely than the head prints and let the dots fall together."""
        fine = FINENESS * high
        drawn = Image.new("L", (CELL // 2 * (1 if char.isascii() else 2) * fine, CELL * fine), 255)
        foot = (drawn.width / 2, drawn.height * BASELINE)
        ImageDraw.Draw(drawn).text(foot, char, fill=0, font=self._at(CELL * fine), anchor="ms")
        dots = drawn.resize((CELL // 2 * wide, CELL * high), Image.Resampling.BOX)
        return dots.point(lambda grey: 0 if grey < BURN else 255)

    def _at(self, size: int) -> ImageFont.FreeTypeFont:
        if size not in self._fonts:
            self._fonts[size] = ImageFont.truetype(self._font, size)
        return self._fonts[size]
