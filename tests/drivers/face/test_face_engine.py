"""The real engine tells one person from another, and keeps nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.face.detection import measure
from drivers.face.detection.cues import FaceCues
from drivers.face.detection.yunet import LONGEST_SIDE, TRACKING_SIDE, YuNet
from drivers.face.embedding.loading import make_embedder
from drivers.face.engine.face_engine import FaceEngine
from drivers.face.engine.messages import FaceFinding, FaceOutcome, Forget, LookRequest, Prepare
from drivers.face.engine.process import answer
from drivers.face.liveness.motion import Baseline, turned
from drivers.face.models import ModelFile, UnknownModelError
from drivers.simulated.scenes.face_scene import NEAR, FaceScene, SceneFilm, composed
from drivers.simulated.scenes.head import Gesture
from drivers.simulated.scenes.photo_print import PhotoPrint
from kiosk.failures import Failure
from kiosk.ports import Coach, Frame
from tests.drivers.face.conftest import DLIB, EMBEDDER, LIVENESS, MODELS, POLICY, engine_plan

Shoot = Callable[[FaceScene, int], Frame]


def picture(frame: Frame) -> np.ndarray:
    return np.frombuffer(frame.pixels, np.uint8).reshape(frame.height, frame.width, 3).copy()


def seen(engine: FaceEngine, rows: np.ndarray) -> FaceFinding:
    found = engine.look(rows, LookRequest(rows.shape[1], rows.shape[0]))
    assert isinstance(found, FaceFinding)
    return found


def apart(engine: FaceEngine, rows: np.ndarray) -> float:
    found = seen(engine, rows)
    assert found.distance is not None, found.hint
    return found.distance


def jpeg(rows: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".jpg", rows)[1].tobytes())


def test_the_person_is_close_and_the_stranger_is_far(engine: FaceEngine, shoot: Shoot) -> None:
    person = [apart(engine, picture(shoot(FaceScene.PERSON, at))) for at in range(0, 60, 12)]
    stranger = [
        apart(engine, picture(shoot(FaceScene.WRONG_PERSON, at))) for at in range(0, 60, 12)
    ]
    assert max(person) < 0.20, person
    assert min(stranger) >= 0.60, stranger


def test_later_looks_are_compared_with_the_first_of_their_part(
    engine: FaceEngine, shoot: Shoot
) -> None:
    def look(scene: FaceScene, part: int) -> float:
        found = engine.look(picture(shoot(scene, 3)), LookRequest(640, 480, part=part))
        assert isinstance(found, FaceFinding)
        assert found.apart is not None
        return found.apart

    assert look(FaceScene.PERSON, 0) == pytest.approx(0.0, abs=1e-9)
    assert look(FaceScene.WRONG_PERSON, 0) > 0.5
    assert look(FaceScene.WRONG_PERSON, 1) == pytest.approx(0.0, abs=1e-9)
    assert look(FaceScene.PERSON, 1) > 0.5


def test_what_is_not_wanted_is_not_measured(engine: FaceEngine, shoot: Shoot) -> None:
    found = engine.look(
        picture(shoot(FaceScene.PERSON, 3)), LookRequest(640, 480, compare=False, eyes=False)
    )
    assert isinstance(found, FaceFinding)
    assert (found.distance, found.apart, found.hint) == (None, None, None)
    assert found.cues is not None
    assert found.cues.openness is None


@pytest.mark.parametrize(
    ("scene", "hint"),
    [
        (FaceScene.TWO_FACES, Coach.TWO_FACES),
        (FaceScene.NOBODY, Coach.NO_FACE),
        (FaceScene.TOO_FAR, Coach.COME_CLOSER),
        (FaceScene.DARK, Coach.MORE_LIGHT),
    ],
)
def test_scenes_have_their_hints(
    engine: FaceEngine, shoot: Shoot, scene: FaceScene, hint: Coach
) -> None:
    assert {seen(engine, picture(shoot(scene, at))).hint for at in (0, 30)} == {hint}


@pytest.mark.parametrize(
    ("spoil", "hint"),
    [
        (lambda rows: cv2.GaussianBlur(rows, (0, 0), 5), Coach.HOLD_STILL),
        (lambda rows: np.roll(rows, 245, axis=1), Coach.CENTRE),
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
    assert seen(engine, spoil(picture(shoot(FaceScene.PERSON, 5)))).hint is hint


def test_a_large_frame_is_searched_in_a_smaller_copy(
    yunet: YuNet, engine: FaceEngine, shoot: Shoot
) -> None:
    small = picture(shoot(FaceScene.PERSON, 5))
    large = cv2.resize(small, (1280, 960), interpolation=cv2.INTER_CUBIC)
    (face,), (large_face,) = yunet.find(small), yunet.find(large)
    assert large_face.width == pytest.approx(2 * face.width, rel=0.05)
    assert large_face.nose == pytest.approx((2 * face.nose[0], 2 * face.nose[1]), rel=0.03)
    assert apart(engine, large) < 0.20


def test_roll_is_measured(yunet: YuNet, shoot: Shoot) -> None:
    rows = picture(shoot(FaceScene.PERSON, 5))
    turned = cv2.warpAffine(rows, cv2.getRotationMatrix2D((320, 222), -10, 1), (640, 480))
    before, after = (measure.features(view, yunet.find(view)[0]).roll for view in (rows, turned))
    assert after - before == pytest.approx(10, abs=2)


def test_portraits_that_cannot_be_used(engine: FaceEngine, shoot: Shoot, portrait: bytes) -> None:
    assert engine.prepare(b"") is Failure.PORTRAIT_MISSING
    assert engine.prepare(b"no picture") is Failure.PORTRAIT_UNUSABLE
    assert engine.prepare(jpeg(picture(shoot(FaceScene.NOBODY, 0)))) is Failure.PORTRAIT_UNUSABLE
    assert engine.prepare(jpeg(picture(shoot(FaceScene.TWO_FACES, 0)))) is Failure.PORTRAIT_UNUSABLE
    frame = picture(shoot(FaceScene.PERSON, 0))
    assert engine.look(frame, LookRequest(640, 480)) is Failure.PORTRAIT_MISSING
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


def test_the_first_look_is_overwritten(engine: FaceEngine, shoot: Shoot) -> None:
    apart(engine, picture(shoot(FaceScene.PERSON, 0)))
    first = engine._first
    assert first is not None
    engine.forget()
    assert not first.any()
    assert engine._first is None


def test_every_answer_wipes_the_shared_memory(
    engine: FaceEngine, shoot: Shoot, portrait: bytes
) -> None:
    memory = memoryview(bytearray(1920 * 1080 * 3))
    memory[: len(portrait)] = portrait
    assert answer(engine, Prepare(len(portrait)), memory) == FaceOutcome()
    assert not any(memory)
    for scene in (FaceScene.PERSON, FaceScene.NOBODY):
        frame = shoot(scene, 3)
        memory[: len(frame.pixels)] = frame.pixels
        outcome = answer(engine, LookRequest(frame.width, frame.height), memory)
        assert outcome.seen is not None
        assert (outcome.seen.hint is None) == (scene is FaceScene.PERSON)
        assert not any(memory)
    assert answer(engine, Forget(), memory) == FaceOutcome()
    frame = shoot(FaceScene.PERSON, 3)
    memory[: len(frame.pixels)] = frame.pixels
    outcome = answer(engine, LookRequest(frame.width, frame.height), memory)
    assert outcome == FaceOutcome(failure=Failure.PORTRAIT_MISSING)
    assert not any(memory)


def test_an_unknown_model_is_refused(tmp_path: Path) -> None:
    known = POLICY.models.detector
    (tmp_path / known.file).write_bytes(known.read(MODELS)[:-1] + b"\x00")
    with pytest.raises(UnknownModelError, match=known.file):
        known.read(tmp_path)
    with pytest.raises(OSError, match="nothing"):
        ModelFile("nothing", known.sha256).read(MODELS)


def test_every_model_is_checked_before_it_is_loaded() -> None:
    for name in ("detector", "points", "eyes"):
        wrong = replace(getattr(POLICY.models, name), sha256="0" * 64)
        with pytest.raises(UnknownModelError):
            FaceEngine(engine_plan(models=replace(POLICY.models, **{name: wrong})))
    for embedder in (EMBEDDER, DLIB):
        with pytest.raises(UnknownModelError):
            FaceEngine(engine_plan(embedder=replace(embedder, sha256="0" * 64)))
    align = replace(POLICY.models.align, sha256="0" * 64)
    with pytest.raises(UnknownModelError):
        FaceEngine(engine_plan(models=replace(POLICY.models, align=align), embedder=DLIB))


def test_the_bytes_that_are_loaded_are_those_whose_digest_was_checked(tmp_path: Path) -> None:
    name = POLICY.models.sface.file
    (tmp_path / name).write_bytes((MODELS / name).read_bytes()[:-1] + b"\x00")
    with pytest.raises(UnknownModelError, match="face_recognition_sface"):
        make_embedder(EMBEDDER, POLICY.models, tmp_path)
    with pytest.raises(FileNotFoundError):
        make_embedder(EMBEDDER, POLICY.models, tmp_path / "nowhere")


def test_a_decision_names_its_weights(engine: FaceEngine) -> None:
    assert engine.version == "sface-0ba9fbfa"


def test_a_covered_mouth_is_seen(engine: FaceEngine, yunet: YuNet, shoot: Shoot) -> None:
    rows = picture(shoot(FaceScene.PERSON, 5))
    (face,) = yunet.find(rows)
    left, right = int(face.x), int(face.x + face.width)
    top, bottom = int(face.nose[1]), int(face.y + face.height)
    masked = rows.copy()
    masked[top:bottom, left:right] = (190, 160, 120)  # light blue
    assert seen(engine, masked).hint is Coach.TAKE_OFF_MASK


@pytest.mark.parametrize(("yaw", "closed"), [(43, 0), (-43, 0), (0, 1)])
def test_movements_of_the_rendered_person_are_seen(
    engine: FaceEngine, film: SceneFilm, yaw: float, closed: float
) -> None:
    front = seen(engine, film.frame(FaceScene.PERSON, 3)).cues
    moved = seen(engine, film.frame(FaceScene.PERSON, 3, Gesture(yaw, closed))).cues
    assert front is not None
    assert moved is not None
    assert front.openness is not None
    assert moved.openness is not None
    baseline = Baseline(front.nose, front.span, front.openness)
    rules = LIVENESS
    assert turned(baseline, moved, rules) is bool(yaw)
    assert (moved.nose - front.nose) * yaw >= 0
    assert (moved.openness <= rules.closed_share * front.openness) is bool(closed)


@pytest.mark.parametrize("radius", [0, 45, 70, 120, 220])
@pytest.mark.parametrize("yaw", [-60, -40, -20, 20, 40, 60])
def test_a_print_does_not_turn_its_head(
    engine: FaceEngine, printed: PhotoPrint, radius: float, yaw: float
) -> None:
    def cues(yaw: float) -> FaceCues | None:
        room = np.full((480, 640, 3), 190, np.uint8)
        rows = composed(room, printed.held(yaw, radius), NEAR)
        return seen(engine, np.asarray(rows, np.uint8)).cues

    front, moved = cues(0.01), cues(yaw)
    assert front is not None
    assert moved is None or not turned(Baseline(front.nose, front.span), moved, LIVENESS)


def test_a_face_that_the_small_copy_misses_is_searched_in_the_large_one(
    engine: FaceEngine, film: SceneFilm, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, sides = YuNet.find, []

    def find(self: YuNet, picture: np.ndarray, longest: int = LONGEST_SIDE) -> object:
        sides.append(longest)
        return () if longest == TRACKING_SIDE else own(self, picture, longest)

    monkeypatch.setattr(YuNet, "find", find)
    followed = LookRequest(640, 480, compare=True, follow=True)
    assert engine.look(film.frame(FaceScene.PERSON, 1), followed).cues is not None
    assert sides == [TRACKING_SIDE, LONGEST_SIDE]
    assert engine.look(film.frame(FaceScene.NOBODY, 1), followed).hint is Coach.NO_FACE
