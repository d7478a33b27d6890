"""POINTS layout: nine places over the whole body, for the test of the touch panel."""

from __future__ import annotations

from kiosk.pages.page import Choice, Page
from kiosk.pages.press import Press
from screens.box import Box
from screens.layouts.area import Area
from screens.scene import Disc, Icon, Mark, ScenePart
from screens.theme import Theme
from screens.widgets.face import SECOND, Inks, pressable

SIDE = 3
DISC = 34.0
SIGN = 18.0
SPOT = 8.0
CORNER = 0.5


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return one disc for each place that is to be touched.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    points = [one for one in page.choices if one.act is Press.POINT]
    side = theme.px(DISC)
    return tuple(_point(theme, one, at, area.body, side) for at, one in enumerate(points))


def _point(theme: Theme, choice: Choice, at: int, room: Box, side: int) -> ScenePart:
    """Return a point in a corner, in the middle of an edge, or in the centre of the room."""
    across, down = (room.w - side) // (SIDE - 1), (room.h - side) // (SIDE - 1)
    box = Box(room.x + across * (at % SIDE), room.y + down * (at // SIDE), side, side)

    def content(face: Box, inks: Inks) -> tuple[Mark, ...]:
        if choice.chosen:
            sign = face.centred(theme.px(SIGN), theme.px(SIGN))
            return (Icon("check", sign, inks.accent),)
        return (Disc(face.centred(theme.px(SPOT), theme.px(SPOT)), inks.accent),)

    return pressable(theme, box, SECOND, (choice.act, choice.value), content, round(side * CORNER))
