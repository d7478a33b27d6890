"""A large sign: one pictogram on a disc, where a page has little else to show."""

from __future__ import annotations

from screens.box import Box
from screens.scene import Disc, Icon, ScenePart
from screens.theme import Theme

SIGN, ICON = 120.0, 64.0
SIGN_LANDSCAPE = 148.0


def sign_side(theme: Theme, room: Box) -> int:
    """Return the diameter in px of the largest disc for the room."""
    most = theme.px(SIGN_LANDSCAPE if theme.landscape else SIGN)
    return max(0, min(most, room.w, room.h))


def large_sign(theme: Theme, icon: str, room: Box, *, mend: bool = False) -> ScenePart:
    """Return the disc with the pictogram `icon` in the middle of the room.

    `mend`: in the colours of something that has to be put right.
    """
    side = sign_side(theme, room)
    disc = room.centred(side, side)
    size = round(side * ICON / SIGN)
    ground, ink = ("rust_tint", "rust") if mend else ("apricot_tint", "pine")
    colour = theme.colour("on_pine" if theme.high and mend else ink)
    return ScenePart(
        (Disc(disc, theme.colour(ground)), Icon(icon, disc.centred(size, size), colour))
    )
