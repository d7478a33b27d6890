"""MESSAGE layout: one thing to know, as a panel of sentences or a large sign."""

from __future__ import annotations

from kiosk.pages.page import Page
from screens.box import Box
from screens.layouts.area import Area
from screens.layouts.dates import wider
from screens.layouts.picture import drawing
from screens.scene import Disc, Icon, ScenePart
from screens.theme import Theme
from screens.widgets.panel import panel
from screens.widgets.waiting_sign import waiting_sign

SIGN, ICON = 120.0, 64.0


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the panel of sentences, the drawing, or the large sign of the page.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    if page.panel is not None:
        place = area.body if theme.landscape else wider(theme, area.body)
        card = panel(theme, page.panel, place)
        rest = area.body.from_top(card.box.bottom + theme.px(6) - area.body.y)
        if page.picture and not theme.landscape:
            return (card, drawing(theme, page.picture, rest))
        if page.hint_icon and not theme.landscape:
            return (card, _sign(theme, page, rest))
        return (card,)
    if page.picture:
        return (drawing(theme, page.picture, area.body),)
    if page.waiting is not None:
        return waiting_sign(theme, page.waiting, area.body)
    return (_sign(theme, page, area.body),)


def _sign(theme: Theme, page: Page, body: Box) -> ScenePart:
    """Return a disc with a sign: something to mend, a question, or what the page names."""
    name = page.hint_icon or ("bang" if page.mend else "question" if page.choices else "hourglass")
    side = min(theme.px(SIGN), body.h)
    disc = body.centred(side, side)
    icon = disc.centred(theme.px(ICON), theme.px(ICON))
    ground, ink = ("rust_tint", "rust") if page.mend else ("apricot_tint", "pine")
    colour = theme.colour("on_pine" if theme.high and page.mend else ink)
    return ScenePart((Disc(disc, theme.colour(ground)), Icon(name, icon, colour)))
