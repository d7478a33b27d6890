"""The ring around what the keypad's focus stands on, in the gap outside of it."""

from __future__ import annotations

from kiosk.pages.press import Press
from screens.box import Box
from screens.scene import Fill, ScenePart, SignatureField
from screens.theme import Theme

AWAY, THICK = 0.5, 2.0  # mm; together less than the least gap of two targets


def focused_box(parts: tuple[ScenePart, ...], focus: tuple[Press, str] | None) -> Box | None:
    """Return the box of the focused target; that of the signing field for its key."""
    if focus is None:
        return None
    for part in parts:
        target = part.target
        if target is not None and (target.act, target.value) == focus:
            return target.box
    if focus[0] is not Press.MARK:
        return None
    return next(
        (one.box for part in parts for one in part.marks if isinstance(one, SignatureField)), None
    )


def ring(theme: Theme, box: Box, colour: str = "ink") -> ScenePart:
    """Return four bars around a box; `colour` is a name of the theme's."""
    away, thick, ink = theme.px(AWAY), theme.px(THICK), theme.colour(colour)
    outer = box.inset(-away - thick)
    bars = (
        outer.sized(h=thick),
        outer.from_top(outer.h - thick),
        outer.sized(w=thick),
        outer.from_left(outer.w - thick),
    )
    return ScenePart(tuple(Fill(bar, ink) for bar in bars))
