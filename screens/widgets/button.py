"""What does a choice look like? Buttons with words, perhaps a sign before or an arrow behind."""

from __future__ import annotations

from kiosk.visit.page import Choice, Tone
from screens.box import Box
from screens.lettering import TIGHT, set_words
from screens.scene import Align, Icon, Mark, Part, Weight, Words
from screens.theme import Step, Theme
from screens.widgets.face import HELP, PRIMARY, SECOND, Inks, Look, pressable

LOOKS = {
    Tone.PRIMARY: PRIMARY,
    Tone.SECOND: SECOND,
    Tone.EQUAL: SECOND,
    Tone.HELP: HELP,
}
PADDING = 4.0
ICON_ROOM = 1.06  # em of the words
ARROW_ROOM = 0.94
GAP = 0.34
QUIET_ICON = 1.27
QUIET_GAP = 0.5


def button(theme: Theme, box: Box, choice: Choice, look: Look | None = None) -> Part:
    """Return a button; the primary and the consent pair speak in the larger step."""
    large = choice.tone in {Tone.PRIMARY, Tone.EQUAL}
    step: Step | tuple[Step, ...] = Step.ACTION if large else Step.BODY
    look = look or LOOKS[choice.tone]
    if theme.high and look in {SECOND, HELP}:
        look = Look(look.face, look.lip, words="pine")

    def content(face: Box, inks: Inks) -> tuple[Mark, ...]:
        return line_of(theme, face, choice, step, inks)

    return pressable(theme, box, look, (choice.act, choice.value), content)


def quiet_button(theme: Theme, box: Box, choice: Choice, look: Look) -> Part:
    """Return a button with small words: inside a panel, or in a corner of the digit pad."""
    if theme.high:
        look = Look(look.face, look.lip, words="pine")

    def content(face: Box, inks: Inks) -> tuple[Mark, ...]:
        return line_of(theme, face, choice, Step.SMALL, inks)

    return pressable(theme, box, look, (choice.act, choice.value), content)


def line_of(
    theme: Theme, face: Box, choice: Choice, steps: Step | tuple[Step, ...], inks: Inks
) -> tuple[Mark, ...]:
    """Return sign, words and arrow, together in the middle of the face."""
    words = _fitted(theme, face, choice, steps, inks)
    before, behind = _room(theme, choice, words.size)
    width = before + words.natural[0] + behind
    x = face.x + (face.w - width) // 2
    marks: list[Mark] = []
    if choice.icon:
        side = _icon_side(theme, words.size)
        y = face.y + (face.h - side) // 2
        marks.append(Icon(choice.icon, Box(x, y, side, side), inks.words))
    box = Box(x + before, words.box.y, words.natural[0], words.box.h)
    marks.append(words.at(box, Align.MIDDLE))
    if choice.arrow:
        side = round(words.size * ARROW_ROOM)
        y = face.y + (face.h - side) // 2
        marks.append(Icon("arrow-right", Box(box.right + behind - side, y, side, side), inks.words))
    return tuple(marks)


def _is_quiet(theme: Theme, size: int) -> bool:
    return size <= theme.em(Step.SMALL)


def _icon_side(theme: Theme, size: int) -> int:
    return round(size * (QUIET_ICON if _is_quiet(theme, size) else ICON_ROOM))


def _room(theme: Theme, choice: Choice, size: int) -> tuple[int, int]:
    """Return how much room the sign takes before the words, and the arrow behind them."""
    gap = round(size * (QUIET_GAP if _is_quiet(theme, size) else GAP))
    before = _icon_side(theme, size) + gap if choice.icon else 0
    behind = round(size * (ARROW_ROOM + GAP)) if choice.arrow else 0
    return before, behind


def _fitted(
    theme: Theme, face: Box, choice: Choice, steps: Step | tuple[Step, ...], inks: Inks
) -> Words:
    """Return the words as large as they fit beside sign and arrow; at worst on two lines."""
    room = face.inset(theme.px(PADDING), 0)
    steps = steps if isinstance(steps, tuple) else (steps,)
    for step in (*steps, *((Step.BODY,) if steps[0] is Step.ACTION else ())):
        for size in theme.sizes(step):
            beside = sum(_room(theme, choice, size))
            slot = room.sized(w=room.w - beside)
            words = _set(theme, choice.words, slot, step, inks, 1)
            if words.fits and words.size == size:
                return words
    slot = room.sized(w=room.w - sum(_room(theme, choice, theme.em(steps[-1]))))
    return _set(theme, choice.words, slot, steps[-1], inks, 2)


def _set(theme: Theme, text: str, box: Box, step: Step, inks: Inks, most: int) -> Words:
    return set_words(
        theme,
        text,
        box,
        step,
        inks.words,
        weight=Weight.BOLD,
        align=Align.MIDDLE,
        most=most,
        pitch=TIGHT,
    )
