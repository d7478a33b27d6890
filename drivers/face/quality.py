"""Is this frame good enough to compare, and if not, what should the person do? Pure rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.ports import Coach

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class View:
    """The whole frame: its size in pixels and its mean luma (0 to 255)."""

    width: int
    height: int
    luma: float


@dataclass(frozen=True)
class FaceFeatures:
    """One face in a frame: pixels of the frame, degrees, luma 0 to 255.

    `nose_ratio` is the nose's distance from the middle of the eyes along the line of the eyes,
    divided by the distance of the eyes: about 0 from the front, beyond 0.3 at 37 degrees
    (face.md §5.1). YuNet's eyes make large rolls look smaller: 25 degrees measure 13 to 24, which
    does no harm, because the comparison bears 20. `sharpness` is the Laplacian's variance over the
    face scaled to 112 pixels.
    """

    x: float
    y: float
    width: float
    height: float
    roll: float
    nose_ratio: float
    luma: float
    sharpness: float


@dataclass(frozen=True)
class QualityLimits:
    """When a face is good enough (face.md §7, item 4); shares are of the frame's size."""

    smallest_width_px: float = 110.0
    largest_share: float = 0.75  # of the frame's height
    centre_share: float = 0.20
    roll_degrees: float = 15.0
    nose_ratio: float = 0.15
    darkest: float = 60.0
    brightest: float = 200.0
    sharpness: float = 40.0  # a rendered face blurred by 3 pixels has 35, a sharp one over 400
    bystander_share: float = 0.5  # a face this much narrower than the nearest one does not count
    unlit_view: float = 45.0  # no face in a frame darker than this: it is the light's fault


def coach(view: View, faces: Sequence[FaceFeatures], limits: QualityLimits) -> Coach | None:
    """Return the one thing to tell the person, or None when the nearest face is good."""
    if not faces:
        return Coach.MORE_LIGHT if view.luma < limits.unlit_view else Coach.NO_FACE
    face = nearest(faces)
    if sum(other.width >= limits.bystander_share * face.width for other in faces) > 1:
        return Coach.TWO_FACES
    return (
        _place(view, face, limits)
        or _light(face, limits)
        or _pose(face, limits)
        or (Coach.HOLD_STILL if face.sharpness < limits.sharpness else None)
    )


def nearest(faces: Sequence[FaceFeatures]) -> FaceFeatures:
    """Return the widest face."""
    return max(faces, key=lambda face: face.width)


def _place(view: View, face: FaceFeatures, limits: QualityLimits) -> Coach | None:
    if face.width < limits.smallest_width_px:
        return Coach.COME_CLOSER
    if face.height > limits.largest_share * view.height:
        return Coach.MOVE_BACK
    off_x = abs(face.x + face.width / 2 - view.width / 2) / view.width
    off_y = abs(face.y + face.height / 2 - view.height / 2) / view.height
    return Coach.CENTRE if max(off_x, off_y) > limits.centre_share else None


def _light(face: FaceFeatures, limits: QualityLimits) -> Coach | None:
    if face.luma < limits.darkest:
        return Coach.MORE_LIGHT
    return Coach.LESS_LIGHT if face.luma > limits.brightest else None


def _pose(face: FaceFeatures, limits: QualityLimits) -> Coach | None:
    turned = abs(face.roll) > limits.roll_degrees or abs(face.nose_ratio) > limits.nose_ratio
    return Coach.LOOK_STRAIGHT if turned else None
