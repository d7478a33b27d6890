"""What is drawn, before any toolkit is asked? A scene is a value: parts made of marks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from kiosk.pages.page import Ink
from kiosk.pages.press import Press
from screens.box import Box, union


class Weight(Enum):
    """The three fonts."""

    MEDIUM = "NotoSansSC-Medium.otf"
    BOLD = "NotoSansSC-Bold.otf"
    NAME = "NotoSerifSC-Bold-name.otf"  # only the five characters of the name


class Align(Enum):
    """Where lines stand in their room."""

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
    """Lines of text, already broken; `box` is the room they were given, `natural` what they need.

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
        """Return the same lines in another room."""
        return replace(self, box=box, align=align or self.align)

    def lowered_to(self, y: int) -> TextBlock:
        return self.at(Box(self.box.x, y, self.box.w, self.box.h))

    def shrunk(self) -> TextBlock:
        """Return the words in a room of just their natural height."""
        return self.at(self.box.sized(h=self.natural[1]))

    @property
    def fits(self) -> bool:
        return self.natural[0] <= self.box.w and self.natural[1] <= self.box.h


@dataclass(frozen=True)
class Icon:
    """A one-coloured sign, rendered at exactly the box's size."""

    name: str
    box: Box
    colour: str


@dataclass(frozen=True)
class Drawing:
    """One of our drawings, rendered at exactly the box's size; `twin` is light or hc."""

    name: str
    box: Box
    twin: str


@dataclass(frozen=True)
class QrCode:
    """A QR code of `text`, whole pixels a module, as large as the box allows."""

    text: str
    box: Box
    colour: str


@dataclass(frozen=True)
class Mirror:
    """The live camera picture, cut to a circle."""

    box: Box
    colour: str  # before the first frame


@dataclass(frozen=True)
class Photo:
    """The held picture of a paper with this number, whole, as large as the box allows."""

    number: int
    box: Box
    colour: str  # of the box before the picture is there


@dataclass(frozen=True)
class SignatureField:
    """The place where a finger signs; `pen` is the width of a stroke in px."""

    box: Box
    ink: Ink
    colour: str
    pen: int
    keep_out: Box | None = None  # a button that lies on the field


Mark = Fill | Disc | Ring | TextBlock | Icon | Drawing | QrCode | Mirror | Photo | SignatureField


@dataclass(frozen=True)
class Target:
    """What a finger can press."""

    act: Press
    value: str
    box: Box
    primary: bool = False


@dataclass(frozen=True)
class ScenePart:
    """A piece of the page that is drawn again as a whole: `pressed` while a finger is on it."""

    marks: tuple[Mark, ...]
    target: Target | None = None
    pressed: tuple[Mark, ...] = ()

    @property
    def box(self) -> Box:
        return union([mark.box for mark in self.marks])


@dataclass(frozen=True)
class Scene:
    """One page, ready to be painted from the first part to the last."""

    ground: str
    parts: tuple[ScenePart, ...]

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(part.target for part in self.parts if part.target is not None)

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(mark for part in self.parts for mark in part.marks)
