"""RECEIPT layout: the case number with its code, the stops on the way, the slip to take."""

from __future__ import annotations

from kiosk.pages.page import Page
from screens.box import Box
from screens.layouts.area import Area
from screens.layouts.dates import wider
from screens.scene import Drawing, ScenePart, TextBlock
from screens.theme import Theme
from screens.widgets.heading import drawing_contrast
from screens.widgets.slip import slip
from screens.widgets.stops import stops

DRAWING = (104.2, 83.4)
TO_EDGE = 2.5


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the case number with its code, the stops on the way, and a drawing where one fits.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    parts: list[ScenePart] = []
    room = area.body
    if page.slip is not None:
        card = slip(theme, page.slip, wider(theme, room))
        parts.append(card)
        room = room.from_top(card.box.bottom - room.y + theme.px(5))
    if not page.stops:
        return tuple(parts)
    drawing = _drawing_box(theme, room)
    beside = stops(theme, page.stops, room.sized(w=drawing.x + theme.px(10) - room.x))
    fits = all(mark.fits for mark in beside.marks if isinstance(mark, TextBlock))
    if page.picture and fits and drawing.bottom <= area.body.bottom:
        return (
            *parts,
            beside,
            ScenePart((Drawing(page.picture, drawing, drawing_contrast(theme)),)),
        )
    return (*parts, stops(theme, page.stops, room))


def _drawing_box(theme: Theme, room: Box) -> Box:
    w, h = theme.px(DRAWING[0]), theme.px(DRAWING[1])
    top = room.y + theme.px(14.6)
    return Box(theme.px(DRAWING[0]) * 0 + room.right + theme.px(13.4) - w, top, w, h)
