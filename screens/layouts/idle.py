"""IDLE layout: blossom and sun, the name, one large 我来办, three equal others."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Page
from screens.box import Box
from screens.line_breaking import TIGHT, set_words
from screens.scene import Align, Drawing, Icon, Mark, ScenePart, TextBlock, Weight
from screens.theme import Theme, TypeStep
from screens.widgets.button import LOOKS
from screens.widgets.face import FaceColours, Inks, pressable
from screens.widgets.heading import drawing_contrast

NAME_EM = 37.0
TILE_GAP = 6.5
RADIUS = 11.0
HELP_TILE = FaceColours("apricot_tint", "help_lip")


def draw_page(theme: Theme, page: Page) -> tuple[ScenePart, ...]:
    """Return everything but dock and banner; this page has no head and footer."""
    left, width = theme.grid("margin"), theme.px(236)
    parts = [*_branch(theme, page), _name(theme, page, left)]
    top = theme.px(133) if theme.landscape else theme.px(226.3)
    top = theme.px(92) if theme.landscape else top
    if theme.landscape:
        width = theme.px(387)
    first, *others = page.choices
    parts.append(_first(theme, first, Box(left, top, width, theme.px(67.5))))
    row = Box(left, top + theme.px(74.4), width, theme.px(72.5))
    row = row.sized(h=theme.px(66)) if theme.landscape else row
    parts += _tiles(theme, tuple(others), row)
    room = Box(left, row.bottom + theme.px(10), width, theme.px(19))
    if theme.landscape:
        room = Box(left, row.bottom + theme.px(4), width, theme.px(18))
    pill = set_words(
        theme,
        page.pill,
        room,
        TypeStep.SMALL,
        theme.colour("ink2"),
        align=Align.MIDDLE,
        pitch=TIGHT,
    )
    return (*parts, ScenePart((pill,)))


def _branch(theme: Theme, page: Page) -> list[ScenePart]:
    """Return the blossoms; none in high contrast, which drops decoration."""
    if not page.picture or theme.high:
        return []
    box = Box(0, 0, theme.px(268), theme.px(158.8))
    if theme.landscape:
        box = Box(theme.grid("dock_left") - theme.px(145), 0, theme.px(145), theme.px(85.9))
    return [ScenePart((Drawing(page.picture, box, "light"),))]


def _name(theme: Theme, page: Page, left: int) -> ScenePart:
    size = theme.px(20 if theme.landscape else NAME_EM)
    top = theme.px(26 if theme.landscape else 144.0)
    line = round(size * 1.44)
    width = theme.measure(page.title, size, Weight.NAME)
    room = Box(left + theme.px(1), top, width, line)
    pine = theme.colour("pine")
    name = TextBlock((page.title,), room, size, line, Weight.NAME, pine, (width, line))
    place = Box(left + theme.px(1), top + line - theme.px(5.5), theme.px(236), theme.px(27))
    ink = theme.colour("ink2")
    steps = (TypeStep.ACTION, TypeStep.BODY)
    said = set_words(theme, page.sentence, place, steps, ink, weight=Weight.MEDIUM, pitch=TIGHT)
    return ScenePart((name, said))


def _first(theme: Theme, choice: Choice, box: Box) -> ScenePart:
    def content(face: Box, inks: Inks) -> tuple[Mark, ...]:
        side = theme.px(49.6)
        me = Box(face.x + theme.px(8.9), face.y + (face.h - side) // 2, side, side)
        arrow = theme.px(16)
        room = face.from_left(theme.px(70))
        room = room.sized(w=room.w - theme.px(34) if choice.arrow else room.w - theme.px(8))
        end = Box(face.right - theme.px(28.5), face.y + (face.h - arrow) // 2, arrow, arrow)
        words = _two_lines(
            theme, choice, room, (TypeStep.TITLE, TypeStep.BODY), (inks.words, inks.second)
        )
        marks: tuple[Mark, ...] = words
        if choice.picture:
            marks = (Drawing(choice.picture, me, drawing_contrast(theme)), *marks)
        return (*marks, Icon("arrow-right", end, inks.words)) if choice.arrow else marks

    return pressable(
        theme, box, LOOKS[choice.tone], (choice.act, choice.value), content, theme.px(RADIUS)
    )


def _two_lines(
    theme: Theme,
    choice: Choice,
    room: Box,
    steps: tuple[TypeStep, TypeStep],
    colours: tuple[str, str],
    align: Align = Align.LEFT,
) -> tuple[TextBlock, TextBlock]:
    """Return words and second line at the largest size at which both fit the height."""
    for size in range(theme.view.text_size, -1, -1):
        at = theme.at(type(theme.view.text_size)(size))
        first, second = (round(at.em(step) * TIGHT) for step in steps)
        top = room.y + (room.h - first - second) // 2
        upper, lower = Box(room.x, top, room.w, first), Box(room.x, top + first, room.w, second)
        bold = Weight.BOLD
        words = (
            set_words(
                at, choice.words, upper, steps[0], colours[0], weight=bold, align=align, pitch=TIGHT
            ),
            set_words(at, choice.under, lower, steps[1], colours[1], align=align, pitch=TIGHT),
        )
        if first + second <= room.h:
            break
    return words


def _tiles(theme: Theme, choices: tuple[Choice, ...], row: Box) -> list[ScenePart]:
    if not choices:
        return []
    gap = theme.px(TILE_GAP)
    width = (row.w - gap * (len(choices) - 1)) // len(choices)
    boxes = [row.sized(w=width).moved(across=(width + gap) * at) for at in range(len(choices))]
    return [_tile(theme, choice, box) for choice, box in zip(choices, boxes, strict=True)]


def _tile(theme: Theme, choice: Choice, box: Box) -> ScenePart:
    look = HELP_TILE if choice.tone is ButtonStyle.HELP else LOOKS[choice.tone]

    def content(face: Box, inks: Inks) -> tuple[Mark, ...]:
        side = theme.px(22)
        icon = Box(face.x + (face.w - side) // 2, face.y + theme.px(8.7), side, side)
        room = Box(
            face.x, icon.bottom + theme.px(1), face.w, face.bottom - icon.bottom - theme.px(4)
        )
        room = room.inset(theme.px(2), 0)
        pair = (inks.words, inks.second)
        steps = (TypeStep.BODY, TypeStep.SMALL)
        words = _two_lines(theme, choice, room, steps, pair, Align.MIDDLE)
        return (Icon(choice.icon, icon, inks.accent), *words)

    return pressable(theme, box, look, (choice.act, choice.value), content, theme.px(RADIUS))
