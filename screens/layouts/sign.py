"""SIGN layout: the facts once more, and a field for the signature."""

from __future__ import annotations

from kiosk.pages.page import Page, Row
from kiosk.pages.press import Press
from screens.box import Box
from screens.layouts.area import Area
from screens.layouts.dates import wider
from screens.line_breaking import TIGHT, set_words
from screens.scene import ScenePart, TextBlock, Weight
from screens.theme import Theme, TypeStep
from screens.widgets.signing import signing_field

PITCH = 20.8
VALUE_LEFT = 46.4
LIFT = 2.7
FIELD_LEAST = 78.0


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the facts, the field for the signature and what stands in it.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    room = area.side if theme.landscape else area.body
    pitch = max(theme.px(PITCH), round(theme.em(TypeStep.BODY) * TIGHT))
    if theme.landscape:
        pitch = min(pitch, room.h // max(1, len(page.rows)))
    top = room.y - theme.px(LIFT)
    lines = [
        words
        for at, row in enumerate(page.rows)
        for words in _fact(theme, row, Box(room.x, top + pitch * at, room.w, pitch))
    ]
    facts = (ScenePart(tuple(lines)),) if lines else ()
    return (*facts, *_field(theme, page, area, top + pitch * len(page.rows)))


def _field(theme: Theme, page: Page, area: Area, top: int) -> tuple[ScenePart, ...]:
    if theme.landscape:
        box = area.body
    else:
        box = wider(theme, area.body)
        top = max(top + theme.px(6.5), theme.highest)
        box = Box(box.x, top, box.w, max(theme.px(FIELD_LEAST), area.body.bottom - top))
    clear = next((choice for choice in page.choices if choice.act is Press.CLEAR_INK), None)
    words = page.panel.heading if page.panel is not None else ""
    return signing_field(theme, box, words, clear, page.ink)


def _fact(theme: Theme, row: Row, box: Box) -> tuple[TextBlock, TextBlock]:
    left = round(
        theme.px(VALUE_LEFT) * theme.em(TypeStep.SMALL) / theme.em(TypeStep.SMALL, grow=False)
    )
    label = set_words(
        theme,
        row.label,
        box.sized(w=left - theme.px(2)),
        TypeStep.SMALL,
        theme.colour("ink2"),
        pitch=TIGHT,
    )
    steps = (TypeStep.BODY, TypeStep.SMALL)
    ink = theme.colour("ink")
    room = box.from_left(left)
    value = set_words(theme, row.words, room, steps, ink, weight=Weight.BOLD, pitch=TIGHT)
    return label, value
