"""DATES layout: the chosen month, and a bar to scale between the earliest and the latest."""

from __future__ import annotations

from kiosk.pages.page import Page, TimeBar
from screens.box import Box
from screens.layouts.area import Area
from screens.line_breaking import LINE, TIGHT, set_words
from screens.scene import Align, Fill, ScenePart, Weight
from screens.theme import Theme, TypeStep
from screens.widgets.time_bar import HEIGHT, bar, end, here

AIR_ABOVE, AIR_BELOW = 4.5, 8.0


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the chosen month with its question, and the bar of months; nothing without a bar.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    time_bar = page.time_bar
    if time_bar is None:
        return ()
    hero = _hero(theme, time_bar, wider(theme, area.body))
    room = area.body.from_top(hero.box.bottom - area.body.y + theme.px(8))
    question = set_words(
        theme,
        time_bar.question,
        room.sized(h=round(theme.em(TypeStep.BODY) * LINE)),
        TypeStep.BODY,
        theme.colour("ink"),
        weight=Weight.BOLD,
    )
    above = Box(
        room.x, question.box.bottom + theme.px(5), room.w, round(theme.em(TypeStep.SMALL) * TIGHT)
    )
    bar_box = Box(room.x, above.bottom + theme.px(6.5), room.w, theme.px(HEIGHT))
    ends = bar_box.moved(down=bar_box.h + theme.px(8.2))
    half = (ends.w - theme.px(6)) // 2
    left, right = ends.sized(w=half), ends.from_left(ends.w - half)
    texts = (
        *end(theme, time_bar.earliest, left, Align.LEFT),
        *end(theme, time_bar.latest, right, Align.RIGHT),
    )
    return (
        hero,
        ScenePart((question, here(theme, time_bar, above))),
        bar(theme, time_bar, bar_box),
        ScenePart(texts),
    )


def wider(theme: Theme, body: Box) -> Box:
    """Return the box of a tinted panel, which reaches further out than text."""
    return body if theme.landscape else body.inset(theme.px(8) - theme.px(16), 0)


def _hero(theme: Theme, time_bar: TimeBar, box: Box) -> ScenePart:
    inner = box.inset(theme.px(8), 0)
    pine = theme.colour("pine")
    steps = (TypeStep.HERO, TypeStep.TITLE)
    hero = set_words(
        theme, time_bar.hero, inner, steps, pine, weight=Weight.BOLD, align=Align.MIDDLE
    )
    hero = hero.shrunk().lowered_to(box.y + theme.px(AIR_ABOVE))
    ink = theme.colour("ink")
    under = set_words(theme, time_bar.under, inner, TypeStep.BODY, ink, align=Align.MIDDLE, most=2)
    under = under.shrunk().lowered_to(hero.box.bottom + theme.px(1.5))
    face = box.sized(h=under.box.bottom + theme.px(AIR_BELOW) - box.y)
    fill = Fill(face, theme.colour("pine_tint"), theme.shape("radius_panel"))
    return ScenePart((fill, hero, under))
