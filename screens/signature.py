"""The strokes of a signature in millimetres and seconds, drawn by one finger at a time.

Who writes lets the hand rest on the panel. A touch that does not move is no pen: the next finger
draws, and the dot of the resting hand is removed.
"""

from __future__ import annotations

from kiosk.application.ink import Ink
from screens.box import Box

REST_MM = 3.0
REST_SECONDS = 3.0  # a pen that was moved, but then not for so long, was lifted unseen

Point = tuple[float, float, float]


class Signature:
    """The strokes of one signing field; the page's ink replaces them only when it changed."""

    def __init__(self, px_per_mm: float) -> None:
        self._px_per_mm = px_per_mm
        self._known: Ink = ()
        self._strokes: list[list[Point]] = []
        self._finger: object = None
        self._began: float | None = None
        self._moved_at = 0.0

    @property
    def drawing(self) -> bool:
        """Return whether a finger draws at this moment."""
        return self._finger is not None

    @property
    def ink(self) -> Ink:
        """Return the strokes so far, in millimetres and seconds."""
        return tuple(tuple(stroke) for stroke in self._strokes)

    def renew(self, ink: Ink) -> bool:
        """Take over the page's ink if it changed; return whether the field must be drawn anew.

        A page that only lags behind the finger (all strokes but the last) changes nothing.
        """
        if ink == self._known:
            return False
        self._known = ink
        current = self.ink
        if ink and ink == current[: len(ink)]:
            return False
        under_way = self._strokes[-1:] if self.drawing else []
        self._strokes = [list(stroke) for stroke in ink] + under_way
        if not self._strokes:
            self._began = None
        return True

    def forget(self) -> None:
        """Drop every stroke when the page is gone."""
        self._known, self._strokes, self._finger, self._began = (), [], None, None

    def press(self, finger: object, x: float, y: float, now: float, field: Box) -> bool:
        """Begin a stroke at (x, y) px; return False while another finger draws.

        `now`: seconds; `field`: the signing field's box.
        """
        if self.drawing and not self.resting(now):
            return False
        if self.drawing and self._is_dot():
            self._strokes.pop()
        self._finger, self._moved_at = finger, now
        self._began = now if self._began is None else self._began
        self._strokes.append([self._point(x, y, now, field)])
        return True

    def move(self, finger: object, x: float, y: float, now: float, field: Box) -> bool:
        """Extend the stroke to (x, y) px at `now` seconds; False for another finger.

        Outside the field the ink stays at its edge.
        """
        if finger != self._finger:
            return False
        self._strokes[-1].append(self._point(x, y, now, field))
        self._moved_at = now
        return True

    def resting(self, now: float) -> bool:
        """Tell whether the touch in the field is no pen: a dot, or unmoved for `REST_SECONDS`.

        `now` is in seconds, as for `move`.
        """
        return self.drawing and (self._is_dot() or now - self._moved_at >= REST_SECONDS)

    def _is_dot(self) -> bool:
        across, down = ([point[axis] for point in self._strokes[-1]] for axis in (0, 1))
        return max(max(across) - min(across), max(down) - min(down)) <= REST_MM

    def release(self, finger: object) -> bool:
        """End the stroke; return whether this finger was drawing."""
        if not self.drawing or finger != self._finger:
            return False
        self._finger = None
        return True

    def _point(self, x: float, y: float, now: float, field: Box) -> Point:
        """Return x and y in mm from the field's upper left, and seconds since the first stroke."""
        across = min(max(x - field.x, 0), field.w) / self._px_per_mm
        down = min(max(y - field.y, 0), field.h) / self._px_per_mm
        return round(across, 2), round(down, 2), round(now - (self._began or now), 3)
