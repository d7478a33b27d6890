"""Faces of things to press, up and pressed: a face on a lip, or an outline in high contrast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.pages.press import Press
from screens.box import Box
from screens.scene import Fill, Mark, ScenePart, Target
from screens.theme import Theme


@dataclass(frozen=True)
class FaceColours:
    """Names of the colours of a face, its lip, and of what stands on it."""

    face: str
    lip: str
    words: str = "ink"
    second: str = "ink2"
    accent: str = "pine"
    pressed: str = ""  # the face while pressed, when it changes


@dataclass(frozen=True)
class Inks:
    """The colours of what stands on a face, as the toolkit takes them."""

    words: str
    second: str
    accent: str


Content = Callable[[Box, Inks], tuple[Mark, ...]]

PRIMARY = FaceColours("pine", "pine_lip", "on_pine", "on_pine", "on_pine", pressed="pine_lip")
SECOND = FaceColours("surface", "lip")
HELP = FaceColours("apricot_tint", "help_lip", words="pine")
QUIET = FaceColours("sand", "lip")
MEND = FaceColours("rust_tint", "rust", accent="rust", second="rust")


def pressable(
    theme: Theme,
    box: Box,
    look: FaceColours,
    press: tuple[Press, str],
    content: Content,
    radius: int = 0,
) -> ScenePart:
    """Return a part with both its states.

    `look`: its colours. `press`: act and value. `content` draws what stands on the face. `radius`
    of the corners in px, 0 for that of a button.
    """
    radius = radius or theme.shape("radius_button")
    draw = _draw_high if theme.high else _draw_light
    states = [draw(theme, box, look, content, radius, down) for down in (False, True)]
    target = Target(press[0], press[1], box, primary=look is PRIMARY)
    return ScenePart(states[0], target, states[1])


def _draw_light(
    theme: Theme, box: Box, look: FaceColours, content: Content, corner: int, down: bool
) -> tuple[Mark, ...]:
    lip, inset = theme.shape("lip_height"), theme.shape("lip_inset")
    face = box.sized(h=box.h - lip).moved(down=lip if down else 0)
    colour = look.pressed if down and look.pressed else look.face
    marks: list[Mark] = []
    if not down:
        # Only what the face does not cover, and its corners: covered pixels cost time, too.
        covered = max(lip, box.h - lip - 2 * corner)
        under = box.inset(inset, 0).from_top(covered)
        marks.append(Fill(under, theme.colour(look.lip), corner))
    marks.append(Fill(face, theme.colour(colour), corner))
    return (*marks, *content(face, inks(theme, look)))


def _draw_high(
    theme: Theme, box: Box, look: FaceColours, content: Content, corner: int, down: bool
) -> tuple[Mark, ...]:
    line = theme.shape("outline_hc")
    if look is PRIMARY:
        colour = theme.colour("apricot" if down else "pine")
        return (Fill(box, colour, corner), *content(box, inks(theme, look)))
    black = theme.colour("on_pine")
    if down:
        return (Fill(box, theme.colour("pine"), corner), *content(box, Inks(black, black, black)))
    edge = Fill(box, theme.colour("help_lip" if look is HELP else "lip"), corner)
    inner = Fill(box.inset(line), theme.colour("paper"), corner - line)
    return (edge, inner, *content(box, inks(theme, look)))


def inks(theme: Theme, look: FaceColours) -> Inks:
    """Return the colours in which words and signs stand on a face."""
    return Inks(theme.colour(look.words), theme.colour(look.second), theme.colour(look.accent))
