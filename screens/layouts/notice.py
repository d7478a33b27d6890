"""NOTICE layout: three facts with a disc each, and a panel with a separate consent."""

from __future__ import annotations

from kiosk.pages.page import Page, Row
from screens.box import Box
from screens.layouts.area import Area
from screens.line_breaking import LINE, TIGHT, set_words
from screens.scene import Disc, Fill, Icon, ScenePart, TextBlock, Weight
from screens.theme import Theme, TypeStep
from screens.widgets.button import equal_pair
from screens.widgets.dock import dock_box

DISC, ICON = 29.5, 18.0
WORDS_LEFT = 38.0
PAIR_H, PAIR_GAP = 53.6, 6.0
PAIR_H_LANDSCAPE = 43.7
SIDE = 12.0
HEADING_GAP = 3.2
PITCH = 39.7
LIFT = 1.5


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the facts, one below the other, and the panel with the consent.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    consent = _consent(theme, page, _panel_place(theme, area))
    room = _facts_room(theme, area, consent[0].box.y)
    pitch = min(theme.px(PITCH), (room.h + theme.px(LIFT)) // max(1, len(page.rows)))
    facts = tuple(
        _fact(theme, row, Box(room.x, room.y - theme.px(LIFT) + pitch * at, room.w, pitch))
        for at, row in enumerate(page.rows)
    )
    return (*facts, *consent)


def _facts_room(theme: Theme, area: Area, panel_top: int) -> Box:
    if theme.landscape:
        return area.body.sized(w=theme.grid("column"), h=area.action.bottom - area.body.y)
    return area.body.sized(h=panel_top - theme.px(6) - area.body.y)


def _panel_place(theme: Theme, area: Area) -> Box:
    """Return the place of the panel, whose height follows from its words: width and bottom."""
    if theme.landscape:
        column = theme.grid("column")
        return Box(
            area.action.right - column, area.body.y, column, area.action.bottom - area.body.y
        )
    margin = theme.grid("panel_margin")
    bottom = dock_box(theme).y - theme.px(5)
    return Box(margin, 0, theme.panel.width_px - 2 * margin, bottom)


def _fact(theme: Theme, row: Row, box: Box) -> ScenePart:
    side = min(theme.px(DISC), box.h - theme.px(3))
    disc = Box(box.x, box.y + (box.h - side) // 2, side, side)
    icon = disc.centred(theme.px(ICON), theme.px(ICON))
    first, second = (round(theme.em(step) * TIGHT) for step in (TypeStep.BODY, TypeStep.SMALL))
    room = box.from_left(theme.px(WORDS_LEFT))
    top = box.y + (box.h - first - second) // 2
    steps = (TypeStep.BODY, TypeStep.SMALL)
    ink = theme.colour("ink")
    name = set_words(
        theme,
        row.words,
        Box(room.x, top, room.w, first),
        steps,
        ink,
        weight=Weight.BOLD,
        pitch=TIGHT,
    )
    reason = set_words(
        theme,
        row.reason,
        Box(room.x, top + first, room.w, second),
        TypeStep.SMALL,
        theme.colour("ink2"),
        pitch=TIGHT,
    )
    ground = Disc(disc, theme.colour("apricot_tint"))
    return ScenePart((ground, Icon(row.icon, icon, theme.colour("pine")), name, reason))


def _consent(theme: Theme, page: Page, place: Box) -> tuple[ScenePart, ...]:
    """Return the panel, standing on the bottom of `place`, and its two equal buttons."""
    side, foot = theme.px(SIDE), theme.px(8 if theme.landscape else 10.4)
    inner = place.inset(side, 0)
    height = theme.px(PAIR_H_LANDSCAPE if theme.landscape else PAIR_H)
    pair = Box(inner.x, place.bottom - foot - height, inner.w, height)
    lines = _question(theme, page, inner)
    tall = sum(words.box.h for words in lines) + theme.px(HEADING_GAP)
    top = pair.y - theme.px(9) - tall
    placed, y = [], top
    for words in lines:
        placed.append(words.lowered_to(y))
        y += words.box.h + (0 if len(placed) > 1 else theme.px(HEADING_GAP))
    above = top - theme.px(9)
    face = Box(place.x, above, place.w, place.bottom - above)
    fill = Fill(face, theme.colour("pine_tint"), theme.shape("radius_panel"))
    gap = theme.px(PAIR_GAP)
    width = (pair.w - gap) // 2
    boxes = (pair.sized(w=width), pair.from_left(pair.w - width))
    return (ScenePart((fill, *placed)), *equal_pair(theme, boxes, page.choices))


def _question(theme: Theme, page: Page, inner: Box) -> list[TextBlock]:
    if page.panel is None:
        return []
    room = inner.sized(h=theme.panel.height_px)
    ink, ink2 = theme.colour("ink"), theme.colour("ink2")
    steps = (TypeStep.ACTION, TypeStep.BODY)
    head = set_words(theme, page.panel.heading, room, steps, ink, weight=Weight.BOLD, pitch=LINE)
    lines = [
        set_words(theme, line, room, TypeStep.BODY, ink2, most=2, pitch=LINE)
        for line in page.panel.lines
    ]
    return [words.shrunk() for words in (head, *lines)]
