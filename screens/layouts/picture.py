"""PICTURE layout: one bodily act or a captured paper, shown large, and a pill with its state."""

from __future__ import annotations

from kiosk.pages.page import Page
from screens.box import Box
from screens.layouts.area import Area
from screens.line_breaking import TIGHT, set_words
from screens.scene import LIVE, Align, Drawing, Photo, ScenePart
from screens.theme import Theme, TypeStep
from screens.widgets.heading import drawing_contrast
from screens.widgets.pill import pill, pill_height

WIDTHS = (223.3, 178.7, 159.0, 139.0, 104.2)
RATIO = 0.8
PILL_FOOT = 5.5
PHOTO_FOOT = 2.0


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return drawing, photo or live picture of a paper, the reason, and the pill with the state.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    bottom = area.body.bottom
    parts: list[ScenePart] = []
    middle = area.body.middle[0]
    if page.pill:
        parts.append(pill(theme, page.pill, middle, bottom - theme.px(PILL_FOOT), area.body.w))
        bottom -= theme.px(PILL_FOOT) + pill_height(theme) + theme.px(2)
    if page.panel is not None:
        for words in reversed((page.panel.heading, *page.panel.lines)):
            why = _why(theme, words, area.body, bottom)
            parts.append(why)
            bottom = why.box.y
    if page.photo or page.live or page.film:
        room = area.body.sized(h=bottom - area.body.y - theme.px(PHOTO_FOOT))
        parts.insert(0, ScenePart((Photo(page.photo or LIVE, room, theme.colour("track")),)))
    elif page.picture:
        room = area.body.sized(h=bottom - area.body.y)
        parts.insert(0, drawing(theme, page.picture, room))
    return tuple(parts)


def drawing(theme: Theme, name: str, room: Box) -> ScenePart:
    """Return the drawing `name` at the largest of its sizes that fits the room."""
    box = drawing_box(theme, room)
    return ScenePart((Drawing(name, box, drawing_contrast(theme)),))


def drawing_box(theme: Theme, room: Box) -> Box:
    """Return the box of the largest drawing that fits into `room`, in px."""
    sizes = [(theme.px(mm), round(theme.px(mm) * RATIO)) for mm in WIDTHS]
    fitting = [(w, h) for w, h in sizes if w <= room.w and h <= room.h]
    w, h = fitting[0] if fitting else sizes[-1]
    free = max(0, room.h - h)
    return Box(
        room.x + (room.w - w) // 2,
        room.y + (free // 2 if free > theme.px(20) else min(free // 2, theme.px(0.8))),
        w,
        h,
    )


def _why(theme: Theme, text: str, body: Box, bottom: int) -> ScenePart:
    height = round(theme.em(TypeStep.SMALL) * TIGHT) * 2
    room = Box(body.x, bottom - height, body.w, height)
    ink = theme.colour("ink2")
    words = set_words(
        theme, text, room, TypeStep.SMALL, ink, align=Align.MIDDLE, pitch=TIGHT, most=2
    ).shrunk()
    return ScenePart((words.lowered_to(bottom - words.natural[1] - theme.px(2)),))
