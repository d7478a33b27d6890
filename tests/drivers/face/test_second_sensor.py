"""A second sensor ends a try, and never proves anything. A near-infrared camera over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import cv2
import numpy as np
import pytest

from drivers.devices.camera import CameraTimeouts, VideoCamera, open_video
from drivers.face.checker import ProcessFaceChecker
from drivers.face.detection.cues import FaceCues, SecondLook
from drivers.face.second_camera import FROZEN_SECONDS, LOST_SECONDS, Agreement
from drivers.simulated.camera import SimulatedCamera
from drivers.simulated.scenes.face_scene import FaceScene, SceneFilm
from kiosk.failures import Failure
from kiosk.ports import Coach, FaceLook, Frame
from tests.drivers.face.conftest import LIVENESS, face_plan
from tests.drivers.face.liveness_tries import FRONT, LEFT, RIGHT

LOOKS = 24
PATIENT = CameraTimeouts(stall=60.0)  # a busy machine is no camera that is gone
MISSES = LIVENESS.infrared_misses


class Infrared:
    """What a near-infrared camera sees: grey skin without colours; a screen is dark to it.

    `who` is the scene that it sees instead; a frozen one repeats its picture.
    """

    def __init__(
        self,
        film: SceneFilm,
        *,
        screen: bool = False,
        who: FaceScene = FaceScene.PERSON,
        frozen: bool = False,
    ) -> None:
        self._jpegs = []
        for number in range(1 if frozen else 8):
            grey = cv2.cvtColor(film.frame(who, 3 + number), cv2.COLOR_BGR2GRAY)
            # No two pictures of a camera are the same, however dark: the same are a frozen one.
            seen = np.full_like(grey, 12 + number) if screen else grey
            self._jpegs.append(bytes(cv2.imencode(".jpg", seen)[1].tobytes()))

    def jpeg(self, _scene: str, number: int) -> bytes:
        return self._jpegs[number % len(self._jpegs)]


@contextmanager
def beside(film: SceneFilm, **view: object) -> Iterator[VideoCamera]:
    """Set a near-infrared camera up, and wait until it gives pictures."""
    far_end = SimulatedCamera(Infrared(film, **view), scene=FaceScene.PERSON)
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
    portrait: bytes,
    shoot: Callable[[FaceScene, int], Frame],
    count: int = LOOKS,
    **changes: object,
) -> list[FaceLook | Failure]:
    checker, found = ProcessFaceChecker(face_plan(**changes)), []
    try:
        assert checker.prepare(portrait) is None
        checker.begin()
        for number in range(count):
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
        # On a busy machine the second camera gives few pictures while many looks are taken.
        found = looks(portrait, shoot, 8 * LOOKS, infrared=camera)
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


def test_another_person_before_the_second_camera_ends_a_try(
    film: SceneFilm, shoot: Callable[[FaceScene, int], Frame], portrait: bytes
) -> None:
    with beside(film, who=FaceScene.WRONG_PERSON) as camera:
        found = looks(portrait, shoot, infrared=camera)
    assert found[-1] is Failure.FACE_NOT_LIVE
    assert len(found) >= LIVENESS.second_apart


def test_a_frozen_second_camera_is_the_technicians_matter(
    film: SceneFilm, shoot: Callable[[FaceScene, int], Frame], portrait: bytes
) -> None:
    with beside(film, frozen=True) as camera:
        found = looks(portrait, shoot, count=60, infrared=camera)
    assert found[-1] is Failure.CAMERA_FROZEN
    assert len(found) > FROZEN_SECONDS * 15


def test_a_second_camera_that_is_pulled_is_lost(
    shoot: Callable[[FaceScene, int], Frame], portrait: bytes
) -> None:
    nowhere = VideoCamera(lambda: None, time.monotonic)
    found = looks(portrait, shoot, count=60, infrared=nowhere)
    assert found[-1] is Failure.CAMERA_LOST, "whoever pulls it gains nothing"
    assert len(found) > LOST_SECONDS * 15


SETTLED = SecondLook(True, None, 0.02, 0.4)


def after(*looks: tuple[FaceCues, float, float]) -> int:
    """Return the looks in a row that differ: (first camera's face, other's nose, distance)."""
    state = Agreement()
    for _ in range(4):
        state = state.after(FRONT, None, SETTLED, LIVENESS)
    for face, nose, distance in looks:
        second = SecondLook(True, None, nose, distance)
        state = state.after(face, FRONT.nose, second, LIVENESS)
    return state.apart


@pytest.mark.parametrize(
    ("seen", "differing"),
    [
        ([(LEFT, 0.2, 0.5)] * 5, 0),
        ([(RIGHT, -0.2, 0.5)] * 5, 0),
        ([(LEFT, 0.02, 0.5)] * 5, 5),  # a still face behind: a picture, or a camera that lags
        ([(LEFT, -0.2, 0.5)] * 5, 5),  # to the other side
        ([(FRONT, 0.2, 0.5)] * 5, 5),  # turned although nobody turned
        ([(FRONT, 0.02, 0.9)] * 5, 5),  # somebody else
        ([(LEFT, 0.02, 0.5)] * 2 + [(LEFT, 0.2, 0.5)], 0),  # one look late
        ([(replace(FRONT, nose=0.15), 0.02, 0.5)] * 5, 0),  # hardly turned
    ],
)
def test_both_cameras_see_the_same_movement(
    seen: list[tuple[FaceCues, float, float]], differing: int
) -> None:
    assert after(*seen) == differing


def test_a_second_camera_without_a_face_agrees_with_nobody() -> None:
    state = Agreement().after(FRONT, None, SecondLook(False), LIVENESS)
    assert state == Agreement()
    assert state.after(LEFT, 0.0, SETTLED, LIVENESS) == state, "its own front was never seen"
