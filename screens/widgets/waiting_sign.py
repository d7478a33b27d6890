"""The sign of a page that waits: an hourglass, and dots that take turns while it goes on."""

from __future__ import annotations

from kiosk.pages.page import PageWait
from screens.box import Box
from screens.scene import Disc, ScenePart
from screens.theme import Theme
from screens.widgets.large_sign import large_sign, sign_side

DOT, DOT_GAP, UNDER = 7.0, 8.0, 9.0
DOTS = 3


def waiting_sign(theme: Theme, waiting: PageWait, room: Box) -> tuple[ScenePart, ...]:
    """Return the hourglass and its dots in the middle of the room; only the dots change.

    `waiting`: whose beat says which dot is dark.
    """
    dot, under = theme.px(DOT), theme.px(UNDER)
    side = sign_side(theme, room.sized(h=room.h - dot - under))
    place = room.centred(side, side + under + dot)
    disc = place.sized(h=side)
    sign = large_sign(theme, "hourglass", disc)
    return (sign, _dots(theme, waiting.beat, disc, place.bottom - dot))


def _dots(theme: Theme, beat: int, disc: Box, y: int) -> ScenePart:
    dot, gap = theme.px(DOT), theme.px(DOT_GAP)
    x = disc.middle[0] - (DOTS * dot + (DOTS - 1) * gap) // 2
    marks = tuple(
        Disc(
            Box(x + at * (dot + gap), y, dot, dot),
            theme.colour("pine" if at == beat % DOTS else "lip"),
        )
        for at in range(DOTS)
    )
    return ScenePart(marks)
