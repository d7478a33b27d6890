"""The digit pad and the field that shows the number in its spoken groups."""

from __future__ import annotations

from kiosk.pages.page import Choice, NumberField
from kiosk.pages.press import Press
from screens.box import Box
from screens.line_breaking import set_words
from screens.scene import Align, Fill, Mark, ScenePart, Weight
from screens.theme import Theme, TypeStep
from screens.widgets.button import quiet_button
from screens.widgets.face import SECOND, FaceColours, Inks, pressable

COLUMNS, ROWS = 3, 4
ACROSS, DOWN = 6.5, 4.5
BAR = 2.2
GROUP_GAP, GROUP_GAP_NARROW = 13.0, 4.0
SIDE, SIDE_NARROW = 9.5, 5.0
DIGIT_LINE = 1.0
KEY_LINE = 1.15


def number_field(theme: Theme, field: NumberField, box: Box) -> ScenePart:
    """Return the panel with a bar under each group, and the digits typed so far.

    A number too long for one line of large digits takes two.
    """
    room = box.inset(theme.px(SIDE_NARROW if theme.landscape else SIDE), 0)
    lines, step = _lines(theme, field.groups, room)
    bar, foot = theme.px(BAR), theme.px(8.2 if len(lines) == 1 else 6)
    tall = (room.h - foot + theme.px(8.2) // 2) // len(lines)
    marks: list[Mark] = [Fill(box, theme.colour("surface"), theme.shape("radius_panel"))]
    at, most = 0, max(sum(groups) for groups in lines)
    drop = theme.px(2) if len(lines) == 1 else -theme.px(1)
    for number, groups in enumerate(lines):
        line = Box(room.x, room.y, room.w, tall).moved(down=tall * number)
        for count, slot in zip(groups, group_boxes(theme, groups, line, most), strict=True):
            under = Box(slot.x, line.bottom - theme.px(4.1), slot.w, bar)
            marks.append(Fill(under, theme.colour("pine2"), bar // 2))
            digits = field.digits[at : at + count]
            at += count
            if digits:
                place = Box(slot.x, line.y, slot.w, under.y - line.y + drop)
                marks.append(_digits(theme, digits, place, step))
    return ScenePart(tuple(marks))


def _digits(theme: Theme, digits: str, place: Box, step: TypeStep) -> Mark:
    ink = theme.colour("ink")
    bold, middle = Weight.BOLD, Align.MIDDLE
    return set_words(
        theme, digits, place, step, ink, weight=bold, align=middle, pitch=DIGIT_LINE, grow=False
    )


def _lines(
    theme: Theme, groups: tuple[int, ...], room: Box
) -> tuple[tuple[tuple[int, ...], ...], TypeStep]:
    """Return the groups on one line or two, and the type step at which full groups fit."""
    half = (len(groups) + 1) // 2
    two = (groups[:half], groups[half:])
    ways: tuple[tuple[tuple[tuple[int, ...], ...], TypeStep], ...] = (
        ((groups,), TypeStep.HERO),
        ((groups,), TypeStep.TITLE),
        (two, TypeStep.TITLE),
        (two, TypeStep.ACTION),
    )
    for lines, step in ways:
        size = theme.em(step, grow=False)
        slots = [
            (count, box.w)
            for line in lines
            for count, box in zip(line, group_boxes(theme, line, room), strict=True)
        ]
        if all(theme.measure("0" * count, size, Weight.BOLD) <= w for count, w in slots):
            return lines, step
    return (groups,), TypeStep.BODY


def group_boxes(
    theme: Theme, groups: tuple[int, ...], room: Box, digits: int = 0
) -> tuple[Box, ...]:
    """Return the boxes of the groups side by side in `room`, as wide as their digits.

    `digits`: how many digits fill the whole line; 0: those of the groups.
    """
    gap = theme.px(GROUP_GAP_NARROW if theme.landscape else GROUP_GAP)
    digits = digits or sum(groups)
    free = room.w - gap * (max(len(groups), digits // max(groups)) - 1)
    boxes, x = [], float(room.x)
    for count in groups:
        width = free * count / digits
        boxes.append(Box(round(x), room.y, round(width), room.h))
        x += width + gap
    return tuple(boxes)


def key_boxes(theme: Theme, box: Box) -> tuple[Box, ...]:
    """Return twelve boxes: 1 to 9, left corner, 0, right corner."""
    across, down = theme.px(ACROSS), theme.px(DOWN)
    width = (box.w - across * (COLUMNS - 1)) // COLUMNS
    height = (box.h - down * (ROWS - 1)) // ROWS
    return tuple(
        Box(box.x + (width + across) * column, box.y + (height + down) * row, width, height)
        for row in range(ROWS)
        for column in range(COLUMNS)
    )


def digit_pad(
    theme: Theme, corners: tuple[Choice | None, Choice] | None, box: Box
) -> tuple[ScenePart, ...]:
    """Return the ten digits and the keys beside the 0.

    `corners` are the keys on the left and the right of the 0; on the left there may be none.
    """
    places = key_boxes(theme, box)
    keys = [digit_key(theme, str(digit), places[digit - 1]) for digit in range(1, 10)]
    keys.append(digit_key(theme, "0", places[10]))
    if corners is not None:
        places_of_corners = (places[9], places[11])
        keys += [
            quiet_button(theme, place, corner, SECOND)
            for place, corner in zip(places_of_corners, corners, strict=True)
            if corner is not None
        ]
    return tuple(keys)


def digit_key(theme: Theme, digit: str, box: Box) -> ScenePart:
    """Return the key of one digit in its box."""
    look = FaceColours("surface", "lip", words="pine") if theme.high else SECOND

    def content(face: Box, colours: Inks) -> tuple[Mark, ...]:
        words = set_words(
            theme,
            digit,
            face,
            TypeStep.TITLE,
            colours.words,
            align=Align.MIDDLE,
            pitch=KEY_LINE,
        )
        return (words,)

    return pressable(theme, box, look, (Press.DIGIT, digit), content)
