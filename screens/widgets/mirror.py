"""Where does a person see herself? A round hand mirror with a dashed oval for the face."""

from __future__ import annotations

from screens.box import Box
from screens.scene import Icon, Mirror, Part
from screens.theme import Theme

RING = 5.5 / 180.0  # of the diameter


def mirror(theme: Theme, box: Box) -> tuple[Part, ...]:
    """Return the live picture, and over it ring and oval."""
    inside = box.inset(round(box.w * RING) - 1)
    live = Part((Mirror(inside, theme.colour("track")),))
    ring = Icon("mirror-ring", box, theme.colour("pine"))
    shade = Icon("mirror-oval-shade", box, "#211E19")
    oval = Icon("mirror-oval", box, "#FFFFFF")
    return (live, Part((ring, shade, oval)))
