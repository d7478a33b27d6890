"""The demo dock: a strip of small labelled buttons beside the page, given as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.pages.display import View
from kiosk.pages.press import Press
from screens.box import Box
from screens.line_breaking import TIGHT, set_words
from screens.scene import Align, Fill, Scene, ScenePart, Target
from screens.theme import Measure, ScreenPanel, Theme, Tokens, TypeStep

WIDTH = 84.0
MARGIN = 4.0
TALLEST = 22.0
GAP = 2.5


@dataclass(frozen=True)
class DevButton:
    """One button of the demo dock; `work` is called when it is pressed."""

    label: str
    work: Callable[[], None]


@dataclass(frozen=True)
class DockScene:
    """The drawn dock and its buttons."""

    box: Box
    scene: Scene
    buttons: tuple[DevButton, ...]

    def press(self, x: float, y: float) -> None:
        """Do the work of the button at (x, y), in px of the dock, if there is one."""
        for part, button in zip(self.scene.parts, self.buttons, strict=True):
            if part.box.contains(x, y):
                button.work()


def width(panel: ScreenPanel) -> int:
    """Return the width in px by which the dock widens the window."""
    return round(WIDTH * panel.px_per_mm)


def draw(
    panel: ScreenPanel, tokens: Tokens, buttons: tuple[DevButton, ...], measure: Measure
) -> DockScene:
    """Return the dock right of the panel, its buttons from top to bottom.

    `measure` returns the width of a text in px.
    """
    theme = Theme(tokens, panel, View(), measure)
    box = Box(panel.width_px, 0, width(panel), panel.height_px)
    inner = box.inset(theme.px(MARGIN))
    gap = theme.px(GAP)
    height = min(theme.px(TALLEST), (inner.h + gap) // max(1, len(buttons)) - gap)
    parts = tuple(
        _button(theme, button.label, Box(inner.x, inner.y + (height + gap) * at, inner.w, height))
        for at, button in enumerate(buttons)
    )
    return DockScene(box, Scene(theme.colour("ink2"), parts), buttons)


def _button(theme: Theme, label: str, box: Box) -> ScenePart:
    ink = theme.colour("ink")
    room = box.inset(theme.px(2), 0)
    words = set_words(
        theme, label, room, TypeStep.SMALL, ink, align=Align.MIDDLE, pitch=TIGHT, most=2
    )
    fill = Fill(box, theme.colour("sand"), theme.px(3))
    return ScenePart((fill, words), Target(Press.STAY, label, box))
