"""The pill with a waiting state, and the coach's hint over the mirror's rim."""

from __future__ import annotations

from screens.box import Box
from screens.line_breaking import LINE, TIGHT, set_words
from screens.scene import Align, Fill, Icon, Mark, ScenePart, Weight
from screens.theme import Theme, TypeStep

PILL_PADDING = 8.5
PILL_AIR = 6.5
HINT_W, HINT_H = 154.0, 34.0
HINT_ICON = 18.0
HINT_GAP = 4.0


def pill_height(theme: Theme) -> int:
    """Return the height of a pill in px."""
    return round(theme.em(TypeStep.BODY) * LINE) + theme.px(PILL_AIR)


def pill(theme: Theme, text: str, middle_x: int, bottom: int, most: int) -> ScenePart:
    """Return the text on a tinted pill standing on y `bottom`, at most `most` px wide.

    `middle_x`: its middle, in px.
    """
    height, padding = pill_height(theme), theme.px(PILL_PADDING)
    room = Box(0, 0, most - 2 * padding, height)
    colour = theme.colour("pine")
    words = set_words(
        theme, text, room, (TypeStep.BODY, TypeStep.SMALL), colour, align=Align.MIDDLE
    )
    width = words.natural[0] + 2 * padding
    box = Box(middle_x - width // 2, bottom - height, width, height)
    placed = set_words(
        theme,
        text,
        box.inset(padding, 0),
        (TypeStep.BODY, TypeStep.SMALL),
        colour,
        align=Align.MIDDLE,
    )
    return ScenePart((Fill(box, theme.colour("pine_tint"), height // 2), placed))


def hint(theme: Theme, text: str, icon: str, box: Box) -> ScenePart:
    """Return the coach's one hint; it can't be pressed, so it has no lip.

    `text`: its words. `icon`: the name of a picture before them, "" for none.
    """
    side = theme.px(HINT_ICON) if icon else 0
    gap = theme.px(HINT_GAP) if icon else 0
    slot = box.inset(theme.px(8), 0)
    slot = slot.sized(w=slot.w - side - gap)
    ink = theme.colour("on_now")
    words = set_words(
        theme, text, slot, (TypeStep.ACTION, TypeStep.BODY), ink, weight=Weight.BOLD, pitch=TIGHT
    )
    x = box.x + (box.w - side - gap - words.natural[0]) // 2
    marks: list[Mark] = [Fill(box, theme.colour("apricot"), box.h // 2)]
    if icon:
        marks.append(Icon(icon, Box(x, box.y + (box.h - side) // 2, side, side), ink))
    place = Box(x + side + gap, box.y, words.natural[0], box.h)
    marks.append(
        set_words(
            theme,
            text,
            place,
            (TypeStep.ACTION, TypeStep.BODY),
            ink,
            weight=Weight.BOLD,
            pitch=TIGHT,
        )
    )
    return ScenePart(tuple(marks))
