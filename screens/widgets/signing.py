"""The signing field: white, with a dotted base line and its own 重签 button."""

from __future__ import annotations

from kiosk.application.ink import Ink
from kiosk.pages.page import Choice
from screens.box import Box
from screens.line_breaking import TIGHT, set_words
from screens.scene import Disc, Fill, Mark, ScenePart, SignatureField
from screens.theme import Theme, TypeStep
from screens.widgets.button import quiet_button
from screens.widgets.face import QUIET

CLEAR_W, CLEAR_H = 53.6, 30.8
PEN = 2.8
DOT, DOT_PITCH = 1.7, 6.0
SIDE = 12.0


def signing_field(
    theme: Theme, box: Box, words: str, clear: Choice | None, ink: Ink
) -> tuple[ScenePart, ...]:
    """Return the field, its live ink, and the button that clears it, drawn over the ink.

    `words` stand at its top; without `clear` there is no button.
    """
    ground: list[Mark] = []
    corner, line = theme.shape("radius_panel"), theme.shape("outline_hc")
    if theme.high:
        ground.append(Fill(box, theme.colour("lip"), corner))
    inner = box.inset(line) if theme.high else box
    ground.append(Fill(inner, theme.colour("surface"), corner))
    clear_box = _clear_box(theme, box) if clear is not None else None
    ground += _dots(theme, box, clear_box)
    height = round(theme.em(TypeStep.SMALL) * TIGHT)
    room = Box(box.x + theme.px(SIDE), box.y + theme.px(4.5), box.w - 2 * theme.px(SIDE), height)
    ground.append(set_words(theme, words, room, TypeStep.SMALL, theme.colour("ink2"), pitch=TIGHT))
    colour = theme.colour("ink" if theme.high else "pine")
    parts = [
        ScenePart(tuple(ground)),
        ScenePart((SignatureField(box, ink, colour, theme.px(PEN), clear_box),)),
    ]
    if clear is not None and clear_box is not None:
        parts.append(quiet_button(theme, clear_box, clear, QUIET))
    return tuple(parts)


def _clear_box(theme: Theme, box: Box) -> Box:
    w, h = theme.px(CLEAR_W), theme.px(CLEAR_H)
    return Box(box.right - theme.px(7.8) - w, box.bottom - theme.px(6) - h, w, h)


def _dots(theme: Theme, box: Box, clear_box: Box | None) -> list[Mark]:
    side, pitch = theme.px(DOT), theme.px(DOT_PITCH)
    y = box.bottom - theme.px(22.7)
    right = clear_box.x - pitch if clear_box else box.right - theme.px(SIDE)
    left = box.x + theme.px(15)
    colour = theme.colour("track")
    return [Disc(Box(x, y, side, side), colour) for x in range(left, right, pitch)]
