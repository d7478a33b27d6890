"""WRITE layout: the text so far, five candidates, digits, and a field for finger or letters."""

from __future__ import annotations

from kiosk.pages.page import Page
from screens.box import Box
from screens.layouts.area import Area
from screens.scene import ScenePart
from screens.theme import Theme
from screens.widgets.letter_pad import candidates, hand_pad, letter_pad, text_field

FIELD, FIELD_LANDSCAPE = 34.0, 22.0
CHOICES, CHOICES_LANDSCAPE = 30.0, 22.0
GAP = 4.0


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the text so far, the candidates, and the field for finger or letters.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    assert page.writing is not None
    assert page.corners is not None
    room, gap = area.body, theme.px(GAP)
    field = room.sized(h=theme.px(FIELD_LANDSCAPE if theme.landscape else FIELD))
    height = theme.px(CHOICES_LANDSCAPE if theme.landscape else CHOICES)
    row = Box(room.x, max(field.bottom + gap, theme.highest), room.w, height)
    keys = room.from_top(row.bottom + gap - room.y)
    shown = (
        text_field(theme, page.writing, field),
        *candidates(theme, page.rows, page.corners[0], row),
    )
    if page.writing.by_hand:
        return (*shown, *hand_pad(theme, page.writing, page.corners[1], keys))
    return (*shown, *letter_pad(theme, page.writing, page.corners[1], keys))
