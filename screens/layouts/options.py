"""OPTIONS: one question with up to six large answers; a press answers it."""

from __future__ import annotations

from kiosk.visit.page import Page, Row
from screens.box import Box
from screens.layouts.area import Area
from screens.layouts.list import crowded, in_columns
from screens.layouts.rows import LIFT
from screens.scene import Part
from screens.theme import Theme
from screens.widgets.row import answer, least_height

TALLEST = 53.6
GAP = 4.5
GAP_CROWDED = 3.2


def draw(theme: Theme, page: Page, area: Area) -> tuple[Part, ...]:
    if not page.rows:
        return ()
    least = max(least_height(theme, row) for row in page.rows)
    room = area.body
    if crowded(theme, page.rows, room, least) and not theme.landscape:
        room = Box(room.x, room.y - theme.px(LIFT), room.w, room.h + theme.px(LIFT))
    columns = in_columns(theme, page.rows, room)
    return tuple(part for rows, box in columns for part in _stack(theme, rows, box, least))


def _stack(theme: Theme, rows: tuple[Row, ...], room: Box, least: int) -> tuple[Part, ...]:
    """Return the answers as high as the room allows, in its middle."""
    gap = theme.px(GAP)
    height = (room.h - gap * (len(rows) - 1)) // len(rows)
    if height < least:
        gap = theme.px(GAP_CROWDED)
        height = max(least, (room.h - gap * (len(rows) - 1)) // len(rows))
    height = min(height, max(theme.px(TALLEST), least))
    free = room.h - (height + gap) * len(rows) + gap
    top = room.y + max(0, free) // 2
    return tuple(
        answer(theme, row, Box(room.x, top + (height + gap) * at, room.w, height))
        for at, row in enumerate(rows)
    )
