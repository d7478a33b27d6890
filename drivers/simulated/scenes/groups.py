"""Groups of people whom a face check refuses easily: how they look, move and sit.

Each changes one thing about the rendered person; the bench reports the pass rate of each group.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from drivers.simulated.scenes.spectacles import some_spectacles

if TYPE_CHECKING:
    import numpy as np

    from drivers.simulated.scenes.performer import MovementManner
    from drivers.simulated.scenes.setting import Setting
    from drivers.simulated.scenes.spectacles import Spectacles

NARROW: Final = (0.25, 0.45)  # how far lids of the old hang down
WINDOW_LIGHT: Final = (1.25, 1.5)  # of the room behind, by that of a usual one
AGAINST_LIGHT: Final = (0.5, 0.65)  # of the face before it


class Group(StrEnum):
    """The groups; ordinary people are one of them."""

    ORDINARY = "ordinary"
    STIFF_NECK = "stiff_neck"  # turns by 15 to 20 degrees
    WHEELCHAIR = "wheelchair"  # low in the picture
    BACKLIGHT = "backlight"  # a window behind
    ONE_EYE = "one_eye"  # the other one is shut for good
    HANGING_LIDS = "hanging_lids"
    SPECTACLES = "spectacles"  # with a reflection
    SLOW = "slow"


GROUPS: Final = tuple(one for one in Group if one is not Group.ORDINARY)


def setting_of(group: Group, setting: Setting, random: np.random.Generator) -> Setting:
    """Return where and in which light somebody of a group is."""
    match group:
        case Group.WHEELCHAIR:
            low = replace(setting.pose, y=random.uniform(320, 372), scale=random.uniform(1.35, 1.6))
            return replace(setting, pose=low)
        case Group.BACKLIGHT:
            return replace(
                setting,
                light=1.0,
                behind=random.uniform(*WINDOW_LIGHT),
                before=random.uniform(*AGAINST_LIGHT),
            )
        case _:
            return setting


def manner_of(group: Group, manner: MovementManner, random: np.random.Generator) -> MovementManner:
    """Return how somebody of a group moves."""
    match group:
        case Group.STIFF_NECK:
            return replace(manner, left=random.uniform(15, 20), right=random.uniform(15, 20))
        case Group.SLOW:
            return replace(
                manner,
                reaction=random.uniform(1.8, 3.0),
                turning=random.uniform(1.6, 2.2),
                closed=random.uniform(1.2, 2.5),
            )
        case _:
            return manner


def lids_of(group: Group, random: np.random.Generator) -> tuple[float, float]:
    """Return how far both lids of somebody of a group are down, 0 to 1, when the eyes are open."""
    match group:
        case Group.ONE_EYE:
            return (1.0, 0.0) if random.random() < 0.5 else (0.0, 1.0)  # noqa: PLR2004 - a coin
        case Group.HANGING_LIDS:
            down = random.uniform(*NARROW)
            return down, down
        case _:
            return 0.0, 0.0


def worn_by(group: Group, random: np.random.Generator) -> Spectacles | None:
    """Return the spectacles of somebody of a group."""
    return some_spectacles(random) if group is Group.SPECTACLES else None
