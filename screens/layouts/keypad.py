"""KEYPAD layout: the number above, the pad below."""

from __future__ import annotations

from kiosk.pages.page import Page
from screens.layouts.area import Area
from screens.layouts.dates import wider
from screens.scene import ScenePart
from screens.theme import Theme
from screens.widgets.digit_pad import digit_pad, number_field
from screens.widgets.waiting_sign import waiting_sign

FIELD = 53.6
FIELD_OF_TWO_LINES = 62.0
GROUPS_A_LINE = 3
GAP = 7.4
FOOT = 1.5


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the digit pad, or the sign of a page that waits, below the number if there is one.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    long = page.number is not None and len(page.number.groups) > GROUPS_A_LINE
    field = theme.px(FIELD_OF_TWO_LINES if long or theme.landscape else FIELD)
    if theme.landscape:
        pad = area.body.sized(h=area.action.bottom - area.body.y)
        place = area.side.sized(h=min(field, area.side.h))
    else:
        top = max(area.body.y + field + theme.px(GAP), theme.highest)
        pad = area.body.from_top(top - area.body.y)
        pad = pad.sized(h=pad.h + theme.px(FOOT))
        place = wider(theme, area.body).sized(h=field)
    if page.waiting is None:
        keys = digit_pad(theme, page.corners, pad)
    else:  # what was typed is looked at, and no key does anything
        keys = waiting_sign(theme, page.waiting, pad)
    if page.number is None:
        return keys
    return (number_field(theme, page.number, place), *keys)
