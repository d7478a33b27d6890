"""CAMERA layout: a round mirror, one hint over its rim, and the simulated person's name."""

from __future__ import annotations

from kiosk.pages.page import Page
from screens.box import Box
from screens.layouts.area import Area
from screens.line_breaking import TIGHT, set_words
from screens.scene import Align, ScenePart
from screens.theme import Theme, TypeStep
from screens.widgets.mirror import mirror
from screens.widgets.pill import HINT_H, HINT_W, hint

DIAMETER = 180.2
OVERLAP = 6.7
TOP = 2.7
HINT_FOOT, HINT_FOOT_WIDE = 12.0, 15.5  # below it who the simulated person is


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the mirror, the hint over its rim, and the simulated person's name.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    body = area.body
    hint_box = _hint_box(theme, body)
    top = body.y + theme.px(0 if theme.landscape else TOP)
    side = min(theme.px(DIAMETER), hint_box.y + theme.px(OVERLAP) - top, body.w)
    parts = mirror(theme, Box(body.middle[0] - side // 2, top, side, side))
    if page.hint:
        parts = (*parts, hint(theme, page.hint, page.hint_icon, hint_box))
    return (*parts, _credit(theme, page.credit, hint_box, body)) if page.credit else parts


def _hint_box(theme: Theme, body: Box) -> Box:
    w, h = theme.px(HINT_W), theme.px(HINT_H)
    foot = theme.px(HINT_FOOT_WIDE if theme.landscape else HINT_FOOT)
    return Box(body.middle[0] - w // 2, body.bottom - foot - h, w, h)


def _credit(theme: Theme, text: str, above: Box, body: Box) -> ScenePart:
    height = round(theme.em(TypeStep.SMALL, grow=False) * TIGHT)
    room = Box(body.x, above.bottom + theme.px(0.7), body.w, height)
    words = set_words(
        theme,
        text,
        room,
        TypeStep.SMALL,
        theme.colour("ink2"),
        align=Align.MIDDLE,
        pitch=TIGHT,
        grow=False,
    )
    return ScenePart((words,))
