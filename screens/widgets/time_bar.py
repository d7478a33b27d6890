"""The bar of months to scale between the earliest and the latest, with a tick on the chosen."""

from __future__ import annotations

from kiosk.pages.page import TimeBar
from screens.box import Box
from screens.line_breaking import TIGHT, set_words
from screens.scene import Align, Disc, Fill, Icon, Mark, ScenePart, TextBlock, Weight
from screens.theme import Theme, TypeStep

HEIGHT = 21.0
DISC, RIM = 25.0, 3.0


def bar(theme: Theme, content: TimeBar, box: Box) -> ScenePart:
    """Return early part, late part with its words, and the disc with the tick.

    `content` is the bar of the page.
    """
    radius, side, rim = box.h // 2, theme.px(DISC), theme.px(RIM)
    x = box.x + round(box.w * min(max(content.share, 0.0), 1.0))
    x = min(max(x, box.x + side // 2), box.right - side // 2)
    disc = Box(x - side // 2, box.y + (box.h - side) // 2, side, side)
    marks: list[Mark] = [
        Fill(box, theme.colour("track"), radius),
        Fill(box.from_left(x - box.x), theme.colour("apricot"), radius),
        Disc(disc.inset(-rim), theme.colour("paper")),
        Disc(disc, theme.colour("pine")),
        Icon("check", disc.centred(side * 6 // 10, side * 6 // 10), theme.colour("on_pine")),
    ]
    room = Box(disc.right + rim, box.y, box.right - disc.right - rim - theme.px(4), box.h)
    if content.inside and room.w > 0:
        words = _inside(theme, content.inside, room)
        marks += [words] if words.fits else []
    return ScenePart(tuple(marks))


def _inside(theme: Theme, text: str, room: Box) -> TextBlock:
    return set_words(
        theme,
        text,
        room,
        TypeStep.SMALL,
        theme.colour("on_now"),
        weight=Weight.BOLD,
        align=Align.MIDDLE,
        pitch=TIGHT,
    )


def here(theme: Theme, content: TimeBar, box: Box) -> TextBlock:
    """Return the words above the tick, kept inside the box.

    `content` is the bar of the page.
    """
    words = set_words(
        theme,
        content.here,
        box,
        TypeStep.SMALL,
        theme.colour("pine"),
        weight=Weight.BOLD,
        pitch=TIGHT,
    )
    width = words.natural[0]
    x = box.x + round(box.w * content.share) - theme.px(15)
    x = min(max(x, box.x), max(box.right - width, box.x))
    return words.at(Box(x, box.y, width, box.h))


def end(theme: Theme, label: tuple[str, str, str], box: Box, align: Align) -> tuple[TextBlock, ...]:
    """Return label, month and remark of one end of the bar, from the top of the box.

    `label`: the three.
    """
    steps = ((TypeStep.SMALL, None), (TypeStep.BODY, Weight.BOLD), (TypeStep.SMALL, None))
    lines, y = [], box.y
    for text, (step, weight) in zip(label, steps, strict=True):
        height = round(theme.em(step) * TIGHT)
        colour = theme.colour("ink" if weight else "ink2")
        room = Box(box.x, y, box.w, height)
        lines.append(
            set_words(theme, text, room, step, colour, weight=weight, align=align, pitch=TIGHT)
        )
        y += height + theme.px(0.6)
    return tuple(lines)
