"""Rendered scenes of the face camera, the same for the same seed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from drivers.simulated.scenes.head import STILL, Gesture, Head, approached
from drivers.simulated.scenes.performer import Performer
from drivers.simulated.scenes.room import empty_room
from drivers.simulated.scenes.stranger import stranger

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

WIDTH: Final = 640
HEIGHT: Final = 480
LOOP: Final = 60  # frames until the motion repeats: 4 s at 15 a second
FACE_X: Final = 222  # middle of the face in the 512-pixel figure
FACE_Y: Final = 118
FRAMES_A_SECOND: Final = 15
GRAIN: Final = 64  # the sensor's noise is one larger plate, shifted by up to this for each frame
JPEG_QUALITY: Final = 88


class FaceScene(StrEnum):
    """The scenes that the camera can show."""

    PERSON = "person"
    WRONG_PERSON = "wrong_person"
    TWO_FACES = "two_faces"
    NOBODY = "nobody"
    TOO_FAR = "too_far"
    DARK = "dark"
    FROZEN = "frozen"  # a camera that repeats its last picture


@dataclass(frozen=True)
class Pose:
    """The place of a face: its middle and scale in pixels of the frame, its roll in degrees."""

    x: float
    y: float
    scale: float
    roll: float = 0.0


@dataclass(frozen=True)
class SceneLook:
    """One scene: figures from back to front, the light (1 is normal) and the sensor's noise."""

    poses: tuple[tuple[bool, Pose], ...] = ()  # (is a stranger, pose)
    light: float = 1.0
    noise: float = 1.6


NEAR: Final = Pose(320, 222, 1.75)
LOOKS: Final = {
    FaceScene.PERSON: SceneLook(((False, NEAR),)),
    FaceScene.WRONG_PERSON: SceneLook(((True, NEAR),)),
    FaceScene.TWO_FACES: SceneLook(
        ((True, Pose(470, 196, 1.4, 2)), (False, Pose(215, 232, 1.5, -2)))
    ),
    FaceScene.NOBODY: SceneLook(),
    FaceScene.TOO_FAR: SceneLook(((False, Pose(330, 186, 0.75)),)),
    FaceScene.DARK: SceneLook(((False, NEAR),), light=0.17, noise=5.0),
    FaceScene.FROZEN: SceneLook(((False, NEAR),)),
}


ALIVE: Final = (FaceScene.PERSON, FaceScene.WRONG_PERSON)  # who does what is asked


class SceneFilm:
    """Renders the scenes of one figure frame by frame.

    A person who stands there alone does what she is told. The motion repeats, the sensor's noise
    never does: only a frozen camera gives the same picture twice.
    """

    def __init__(self, figure: NDArray[np.uint8], seed: int = 0) -> None:
        """Draw room and noise; `figure` is 512x512 BGRA, transparent around the person."""
        self._seed = seed
        self._room = np.asarray(empty_room(WIDTH, HEIGHT, np.random.default_rng(seed)), np.uint8)
        grain = np.random.default_rng(seed).normal(size=(HEIGHT + GRAIN, WIDTH + GRAIN, 3))
        self._grain = grain.astype(np.float32)
        self._heads = {False: Head(figure), True: Head(stranger(figure))}
        self._performer = Performer()
        self._told, self._newest = "", 0
        self._lock = threading.Lock()

    def jpeg(self, scene: str, number: int, /) -> bytes:
        """Return frame `number` of a `FaceScene` as JPEG; a frozen camera has only one frame.

        Raises ValueError for an unknown scene.
        """
        scene = FaceScene(scene)
        with self._lock:
            gesture = self._gesture(scene, number)
        frame = self.frame(scene, 0 if scene is FaceScene.FROZEN else number, gesture)
        _, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        return bytes(data.tobytes())

    def tell(self, prompt: str) -> None:
        """Ask for a movement: "turn_left", "close_eyes", "nod" and the others of `performer`.

        Other prompts are ignored.
        """
        with self._lock:
            self._told = prompt

    def _gesture(self, scene: FaceScene, number: int) -> Gesture:
        """Return what the person does in the frame `number`, counted without end."""
        at = number / FRAMES_A_SECOND
        if number < self._newest:  # another viewer: nobody goes on with what another one asked
            self._performer = Performer()
        self._newest = number
        if self._told:
            self._performer.prompt(self._told, at)
            self._told = ""
        return self._performer.gesture(at) if scene in ALIVE else STILL

    def frame(self, scene: FaceScene, number: int, gesture: Gesture = STILL) -> NDArray[np.uint8]:
        """Return frame `number` of a scene as 480 rows of 640 BGR pixels."""
        look = LOOKS[scene]
        phase = 2 * np.pi * number / LOOP
        picture: Any = self._room
        for index, (is_stranger, pose) in enumerate(look.poses):
            moved = sway(pose, phase, np.random.default_rng([self._seed, index]))
            moved = replace(moved, scale=approached(moved.scale, gesture))
            picture = composed(picture, self._heads[is_stranger].doing(gesture), moved)
        flicker = look.light * (1 + 0.02 * np.sin(phase))
        # The frozen camera took its picture where the person's film begins.
        film = list(FaceScene).index(FaceScene.PERSON if scene is FaceScene.FROZEN else scene)
        down, right = np.random.default_rng([self._seed, film, number]).integers(GRAIN, size=2)
        grain = self._grain[down : down + HEIGHT, right : right + WIDTH]
        noisy = picture * np.float32(flicker) + grain * np.float32(look.noise)
        return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def sway(pose: Pose, phase: float, random: np.random.Generator) -> Pose:
    """Return a pose moved a little, as a standing person moves.

    `phase` runs from 0 to 2 pi; whole periods of it make the loop seamless.
    """

    def wave(periods: int) -> float:
        return float(np.sin(periods * phase + random.uniform(0, 2 * np.pi)))

    return Pose(
        x=pose.x + 4 * pose.scale * (wave(1) + 0.3 * wave(3)),
        y=pose.y + 2 * pose.scale * (wave(1) + 0.4 * wave(2)),
        scale=pose.scale * (1 + 0.012 * wave(1)),
        roll=pose.roll + 1.2 * wave(1) + 0.4 * wave(2),
    )


def composed(picture: Any, figure: NDArray[np.uint8], pose: Pose) -> Any:
    """Return a picture (uint8) with a figure laid over it so that its face has the given pose."""
    turn = cv2.getRotationMatrix2D((FACE_X, FACE_Y), pose.roll, pose.scale)
    turn[:, 2] += (pose.x - FACE_X, pose.y - FACE_Y)
    drawn = cv2.warpAffine(figure, turn, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    cover = drawn[..., 3].astype(np.float32) / 255
    return cv2.blendLinear(np.ascontiguousarray(drawn[..., :3]), picture, cover, 1 - cover)


def load_figure(path: Path) -> NDArray[np.uint8]:
    """Return a figure (assets/portraits/*_figure.webp); raises ValueError without transparency."""
    figure = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if figure is None or figure.shape[2:] != (4,):
        raise ValueError(f"{path.name} is not a picture with transparency")
    return np.asarray(figure, np.uint8)
