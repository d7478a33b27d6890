"""What has the finger drawn? Strokes in millimetres and seconds, one finger at a time."""

from __future__ import annotations

from kiosk.visit.page import Ink
from screens.box import Box

Point = tuple[float, float, float]


class Signature:
    """The strokes of one signing field; what the page says wins only when it really changed."""

    def __init__(self, px_per_mm: float) -> None:
        self._px_per_mm = px_per_mm
        self._known: Ink = ()
        self._strokes: list[list[Point]] = []
        self._finger: object = None
        self._began: float | None = None

    @property
    def drawing(self) -> bool:
        return self._finger is not None

    @property
    def ink(self) -> Ink:
        return tuple(tuple(stroke) for stroke in self._strokes)

    def renew(self, ink: Ink) -> bool:
        """Take over the page's ink if it is news; say whether the field must be drawn anew.

        A page that only lags behind the finger (the strokes before the last) is no news.
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
        """Drop every stroke: the page has gone."""
        self._known, self._strokes, self._finger, self._began = (), [], None, None

    def press(self, finger: object, x: float, y: float, now: float, field: Box) -> bool:
        """Begin a stroke; False while another finger draws."""
        if self.drawing:
            return False
        self._finger = finger
        self._began = now if self._began is None else self._began
        self._strokes.append([self._point(x, y, now, field)])
        return True

    def move(self, finger: object, x: float, y: float, now: float, field: Box) -> bool:
        """Go on with the stroke; the finger may leave the field, the ink stays inside."""
        if finger != self._finger:
            return False
        self._strokes[-1].append(self._point(x, y, now, field))
        return True

    def release(self, finger: object) -> bool:
        """End the stroke; say whether this finger was drawing."""
        if not self.drawing or finger != self._finger:
            return False
        self._finger = None
        return True

    def _point(self, x: float, y: float, now: float, field: Box) -> Point:
        across = min(max(x - field.x, 0), field.w) / self._px_per_mm
        down = min(max(y - field.y, 0), field.h) / self._px_per_mm
        return round(across, 2), round(down, 2), round(now - (self._began or now), 3)
