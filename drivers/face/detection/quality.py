"""Rules that say whether a frame is good enough to compare, and what to tell the person if not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.ports import Coach

if TYPE_CHECKING:
    from collections.abc import Sequence


EDGE_MARGIN = 0.015  # while the hint stands


@dataclass(frozen=True)
class FrameView:
    """The whole frame: its size in pixels and its mean luma (0 to 255)."""

    width: int
    height: int
    luma: float


@dataclass(frozen=True)
class FaceFeatures:
    """The features of one face: pixels of the frame, degrees, luma 0 to 255.

    `nose_ratio` is the nose's distance from the middle of the eyes along the line of the eyes,
    divided by the distance of the eyes: about 0 from the front, beyond 0.3 at 37 degrees
    (face-study.md §5.1). YuNet's eyes make large rolls look smaller: 25 degrees measure 13 to 24,
    which does no harm, because the comparison bears 20. `sharpness` is the Laplacian's variance
    over the face scaled to 112 pixels. `mouth_colour` is how far the mouth's colour is from the
    nose's, in units of CIE Lab, without lightness.
    """

    x: float
    y: float
    width: float
    height: float
    roll: float
    nose_ratio: float
    luma: float
    sharpness: float
    mouth_colour: float = 0.0


@dataclass(frozen=True)
class QualityLimits:
    """The limits of a good face (config/face.toml, [quality]); shares are of the frame's size."""

    smallest_width_px: float
    largest_share: float
    edge_share: float
    roll_degrees: float
    nose_ratio: float
    darkest: float
    brightest: float
    sharpness: float
    bystander_share: float
    unlit_view: float
    dazzled_view: float
    mask_colour: float
    hysteresis: float

    def after(self, hint: Coach | None) -> QualityLimits:
        """Return the limits while `hint` stands; its own are tighter, against flicker.

        A hint goes once its limit is kept by a margin; any other needs its limit to be broken.
        """
        more, less = 1 + self.hysteresis, 1 - self.hysteresis
        match hint:
            case Coach.COME_CLOSER:
                return replace(self, smallest_width_px=self.smallest_width_px * more)
            case Coach.MOVE_BACK:
                return replace(self, largest_share=self.largest_share * less)
            case Coach.CENTRE:
                return replace(self, edge_share=self.edge_share + EDGE_MARGIN)
            case Coach.LOOK_STRAIGHT:
                return replace(
                    self, roll_degrees=self.roll_degrees * less, nose_ratio=self.nose_ratio * less
                )
            case Coach.MORE_LIGHT:
                return replace(self, darkest=self.darkest * more, unlit_view=self.unlit_view * more)
            case Coach.LESS_LIGHT:
                return replace(
                    self, brightest=self.brightest * less, dazzled_view=self.dazzled_view * less
                )
            case Coach.HOLD_STILL:
                return replace(self, sharpness=self.sharpness * more)
            case Coach.TAKE_OFF_MASK:
                return replace(self, mask_colour=self.mask_colour * less)
            case _:
                return self


def coach(
    view: FrameView,
    faces: Sequence[FaceFeatures],
    limits: QualityLimits,
    last_hint: Coach | None = None,
) -> Coach | None:
    """Return the one thing to tell the person, or None when the nearest face is good.

    TAKE_OFF_MASK is the last of all and only advice: it is wrong about one bare old face in six.

    `faces` are all of the frame. `last_hint` is that of the last frame: its limit has to be kept by
    a margin before it goes.
    """
    limits = limits.after(last_hint)
    if not faces:
        return _nobody(view, limits)
    face = nearest(faces)
    if sum(other.width >= limits.bystander_share * face.width for other in faces) > 1:
        return Coach.TWO_FACES
    return (
        _place(view, face, limits)
        or _light(face, limits)
        or _pose(face, limits)
        or _cover(face, limits)
    )


def nearest(faces: Sequence[FaceFeatures]) -> FaceFeatures:
    """Return the widest face."""
    return max(faces, key=lambda face: face.width)


def _nobody(view: FrameView, limits: QualityLimits) -> Coach:
    if view.luma < limits.unlit_view:
        return Coach.MORE_LIGHT
    return Coach.LESS_LIGHT if view.luma > limits.dazzled_view else Coach.NO_FACE


def _place(view: FrameView, face: FaceFeatures, limits: QualityLimits) -> Coach | None:
    if face.width < limits.smallest_width_px:
        return Coach.COME_CLOSER
    if face.height > limits.largest_share * view.height:
        return Coach.MOVE_BACK
    # Anywhere in the picture will do: who sits in a wheelchair is low in it.
    to_edges = (
        face.x / view.width,
        face.y / view.height,
        (view.width - face.x - face.width) / view.width,
        (view.height - face.y - face.height) / view.height,
    )
    return Coach.CENTRE if min(to_edges) < limits.edge_share else None


def _light(face: FaceFeatures, limits: QualityLimits) -> Coach | None:
    if face.luma < limits.darkest:
        return Coach.MORE_LIGHT
    return Coach.LESS_LIGHT if face.luma > limits.brightest else None


def _pose(face: FaceFeatures, limits: QualityLimits) -> Coach | None:
    turned = abs(face.roll) > limits.roll_degrees or abs(face.nose_ratio) > limits.nose_ratio
    return Coach.LOOK_STRAIGHT if turned else None


def _cover(face: FaceFeatures, limits: QualityLimits) -> Coach | None:
    if face.sharpness < limits.sharpness:
        return Coach.HOLD_STILL
    return Coach.TAKE_OFF_MASK if face.mouth_colour > limits.mask_colour else None
