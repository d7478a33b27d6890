"""The values that one frame gives the liveness check; `points` measures them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FaceBox:
    """The bounding box of a face, in pixels of the frame."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: FaceBox) -> float:
        """Return intersection over union of both boxes, 0 to 1."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if across <= 0 or down <= 0:
            return 0.0
        common = across * down
        union = self.width * self.height + other.width * other.height - common
        return common / union


@dataclass(frozen=True)
class FaceCues:
    """The measures of one face; lengths are divided by the distance of the eyes.

    `nose` is the nose's distance from the middle of the eyes along their line, positive when the
    head is turned to the person's own left; `span` the distance of the eyes by the height from eyes
    to mouth; `openness` the height of the eyes' opening by its width, None when nobody measured it;
    `mouth` how far the lips are apart; `drop` how far the nose's tip is below the eyes, by
    the height from eyes to mouth: more when the head is bowed. `room` is how many times as large
    the face may become where it is before it touches an edge of the frame. `light` is the mean luma
    of the face (0 to 255), `lattice` what `detection.lattice` measures, None when it was not.
    """

    box: FaceBox
    nose: float
    span: float
    openness: float | None = None
    mouth: float = 0.0
    light: float = 0.0
    lattice: float | None = None
    drop: float = 0.0
    room: float = 9.0


@dataclass(frozen=True)
class SecondLook:
    """What a second sensor or a vendor's module says of the same moment.

    None: it says nothing. `nose` is the place of the nose of its face as YuNet sees it, `apart` the
    distance of that face to the first look of the first camera.
    """

    infrared: bool | None = None
    vendor: bool | None = None
    nose: float | None = None
    apart: float | None = None


NO_SECOND_LOOK = SecondLook()


@dataclass(frozen=True)
class Sighting:
    """One frame of the camera, as the liveness check sees it.

    `at` is in seconds; `sequence` is the camera's count of frames; `fingerprint` is equal for equal
    pixels only. `face` is None without exactly one face. `good` is a frontal face of which all is
    well; `apart` the distance to this try's first look, None when it was not compared.
    `infrared` and `vendor` are what a second sensor or a vendor's module say, None without one.
    """

    at: float
    sequence: int
    fingerprint: int
    face: FaceCues | None = None
    good: bool = False
    apart: float | None = None
    infrared: bool | None = None
    vendor: bool | None = None
