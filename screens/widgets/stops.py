"""The stops of a case on a line: done with a tick, now with a core, later with a ring."""

from __future__ import annotations

from kiosk.pages.page import Stop
from screens.box import Box
from screens.line_breaking import TIGHT, set_words
from screens.scene import Disc, Fill, Icon, Mark, ScenePart, Weight
from screens.theme import Theme, TypeStep

DISC, LINE_W = 16.0, 2.5
CORE, RING = 8.6, 2.5
WORDS_LEFT = 28.8
WORDS_DROP = 2.3


def pitch(theme: Theme) -> int:
    """Return the distance from one stop to the next, in px."""
    lines = theme.em(TypeStep.SMALL) + theme.em(TypeStep.BODY)
    return max(theme.px(36), round(lines * TIGHT) + theme.px(3))


def stops(theme: Theme, content: tuple[Stop, ...], box: Box) -> ScenePart:
    """Return the line of the stops, then discs and words from the top of the box.

    `content`: the stops in their order.
    """
    step, side = pitch(theme), theme.px(DISC)
    x = box.x + theme.px(5.5)
    middles = [box.y + step // 2 + step * i for i in range(len(content))]
    marks: list[Mark] = []
    for stop, here, following in zip(content, middles, middles[1:], strict=False):
        colour = "pine" if stop.state == "done" else "track"
        w = theme.px(LINE_W)
        marks.append(
            Fill(Box(x + (side - w) // 2, here, w, following - here), theme.colour(colour))
        )
    for stop, here in zip(content, middles, strict=True):
        marks += _disc(theme, stop.state, Box(x, here - side // 2, side, side))
        marks += _words(theme, stop, box.from_left(theme.px(WORDS_LEFT)), here)
    return ScenePart(tuple(marks))


def _disc(theme: Theme, state: str, box: Box) -> list[Mark]:
    if state == "later":
        inner = Disc(box.inset(theme.px(RING)), theme.colour("paper"))
        return [Disc(box, theme.colour("track")), inner]
    marks: list[Mark] = [Disc(box, theme.colour("pine"))]
    if state == "done":
        side = round(box.w * 0.58)
        return [*marks, Icon("check", box.centred(side, side), theme.colour("on_pine"))]
    core = theme.px(CORE)
    return [*marks, Disc(box.centred(core, core), theme.colour("apricot"))]


def _words(theme: Theme, stop: Stop, room: Box, middle: int) -> list[Mark]:
    first, second = (round(theme.em(step) * TIGHT) for step in (TypeStep.SMALL, TypeStep.BODY))
    top = middle - (first + second) // 2 + theme.px(WORDS_DROP)
    when = set_words(
        theme,
        stop.when,
        Box(room.x, top, room.w, first),
        TypeStep.SMALL,
        theme.colour("ink2"),
        pitch=TIGHT,
    )
    what = set_words(
        theme,
        stop.what,
        Box(room.x, top + first, room.w, second),
        TypeStep.BODY,
        theme.colour("ink"),
        weight=Weight.BOLD,
        pitch=TIGHT,
    )
    return [when, what]
