"""The panel of a page: a heading, lines, perhaps a telephone number in large type."""

from __future__ import annotations

import re

from kiosk.pages.page import Panel
from screens.box import Box
from screens.line_breaking import LINE, TIGHT, set_words
from screens.scene import Fill, ScenePart, TextBlock, Weight
from screens.theme import Theme, TypeStep

NUMBER = re.compile(r"[0-9][0-9 \-]{4,}")
PADDING = 12.0
AIR = 9.0


def panel(theme: Theme, content: Panel, box: Box, least: int = 0) -> ScenePart:
    """Return the panel with its `content`, as high as its words.

    `least`: its least height in px; the words then stand in its middle.

    A telephone number alone on a line is largest.
    """
    inner = box.inset(theme.px(PADDING), theme.px(AIR))
    lines: list[TextBlock] = []
    y = inner.y
    for words in _lines(theme, content, inner):
        lines.append(words.shrunk().lowered_to(y))
        y = lines[-1].box.bottom + theme.px(1)
    face = box.sized(h=max(least, y + theme.px(AIR) - box.y))
    down = (face.bottom - theme.px(AIR) - y) // 2
    lines = [words.lowered_to(words.box.y + down) for words in lines]
    return ScenePart((Fill(face, theme.colour("pine_tint"), theme.shape("radius_panel")), *lines))


def _lines(theme: Theme, content: Panel, inner: Box) -> list[TextBlock]:
    heading = [_heading(theme, content.heading, inner)] if content.heading else []
    return heading + [_line(theme, line, inner) for line in content.lines]


def _heading(theme: Theme, text: str, inner: Box) -> TextBlock:
    steps = (TypeStep.ACTION, TypeStep.BODY)
    ink = theme.colour("ink")
    return set_words(theme, text, inner, steps, ink, weight=Weight.BOLD, pitch=LINE, most=2)


def _line(theme: Theme, line: str, inner: Box) -> TextBlock:
    pine = theme.colour("pine")
    if NUMBER.fullmatch(line) is None:
        call = NUMBER.search(line) is not None
        ink, weight = (pine, Weight.BOLD) if call else (theme.colour("ink2"), None)
        return set_words(theme, line, inner, TypeStep.BODY, ink, weight=weight, most=3, pitch=LINE)
    steps = (TypeStep.HERO, TypeStep.TITLE, TypeStep.ACTION)
    return set_words(theme, line, inner, steps, pine, weight=Weight.BOLD, pitch=TIGHT)
