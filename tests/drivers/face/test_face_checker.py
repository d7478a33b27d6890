"""Does the kiosk get a value for everything that can happen to the engine's process?"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import psutil
import pytest

from drivers.face.checker import FacePlan, ProcessFaceChecker
from drivers.face.decision import Thresholds
from drivers.simulated.face_scene import Scene
from kiosk.failures import Failure
from kiosk.ports import Coach, FaceBand, FaceChecker, FaceLook, Frame

Shoot = Callable[[Scene, int], Frame]


def bands(checker: FaceChecker, frames: list[Frame]) -> list[FaceBand | None]:
    looks = [checker.look(frame) for frame in frames]
    assert all(isinstance(look, FaceLook) for look in looks), looks
    return [look.band for look in looks if isinstance(look, FaceLook)]


@pytest.fixture
def own_checker(model: Path) -> Iterator[ProcessFaceChecker]:
    checker = ProcessFaceChecker(FacePlan(model, Thresholds(0.42, 0.50)))
    yield checker
    checker.close()


def test_three_good_frames_of_the_person_are_accepted(
    checker: ProcessFaceChecker, shoot: Shoot, portrait: bytes
) -> None:
    assert checker.prepare(portrait) is None
    frames = [shoot(Scene.PERSON, at) for at in (1, 6, 11)]
    assert bands(checker, frames) == [FaceBand.RETRY, FaceBand.RETRY, FaceBand.ACCEPT]


def test_a_look_carries_what_the_record_needs(
    checker: ProcessFaceChecker, shoot: Shoot, portrait: bytes
) -> None:
    checker.prepare(portrait)
    look = checker.look(shoot(Scene.PERSON, 4))
    assert isinstance(look, FaceLook)
    assert look.sequence == 4
    assert look.hint is None
    assert 0 < look.score < 0.20
    assert look.threshold == 0.42
    assert look.engine == "dlib128-55533b28"
    hint = checker.look(shoot(Scene.TWO_FACES, 5))
    assert hint == FaceLook(5, hint=Coach.TWO_FACES, threshold=0.42, engine="dlib128-55533b28")


def test_the_wrong_person_is_never_accepted(
    checker: ProcessFaceChecker, shoot: Shoot, portrait: bytes
) -> None:
    checker.prepare(portrait)
    seen = bands(checker, [shoot(Scene.WRONG_PERSON, at) for at in range(0, 60, 10)])
    assert set(seen) == {FaceBand.OTHER_PROOF}


def test_a_frozen_camera_never_agrees_with_itself(
    checker: ProcessFaceChecker, shoot: Shoot, portrait: bytes
) -> None:
    checker.prepare(portrait)
    frame = shoot(Scene.FROZEN, 0)
    assert set(bands(checker, [replace(frame, sequence=at) for at in range(6)])) == {FaceBand.RETRY}


def test_nobody_is_judged_without_a_portrait(
    checker: ProcessFaceChecker, shoot: Shoot, portrait: bytes
) -> None:
    assert checker.look(shoot(Scene.PERSON, 0)) is Failure.PORTRAIT_MISSING
    assert checker.prepare(b"") is Failure.PORTRAIT_MISSING
    assert checker.prepare(b"x") is Failure.PORTRAIT_UNUSABLE
    assert checker.prepare(bytes(1920 * 1080 * 3 + 1)) is Failure.PORTRAIT_UNUSABLE
    assert checker.prepare(portrait) is None


def test_forgetting_wipes_everything(
    checker: ProcessFaceChecker, shoot: Shoot, portrait: bytes
) -> None:
    checker.prepare(portrait)
    checker.look(shoot(Scene.PERSON, 0))
    kept = checker._portrait
    assert checker._engine is not None
    assert not any(checker._engine._memory())
    checker._engine._memory()[:3] = b"abc"
    checker.forget()
    assert not any(checker._engine._memory())
    assert not any(kept)
    assert len(checker._distances) == 0
    assert checker.look(shoot(Scene.PERSON, 1)) is Failure.PORTRAIT_MISSING


def test_a_wrong_frame_is_a_bug(checker: ProcessFaceChecker, portrait: bytes) -> None:
    with pytest.raises(ValueError, match="not a frame"):
        checker.look(Frame(1, 0.0, 640, 480, b"short"))


def test_a_killed_engine_is_a_value_and_a_fresh_one_takes_over(
    own_checker: ProcessFaceChecker, shoot: Shoot, portrait: bytes
) -> None:
    assert own_checker.pid is None
    own_checker.start()
    assert own_checker.prepare(portrait) is None
    first = own_checker.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert own_checker.look(shoot(Scene.PERSON, 0)) is Failure.FACE_ENGINE_LOST
    assert bands(own_checker, [shoot(Scene.PERSON, 1)]) == [FaceBand.ACCEPT]
    assert own_checker.pid != first


def test_an_engine_that_is_late_is_lost_and_replaced(model: Path, portrait: bytes) -> None:
    checker = ProcessFaceChecker(
        FacePlan(model, Thresholds(0.42, 0.50), start_seconds=0.01, answer_seconds=0.01)
    )
    assert checker.prepare(portrait) is Failure.FACE_ENGINE_LOST
    assert checker.pid is not None
    checker.forget()
    checker.close()
    checker.close()
    assert checker.pid is None


def test_an_unknown_model_is_a_wrong_configuration(tmp_path: Path, portrait: bytes) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"another")
    checker = ProcessFaceChecker(FacePlan(model, Thresholds(0.42, 0.50)))
    assert checker.prepare(portrait) is Failure.CONFIG_WRONG
    assert checker.prepare(portrait) is Failure.CONFIG_WRONG
    checker.close()


def test_the_engine_stays_small(checker: ProcessFaceChecker, portrait: bytes) -> None:
    checker.prepare(portrait)
    assert checker.pid is not None
    assert psutil.Process(checker.pid).memory_info().rss < 300e6


def test_the_shared_memory_of_a_warm_engine_has_no_name(
    checker: ProcessFaceChecker, portrait: bytes
) -> None:
    checker.prepare(portrait)
    assert checker._engine is not None
    with pytest.raises(FileNotFoundError):
        SharedMemory(checker._engine._shared.name)
