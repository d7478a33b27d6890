"""Painting of scenes with Kivy: one instruction group for each part, only changes are drawn."""

from __future__ import annotations

from functools import singledispatchmethod
from typing import Any

from kivy.graphics import (
    ClearBuffers,
    ClearColor,
    Color,
    InstructionGroup,
    Rectangle,
    SmoothEllipse,
    SmoothLine,
    SmoothRoundedRectangle,
)
from kivy.utils import get_color_from_hex

from screens.box import Box
from screens.line_breaking import RISE
from screens.painting.dirty_regions import Damage
from screens.painting.live import InkView, MirrorView, PhotoView
from screens.painting.textures import Textures, code_texture
from screens.scene import (
    Disc,
    Drawing,
    Fill,
    Icon,
    Mark,
    Mirror,
    Photo,
    QrCode,
    Ring,
    Scene,
    ScenePart,
    SignatureField,
    Target,
    TextBlock,
)

WHITE = "#FFFFFF"
RING_SEGMENTS = 180
OVERLAPPING = 363  # degrees: a circle that just closes shows a seam


class ScenePainter:
    """Paints scenes onto a canvas whose origin is the panel's lower left corner.

    `height` is the panel's in px.
    """

    def __init__(self, canvas: Any, height: int, textures: Textures, damage: Damage) -> None:
        self._canvas = canvas
        self._height = height
        self._textures = textures
        self._damage = damage
        self._ground = InstructionGroup()
        canvas.add(self._ground)
        self._known_ground: tuple[str, Box | None] | None = None
        self._slots: list[tuple[ScenePart, bool, Any]] = []
        self.mirror = MirrorView(damage)
        self.photo = PhotoView(height, damage)
        self.ink = InkView(height, damage)

    def paint(self, scene: Scene, pressed: Target | None, ground: Box | None = None) -> None:
        """Draw what differs from the scene before, with the part of `pressed` in its pressed state.

        `ground`: the box to fill with the scene's ground; None for the whole window.
        """
        self._paint_ground(scene.ground, ground)
        for at, part in enumerate(scene.parts):
            down = part.target is not None and part.target == pressed
            self._paint_slot(at, part, down)
        for part, down, group in self._slots[len(scene.parts) :]:
            self._damage.add(_shown(part, down))
            group.clear()  # else it and what it holds hold each other
            self._canvas.remove(group)
        del self._slots[len(scene.parts) :]
        self._textures.keep_only(scene)

    def prepare(self, part: ScenePart) -> None:
        """Make the textures that a part of a later scene needs."""
        self._textures.prepare((*part.marks, *part.pressed))

    def turn(self, height: int) -> None:
        """Start anew on a canvas of another height in px, after the panel was turned."""
        for _part, _down, group in self._slots:
            group.clear()
            self._canvas.remove(group)
        self._slots.clear()
        self._damage.everything()
        self._height = height
        self.photo.turn(height)
        self.ink.turn(height)

    def forget(self) -> None:
        """Drop ink, mirror and photo: they belong to the page that is gone."""
        for at, (part, down, group) in enumerate(self._slots):
            if any(isinstance(mark, Mirror | Photo | SignatureField) for mark in part.marks):
                self._damage.add(part.marks)
                group.clear()
                self._slots[at] = (ScenePart(()), down, group)
        self.ink.forget()
        self.mirror.forget()
        self.photo.forget()

    def _paint_ground(self, colour: str, box: Box | None) -> None:
        if (colour, box) == self._known_ground:
            return
        self._known_ground = (colour, box)
        self._damage.everything()
        self._ground.clear()
        if box is not None:
            self._add(self._ground, Fill(box, colour))
            return
        # In software a window is cleared ten times as fast as a rectangle of its size is filled.
        self._ground.add(ClearColor(*get_color_from_hex(colour)))
        self._ground.add(ClearBuffers(clear_color=True))

    def _paint_slot(self, at: int, part: ScenePart, down: bool) -> None:
        if at < len(self._slots):
            known, was_down, group = self._slots[at]
            if known == part and was_down == down:
                return
            self._damage.add(_shown(known, was_down))
            group.clear()
            self._slots[at] = (part, down, group)
        else:
            group = InstructionGroup()
            self._canvas.add(group)
            self._slots.append((part, down, group))
        self._damage.add(_shown(part, down))
        for mark in _shown(part, down):
            self._add(group, mark)

    def _add(self, group: Any, mark: Mark) -> None:
        colour = getattr(mark, "colour", WHITE)
        group.add(Color(*get_color_from_hex(colour)))
        self._draw(mark, group)

    def _place(self, box: Box) -> dict[str, tuple[int, int]]:
        return {"pos": (box.x, self._height - box.bottom), "size": (box.w, box.h)}

    @singledispatchmethod
    def _draw(self, mark: Mark, group: Any) -> None:
        raise TypeError(f"no way to draw {mark!r} into {group!r}")

    @_draw.register
    def _fill(self, mark: Fill, group: Any) -> None:
        place = self._place(mark.box)
        if not mark.radius:
            group.add(Rectangle(**place))
            return
        radius = min(mark.radius, mark.box.w / 2, mark.box.h / 2)
        segments = max(8, min(24, round(radius / 3)))
        group.add(SmoothRoundedRectangle(radius=[radius] * 4, segments=segments, **place))

    @_draw.register
    def _disc(self, mark: Disc, group: Any) -> None:
        group.add(SmoothEllipse(**self._place(mark.box)))

    @_draw.register
    def _ring(self, mark: Ring, group: Any) -> None:
        place = self._place(mark.box)
        (x, y), (w, h) = place["pos"], place["size"]
        circle = (x + w / 2, y + h / 2, (w - mark.line) / 2)
        group.add(SmoothLine(circle=(*circle, 0, OVERLAPPING, RING_SEGMENTS), width=mark.line / 2))

    @_draw.register
    def _words(self, mark: TextBlock, group: Any) -> None:
        block = mark.pitch * len(mark.lines)
        top = mark.box.y + (mark.box.h - block) / 2
        for number, line in enumerate(mark.lines):
            if not line:
                continue
            texture = self._textures.line(line, mark.size, mark.weight)
            w, h = texture.size
            x = mark.box.x + (mark.box.w - w) * mark.align.value
            middle = top + mark.pitch * (number + 0.5) - mark.size * RISE
            box = Box(round(x), round(middle - h / 2), w, h)
            group.add(Rectangle(texture=texture, **self._place(box)))

    @_draw.register
    def _icon(self, mark: Icon, group: Any) -> None:
        self._strips(mark, group)

    @_draw.register
    def _drawing(self, mark: Drawing, group: Any) -> None:
        self._strips(mark, group)

    def _strips(self, mark: Icon | Drawing, group: Any) -> None:
        y = mark.box.y
        for texture in self._textures.strips(mark):
            w, h = texture.size
            group.add(Rectangle(texture=texture, **self._place(Box(mark.box.x, y, w, h))))
            y += h

    @_draw.register
    def _code(self, mark: QrCode, group: Any) -> None:
        texture = code_texture(mark.text, mark.box.w)
        w, h = texture.size
        group.add(Color(1, 1, 1))
        group.add(Rectangle(texture=texture, **self._place(mark.box.centred(w, h))))

    @_draw.register
    def _mirror(self, mark: Mirror, group: Any) -> None:
        group.add(self.mirror.instructions(mark, self._place(mark.box)))

    @_draw.register
    def _photo(self, mark: Photo, group: Any) -> None:
        group.add(Rectangle(**self._place(mark.box)))
        group.add(self.photo.instructions(mark))

    @_draw.register
    def _field(self, mark: SignatureField, group: Any) -> None:
        group.add(self.ink.instructions(mark))


def _shown(part: ScenePart, down: bool) -> tuple[Mark, ...]:
    return part.pressed if down else part.marks
