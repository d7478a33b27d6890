"""Place, light and camera of a rendered clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.simulated.scenes.face_scene import NEAR, Pose

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Setting:
    """Light, place and camera of one clip; `side_light` is how differently both sides are lit."""

    pose: Pose = NEAR
    light: float = 1.0
    side_light: float = 0.0
    noise: float = 1.6
    sway: float = 1.0
    quick: float = 0.25  # sways a second
    behind: float = 1.0  # light of the room by the usual one, and of the person before it
    before: float = 1.0


def some_setting(random: np.random.Generator) -> Setting:
    """Return a random setting, within what the coach lets pass."""
    return Setting(
        pose=Pose(
            x=320 + random.uniform(-60, 60),
            y=222 + random.uniform(-24, 24),
            scale=random.uniform(1.45, 2.2),
            roll=random.uniform(-9, 9),
        ),
        light=random.uniform(0.62, 1.12),
        side_light=random.uniform(-0.35, 0.35),
        noise=random.uniform(1.0, 4.0),
        sway=random.uniform(0.2, 1.6),
        quick=random.uniform(0.1, 0.5),
    )
