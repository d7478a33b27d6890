"""Photographs of a paper on a desk, as a document camera takes them, with what is known of each.

The drawing knows where the sheet lies and how much of each line can still be read, so that a finder
and its gates can be measured without asking them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from drivers.simulated.scenes.desk_surface import DeskSurface, draw_surface
from drivers.simulated.scenes.paper_kinds import PIXELS_PER_MM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivers.simulated.scenes.paper_kinds import DrawnPaper

SENSOR_BLUR: Final = 0.7  # pixels, standard deviation, of lens and sensor in focus
FINGER: Final = (118, 150, 196)  # BGR
EXPOSURE: Final = 0.9  # a sheet of white paper is not quite white in the picture


@dataclass(frozen=True)
class LampSpot:
    """The reflection of a lamp: its middle and radius in pixels of the frame, and its strength.

    `strength` is added to the picture in its middle, in grey levels: 255 leaves nothing to read.
    """

    x: float
    y: float
    radius: float
    strength: float


@dataclass(frozen=True)
class SheetPose:
    """Where and how a sheet lies.

    `x` and `y` are its middle in pixels of the frame; `angle` in degrees; `lean` is the share by
    which the far side looks shorter; `curl` is the height of the bow of its long sides, as a share
    of the sheet's height.
    """

    x: float
    y: float
    angle: float = 0.0
    lean: float = 0.0
    curl: float = 0.0
    torn: float = 0.0


@dataclass(frozen=True)
class DeskScene:
    """What stands before the document camera.

    `size` is the frame in pixels, `scale` in pixels per mm. `side_light` is by how much the light
    differs between left and right, as a share. `blur` is in pixels, standard deviation. `finger`
    is the corner (0 to 3, clockwise) that a finger holds; None for none. `others` are poses of
    further sheets of the same paper.
    """

    surface: DeskSurface
    pose: SheetPose
    size: tuple[int, int] = (2592, 1944)
    scale: float = 7.2
    light: float = 1.0
    side_light: float = 0.1
    blur: float = 0.0
    noise: float = 2.0
    spot: LampSpot | None = None
    finger: int | None = None
    others: tuple[SheetPose, ...] = ()


@dataclass(frozen=True)
class DeskPhotograph:
    """A photograph (BGR, uint8) with its truth.

    `corners` are those of the sheet in pixels, clockwise from its own upper left. `legibility`
    has for each line which share of its detail is left, 0 to 1, compared with the same photograph
    in focus and without a reflection.
    """

    frame: NDArray[np.uint8]
    corners: NDArray[np.float32]
    legibility: tuple[float, ...]


def place_sheet(paper: DrawnPaper, scene: DeskScene) -> NDArray[np.float32]:
    """Return the corners of a sheet in the frame, in pixels, clockwise from its upper left."""
    pose, share = scene.pose, scene.scale / PIXELS_PER_MM
    flat = (paper.corners - paper.corners[2] / 2) * share
    flat[:2, 0] *= 1 - pose.lean
    turn = np.deg2rad(pose.angle)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]], np.float32)
    return np.asarray(flat @ matrix.T + (pose.x, pose.y), np.float32)


def take_photograph(
    paper: DrawnPaper, scene: DeskScene, random: np.random.Generator
) -> DeskPhotograph:
    """Return a photograph of a paper in a scene; `random` fixes surface and noise."""
    corners = place_sheet(paper, scene)
    still = draw_surface(scene.surface, scene.size, random)
    for pose in (*scene.others, scene.pose):
        laid = replace(scene, pose=pose)
        still = _lay(paper, place_sheet(paper, laid), laid, still)
    if scene.finger is not None:
        _hold(still, corners, scene)
    still *= _light(scene)
    sharp = cv2.GaussianBlur(still, (0, 0), SENSOR_BLUR)
    seen = cv2.GaussianBlur(still, (0, 0), float(np.hypot(SENSOR_BLUR, scene.blur)))
    if scene.spot is not None:
        seen += _spot(scene.spot, scene.size)[..., None]
    legible = _legibility(paper, corners, sharp, np.clip(seen, 0, 255))
    return DeskPhotograph(add_noise(seen, scene.noise, random), corners, legible)


def add_noise(
    seen: NDArray[np.float32], noise: float, random: np.random.Generator
) -> NDArray[np.uint8]:
    """Return a picture with the sensor's noise.

    `seen` is the picture without it, `noise` its standard deviation in grey levels; `random` fixes
    it. One small plate of noise is repeated: drawing 15 million normal numbers would take a second.
    """
    height, width = seen.shape[:2]
    plate = random.normal(0, noise, (257, 263, 3)).astype(np.float32)
    down, across = height // plate.shape[0] + 1, width // plate.shape[1] + 1
    grain = np.tile(plate, (down, across, 1))[:height, :width]
    return np.asarray(np.clip(seen + grain, 0, 255), np.uint8)


def _lay(paper: DrawnPaper, corners: NDArray[np.float32], scene: DeskScene, desk: Any) -> Any:
    """Return the desk with the sheet on it, and the shadow that its edges cast."""
    onto = cv2.getPerspectiveTransform(paper.corners, corners)
    curled, cover = _curl(paper, scene.pose.curl)
    _tear(cover, scene.pose.torn)
    sheet = cv2.warpPerspective(curled, onto, scene.size, flags=cv2.INTER_AREA).astype(np.float32)
    mask = cv2.warpPerspective(cover, onto, scene.size, flags=cv2.INTER_LINEAR)
    shade = mask.astype(np.float32) / 255
    _cast_shadow(desk, shade)
    return desk + (sheet - desk) * shade[..., None]


def _cast_shadow(desk: Any, shade: Any) -> None:
    """Darken the desk around a sheet: close to its edges, and to the lower right of it."""
    close = cv2.GaussianBlur(shade, (0, 0), 2.5)
    moved = np.array([[1, 0, 5], [0, 1, 6]], np.float32)
    far = cv2.GaussianBlur(cv2.warpAffine(shade, moved, shade.shape[1::-1]), (0, 0), 4)
    desk *= (1 - 0.08 * close - 0.10 * far)[..., None]


def _curl(paper: DrawnPaper, curl: float) -> tuple[Any, Any]:
    """Return a sheet whose upper and lower side bow, and where it is."""
    height, width = paper.picture.shape[:2]
    whole = np.full((height, width), 255, np.uint8)
    if not curl:
        return paper.picture, whole
    across, down = np.meshgrid(
        np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    )
    bow = np.sin(np.pi * across / width) * np.float32(curl * height)
    source = down - bow * (1 - down / height)
    bent = cv2.remap(paper.picture, across, source, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    slope = 1 - 2.2 * np.float32(curl) * np.cos(np.pi * across / width)
    cover = cv2.remap(whole, across, source, cv2.INTER_LINEAR, borderValue=0)
    return np.clip(bent * slope[..., None], 0, 255).astype(np.uint8), cover


def _tear(cover: Any, torn: float) -> None:
    """Take the lower right corner out of a sheet's cover."""
    height, width = cover.shape
    leg = round(torn * min(height, width))
    triangle = [(width, height), (width - leg, height), (width, height - leg)]
    if leg:
        cv2.fillConvexPoly(cover, np.array(triangle, np.int32), 0)


def _hold(still: Any, corners: NDArray[np.float32], scene: DeskScene) -> None:
    """Draw a finger that comes from the frame's nearest side and holds a corner."""
    assert scene.finger is not None
    middle = corners.mean(axis=0)
    tip = corners[scene.finger] + (middle - corners[scene.finger]) * 0.1
    away = corners[scene.finger] - middle
    root = tip + away / np.linalg.norm(away) * max(scene.size)
    thick = round(16 * scene.scale)
    points = [tuple(int(one) for one in point) for point in (tip, root)]
    cover = cv2.line(np.zeros(still.shape[:2], np.uint8), points[0], points[1], 255, thick)
    shade = cv2.GaussianBlur(cover, (0, 0), 3).astype(np.float32)[..., None] / 255
    still += (np.array(FINGER, np.float32) - still) * shade


def _light(scene: DeskScene) -> Any:
    width, _ = scene.size
    sides = np.linspace(1 - scene.side_light, 1 + scene.side_light, width, dtype=np.float32)
    return (sides * np.float32(scene.light * EXPOSURE))[None, :, None]


def _spot(spot: LampSpot, size: tuple[int, int]) -> Any:
    """Return the light of a reflection: even in its middle, soft at its edge."""
    across = (np.arange(size[0], dtype=np.float32) - spot.x) / spot.radius
    down = (np.arange(size[1], dtype=np.float32) - spot.y) / spot.radius
    far = across[None, :] ** 2 + down[:, None] ** 2
    return np.float32(spot.strength) * np.exp(-(far**2))


def _legibility(
    paper: DrawnPaper, corners: NDArray[np.float32], sharp: Any, seen: Any
) -> tuple[float, ...]:
    """Return for each line the share of its detail that is left in its worst part."""
    onto = cv2.getPerspectiveTransform(paper.corners, corners)
    found = []
    for x, y, width, height in paper.lines:
        sides = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        box = np.array(sides, np.float32)
        left, top, across, down = cv2.boundingRect(
            cv2.perspectiveTransform(box[None], onto)[0].astype(np.int32)
        )
        left, top = max(0, left), max(0, top)
        part = (slice(top, top + down), slice(left, left + across))
        found.append(_kept(sharp[part], seen[part]))
    return tuple(found)


def _kept(sharp: Any, seen: Any) -> float:
    before, after = (_detail(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY)) for one in (sharp, seen))
    inked = before > 0.5 * np.median(before)
    return float(np.percentile((after / (before + 1e-3))[inked], 10))


def _detail(grey: Any) -> Any:
    """Return the local strength of detail about as fine as the strokes of letters."""
    fine = grey - cv2.GaussianBlur(grey, (0, 0), 4)
    return np.sqrt(cv2.GaussianBlur(fine * fine, (0, 0), 14))
