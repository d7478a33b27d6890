"""The scene: what is drawn, as a value of parts and marks, independent of any toolkit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from kiosk.application.ink import Ink
from kiosk.pages.press import Press
from screens.box import Box, union


class Weight(Enum):
    """The three font files."""

    MEDIUM = "NotoSansSC-Medium.otf"
    BOLD = "NotoSansSC-Bold.otf"
    NAME = "NotoSerifSC-Bold-name.otf"  # only the five characters of the name


class Align(Enum):
    """Horizontal alignment of lines in their box, as a share of the free width."""

    LEFT = 0.0
    MIDDLE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True)
class Fill:
    """A filled rectangle with round corners."""

    box: Box
    colour: str
    radius: int = 0


@dataclass(frozen=True)
class Disc:
    """A filled circle."""

    box: Box
    colour: str


@dataclass(frozen=True)
class Ring:
    """A circle of which only the rim is drawn, `line` px wide, inside the box."""

    box: Box
    colour: str
    line: int


@dataclass(frozen=True)
class TextBlock:
    """Lines of text, already broken; `box` is their room, `natural` the size they need in px.

    Lines stand in the middle of the box's height, `pitch` px apart.
    """

    lines: tuple[str, ...]
    box: Box
    size: int
    pitch: int
    weight: Weight
    colour: str
    natural: tuple[int, int]
    align: Align = Align.LEFT

    def at(self, box: Box, align: Align | None = None) -> TextBlock:
        """Return the same lines in another box, with another alignment if given."""
        return replace(self, box=box, align=align or self.align)

    def lowered_to(self, y: int) -> TextBlock:
        """Return the same lines in a box that begins at `y` px."""
        return self.at(Box(self.box.x, y, self.box.w, self.box.h))

    def shrunk(self) -> TextBlock:
        """Return the text in a box of its natural height."""
        return self.at(self.box.sized(h=self.natural[1]))

    @property
    def fits(self) -> bool:
        """Return whether the lines fit into their box."""
        return self.natural[0] <= self.box.w and self.natural[1] <= self.box.h


@dataclass(frozen=True)
class Icon:
    """A one-coloured icon, rendered at exactly the box's size."""

    name: str
    box: Box
    colour: str


@dataclass(frozen=True)
class Drawing:
    """A drawing, rendered at exactly the box's size; `contrast` is "light" or "hc" (high)."""

    name: str
    box: Box
    contrast: str


@dataclass(frozen=True)
class QrCode:
    """A QR code of `text` with whole pixels per module, as large as the box allows."""

    text: str
    box: Box
    colour: str


@dataclass(frozen=True)
class Mirror:
    """The live camera picture, cut to a circle."""

    box: Box
    colour: str  # before the first frame


LIVE = -1


@dataclass(frozen=True)
class Photo:
    """The captured picture of a paper by its number, whole, as large as the box allows.

    `LIVE` in place of a number stands for whatever the document camera sees.
    """

    number: int
    box: Box
    colour: str  # of the box before the picture is there


@dataclass(frozen=True)
class SignatureField:
    """The field in which a finger signs; `pen` is the width of a stroke in px."""

    box: Box
    ink: Ink
    colour: str
    pen: int
    keep_out: Box | None = None  # a button that lies on the field


Mark = Fill | Disc | Ring | TextBlock | Icon | Drawing | QrCode | Mirror | Photo | SignatureField


@dataclass(frozen=True)
class Target:
    """A box that a finger can press, and what the press means."""

    act: Press
    value: str
    box: Box
    primary: bool = False


@dataclass(frozen=True)
class ScenePart:
    """A part of the page that is redrawn as a whole, with the marks it shows while pressed."""

    marks: tuple[Mark, ...]
    target: Target | None = None
    pressed: tuple[Mark, ...] = ()

    @property
    def box(self) -> Box:
        """Return the smallest box around all marks."""
        return union([mark.box for mark in self.marks])


@dataclass(frozen=True)
class Scene:
    """One page, to be painted from the first part to the last."""

    ground: str
    parts: tuple[ScenePart, ...]

    @property
    def targets(self) -> tuple[Target, ...]:
        """Return all that can be pressed, in the order in which it is painted."""
        return tuple(part.target for part in self.parts if part.target is not None)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Return all marks, in the order in which they are painted."""
        return tuple(mark for part in self.parts for mark in part.marks)
