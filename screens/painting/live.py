"""Live parts of a page: camera mirror, picture of a paper, ink under the finger."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Ellipse, InstructionGroup, Rectangle, SmoothLine
from kivy.graphics.texture import Texture

from kiosk.application.ink import Ink
from kiosk.ports import Frame
from screens.painting.dirty_regions import Damage
from screens.scene import LIVE, Mirror, Photo, SignatureField


class MirrorView:
    """The newest camera frame, cut to a circle and mirrored; it survives repainting."""

    def __init__(self, damage: Damage) -> None:
        self._damage = damage
        self._mark: Mirror | None = None
        self._texture: Any = None
        self._size: tuple[int, int] | None = None
        self._sequence: int | None = None
        self._ellipse: Any = None

    @property
    def sequence(self) -> int:
        """Return the number of the frame that is shown, 0 for none."""
        return self._sequence or 0

    def instructions(self, mark: Mirror, place: dict[str, tuple[int, int]]) -> Any:
        """Return the circle; a plain disc before the first frame."""
        group, self._mark = InstructionGroup(), mark
        self._ellipse = Ellipse(segments=180, **place)
        group.add(self._ellipse)
        self._colour = Color(1, 1, 1)
        if self._texture is not None:
            group.insert(0, self._colour)
            self._show()
        self._group = group
        return group

    def show(self, frame: Frame) -> None:
        """Draw a frame unless it is shown already."""
        if frame.sequence == self._sequence or self._mark is None:
            return
        self._sequence = frame.sequence
        self._damage.add((self._mark,))
        size = (frame.width, frame.height)
        first = self._texture is None
        if self._size != size:
            self._texture = Texture.create(size=size, colorfmt="rgb")
            self._size = size
        self._texture.blit_buffer(frame.pixels, colorfmt="bgr", bufferfmt="ubyte")
        if first:
            self._group.insert(0, self._colour)
        self._show()

    def forget(self) -> None:
        """Drop the last frame when its page is gone."""
        self._texture = self._size = self._sequence = self._ellipse = self._mark = None

    def _show(self) -> None:
        """Map the frame's middle square onto the circle, mirrored, first row on top."""
        if self._size is None:
            return
        width, height = self._size
        side = min(width, height)
        u, v = (width - side) / 2 / width, (height - side) / 2 / height
        left, right, top, bottom = 1 - u, u, v, 1 - v
        self._ellipse.texture = self._texture
        self._ellipse.tex_coords = (left, bottom, right, bottom, right, top, left, top)


class PhotoView:
    """The picture of a paper, whole and upright, in the middle of its box.

    `height` is the panel's in px: Kivy's origin is at the bottom.
    """

    def __init__(self, height: int, damage: Damage) -> None:
        self._height = height
        self._damage = damage
        self._mark: Photo | None = None
        self._group: Any = None
        self._texture: Any = None
        self._shown = 0

    @property
    def shown(self) -> int:
        """Return the number of the picture that is drawn, 0 for none."""
        return self._shown

    def turn(self, height: int) -> None:
        """Drop the picture after the panel was turned and its box has moved."""
        self.forget()
        self._height = height

    def instructions(self, mark: Photo) -> Any:
        """Return the group of the picture, empty before the picture is shown."""
        self._mark, self._group = mark, InstructionGroup()
        if mark.number in {LIVE, self._shown} and self._texture is not None:
            self._draw(mark)
        return self._group

    def show(self, frame: Frame) -> None:
        """Draw the picture that the page names, unless it is drawn already."""
        mark = self._mark
        wanted = mark is not None and mark.number in {LIVE, frame.sequence}
        if mark is None or not wanted or frame.sequence == self._shown:
            return
        size = (frame.width, frame.height)
        if self._texture is None or self._texture.size != size:
            self._texture = Texture.create(size=size, colorfmt="rgb")
            self._texture.flip_vertical()  # the first row is the upper one
        self._texture.blit_buffer(frame.pixels, colorfmt="bgr", bufferfmt="ubyte")
        self._shown = frame.sequence
        self._draw(mark)
        self._damage.add((mark,))

    def forget(self) -> None:
        """Drop the picture when its page is gone."""
        if self._group is not None:
            self._group.clear()
        self._mark, self._group, self._texture, self._shown = None, None, None, 0

    def _draw(self, mark: Photo) -> None:
        width, height = self._texture.size
        scale = min(mark.box.w / width, mark.box.h / height)
        place = mark.box.centred(round(width * scale), round(height * scale))
        where = (place.x, self._height - place.bottom)
        self._group.clear()
        self._group.add(Color(1, 1, 1))
        self._group.add(Rectangle(texture=self._texture, pos=where, size=(place.w, place.h)))


class InkView:
    """The strokes in the signing field, extended point by point.

    `height` is the panel's in px: Kivy's origin is at the bottom.
    """

    def __init__(self, height: int, damage: Damage) -> None:
        self._height = height
        self._damage = damage
        self._group: Any = InstructionGroup()
        self._lines: list[Any] = []
        self._shown: tuple[SignatureField, Ink] | None = None
        self._mark: SignatureField | None = None

    def turn(self, height: int) -> None:
        """Drop the strokes after the panel was turned and the field has moved."""
        self.forget()
        self._height = height

    def instructions(self, mark: SignatureField) -> Any:
        """Return the group of the strokes, the same one as long as the page shows the field."""
        self._mark = mark
        return self._group

    def draw(self, ink: Ink, px_per_mm: float) -> None:
        """Bring the lines up to the ink; a longer stroke only gets its new points."""
        if self._mark is None or self._shown == (self._mark, ink):
            return
        self._shown = self._mark, ink
        self._damage.add((self._mark,))
        while len(self._lines) > len(ink):
            self._group.remove(self._lines.pop())
        for at, stroke in enumerate(ink):
            points = self._points(stroke, px_per_mm)
            if at == len(self._lines):
                self._lines.append(self._new_line())
            if self._lines[at].points != points:
                self._lines[at].points = points

    def forget(self) -> None:
        """Take all strokes and the mark of the finger off the canvas."""
        for line in self._lines:
            self._group.remove(line)
        self._lines, self._shown = [], None
        self._mark = None

    def _new_line(self) -> Any:
        width = self._mark.pen / 2 if self._mark else 1
        line = SmoothLine(width=width, joint="round", cap="round", overdraw_width=1.2)
        self._group.add(line)
        return line

    def _points(self, stroke: tuple[tuple[float, float, float], ...], scale: float) -> list[float]:
        """Return the stroke's points in window px, flattened."""
        if self._mark is None:
            return []
        left, top = self._mark.box.x, self._height - self._mark.box.y
        points = [c for x, y, _at in stroke for c in (left + x * scale, top - y * scale)]
        # A line of one point draws nothing; a dot gets a second point.
        return points if len(stroke) > 1 else [*points, points[0] + 1, points[1]]
