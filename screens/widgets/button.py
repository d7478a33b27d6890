"""Buttons of choices: words, with an icon before or an arrow behind them."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice
from screens.box import Box
from screens.line_breaking import TIGHT, set_at
from screens.scene import Align, Icon, Mark, ScenePart, TextBlock, Weight
from screens.theme import Theme, TypeStep
from screens.widgets.face import HELP, PRIMARY, SECOND, FaceColours, Inks, pressable

LOOKS = {
    ButtonStyle.PRIMARY: PRIMARY,
    ButtonStyle.SECOND: SECOND,
    ButtonStyle.EQUAL: SECOND,
    ButtonStyle.HELP: HELP,
}
PADDING = 3.0
ICON_ROOM = 1.06  # em of the words
ARROW_ROOM = 0.94
GAP = 0.34
QUIET_ICON = 1.27
QUIET_GAP = 0.5


def button(theme: Theme, box: Box, choice: Choice, most: int = 0) -> ScenePart:
    """Return a button; primary and consent buttons use the larger type step.

    `most` limits the text size in px, so that equal buttons look equal.
    """
    large = choice.tone in {ButtonStyle.PRIMARY, ButtonStyle.EQUAL}
    look = LOOKS[choice.tone]
    if theme.high and look in {SECOND, HELP}:
        look = FaceColours(look.face, look.lip, words="pine")

    def content(face: Box, inks: Inks) -> tuple[Mark, ...]:
        steps = (TypeStep.ACTION, TypeStep.BODY) if large else (TypeStep.BODY,)
        return line_of(theme, face, choice, sizes_of(theme, steps, most), inks)

    return pressable(theme, box, look, (choice.act, choice.value), content)


def equal_pair(
    theme: Theme, boxes: tuple[Box, Box], choices: tuple[Choice, ...]
) -> tuple[ScenePart, ...]:
    """Return two buttons with the same text size: the choices in their boxes."""
    pairs = tuple(zip(boxes, choices, strict=False))
    parts = [button(theme, box, choice) for box, choice in pairs]
    sizes = [mark.size for part in parts for mark in part.marks if isinstance(mark, TextBlock)]
    return tuple(button(theme, box, choice, min(sizes)) for box, choice in pairs)


def sizes_of(theme: Theme, steps: tuple[TypeStep, ...], most: int = 0) -> tuple[int, ...]:
    """Return the text sizes of `steps` in px to try, largest first.

    `most` is the largest, 0 for no limit.
    """
    sizes = [size for step in steps for size in theme.sizes(step)]
    return tuple(size for size in sizes if not most or size <= most)


def quiet_button(theme: Theme, box: Box, choice: Choice, look: FaceColours) -> ScenePart:
    """Return a button with small words, as in a panel or a corner of the digit pad.

    `look`: its colours, which high contrast replaces in part.
    """
    if theme.high:
        look = FaceColours(look.face, look.lip, words="pine")

    def content(face: Box, inks: Inks) -> tuple[Mark, ...]:
        return line_of(theme, face, choice, sizes_of(theme, (TypeStep.SMALL,)), inks)

    return pressable(theme, box, look, (choice.act, choice.value), content)


def line_of(
    theme: Theme, face: Box, choice: Choice, sizes: tuple[int, ...], inks: Inks
) -> tuple[Mark, ...]:
    """Return icon, words and arrow, together in the middle of the face.

    `sizes`: text sizes in px to try, largest first.
    """
    words = _fitted(theme, face, choice, sizes, inks)
    before, behind = _room(theme, choice, words.size)
    width = before + words.natural[0] + behind
    x = face.x + (face.w - width) // 2
    marks: list[Mark] = []
    if choice.icon:
        side = _icon_side(theme, words.size)
        y = face.y + (face.h - side) // 2
        marks.append(Icon(choice.icon, Box(x, y, side, side), inks.words))
    room = min(words.natural[0], face.w)  # words that are wider say so by not fitting
    box = Box(x + before, words.box.y, room, words.box.h)
    marks.append(words.at(box, Align.MIDDLE))
    if choice.arrow:
        side = round(words.size * ARROW_ROOM)
        y = face.y + (face.h - side) // 2
        marks.append(Icon("arrow-right", Box(box.right + behind - side, y, side, side), inks.words))
    return tuple(marks)


def _is_quiet(theme: Theme, size: int) -> bool:
    return size <= theme.em(TypeStep.SMALL)


def _icon_side(theme: Theme, size: int) -> int:
    return round(size * (QUIET_ICON if _is_quiet(theme, size) else ICON_ROOM))


def _room(theme: Theme, choice: Choice, size: int) -> tuple[int, int]:
    """Return the width in px of the icon before the words, and of the arrow behind them."""
    gap = round(size * (QUIET_GAP if _is_quiet(theme, size) else GAP))
    before = _icon_side(theme, size) + gap if choice.icon else 0
    behind = round(size * (ARROW_ROOM + GAP)) if choice.arrow else 0
    return before, behind


def _fitted(
    theme: Theme, face: Box, choice: Choice, sizes: tuple[int, ...], inks: Inks
) -> TextBlock:
    """Return the words as large as they fit beside icon and arrow, at worst on two lines."""
    room = face.inset(theme.px(PADDING), 0)
    for most in (1, 2):
        for size in sizes:
            slot = room.sized(w=room.w - sum(_room(theme, choice, size)))
            how = (size, round(size * TIGHT), Weight.BOLD)
            words = set_at(theme, choice.words, slot, how, inks.words, Align.MIDDLE, most)
            if words.fits:
                return words
    return words
