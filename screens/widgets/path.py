"""The path of five steps: done with bar and tick, now in bold, later with number and word."""

from __future__ import annotations

from screens.box import Box
from screens.line_breaking import set_words
from screens.scene import Fill, Icon, Mark, ScenePart, Weight
from screens.theme import Theme, TypeStep

BAR, GAP = 3.5, 4.0
WORD_TOP = 5.5
TICK = 10.0


def path(theme: Theme, step: int) -> tuple[ScenePart, ...]:
    """Return the path; nothing on a page outside it (step 0)."""
    if not step:
        return ()
    names = theme.tokens.steps
    marks: list[Mark] = []
    for number, (name, box) in enumerate(zip(names, bar_boxes(theme), strict=True), start=1):
        marks += _step(theme, box, number, name, step)
    return (ScenePart(tuple(marks)),)


def bar_boxes(theme: Theme) -> tuple[Box, ...]:
    """Return the box of each step's bar, in px."""
    left, right = theme.grid("margin"), theme.panel.width_px - theme.grid("margin")
    if theme.landscape:
        left, right = theme.px(124), theme.px(403.5)
    count, gap = len(theme.tokens.steps), theme.px(GAP)
    width = (right - left - gap * (count - 1)) / count
    top = theme.grid("path_top")
    return tuple(
        Box(left + round((width + gap) * i), top, round(width), theme.px(BAR)) for i in range(count)
    )


def _step(theme: Theme, bar: Box, number: int, name: str, now: int) -> list[Mark]:
    colour = "pine2" if number < now else "pine" if number == now else "track"
    marks: list[Mark] = [Fill(bar, theme.colour(colour), bar.h // 2)]
    size = theme.em(TypeStep.SMALL, grow=False)
    room = Box(bar.x, bar.y + theme.px(WORD_TOP), bar.w, round(size * 1.45))
    words, ink = f"{number} {name}", "pine" if number == now else "ink2"
    if number < now:
        side = theme.px(TICK)
        y = room.y + (room.h - side) // 2
        marks.append(Icon("check", Box(room.x, y, side, side), theme.colour("pine")))
        room, words, ink = room.from_left(theme.px(12.3)), name, "ink"
    weight = Weight.BOLD if number == now else Weight.MEDIUM
    marks.append(
        set_words(theme, words, room, TypeStep.SMALL, theme.colour(ink), weight=weight, grow=False)
    )
    return marks
