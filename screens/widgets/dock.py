"""The dock: five helpers that are always in the same place, 退出 返回 再听 大字 帮忙."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice
from kiosk.pages.press import Press
from screens.box import Box
from screens.line_breaking import LINE, set_words
from screens.scene import Align, Fill, Icon, Mark, ScenePart, Target, TextBlock, Weight
from screens.theme import Theme, TypeStep
from screens.widgets.button import quiet_button
from screens.widgets.face import HELP, FaceColours, Inks, inks, pressable

CELLS = 5
CELL_W, CELL_H = 47.0, 49.6
CELL_H_LANDSCAPE = 48.4  # else the gap would be less than 3 mm
ICON = 20.0
TOP = 5.0
SIGN_GLYPHS = ((10.9, 9.0, 18.9), (17.9, 21.3, 14.1))  # size, left, middle
VOICE_LOW, VOICE_GAP = 20.5, 3.1
DOCK_FACE = FaceColours("surface", "lip")
TEXT_SIZE = "text-size"  # drawn with two glyphs instead of an icon


def dock(
    theme: Theme,
    cells: tuple[Choice | None, ...],
    voice: tuple[Choice, ...] = (),
    sight: tuple[Choice, ...] = (),
) -> tuple[ScenePart, ...]:
    """Return the ground of the dock and its cells; an empty cell stays empty.

    `voice` (slower, louder) stands below 再听 in its cell, `sight` (contrast, reach) below 大字.
    """
    parts, below = [ScenePart(_ground(theme))], {Press.REPEAT: voice, Press.LARGER: sight}
    for box, choice in zip(cell_boxes(theme), cells, strict=False):
        if choice is not None and below.get(choice.act):
            parts += _shared(theme, box, (choice, *below[choice.act]))
        elif choice is not None:
            parts.append(_cell(theme, box, choice))
    return tuple(parts)


def shared_boxes(theme: Theme, box: Box) -> tuple[Box, Box, Box]:
    """Return the boxes of three that share a cell: one above, two small ones below."""
    gap, low = theme.px(VOICE_GAP), theme.px(VOICE_LOW)
    width = (box.w - gap) // 2
    below = box.from_top(box.h - low)
    return box.sized(h=box.h - low - gap), below.sized(w=width), below.from_left(box.w - width)


def _shared(theme: Theme, box: Box, choices: tuple[Choice, ...]) -> tuple[ScenePart, ...]:
    """Return the first choice above and the others below it, each with its own face."""
    pairs = zip(shared_boxes(theme, box), choices, strict=False)
    return tuple(
        large_letters(theme, place, choice)
        if choice.icon == TEXT_SIZE
        else quiet_button(theme, place, choice, DOCK_FACE)
        for place, choice in pairs
    )


def large_letters(theme: Theme, box: Box, choice: Choice) -> ScenePart:
    """Return the button of larger text, whose letters are large."""

    def content(face: Box, colours: Inks) -> tuple[Mark, ...]:
        large = set_words(
            theme,
            choice.words,
            face,
            TypeStep.ACTION,
            colours.words,
            align=Align.MIDDLE,
            pitch=1.1,
            grow=False,
        )
        return (large,)

    look = FaceColours(DOCK_FACE.face, DOCK_FACE.lip, words="pine") if theme.high else DOCK_FACE
    return pressable(theme, box, look, (choice.act, choice.value), content)


def dock_box(theme: Theme) -> Box:
    """Return the room of the dock: the foot of the page, in landscape its right edge; in px."""
    width, height = theme.panel.width_px, theme.panel.height_px
    if theme.landscape:
        left = theme.grid("dock_left")
        return Box(left, 0, width - left, height)
    top = theme.grid("dock_top")
    return Box(0, top, width, height - top)


def cell_boxes(theme: Theme) -> tuple[Box, ...]:
    """Return the five boxes; they are the same on every page of an orientation."""
    dock_ = dock_box(theme)
    w, h = theme.px(CELL_W), theme.px(CELL_H_LANDSCAPE if theme.landscape else CELL_H)
    if theme.landscape:
        x, top = dock_.x + (dock_.w - w) // 2, theme.px(2)
        pitch = (dock_.h - theme.px(6.5) - h - top) / (CELLS - 1)
        return tuple(Box(x, top + round(pitch * i), w, h) for i in range(CELLS))
    margin = theme.grid("panel_margin")
    pitch = (dock_.w - 2 * margin - w) / (CELLS - 1)
    y = dock_.y + theme.px(TOP)
    return tuple(Box(margin + round(pitch * i), y, w, h) for i in range(CELLS))


def _ground(theme: Theme) -> tuple[Mark, ...]:
    box = dock_box(theme)
    if not theme.high:
        return (Fill(box, theme.colour("sand")),)
    line = theme.shape("outline_hc")
    edge = box.sized(w=line) if theme.landscape else box.sized(h=line)
    return (Fill(box, theme.colour("paper")), Fill(edge, theme.colour("lip")))


def _cell(theme: Theme, box: Box, choice: Choice) -> ScenePart:
    if choice.tone is ButtonStyle.HELP:
        return pressable(
            theme,
            box,
            HELP,
            (choice.act, choice.value),
            lambda _face, colours: _content(theme, box, choice, colours),
        )
    colours = inks(theme, FaceColours("sand", "lip", accent="ink"))
    up = _content(theme, box, choice, colours)
    ground = Fill(box, theme.colour("track"), theme.shape("radius_button"))
    down = _content(theme, box.moved(down=theme.shape("lip_height")), choice, colours)
    if theme.high:
        black = theme.colour("on_pine")
        ground = Fill(box, theme.colour("pine"), theme.shape("radius_button"))
        down = _content(theme, box, choice, Inks(black, black, black))
    return ScenePart(up, Target(choice.act, choice.value, box), (ground, *down))


def _content(theme: Theme, box: Box, choice: Choice, colours: Inks) -> tuple[Mark, ...]:
    side = theme.px(ICON)
    icon_box = Box(box.x + (box.w - side) // 2, box.y + theme.px(3.7), side, side)
    size = theme.em(TypeStep.BODY, grow=False)
    room = Box(box.x, box.y + theme.px(23.6), box.w, round(size * LINE))
    label = set_words(
        theme,
        choice.words,
        room,
        TypeStep.BODY,
        colours.words,
        weight=Weight.BOLD,
        align=Align.MIDDLE,
        grow=False,
    )
    if choice.icon == TEXT_SIZE:
        return (*_text_size_sign(theme, box, colours), label)
    return (Icon(choice.icon, icon_box, colours.accent), label)


def _text_size_sign(theme: Theme, box: Box, colours: Inks) -> tuple[Mark, ...]:
    """Return 字字, small and large on one base line: the sign of larger text."""
    marks, sign = [], theme.tokens.words("text_size")
    for mm, left, middle in SIGN_GLYPHS:
        size = theme.px(mm)
        line = round(size * LINE)
        room = Box(box.x + theme.px(left), box.y + theme.px(middle) - line // 2, size, line)
        natural = (size, line)
        marks.append(TextBlock((sign,), room, size, line, Weight.BOLD, colours.accent, natural))
    return tuple(marks)
