"""Any 112 x 112 model by path and digest serves as an engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.face.detection.yunet import YuNet
from drivers.face.embedding.alignment import align_face, similarity
from drivers.face.embedding.embedder import EmbedderPlan
from drivers.face.embedding.loading import make_embedder
from drivers.face.embedding.onnx112 import SIDE, TEMPLATE, Onnx112
from drivers.face.engine.face_engine import FaceEngine
from drivers.face.engine.messages import FaceFinding, LookRequest
from drivers.face.models import UnknownModelError
from drivers.simulated.scenes.face_scene import FaceScene
from kiosk.ports import Frame
from tests.drivers.face.conftest import MODELS, POLICY, engine_plan
from tests.drivers.face.tiny_onnx import tiny_onnx


@pytest.fixture
def plan(tmp_path: Path) -> EmbedderPlan:
    model = tmp_path / "tiny.onnx"
    model.write_bytes(tiny_onnx())
    return EmbedderPlan("onnx112", hashlib.sha256(tiny_onnx()).hexdigest(), model)


def rows(frame: Frame) -> np.ndarray:
    return np.frombuffer(frame.pixels, np.uint8).reshape(480, 640, 3).copy()


def test_the_whole_engine_runs_with_a_model_by_path(
    plan: EmbedderPlan, shoot: Callable[[FaceScene, int], Frame], portrait: bytes
) -> None:
    engine = FaceEngine(engine_plan(embedder=plan))
    assert engine.version == f"onnx112-{plan.sha256[:8]}"
    assert engine.prepare(portrait) is None
    person, stranger = (
        engine.look(rows(shoot(scene, 3)), LookRequest(640, 480))
        for scene in (FaceScene.PERSON, FaceScene.WRONG_PERSON)
    )
    assert isinstance(person, FaceFinding)
    assert isinstance(stranger, FaceFinding)
    assert person.distance is not None
    assert stranger.distance is not None
    assert 0 < person.distance < stranger.distance < 2


def test_numbers_are_of_length_one(
    plan: EmbedderPlan, yunet: YuNet, shoot: Callable[[FaceScene, int], Frame]
) -> None:
    engine = Onnx112(plan)
    picture = rows(shoot(FaceScene.PERSON, 3))
    (face,) = yunet.find(picture)
    numbers = engine.embed(picture, face)
    assert numbers.shape == (147,)
    assert np.linalg.norm(numbers) == pytest.approx(1)
    assert engine.distance(numbers, numbers) == pytest.approx(0, abs=1e-9)
    assert engine.distance(numbers, -numbers) == pytest.approx(2)


def test_a_turned_face_is_aligned_like_a_straight_one(
    yunet: YuNet, shoot: Callable[[FaceScene, int], Frame]
) -> None:
    picture = rows(shoot(FaceScene.PERSON, 3))
    turn = cv2.getRotationMatrix2D((320, 222), 12, 0.9)
    turned = cv2.warpAffine(picture, turn, (640, 480))
    (face,) = yunet.find(picture)
    names = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
    points = {name: tuple(turn @ (*getattr(face, name), 1.0)) for name in names}
    crops = [
        align_face(picture, face, TEMPLATE, SIDE),
        align_face(turned, replace(face, **points), TEMPLATE, SIDE),
    ]
    assert all(crop.shape == (112, 112, 3) for crop in crops)
    middle = np.s_[30:100, 25:87]
    apart = np.abs(crops[0][middle].astype(int) - crops[1][middle]).mean()
    other = np.abs(crops[0][middle].astype(int) - picture[190:260, 290:352]).mean()
    assert apart < 12 < other


def test_a_similarity_is_found_again() -> None:
    turn = np.array([[0.8, -0.6], [0.6, 0.8]]) * 1.7
    moved = TEMPLATE @ turn.T + [11, -4]
    found = similarity(TEMPLATE, moved)
    assert found == pytest.approx(np.hstack([turn, [[11], [-4]]]))


def test_another_file_is_refused(plan: EmbedderPlan) -> None:
    shipped = (POLICY.models, MODELS)
    with pytest.raises(UnknownModelError, match=r"tiny\.onnx"):
        make_embedder(replace(plan, sha256="0" * 64), *shipped)
    with pytest.raises(UnknownModelError, match="without a model"):
        make_embedder(replace(plan, weights=None), *shipped)
    assert plan.weights is not None
    plan.weights.write_bytes(b"no model")
    nonsense = replace(plan, sha256=hashlib.sha256(b"no model").hexdigest())
    with pytest.raises(cv2.error):
        make_embedder(nonsense, *shipped)


def test_another_dlib_model_by_path_is_taken(tmp_path: Path, portrait: bytes) -> None:
    from drivers.face.embedding.embedder import DLIB_WEIGHTS, dlib_folder

    copy = tmp_path / "taguchi.dat"
    copy.write_bytes((dlib_folder() / DLIB_WEIGHTS).read_bytes())
    own = EmbedderPlan("dlib128", POLICY.models.embed.sha256, copy)
    assert FaceEngine(engine_plan(embedder=own)).prepare(portrait) is None
    copy.write_bytes(b"no model")
    nonsense = replace(own, sha256=hashlib.sha256(b"no model").hexdigest())
    with pytest.raises(RuntimeError):
        make_embedder(nonsense, POLICY.models, MODELS)
