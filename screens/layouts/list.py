"""LIST: rows with tick boxes and reasons, one page of a paged list."""

from __future__ import annotations

from kiosk.visit.page import Page, Row
from screens.box import Box
from screens.layouts.area import Area
from screens.layouts.rows import LIFT, stack
from screens.scene import Part
from screens.theme import Theme
from screens.widgets.row import least_height


def draw(theme: Theme, page: Page, area: Area) -> tuple[Part, ...]:
    if not page.rows:
        return ()
    room = area.body
    width = column_width(theme, room)
    least = tuple(least_height(theme, row, width) for row in page.rows)
    if not theme.landscape:
        lift = theme.px(LIFT) if page.rows[0].group or crowded(theme, room, least) else 0
        room = Box(room.x, room.y - lift, room.w, room.h + lift)
    columns = in_columns(theme, page.rows, room, least)
    return tuple(part for rows, box, low in columns for part in stack(theme, rows, box, low))


def crowded(theme: Theme, room: Box, least: tuple[int, ...]) -> bool:
    return sum(least) + theme.px(4) * len(least) > room.h


def column_width(theme: Theme, room: Box) -> int:
    return (room.w - theme.grid("gutter")) // 2 if theme.landscape else room.w


Column = tuple[tuple[Row, ...], Box, tuple[int, ...]]
"""Rows, the room of their column, and how high each row must be at least."""


def in_columns(
    theme: Theme, rows: tuple[Row, ...], room: Box, least: tuple[int, ...]
) -> tuple[Column, ...]:
    """Return one column in portrait; in landscape two, parted where a group begins if possible."""
    if not theme.landscape:
        return ((rows, room, least),)
    half = (len(rows) + 1) // 2
    begins = [at for at in range(1, len(rows)) if rows[at].group != rows[at - 1].group]
    cut = next((at for at in begins if abs(at - half) <= 1), half)
    width = column_width(theme, room)
    return (
        (rows[:cut], room.sized(w=width), least[:cut]),
        (rows[cut:], room.from_left(room.w - width), least[cut:]),
    )
