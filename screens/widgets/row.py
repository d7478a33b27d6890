"""What does one row of a list look like? Tick box or sign, name and reason, or label and value."""

from __future__ import annotations

from kiosk.visit.page import Row, Tick
from screens.box import Box
from screens.lettering import TIGHT, set_words
from screens.scene import Disc, Fill, Icon, Mark, Part, Weight
from screens.theme import Step, Theme
from screens.widgets.face import MEND, SECOND, Inks, Look, inks, pressable

HEIGHT = 36.0
GAP = 3.2
TICK = 20.0
TICK_LEFT = 8.0
WORDS_LEFT = 36.0
WORDS_LEFT_BARE = 12.0
RING = 1.5
SIGN = 16.0
PAIR = 1.25  # em; name and reason stand closer than lines of one text
DASH = (11.0, 1.25)


def heading(theme: Theme, text: str, box: Box) -> Part:
    """Return the small bold words above the first row of a group."""
    words = set_words(
        theme, text, box, Step.SMALL, theme.colour("pine"), weight=Weight.BOLD, pitch=PAIR
    )
    return Part((words,))


def heading_height(theme: Theme) -> int:
    return round(theme.em(Step.SMALL) * LINE_OF_HEADING)


LINE_OF_HEADING = 1.5


def least_height(theme: Theme, row: Row) -> int:
    """Return the height below which the words of a row would touch."""
    lines = theme.em(Step.BODY) + (theme.em(Step.SMALL) if row.reason or row.label else 0)
    lip = theme.shape("lip_height")
    return max(theme.px(26), round(lines * PAIR) + lip)


def list_row(theme: Theme, row: Row, box: Box) -> Part:
    """Return a row: pressable when it has an act, else a quiet panel without a lip."""
    if row.act is None:
        return _quiet_row(theme, row, box)
    look = MEND if row.mend else SECOND

    def content(face: Box, colours: Inks) -> tuple[Mark, ...]:
        return _content(theme, row, face, colours)

    return pressable(theme, box, look, (row.act, row.value), content, theme.shape("radius_row"))


def answer(theme: Theme, row: Row, box: Box) -> Part:
    """Return a row that answers a question: its words in the larger step where there is room."""
    if row.act is None:
        return _quiet_row(theme, row, box)

    def content(face: Box, colours: Inks) -> tuple[Mark, ...]:
        wanted = theme.em(Step.ACTION) + (theme.em(Step.SMALL) if row.reason else 0)
        step = Step.ACTION if wanted * TIGHT <= face.h else Step.BODY
        return _content(theme, row, face, colours, step)

    return pressable(theme, box, SECOND, (row.act, row.value), content, theme.shape("radius_row"))


def _quiet_row(theme: Theme, row: Row, box: Box) -> Part:
    """Return the dark or sandy panel of a row that cannot be pressed."""
    unneeded = row.tick is Tick.NOT_NEEDED
    ground = "sand" if unneeded and not theme.high else "surface"
    face = box if theme.high else box.sized(h=box.h - theme.shape("lip_height"))
    colours = inks(theme, Look(ground, "lip", words="ink2" if unneeded else "ink"))
    fill = Fill(face, theme.colour(ground), theme.shape("radius_row"))
    return Part((fill, *_content(theme, row, face, colours)))


def _content(
    theme: Theme, row: Row, face: Box, colours: Inks, step: Step = Step.BODY
) -> tuple[Mark, ...]:
    sign = _sign(theme, row, face, colours)
    left = theme.px(WORDS_LEFT if sign else WORDS_LEFT_BARE)
    room = face.from_left(left)
    room = room.sized(w=room.w - theme.px(4))
    return (*sign, *_words(theme, row, room, colours, step))


def _words(theme: Theme, row: Row, room: Box, colours: Inks, step: Step) -> tuple[Mark, ...]:
    if row.label:
        return _labelled(theme, row, room, colours)
    if not row.reason:
        return (_name(theme, row.words, room, colours.words, 2, step),)
    split = _split(theme, room, step)
    reason = set_words(theme, row.reason, split[1], Step.SMALL, colours.second, pitch=PAIR, most=1)
    return (_name(theme, row.words, split[0], colours.words, 1, step), reason)


def _labelled(theme: Theme, row: Row, room: Box, colours: Inks) -> tuple[Mark, ...]:
    """Return label above value, and what was marked behind the label."""
    lower, upper = _split(theme, room, Step.BODY)
    upper, lower = (
        lower.sized(h=upper.h),
        upper.moved(down=upper.h - lower.h).sized(h=lower.h),
    )
    label = set_words(theme, row.label, upper, Step.SMALL, colours.second, pitch=PAIR)
    marks: list[Mark] = [label, _name(theme, row.words, lower, colours.words, 1, Step.BODY)]
    if row.reason:
        rest = upper.from_left(label.natural[0] + theme.px(6))
        marks.append(
            set_words(
                theme,
                row.reason,
                rest,
                Step.SMALL,
                colours.second,
                weight=Weight.BOLD,
                pitch=PAIR,
            )
        )
    return tuple(marks)


def _name(theme: Theme, text: str, room: Box, colour: str, most: int, step: Step) -> Mark:
    return set_words(
        theme,
        text,
        room,
        tuple(dict.fromkeys((step, Step.BODY, Step.SMALL))),
        colour,
        weight=Weight.BOLD,
        pitch=PAIR,
        most=most,
    )


def _split(theme: Theme, room: Box, name: Step) -> tuple[Box, Box]:
    """Return the rooms of a bold and of a small line, together in the middle of the height."""
    first, second = (round(theme.em(step) * PAIR) for step in (name, Step.SMALL))
    top = room.y + (room.h - first - second) // 2
    return Box(room.x, top, room.w, first), Box(room.x, top + first, room.w, second)


def _sign(theme: Theme, row: Row, face: Box, colours: Inks) -> tuple[Mark, ...]:
    side = min(theme.px(TICK), face.h - theme.px(4))
    box = Box(face.x + theme.px(TICK_LEFT), face.y + (face.h - side) // 2, side, side)
    if row.tick is not Tick.NONE:
        return _tick(theme, row.tick, box, colours)
    if row.mend:
        return _disc(theme, "bang", box, "rust", colours)
    name = row.icon or ("check" if row.label else "")
    if not name:
        return ()
    small = box.centred(theme.px(SIGN), theme.px(SIGN))
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
    """Return the colour that stands on the accent; yellow on black while a row is pressed in HC."""
    black = theme.colour("on_pine")
    return theme.colour("pine") if colours.accent == black else black
