"""Drawn papers of nobody, in their real sizes: the four kinds that applicants bring most."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FILE: Final = Path(__file__).resolve().parents[3] / "config" / "simulated" / "papers.toml"
PIXELS_PER_MM: Final = 8.0
Box = tuple[int, int, int, int]
Colour = tuple[int, int, int]


class PaperKind(StrEnum):
    """The kinds of paper that can be drawn."""

    CERTIFICATE = "certificate"  # 独生子女父母光荣证
    REGISTER = "register"  # a page of the household register (户口簿)
    BANK_CARD = "bank_card"
    A4 = "a4"  # a typed certificate of an employer


@dataclass(frozen=True)
class PaperLayout:
    """The look of one kind: size in mm, colours as RGB, and its lines.

    A line is its text, the height of its letters in mm and its left upper corner in mm.
    """

    size: tuple[float, float]
    ground: Colour
    ink: Colour
    lines: tuple[tuple[str, float, float, float], ...]
    frames: tuple[tuple[float, float, float, float], ...]
    frame_colour: Colour


@cache
def read_layout(kind: PaperKind) -> PaperLayout:
    """Return the layout of a kind from config/simulated/papers.toml."""
    said = tomllib.loads(FILE.read_text("utf-8"))[kind.value]
    return PaperLayout(
        size=tuple(said["size"]),
        ground=tuple(said["ground"]),
        ink=tuple(said["ink"]),
        lines=tuple((one["text"], one["letter"], *one["at"]) for one in said["lines"]),
        frames=tuple(tuple(one) for one in said.get("frames", ())),
        frame_colour=tuple(said.get("frame_colour", said["ink"])),
    )


@dataclass(frozen=True)
class DrawnPaper:
    """A paper lying flat: BGR pixels at `PIXELS_PER_MM`, and the boxes of its lines in pixels."""

    picture: NDArray[np.uint8]
    lines: tuple[Box, ...]

    @property
    def corners(self) -> NDArray[np.float32]:
        """Return the four corners in pixels, clockwise from the upper left."""
        height, width = self.picture.shape[:2]
        return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)


def draw_paper(
    kind: PaperKind, font: Path, instead: Mapping[str, str] = MappingProxyType({})
) -> DrawnPaper:
    """Return a paper of a kind, written with a font that has Chinese characters.

    `instead` has other words for parts of its lines, by those that stand there else.
    """
    layout = read_layout(kind)
    size = (_pixels(layout.size[0]), _pixels(layout.size[1]))
    sheet = Image.new("RGB", size, layout.ground)
    draw = ImageDraw.Draw(sheet)
    for frame in layout.frames:
        edges = tuple(_pixels(one) for one in frame)
        draw.rectangle(edges, outline=layout.frame_colour, width=4)
    lines = []
    for text, letter, left, top in layout.lines:
        for words, others in instead.items():
            text = text.replace(words, others)  # noqa: PLW2901 - what is drawn
        at, face = (_pixels(left), _pixels(top)), ImageFont.truetype(str(font), _pixels(letter))
        draw.text(at, text, fill=layout.ink, font=face)
        x, y, right, bottom = (int(one) for one in draw.textbbox(at, text, font=face))
        lines.append((x, y, right - x, bottom - y))
    picture: Any = cv2.cvtColor(np.asarray(sheet), cv2.COLOR_RGB2BGR)
    return DrawnPaper(picture, tuple(lines))


def blank_paper(kind: PaperKind) -> DrawnPaper:
    """Return a paper of a kind with nothing on it."""
    layout = read_layout(kind)
    size = (_pixels(layout.size[1]), _pixels(layout.size[0]), 3)
    return DrawnPaper(np.full(size, layout.ground[::-1], np.uint8), ())


def _pixels(millimetres: float) -> int:
    return round(millimetres * PIXELS_PER_MM)
