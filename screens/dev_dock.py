"""The demo dock: a strip of small labelled buttons beside the page, given as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

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
    """One button of the demo dock; `work` is called when it is pressed.

    `group`: of what this is one state, such as "network"; "" for what leaves no state. `is_on`:
    this state is the present one.
    """

    label: str
    work: Callable[[], None]
    group: str = ""
    is_on: bool = False


@dataclass(frozen=True)
class DockScene:
    """The drawn dock and its buttons."""

    box: Box
    scene: Scene
    buttons: tuple[DevButton, ...]

    def press(self, x: float, y: float) -> tuple[DevButton, ...]:
        """Do the work of the button at (x, y), in px of the dock, if there is one.

        Returns the buttons as they are to be drawn now.
        """
        for part, button in zip(self.scene.parts, self.buttons, strict=True):
            if part.box.contains(x, y):
                button.work()
                return tuple(_after(button, one) for one in self.buttons)
        return self.buttons


def _after(pressed: DevButton, button: DevButton) -> DevButton:
    """Return a button as it is after another one, or itself, was pressed."""
    if not pressed.group or button.group != pressed.group:
        return button
    return replace(button, is_on=button.label == pressed.label)


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
        _button(theme, button, Box(inner.x, inner.y + (height + gap) * at, inner.w, height))
        for at, button in enumerate(buttons)
    )
    return DockScene(box, Scene(theme.colour("ink2"), parts), buttons)


def _button(theme: Theme, button: DevButton, box: Box) -> ScenePart:
    """Return a drawn button; the present state has another colour and a bar at its left."""
    ink = theme.colour("ink")
    room = box.inset(theme.px(2), 0)
    words = set_words(
        theme, button.label, room, TypeStep.SMALL, ink, align=Align.MIDDLE, pitch=TIGHT, most=2
    )
    fill = Fill(box, theme.colour("pine_tint" if button.is_on else "sand"), theme.px(3))
    bar = Fill(Box(box.x, box.y, theme.px(2), box.h), theme.colour("pine"))
    drawn = (fill, bar, words) if button.is_on else (fill, words)
    return ScenePart(drawn, Target(Press.STAY, button.label, box))
