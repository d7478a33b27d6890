"""MESSAGE layout: one thing to know, as a panel of sentences or a large sign."""

from __future__ import annotations

from kiosk.pages.page import Page, Panel
from screens.box import Box
from screens.layouts.area import Area
from screens.layouts.dates import wider
from screens.layouts.picture import drawing
from screens.scene import ScenePart
from screens.theme import Theme
from screens.widgets.large_sign import large_sign
from screens.widgets.panel import panel
from screens.widgets.waiting_sign import waiting_sign

BELOW = 60.0  # what stands below a panel needs so much


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the panel of sentences, the drawing, or the large sign of the page.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    if page.panel is not None:
        return _with_panel(theme, page, page.panel, area.body)
    return _below(theme, page, area.body) or (_sign(theme, page, area.body),)


def _with_panel(theme: Theme, page: Page, words: Panel, body: Box) -> tuple[ScenePart, ...]:
    """Return the panel and what stands below it; in landscape alone it is as high as the body."""
    place = body if theme.landscape else wider(theme, body)
    card = panel(theme, words, place)
    rest = body.from_top(card.box.bottom + theme.px(6) - body.y)
    if not theme.landscape or page.waiting is not None or rest.h >= theme.px(BELOW):
        if below := _below(theme, page, rest):
            return (card, *below)
        if page.hint_icon:
            return (card, _sign(theme, page, rest))
    return (panel(theme, words, place, least=body.h) if theme.landscape else card,)


def _below(theme: Theme, page: Page, room: Box) -> tuple[ScenePart, ...]:
    """Return the page's drawing or the sign that it waits; nothing if it has neither."""
    if page.picture:
        return (drawing(theme, page.picture, room),)
    return () if page.waiting is None else waiting_sign(theme, page.waiting, room)


def _sign(theme: Theme, page: Page, room: Box) -> ScenePart:
    """Return the sign of something to mend, of a question, or the one that the page names."""
    name = page.hint_icon or ("bang" if page.mend else "question" if page.choices else "hourglass")
    return large_sign(theme, name, room, mend=page.mend)
