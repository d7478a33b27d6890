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
    least = max(least_height(theme, row) for row in page.rows)
    room = area.body
    if not theme.landscape:
        lift = theme.px(LIFT) if page.rows[0].group or crowded(theme, page.rows, room, least) else 0
        room = Box(room.x, room.y - lift, room.w, room.h + lift)
    columns = in_columns(theme, page.rows, room)
    return tuple(part for rows, box in columns for part in stack(theme, rows, box, least))


def crowded(theme: Theme, rows: tuple[Row, ...], room: Box, least: int) -> bool:
    return (least + theme.px(4)) * len(rows) > room.h


def in_columns(
    theme: Theme, rows: tuple[Row, ...], room: Box
) -> tuple[tuple[tuple[Row, ...], Box], ...]:
    """Return one column in portrait; in landscape two, parted where a group begins if possible."""
    if not theme.landscape:
        return ((rows, room),)
    half = (len(rows) + 1) // 2
    begins = [at for at in range(1, len(rows)) if rows[at].group != rows[at - 1].group]
    cut = next((at for at in begins if abs(at - half) <= 1), half)
    width = (room.w - theme.grid("gutter")) // 2
    return (
        (rows[:cut], room.sized(w=width)),
        (rows[cut:], room.from_left(room.w - width)),
    )
