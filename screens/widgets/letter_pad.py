"""Input of Chinese with few keys: the text, candidates, digits, letters or a writing field."""

from __future__ import annotations

from kiosk.pages.page import Choice, Row, Writing
from kiosk.pages.press import Press
from screens.box import Box
from screens.line_breaking import set_line, set_words
from screens.scene import Align, Fill, Mark, ScenePart, SignatureField, Weight
from screens.theme import Theme, TypeStep
from screens.widgets.button import quiet_button
from screens.widgets.face import SECOND, FaceColours, Inks, pressable

DIGITS = "1234567890"
PORTRAIT = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
LANDSCAPE = ("abcdefghijklm", "nopqrstuvwxyz")
ACROSS, DOWN = 3.1, 3.2
HIGHEST = 26.0
CANDIDATES = 6
PEN = 2.2
LEAST_KEY, LEAST_FIELD = 20.5, 36.0
ERASER, ERASER_H = 58.0, 26.0
ERASE_KEYS = 3  # how many keys wide the eraser is


def text_field(theme: Theme, writing: Writing, box: Box) -> ScenePart:
    """Return the panel with the text so far, and behind it the letters of the next character."""
    inner = box.inset(theme.px(8), 0)
    typed = f"{writing.text} {writing.letters}".strip()
    steps = (TypeStep.TITLE, TypeStep.ACTION, TypeStep.BODY, TypeStep.SMALL)
    ink, bold = theme.colour("ink"), Weight.BOLD
    ground = Fill(box, theme.colour("surface"), theme.shape("radius_panel"))
    if not typed:
        return ScenePart((ground,))
    return ScenePart(
        (ground, set_line(theme.at(theme.view.text_size), typed, inner, steps, ink, weight=bold))
    )


def candidates(
    theme: Theme, rows: tuple[Row, ...], more: Choice | None, box: Box
) -> tuple[ScenePart, ...]:
    """Return the candidates, `rows`, side by side; `more` turns the page, in the last place."""
    places = _columns(theme, box, CANDIDATES)
    keys = tuple(
        _key(theme, (row.act or Press.CHARACTER, row.value), row.words, place, TypeStep.ACTION)
        for row, place in zip(rows, places, strict=False)
    )
    return keys if more is None else (*keys, quiet_button(theme, places[-1], more, SECOND))


def letter_pad(theme: Theme, writing: Writing, erase: Choice, box: Box) -> tuple[ScenePart, ...]:
    """Return digits, the letters that may follow, and the eraser; letters keep their places.

    `erase` is what the eraser does.
    """
    letters = LANDSCAPE if theme.landscape else PORTRAIT
    lines = _lines(theme, box, len(letters) + 1)
    most = max(map(len, letters))
    parts = [
        _key(theme, (Press.DIGIT, digit), digit, place, TypeStep.BODY)
        for digit, place in zip(DIGITS, _columns(theme, lines[0], most), strict=False)
    ]
    for row, line in zip(letters, lines[1:], strict=True):
        parts += [
            _key(theme, (Press.SPELL, letter), letter, place, TypeStep.BODY)
            for letter, place in zip(row, _columns(theme, line, most), strict=False)
            if letter in writing.follow
        ]
    last = _columns(theme, lines[0] if theme.landscape else lines[-1], most)
    place = last[-ERASE_KEYS].sized(w=last[-1].right - last[-ERASE_KEYS].x)
    return (*parts, quiet_button(theme, place, erase, SECOND))


def hand_pad(theme: Theme, writing: Writing, erase: Choice, box: Box) -> tuple[ScenePart, ...]:
    """Return digits, the field in which a finger writes, and the eraser beside it.

    `erase` is what the eraser does.
    """
    line = box.sized(h=theme.px(LEAST_KEY))
    parts = [
        _key(theme, (Press.DIGIT, digit), digit, place, TypeStep.BODY)
        for digit, place in zip(DIGITS, _columns(theme, line, len(DIGITS)), strict=True)
    ]
    rest = box.from_top(line.h + theme.px(DOWN))
    rest = rest.sized(h=max(theme.px(LEAST_FIELD), rest.h))
    side = theme.px(ERASER)
    eraser = rest.from_left(rest.w - side).sized(h=theme.px(ERASER_H))
    paper = rest.sized(w=rest.w - side - theme.px(ACROSS))
    room = paper.inset(theme.px(8), 0).sized(h=theme.px(18))
    ink = theme.colour("ink2")
    words = set_words(
        theme, writing.here, room, TypeStep.SMALL, ink, align=Align.MIDDLE, grow=False
    )
    ground = Fill(paper, theme.colour("surface"), theme.shape("radius_panel"))
    field = SignatureField(paper, (), theme.colour("pine"), theme.px(PEN))
    return (*parts, quiet_button(theme, eraser, erase, SECOND), ScenePart((ground, words, field)))


def _lines(theme: Theme, box: Box, count: int) -> tuple[Box, ...]:
    gap = theme.px(DOWN)
    share = (box.h - gap * (count - 1)) // count
    height = max(theme.px(LEAST_KEY), min(theme.px(HIGHEST), share))
    return tuple(box.sized(h=height).moved(down=(height + gap) * at) for at in range(count))


def _columns(theme: Theme, line: Box, count: int) -> tuple[Box, ...]:
    gap = theme.px(ACROSS)
    width = (line.w - gap * (count - 1)) // count
    return tuple(line.sized(w=width).moved(across=(width + gap) * at) for at in range(count))


def _key(theme: Theme, press: tuple[Press, str], label: str, box: Box, step: TypeStep) -> ScenePart:
    look = FaceColours("surface", "lip", words="pine") if theme.high else SECOND

    def content(face: Box, colours: Inks) -> tuple[Mark, ...]:
        return (
            set_words(
                theme,
                label,
                face,
                step,
                colours.words,
                weight=Weight.BOLD,
                align=Align.MIDDLE,
                pitch=1.1,
                grow=False,
            ),
        )

    return pressable(theme, box, look, press, content)
