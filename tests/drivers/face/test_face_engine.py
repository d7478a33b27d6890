"""Does the real engine tell one person from another, and does it keep nothing?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.face import measure
from drivers.face.engine import FaceEngine
from drivers.face.messages import Forget, Look, Outcome, Prepare
from drivers.face.process import answer
from drivers.face.yunet import UnknownModelError, YuNet
from drivers.simulated.face_scene import Scene
from kiosk.failures import Failure
from kiosk.ports import Coach, Frame

Shoot = Callable[[Scene, int], Frame]


def picture(frame: Frame) -> np.ndarray:
    return np.frombuffer(frame.pixels, np.uint8).reshape(frame.height, frame.width, 3).copy()


def jpeg(rows: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".jpg", rows)[1].tobytes())


def test_the_person_is_close_and_the_stranger_is_far(engine: FaceEngine, shoot: Shoot) -> None:
    person = [engine.look(picture(shoot(Scene.PERSON, at))) for at in range(0, 60, 12)]
    stranger = [engine.look(picture(shoot(Scene.WRONG_PERSON, at))) for at in range(0, 60, 12)]
    assert all(isinstance(apart, float) and apart < 0.20 for apart in person), person
    assert all(isinstance(apart, float) and apart >= 0.60 for apart in stranger), stranger


@pytest.mark.parametrize(
    ("scene", "hint"),
    [
        (Scene.TWO_FACES, Coach.TWO_FACES),
        (Scene.NOBODY, Coach.NO_FACE),
        (Scene.TOO_FAR, Coach.COME_CLOSER),
        (Scene.DARK, Coach.MORE_LIGHT),
    ],
)
def test_scenes_have_their_hints(
    engine: FaceEngine, shoot: Shoot, scene: Scene, hint: Coach
) -> None:
    assert {engine.look(picture(shoot(scene, at))) for at in (0, 30)} == {hint}


@pytest.mark.parametrize(
    ("spoil", "hint"),
    [
        (lambda rows: cv2.GaussianBlur(rows, (0, 0), 5), Coach.HOLD_STILL),
        (lambda rows: np.roll(rows, 170, axis=1), Coach.CENTRE),
        (lambda rows: cv2.add(rows // 3, 165), Coach.LESS_LIGHT),
        (
            lambda rows: cv2.warpAffine(
                rows, cv2.getRotationMatrix2D((320, 222), -25, 1), (640, 480)
            ),
            Coach.LOOK_STRAIGHT,
        ),
        (
            lambda rows: cv2.warpAffine(
                rows, cv2.getRotationMatrix2D((320, 240), 0, 1.9), (640, 480)
            ),
            Coach.MOVE_BACK,
        ),
    ],
)
def test_spoiled_frames_have_their_hints(
    engine: FaceEngine, shoot: Shoot, spoil: Callable[[np.ndarray], np.ndarray], hint: Coach
) -> None:
    assert engine.look(spoil(picture(shoot(Scene.PERSON, 5)))) is hint


def test_a_large_frame_is_searched_in_a_smaller_copy(
    model: Path, engine: FaceEngine, shoot: Shoot
) -> None:
    small = picture(shoot(Scene.PERSON, 5))
    large = cv2.resize(small, (1280, 960), interpolation=cv2.INTER_CUBIC)
    yunet = YuNet(model)
    (face,), (large_face,) = yunet.find(small), yunet.find(large)
    assert large_face.width == pytest.approx(2 * face.width, rel=0.05)
    assert large_face.nose == pytest.approx((2 * face.nose[0], 2 * face.nose[1]), rel=0.03)
    apart = engine.look(large)
    assert isinstance(apart, float)
    assert apart < 0.20


def test_roll_is_measured(model: Path, shoot: Shoot) -> None:
    rows = picture(shoot(Scene.PERSON, 5))
    turned = cv2.warpAffine(rows, cv2.getRotationMatrix2D((320, 222), -10, 1), (640, 480))
    yunet = YuNet(model)
    before, after = (measure.features(view, yunet.find(view)[0]).roll for view in (rows, turned))
    assert after - before == pytest.approx(10, abs=2)


def test_portraits_that_cannot_be_used(engine: FaceEngine, shoot: Shoot, portrait: bytes) -> None:
    assert engine.prepare(b"") is Failure.PORTRAIT_MISSING
    assert engine.prepare(b"no picture") is Failure.PORTRAIT_UNUSABLE
    assert engine.prepare(jpeg(picture(shoot(Scene.NOBODY, 0)))) is Failure.PORTRAIT_UNUSABLE
    assert engine.prepare(jpeg(picture(shoot(Scene.TWO_FACES, 0)))) is Failure.PORTRAIT_UNUSABLE
    assert engine.look(picture(shoot(Scene.PERSON, 0))) is Failure.PORTRAIT_MISSING
    assert engine.prepare(portrait) is None


def test_the_reference_is_overwritten(engine: FaceEngine, portrait: bytes) -> None:
    first = engine.reference
    assert first is not None
    assert first.any()
    engine.prepare(portrait)
    assert not first.any()
    second = engine.reference
    engine.forget()
    assert second is not None
    assert not second.any()
    assert engine.reference is None


def test_every_answer_wipes_the_shared_memory(
    engine: FaceEngine, shoot: Shoot, portrait: bytes
) -> None:
    memory = memoryview(bytearray(1920 * 1080 * 3))
    memory[: len(portrait)] = portrait
    assert answer(engine, Prepare(len(portrait)), memory) == Outcome()
    assert not any(memory)
    for scene in (Scene.PERSON, Scene.NOBODY):
        frame = shoot(scene, 3)
        memory[: len(frame.pixels)] = frame.pixels
        outcome = answer(engine, Look(frame.width, frame.height), memory)
        assert (outcome.hint is None) == (scene is Scene.PERSON)
        assert not any(memory)
    assert answer(engine, Forget(), memory) == Outcome()
    frame = shoot(Scene.PERSON, 3)
    memory[: len(frame.pixels)] = frame.pixels
    outcome = answer(engine, Look(frame.width, frame.height), memory)
    assert outcome == Outcome(failure=Failure.PORTRAIT_MISSING)
    assert not any(memory)


def test_an_unknown_model_is_refused(model: Path, tmp_path: Path) -> None:
    changed = tmp_path / model.name
    changed.write_bytes(model.read_bytes()[:-1] + b"\x00")
    with pytest.raises(UnknownModelError, match=model.name):
        YuNet(changed)


def test_a_decision_names_its_weights(engine: FaceEngine) -> None:
    assert engine.version == "dlib128-55533b28"
