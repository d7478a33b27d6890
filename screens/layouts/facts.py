"""FACTS layout: facts of cards and offices, label above value; a press marks a wrong one."""

from __future__ import annotations

from kiosk.pages.page import Page
from screens.layouts.area import Area
from screens.layouts.list import draw as draw_list
from screens.scene import ScenePart
from screens.theme import Theme


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the rows of facts, each with its mark.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    return draw_list(theme, page, area)
