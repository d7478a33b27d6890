"""One row of a list: tick box or icon, name and reason, or label and value."""

from __future__ import annotations

from kiosk.pages.page import Row, Tick
from screens.box import Box
from screens.line_breaking import set_line, set_words
from screens.scene import Disc, Fill, Icon, Mark, ScenePart, TextBlock, Weight
from screens.theme import Theme, TypeStep
from screens.widgets.face import MEND, SECOND, FaceColours, Inks, inks, pressable

HEIGHT = 36.0
GAP = 3.2
TICK = 20.0
TICK_LEFT = 8.0
WORDS_LEFT = 36.0
WORDS_LEFT_BARE = 12.0
RING = 1.5
SIGN, SIGN_LARGE = 16.0, 22.0
PAIR = 1.25  # em; name and reason stand closer than lines of one text
DASH = (11.0, 1.25)
UNNEEDED = FaceColours("sand", "lip", words="ink2")


def heading(theme: Theme, text: str, box: Box) -> ScenePart:
    """Return the text as small bold words above the first row of a group."""
    words = set_words(
        theme, text, box, TypeStep.SMALL, theme.colour("pine"), weight=Weight.BOLD, pitch=PAIR
    )
    return ScenePart((words,))


def least_height(theme: Theme, row: Row, width: int) -> int:
    """Return the least height in px at which the words of a row of that width fit."""
    room = _words_room(theme, row, Box(0, 0, width, theme.panel.height_px))
    lines = _lines(theme, row, room, inks(theme, SECOND), TypeStep.BODY)
    needed = sum(words.natural[1] for words in lines)
    return max(theme.px(26), needed + theme.shape("lip_height"))


def list_row(theme: Theme, row: Row, box: Box) -> ScenePart:
    """Return a row: pressable if it has an act, otherwise a panel without a lip."""
    if row.act is None:
        return _quiet_row(theme, row, box)
    look = MEND if row.mend else SECOND
    if row.tick is Tick.NOT_NEEDED:
        look = UNNEEDED

    def content(face: Box, colours: Inks) -> tuple[Mark, ...]:
        return _content(theme, row, face, colours)

    return pressable(theme, box, look, (row.act, row.value), content, theme.shape("radius_row"))


def answer(theme: Theme, row: Row, box: Box) -> ScenePart:
    """Return a row that answers a question, its words in the larger step if there is room."""
    if row.act is None:
        return _quiet_row(theme, row, box)

    def content(face: Box, colours: Inks) -> tuple[Mark, ...]:
        lines = _lines(theme, row, _words_room(theme, row, face), colours, TypeStep.ACTION)
        fits = sum(words.natural[1] for words in lines) + theme.px(2) <= face.h
        step = TypeStep.ACTION if fits else TypeStep.BODY
        return _content(theme, row, face, colours, step)

    return pressable(theme, box, SECOND, (row.act, row.value), content, theme.shape("radius_row"))


def _quiet_row(theme: Theme, row: Row, box: Box) -> ScenePart:
    """Return the panel of a row that can't be pressed."""
    unneeded = row.tick is Tick.NOT_NEEDED
    ground = "sand" if unneeded and not theme.high else "surface"
    face = box if theme.high else box.sized(h=box.h - theme.shape("lip_height"))
    colours = inks(theme, FaceColours(ground, "lip", words="ink2" if unneeded else "ink"))
    fill = Fill(face, theme.colour(ground), theme.shape("radius_row"))
    return ScenePart((fill, *_content(theme, row, face, colours)))


def _content(
    theme: Theme, row: Row, face: Box, colours: Inks, step: TypeStep = TypeStep.BODY
) -> tuple[Mark, ...]:
    sign = _sign(theme, row, face, colours, SIGN_LARGE if step is TypeStep.ACTION else SIGN)
    room = _words_room(theme, row, face)
    return (*sign, *_words(theme, row, room, colours, step))


def _has_sign(row: Row) -> bool:
    return bool(row.tick is not Tick.NONE or row.mend or row.icon or row.label)


def _words_room(theme: Theme, row: Row, face: Box) -> Box:
    room = face.from_left(theme.px(WORDS_LEFT if _has_sign(row) else WORDS_LEFT_BARE))
    return room.sized(w=room.w - theme.px(4))


def _words(theme: Theme, row: Row, room: Box, colours: Inks, step: TypeStep) -> tuple[Mark, ...]:
    """Return the lines, together in the middle of the height."""
    lines = _lines(theme, row, room, colours, step)
    y = room.y + (room.h - sum(words.natural[1] for words in lines)) // 2
    marks: list[Mark] = []
    for words in lines:
        marks.append(words.shrunk().lowered_to(y))
        y += words.natural[1]
    if row.label and row.reason:
        marks.append(_remark(theme, row, lines[0], marks[0].box, colours))
    return tuple(marks)


def _lines(
    theme: Theme, row: Row, room: Box, colours: Inks, step: TypeStep
) -> tuple[TextBlock, ...]:
    """Return name and reason, or label and value, each with the lines it needs."""
    tall = room.sized(h=theme.panel.height_px)
    steps = tuple(dict.fromkeys((step, TypeStep.BODY, TypeStep.SMALL)))
    bold, ink, second = Weight.BOLD, colours.words, colours.second
    name = set_line(theme, row.words, tall, steps, ink, weight=bold, pitch=PAIR)
    if row.label:
        return (set_line(theme, row.label, tall, TypeStep.SMALL, second, pitch=PAIR), name)
    if row.reason:
        return (name, set_line(theme, row.reason, tall, TypeStep.SMALL, second, pitch=PAIR))
    return (name,)


def _remark(theme: Theme, row: Row, label: TextBlock, place: Box, colours: Inks) -> TextBlock:
    """Return the reason behind the label on its line."""
    rest = place.from_left(label.natural[0] + theme.px(6))
    ink = colours.second
    return set_words(theme, row.reason, rest, TypeStep.SMALL, ink, weight=Weight.BOLD, pitch=PAIR)


def _sign(theme: Theme, row: Row, face: Box, colours: Inks, mm: float) -> tuple[Mark, ...]:
    side = min(theme.px(TICK), face.h - theme.px(4))
    box = Box(face.x + theme.px(TICK_LEFT), face.y + (face.h - side) // 2, side, side)
    if row.tick is not Tick.NONE:
        return _tick(theme, row.tick, box, colours)
    if row.mend:
        return _disc(theme, "bang", box, "rust", colours)
    name = row.icon or ("check" if row.label else "")
    if not name:
        return ()
    small = box.centred(theme.px(mm), theme.px(mm))
    return (Icon(name, small, colours.accent),)


def _tick(theme: Theme, tick: Tick, box: Box, colours: Inks) -> tuple[Mark, ...]:
    corner = theme.shape("radius_tick")
    if tick is Tick.NOT_NEEDED:
        dash = box.centred(theme.px(DASH[0]), theme.px(DASH[1]))
        return (Fill(dash, colours.second, dash.h // 2),)
    if tick is Tick.OFF:
        line = theme.px(RING)
        ground = theme.colour("paper" if theme.high else "surface")
        inner = Fill(box.inset(line), ground, corner - line)
        return (Fill(box, colours.second, corner), inner)
    sign = box.centred(round(box.w * 0.6), round(box.w * 0.6))
    return (Fill(box, colours.accent, corner), Icon("check", sign, on_accent(theme, colours)))


def _disc(theme: Theme, name: str, box: Box, ground: str, colours: Inks) -> tuple[Mark, ...]:
    sign = box.centred(round(box.w * 0.6), round(box.w * 0.6))
    colour = colours.accent if theme.high else theme.colour(ground)
    return (Disc(box, colour), Icon(name, sign, on_accent(theme, colours)))


def on_accent(theme: Theme, colours: Inks) -> str:
    """Return the colour on top of the accent; in high contrast it swaps while pressed."""
    black = theme.colour("on_pine")
    return theme.colour("pine") if colours.accent == black else black
