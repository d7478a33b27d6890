"""STATUS layout: the state of each part of the machine, on cards in two columns.

The presses stand as in the DESK layout.
"""

from __future__ import annotations

from kiosk.pages.page import Page
from screens.box import Box
from screens.layouts.area import Area
from screens.layouts.desk import draw_with
from screens.scene import ScenePart
from screens.theme import Theme
from screens.widgets.status_card import status_card

COLUMNS = 2
GAP = 5.0
TALLEST = 74.0


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the cards of the machine's parts.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    return draw_with(theme, page, area, _cards)


def _cards(theme: Theme, page: Page, room: Box) -> tuple[ScenePart, ...]:
    gap, rows = theme.px(GAP), max(1, -(-len(page.cards) // COLUMNS))
    width = (room.w - gap * (COLUMNS - 1)) // COLUMNS
    even = (room.h - gap * (rows - 1)) // rows
    height = min(even, theme.px(TALLEST))
    return tuple(
        status_card(
            theme,
            card,
            Box(
                room.x + (width + gap) * (at % COLUMNS),
                room.y + (height + gap) * (at // COLUMNS),
                width,
                height,
            ),
        )
        for at, card in enumerate(page.cards)
    )
