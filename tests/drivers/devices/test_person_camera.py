"""A picture of the person: taken after the exposure has settled, and nothing grabbed afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from drivers.devices.camera import VideoCamera, open_video
from drivers.devices.person_camera import SKIPPED, PersonCamera
from drivers.simulated.camera import SimulatedCamera
from drivers.simulated.scenes.face_scene import FaceScene, SceneFilm, load_figure
from kiosk.failures import Failure
from kiosk.ports import PaperPicture
from wiring.places import ROOT


class Ticks:
    """A clock that goes on when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(scope="module")
def film() -> SceneFilm:
    return SceneFilm(load_figure(ROOT / "assets" / "portraits" / "collins_figure.webp"), seed=7)


@pytest.fixture
def stream(film: SceneFilm) -> Iterator[SimulatedCamera]:
    camera = SimulatedCamera(film)
    camera.scene = FaceScene.PERSON
    yield camera
    camera.close()


def test_the_person_before_the_camera_is_in_the_picture(stream: SimulatedCamera) -> None:
    camera = VideoCamera(lambda: open_video(stream.url), time.monotonic)
    found = PersonCamera(camera, lambda: 0.0, time.sleep).capture(lambda: False)
    assert isinstance(found, PaperPicture)
    assert found.preview is not None
    assert found.preview.sequence > SKIPPED, "the exposure has settled"
    picture = cv2.imdecode(np.frombuffer(found.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (found.height, found.width, 3) == (480, 640, 3)
    assert picture.std() > 20, "not an empty picture"
    assert camera.latest() is None, "nothing is grabbed any more"


def test_a_camera_that_is_not_there_is_said_to_be() -> None:
    ticks = Ticks()
    camera = VideoCamera(lambda: None, ticks.monotonic)
    found = PersonCamera(camera, ticks.monotonic, ticks.sleep).capture(lambda: False)
    assert found is Failure.CAMERA_LOST


def test_nobody_waits_for_a_picture_that_is_not_wanted() -> None:
    camera = VideoCamera(lambda: None, time.monotonic)
    assert PersonCamera(camera, lambda: 0.0, time.sleep).capture(lambda: True) is None
