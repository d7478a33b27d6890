"""The room of a layout: body, footer, and in landscape the column of words."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.pages.page import Layout
from screens.box import Box
from screens.theme import Theme

WIDE_LAYOUTS = frozenset(
    {
        Layout.LIST,
        Layout.DESK,
        Layout.STATUS,
        Layout.POINTS,
        Layout.FACTS,
        Layout.OPTIONS,
        Layout.NOTICE,
        Layout.WRITE,
    }
)
PRESSED_LAYOUTS = frozenset({Layout.LIST, Layout.FACTS, Layout.OPTIONS})  # rows to press
ACTION_GAP = 7.2


@dataclass(frozen=True)
class Area:
    """The boxes that a layout may use.

    `action` is the footer's. In landscape `side` lies under the sentence, otherwise it is `body`.
    """

    body: Box
    action: Box
    side: Box

    @property
    def foot(self) -> int:
        """Return the y to which a body may reach: half the gap above the footer stays free."""
        return self.body.bottom + (self.action.y - self.body.bottom) // 2

    @property
    def slack(self) -> int:
        """Return by how many px a body may begin above its box, where rows stand closer."""
        return self.body.h // 100


def is_split(theme: Theme, layout: Layout) -> bool:
    """Tell whether the page has its picture left and its words right."""
    return theme.landscape and layout not in WIDE_LAYOUTS


def words_box(theme: Theme, layout: Layout) -> Box:
    """Return the box of title and sentence."""
    margin = theme.grid("margin")
    if not theme.landscape:
        top = theme.grid("title_top")
        return Box(margin, top, theme.panel.width_px - 2 * margin, theme.grid("action_top") - top)
    if is_split(theme, layout):
        left = theme.px(228.5)
        top = theme.px(57)
        return Box(left, top, theme.px(403) - left, theme.grid("action_bottom") - top)
    top = theme.px(39)
    return Box(margin, top, theme.px(403) - margin, theme.grid("action_bottom") - top)


def action_box(theme: Theme, layout: Layout) -> Box:
    """Return the room of the main button, in px."""
    margin = theme.grid("margin")
    if not theme.landscape:
        top, height = theme.grid("action_top"), theme.grid("action_height")
        return Box(margin, top, theme.panel.width_px - 2 * margin, height)
    height = theme.px(43.7 if is_split(theme, layout) else 40.0)
    left = words_box(theme, layout).x
    return Box(left, theme.grid("action_bottom") - height, theme.px(403) - left, height)


def area_below(theme: Theme, layout: Layout, words_bottom: int) -> Area:
    """Return the boxes that are left under a sentence that ends at y `words_bottom`, in px."""
    action, margin = action_box(theme, layout), theme.grid("margin")
    end = action.y - theme.px(ACTION_GAP)
    if not theme.landscape:
        usual = theme.grid("body_top")
        top = max(usual, words_bottom + theme.px(5))
        if layout in PRESSED_LAYOUTS:
            top = max(top, theme.highest)
        body = Box(margin, top, theme.panel.width_px - 2 * margin, end - top)
        return Area(body, action, body)
    top = words_bottom + theme.px(5)
    side = Box(action.x, top, action.w, end - top)
    if not is_split(theme, layout):
        return Area(side, action, side)
    upper = theme.px(44)
    body = Box(margin, upper, action.x - theme.px(14) - margin, action.bottom - upper)
    return Area(body, action, side)
