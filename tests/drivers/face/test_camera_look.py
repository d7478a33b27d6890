"""Light and distance are measured by the rules of the face check."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.face.camera_look import CameraLook
from drivers.simulated.scenes.face_scene import FaceScene
from kiosk.ports import Coach

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def eye() -> CameraLook:
    return CameraLook(ROOT / "assets" / "models", ROOT / "config" / "face.toml")


def test_who_stands_well_is_measured_and_nothing_is_to_be_mended(eye, shoot):
    look = eye.look(shoot(FaceScene.PERSON, 3))
    assert look.mend is None
    assert 60 < look.luma < 220
    assert 0.2 < look.share < 0.9
    assert look.width == pytest.approx(look.share * 640)


@pytest.mark.parametrize(
    ("scene", "mend"),
    [
        (FaceScene.TOO_FAR, Coach.COME_CLOSER),
        (FaceScene.DARK, Coach.MORE_LIGHT),
        (FaceScene.TWO_FACES, Coach.TWO_FACES),
    ],
)
def test_what_is_to_be_mended_is_said(eye, shoot, scene, mend):
    assert eye.look(shoot(scene, 3)).mend is mend


def test_without_anybody_the_room_is_measured(eye, shoot):
    look = eye.look(shoot(FaceScene.NOBODY, 3))
    assert (look.width, look.share, look.mend) == (0.0, 0.0, Coach.NO_FACE)
    assert look.luma > 0
