"""OPTIONS layout: one question with up to six large answers; a press answers it."""

from __future__ import annotations

from kiosk.pages.page import Page, Row
from screens.box import Box
from screens.layouts.area import Area
from screens.layouts.list import column_width, crowded, in_columns, lifted
from screens.scene import ScenePart
from screens.theme import Theme
from screens.widgets.row import answer, least_height

TALLEST, TALLEST_LANDSCAPE = 53.6, 88.0
HIGHEST = 195.0
GAP = 4.5
GAP_CROWDED = 3.2


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the answers, stacked in one column, or in two in landscape.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    if not page.rows:
        return ()
    room = area.body
    width = room.w if len(page.rows) == 1 else column_width(theme, room)
    least = tuple(least_height(theme, row, width) for row in page.rows)
    if crowded(theme, room, least) and not theme.landscape:
        room = lifted(theme, room)
    columns = (
        ((page.rows, room, least),)
        if len(page.rows) == 1
        else in_columns(theme, page.rows, room, least)
    )
    most = max(len(rows) for rows, _, _ in columns)
    return tuple(
        part for rows, box, _ in columns for part in _stack(theme, rows, box, (max(least), most))
    )


def _stack(
    theme: Theme, rows: tuple[Row, ...], room: Box, limits: tuple[int, int]
) -> tuple[ScenePart, ...]:
    """Return the answers as high as the room allows.

    `limits`: the least height of an answer, and the number of places of the longest column.
    """
    (least, places), gap = limits, theme.px(GAP)
    height = (room.h - gap * (places - 1)) // places
    if height < least:
        gap = theme.px(GAP_CROWDED)
        height = max(least, (room.h - gap * (places - 1)) // places)
    tallest = TALLEST_LANDSCAPE if theme.landscape else TALLEST
    height = min(height, max(theme.px(tallest), least))
    free = room.h - (height + gap) * places + gap
    top = room.y + max(0, free) // 2
    if not theme.landscape:  # a few answers begin where an arm need not be raised (T14)
        top = max(top, min(room.y + max(0, free), theme.px(HIGHEST)))
    return tuple(
        answer(theme, row, Box(room.x, top + (height + gap) * at, room.w, height))
        for at, row in enumerate(rows)
    )
