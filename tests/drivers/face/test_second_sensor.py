"""A second sensor ends a try, and never proves anything. A near-infrared camera over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import cv2
import numpy as np
import pytest

from drivers.devices.camera import CameraTimeouts, VideoCamera, open_video
from drivers.face.checker import ProcessFaceChecker
from drivers.simulated.camera import SimulatedCamera
from drivers.simulated.scenes.face_scene import FaceScene, SceneFilm
from kiosk.failures import Failure
from kiosk.ports import Coach, FaceLook, Frame
from tests.drivers.face.conftest import LIVENESS, face_plan

LOOKS = 24
PATIENT = CameraTimeouts(stall=60.0)  # a busy machine is no camera that is gone
MISSES = LIVENESS.infrared_misses


class Infrared:
    """What a near-infrared camera sees: grey skin without colours; a screen is dark to it."""

    def __init__(self, film: SceneFilm, *, screen: bool) -> None:
        grey = cv2.cvtColor(film.frame(FaceScene.PERSON, 3), cv2.COLOR_BGR2GRAY)
        seen = np.full_like(grey, 12) if screen else grey
        self._jpeg = bytes(cv2.imencode(".jpg", seen)[1].tobytes())

    def jpeg(self, _scene: str, _number: int) -> bytes:
        return self._jpeg


@contextmanager
def beside(film: SceneFilm, *, screen: bool) -> Iterator[VideoCamera]:
    """Set a near-infrared camera up, and wait until it gives pictures."""
    far_end = SimulatedCamera(Infrared(film, screen=screen), scene=FaceScene.PERSON)
    camera = VideoCamera(lambda: open_video(far_end.url), time.monotonic, PATIENT)
    camera.start()
    try:
        ready = threading.Event()
        for _ in range(3000):
            if camera.latest() is not None:
                break
            ready.wait(0.01)
        yield camera
    finally:
        camera.stop()
        far_end.close()


def looks(
    portrait: bytes, shoot: Callable[[FaceScene, int], Frame], **changes: object
) -> list[FaceLook | Failure]:
    checker, found = ProcessFaceChecker(face_plan(**changes)), []
    try:
        assert checker.prepare(portrait) is None
        checker.begin()
        for number in range(LOOKS):
            found.append(checker.look(shoot(FaceScene.PERSON, number)))
            if isinstance(found[-1], Failure):
                break
        checker.forget()
    finally:
        checker.close()
    return found


def test_a_screen_that_infrared_does_not_see_is_no_person(
    film: SceneFilm, shoot: Callable[[FaceScene, int], Frame], portrait: bytes
) -> None:
    with beside(film, screen=True) as camera:
        found = looks(portrait, shoot, infrared=camera)
        assert camera.latest() is None, "the second camera is off once all is forgotten"
    assert found[-1] is Failure.FACE_NOT_LIVE
    assert len(found) >= MISSES, "a detector may miss a face now and then"


def test_a_face_in_infrared_proves_nothing(
    film: SceneFilm, shoot: Callable[[FaceScene, int], Frame], portrait: bytes
) -> None:
    with beside(film, screen=False) as camera:
        found = looks(portrait, shoot, infrared=camera, vendor=lambda _frame: True)
    assert all(isinstance(one, FaceLook) and one.band is None for one in found), found
    assert found[-1].hint in (Coach.TURN_LEFT, Coach.TURN_RIGHT, Coach.CLOSE_EYES)


@pytest.mark.parametrize("says", [False, None])
def test_a_vendors_no_ends_a_try(
    shoot: Callable[[FaceScene, int], Frame], portrait: bytes, says: bool | None
) -> None:
    found = looks(portrait, shoot, vendor=lambda _frame: says)
    assert (found[0] is Failure.FACE_NOT_LIVE) is (says is False)


def test_a_second_camera_that_is_gone_says_nothing(
    shoot: Callable[[FaceScene, int], Frame], portrait: bytes
) -> None:
    nowhere = VideoCamera(lambda: None, time.monotonic)
    found = looks(portrait, shoot, infrared=nowhere)
    assert not isinstance(found[-1], Failure)
