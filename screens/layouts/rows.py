"""Stacking of rows: headings above each group's first row, heights as the room allows."""

from __future__ import annotations

from kiosk.pages.page import Row
from screens.box import Box
from screens.scene import ScenePart
from screens.theme import Theme
from screens.widgets.row import GAP, HEIGHT, heading, list_row

HEADING, HEADING_CROWDED = 16.4, 13.9
LIFT = 6.0
AIRY = 1.08


def starts_group(rows: tuple[Row, ...], at: int) -> bool:
    """Return whether the row at index `at` is the first one of its group."""
    return bool(rows[at].group) and (at == 0 or rows[at].group != rows[at - 1].group)


def stack(
    theme: Theme, rows: tuple[Row, ...], room: Box, least: tuple[int, ...]
) -> tuple[ScenePart, ...]:
    """Return the rows stacked from the top of `room`.

    `least`: the least height of each row in px. Many rows are lower than usual, never below that.
    """
    if not rows:
        return ()
    heads = [at for at in range(len(rows)) if starts_group(rows, at)]
    gap, lowest = theme.px(GAP), min(least)
    usual = max(theme.px(HEIGHT), round(lowest * AIRY))
    free = room.h - gap * (len(rows) - 1)
    head = _heading_height(theme, HEADING)
    if even_height(free - head * len(heads), least) < usual:
        head = _heading_height(theme, HEADING_CROWDED)
    even = min(usual, even_height(free - head * len(heads), least))
    parts, y = [], room.y
    for at, row in enumerate(rows):
        if at in heads:
            parts.append(heading(theme, row.group, Box(room.x, y, room.w, head)))
            y += head
        height = max(least[at], even)
        parts.append(list_row(theme, row, Box(room.x, y, room.w, height)))
        y += height + gap
    return tuple(parts)


def least_stack(theme: Theme, rows: tuple[Row, ...], least: tuple[int, ...]) -> int:
    """Return the least height in px of these rows with their headings."""
    heads = sum(starts_group(rows, at) for at in range(len(rows)))
    gaps = theme.px(GAP) * max(0, len(rows) - 1)
    return sum(least) + gaps + heads * _heading_height(theme, HEADING_CROWDED)


def even_height(free: int, least: tuple[int, ...]) -> int:
    """Return the common height of the rows that need no more than others, within `free` px."""
    lowest = min(least)
    tall = [height for height in least if height > lowest * AIRY]
    return (free - sum(tall)) // max(1, len(least) - len(tall))


def _heading_height(theme: Theme, mm: float) -> int:
    grown = theme.view.text_size.value * 1.5
    return theme.px(mm + grown)
