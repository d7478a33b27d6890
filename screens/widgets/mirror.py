"""The mirror: the live camera picture in a circle, with a dashed oval for the face."""

from __future__ import annotations

from screens.box import Box
from screens.scene import Icon, Mirror, Ring, ScenePart
from screens.theme import Theme

RIM = 5.5 / 180.0  # of the diameter
OVAL, OVAL_DROP = 546 / 726, 11 / 726


def mirror(theme: Theme, box: Box) -> tuple[ScenePart, ...]:
    """Return the live picture, and over it rim and oval, which new frames leave untouched."""
    rim = round(box.w * RIM)
    live = ScenePart((Mirror(box.inset(rim - 1), theme.colour("track")),))
    side = round(box.w * OVAL)
    oval = box.centred(side, side).moved(down=round(box.h * OVAL_DROP))
    ring = Ring(box, theme.colour("pine"), rim)
    return (live, ScenePart((ring, Icon("mirror-oval", oval, "#FFFFFF"))))
