"""Groups of people whom a face check refuses easily: how they look, move and sit.

Each changes one thing about the rendered person; the bench reports the pass rate of each group.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from drivers.simulated.scenes.head import EYES, Gesture, Head

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivers.simulated.scenes.performer import MovementManner
    from drivers.simulated.scenes.setting import Setting

NARROW: Final = (0.25, 0.45)  # how far lids of the old hang down
FRAME_COLOUR: Final = (36, 34, 40, 255)  # BGRA of spectacles
LENS: Final = (19, 13)  # half width and height, pixels of the figure
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


def figure_of(
    group: Group, figure: NDArray[np.uint8], random: np.random.Generator
) -> NDArray[np.uint8]:
    """Return how somebody of a group looks: the person's figure (512x512 BGRA), changed."""
    match group:
        case Group.ONE_EYE:
            shut = Head(figure).doing(Gesture(closed=1.0))
            return _half(figure, shut, left=random.random() < 0.5)  # noqa: PLR2004 - a coin
        case Group.HANGING_LIDS:
            return Head(figure).doing(Gesture(closed=random.uniform(*NARROW)))
        case Group.SPECTACLES:
            return _with_spectacles(figure, random)
        case _:
            return figure


def _half(one: NDArray[np.uint8], other: NDArray[np.uint8], *, left: bool) -> NDArray[np.uint8]:
    """Return a figure with one eye of `other`."""
    middle = int((EYES[0][0] + EYES[1][0]) / 2)
    mixed = one.copy()
    side = np.s_[:, :middle] if left else np.s_[:, middle:]
    mixed[side] = other[side]
    return mixed


def _with_spectacles(figure: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    drawn: Any = figure.copy()
    glare: Any = np.zeros(figure.shape[:2], np.float32)
    turn = random.uniform(0, 180)
    for x, y in EYES:
        at = (round(x), round(y) + 2)
        cv2.ellipse(drawn, at, LENS, 0, 0, 360, FRAME_COLOUR, 2, cv2.LINE_AA)
        spot = (at[0] + round(random.uniform(-9, 9)), at[1] + round(random.uniform(-8, 2)))
        cv2.ellipse(glare, spot, (7, 3), turn, 0, 360, 1.0, -1)
    bridge = (
        (round(EYES[0][0]) + LENS[0], round(EYES[0][1])),
        (
            round(EYES[1][0]) - LENS[0],
            round(EYES[1][1]),
        ),
    )
    cv2.line(drawn, *bridge, FRAME_COLOUR, 2, cv2.LINE_AA)
    share = random.uniform(0.3, 0.8) * cv2.GaussianBlur(glare, (0, 0), 1.2)[..., None]
    lit = drawn[..., :3] * (1 - share) + 255 * share
    return np.dstack([lit.astype(np.uint8), drawn[..., 3]])
