"""LIST layout: rows with tick boxes and reasons, one page of a paged list."""

from __future__ import annotations

from kiosk.pages.page import Page, PageWait, Row
from screens.box import Box
from screens.layouts.area import Area
from screens.layouts.rows import LIFT, least_stack, stack, starts_group
from screens.scene import ScenePart
from screens.theme import Theme
from screens.widgets.row import GAP, least_height
from screens.widgets.waiting_sign import waiting_sign

WAITING_ROOM = 40.0  # a sign below the rows needs so much


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the rows of this part of the list, in two columns in landscape.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    if not page.rows:
        return () if page.waiting is None else waiting_sign(theme, page.waiting, area.body)
    room = area.body
    width = column_width(theme, room)
    least = tuple(least_height(theme, row, width) for row in page.rows)
    if not theme.landscape:
        airy = room.y <= theme.grid("body_top") and bool(page.rows[0].group)
        if airy or crowded(theme, room, least):
            room = lifted(theme, room)
    columns = in_columns(theme, page.rows, room, least)
    parts = tuple(part for rows, box, low in columns for part in stack(theme, rows, box, low))
    return parts if page.waiting is None else _with_sign(theme, page.waiting, area, parts)


def _with_sign(
    theme: Theme, waiting: PageWait, area: Area, rows: tuple[ScenePart, ...]
) -> tuple[ScenePart, ...]:
    """Return the rows and below them the sign of a page that waits, without room the sign alone."""
    end = max(part.box.bottom for part in rows) + theme.px(GAP)
    room = Box(area.body.x, end, area.body.w, area.foot - end)
    if room.h < theme.px(WAITING_ROOM):
        return waiting_sign(theme, waiting, area.body)
    return (*rows, *waiting_sign(theme, waiting, room))


def lifted(theme: Theme, room: Box) -> Box:
    """Return a room that begins up to `LIFT` mm higher, but not above the reach of a hand."""
    lift = min(theme.px(LIFT), max(0, room.y - theme.highest))
    return Box(room.x, room.y - lift, room.w, room.h + lift)


def crowded(theme: Theme, room: Box, least: tuple[int, ...]) -> bool:
    """Tell whether rows of their least heights and a gap of 4 mm do not fit the room."""
    return sum(least) + theme.px(4) * len(least) > room.h


def column_width(theme: Theme, room: Box) -> int:
    """Return the width of one column of rows, in px."""
    return (room.w - theme.grid("gutter")) // 2 if theme.landscape else room.w


Column = tuple[tuple[Row, ...], Box, tuple[int, ...]]
"""Rows, the room of their column, and how high each row must be at least."""


def in_columns(
    theme: Theme, rows: tuple[Row, ...], room: Box, least: tuple[int, ...]
) -> tuple[Column, ...]:
    """Return one column in portrait; in landscape two, separated at a group if possible.

    `least`: the least height of each row in px.

    `rows` are to stand in `room`.
    """
    if not theme.landscape:
        return ((rows, room, least),)
    cut = column_break(theme, rows, room, least)
    width = column_width(theme, room)
    return (
        (rows[:cut], room.sized(w=width), least[:cut]),
        (rows[cut:], room.from_left(room.w - width), least[cut:]),
    )


def column_break(theme: Theme, rows: tuple[Row, ...], room: Box, least: tuple[int, ...]) -> int:
    """Return the index of the second column's first row.

    It is the start of a group near the middle, unless a column would be too long then.

    `rows` are to stand in `room`; `least` is the least height of each row in px.
    """
    half = (len(rows) + 1) // 2
    begins = [at for at in range(1, len(rows)) if starts_group(rows, at) and abs(at - half) <= 1]
    for at in (*begins, half, half - 1):
        columns = (rows[:at], least[:at]), (rows[at:], least[at:])
        if all(least_stack(theme, *column) <= room.h for column in columns):
            return at
    return half
