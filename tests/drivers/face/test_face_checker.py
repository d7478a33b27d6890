"""The kiosk gets a value for everything that can happen to the engine's process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from drivers.face.checker import ProcessFaceChecker
from drivers.face.engine.messages import FaceOutcome, Prepare, Request
from drivers.simulated.scenes.face_scene import FaceScene, SceneFilm
from kiosk.failures import Failure
from kiosk.ports import Coach, FaceBand, FaceChecker, FaceLook, Frame, ReferenceKind
from tests.drivers.face.conftest import POLICY, THRESHOLDS, engine_plan, face_plan

Shoot = Callable[[FaceScene, int], Frame]
LONGEST = 450  # frames: 30 seconds


def frames_of(film: SceneFilm, scene: FaceScene) -> Iterator[Frame]:
    for number in range(LONGEST):
        rows = cv2.imdecode(np.frombuffer(film.jpeg(scene, number), np.uint8), cv2.IMREAD_COLOR)
        yield Frame(number, number / 15, 640, 480, rows.tobytes())


def ask(
    checker: FaceChecker, film: SceneFilm, scene: FaceScene, *, obeys: bool = True
) -> tuple[FaceLook | Failure, list[Coach | None]]:
    """Let somebody stand there who does what is asked; return how it ended and every hint."""
    hints: list[Coach | None] = [None]
    for frame in frames_of(film, scene):
        look = checker.look(frame)
        if isinstance(look, Failure) or look.band is not None:
            return look, hints
        if look.hint is not hints[-1]:
            hints.append(look.hint)
            if look.hint is not None and obeys:
                film.tell(look.hint.value)
    raise AssertionError(f"nothing was decided: {hints}")


@pytest.mark.parametrize("turn_only", [False, True])
def test_the_person_who_does_what_is_asked_is_accepted(
    checker: ProcessFaceChecker, film: SceneFilm, portrait: bytes, turn_only: bool
) -> None:
    assert checker.prepare(portrait) is None
    checker.begin(turn_only=turn_only)
    look, hints = ask(checker, film, FaceScene.PERSON)
    assert isinstance(look, FaceLook), (look, hints)
    assert look.band is FaceBand.ACCEPT
    assert 0 < look.score < 0.20
    assert look.threshold == THRESHOLDS[ReferenceKind.PORTRAIT].accept
    assert look.engine == "sface-0ba9fbfa"
    assert len(look.steps) == 3
    assert {"turn_left", "turn_right"} <= set(look.steps)
    assert ("blink" in look.steps) is not turn_only
    assert (Coach.CLOSE_EYES in hints) is not turn_only


@pytest.mark.parametrize("short", [False, True])
def test_a_try_may_let_turns_stay_short(checker: ProcessFaceChecker, short: bool) -> None:
    checker.begin(turn_only=True, guarded=short)
    assert checker._trial is not None
    assert {one.may_stay_short for one in checker._trial.challenges} == {short}


def test_the_chip_photo_alone_never_proves(
    checker: ProcessFaceChecker, film: SceneFilm, portrait: bytes
) -> None:
    assert checker.prepare(portrait, ReferenceKind.CHIP) is None
    look, _ = ask(checker, film, FaceScene.PERSON)
    assert isinstance(look, FaceLook)
    assert look.band is FaceBand.OTHER_PROOF
    assert len(look.steps) == 3


def test_the_reference_is_embedded_once_a_visit(
    checker: ProcessFaceChecker, portrait: bytes
) -> None:
    requests: list[Request] = []
    assert checker.prepare(portrait) is None
    ask = checker._ask

    def listen(request: Request, picture: bytes) -> FaceOutcome:
        requests.append(request)
        return ask(request, picture)

    checker._ask = listen
    try:
        assert checker.prepare(portrait) is None
        assert requests == []
        assert checker.prepare(portrait, ReferenceKind.CHIP) is None
        assert checker.prepare(b"no picture") is Failure.PORTRAIT_UNUSABLE
        assert checker.prepare(b"no picture") is Failure.PORTRAIT_UNUSABLE
        checker.forget()
        assert checker.prepare(portrait) is None
    finally:
        checker._ask = ask
    assert [type(one) for one in requests].count(Prepare) == 4


def test_a_kind_of_reference_without_thresholds_is_not_compared(portrait: bytes) -> None:
    only = {ReferenceKind.PORTRAIT: THRESHOLDS[ReferenceKind.PORTRAIT]}
    checker = ProcessFaceChecker(face_plan(thresholds=only))
    assert checker.prepare(portrait, ReferenceKind.CHIP) is Failure.PORTRAIT_UNUSABLE
    assert checker.pid is None


def test_who_stands_still_is_not_accepted(
    checker: ProcessFaceChecker, film: SceneFilm, portrait: bytes
) -> None:
    checker.prepare(portrait)
    look, hints = ask(checker, film, FaceScene.PERSON, obeys=False)
    # The rendered film repeats itself exactly after four seconds: whichever comes first.
    assert look in (Failure.FACE_NOT_LIVE, Failure.BLINK_NOT_SEEN)
    assert len([hint for hint in hints if hint]) == 1


def test_the_wrong_person_is_never_asked_anything(
    checker: ProcessFaceChecker, film: SceneFilm, portrait: bytes
) -> None:
    checker.prepare(portrait)
    look, hints = ask(checker, film, FaceScene.WRONG_PERSON)
    assert isinstance(look, FaceLook)
    assert look.band is FaceBand.OTHER_PROOF
    assert hints == [None]


def test_nothing_is_asked_before_it_may_be(
    checker: ProcessFaceChecker, film: SceneFilm, portrait: bytes
) -> None:
    checker.prepare(portrait)
    frames = frames_of(film, FaceScene.PERSON)
    looks = [checker.look(next(frames), may_ask=False) for _ in range(40)]
    assert {look.hint for look in looks if isinstance(look, FaceLook)} == {None}
    assert all(isinstance(look, FaceLook) and look.band is None for look in looks)


def test_a_frozen_camera_never_agrees_with_itself(
    checker: ProcessFaceChecker, shoot: Shoot, portrait: bytes
) -> None:
    checker.prepare(portrait)
    frame = shoot(FaceScene.FROZEN, 0)
    looks = [checker.look(replace(frame, sequence=at, taken_at=at / 15)) for at in range(16)]
    assert looks[-1] is Failure.CAMERA_FROZEN
    assert all(isinstance(look, FaceLook) and look.band is None for look in looks[:-1])


def test_a_camera_of_one_frame_a_second_is_too_slow(
    checker: ProcessFaceChecker, shoot: Shoot, portrait: bytes
) -> None:
    checker.prepare(portrait)
    looks = [
        checker.look(replace(shoot(FaceScene.PERSON, at), taken_at=float(at))) for at in range(3)
    ]
    assert looks[-1] is Failure.CAMERA_SLOW


def test_nobody_is_judged_without_a_portrait(
    checker: ProcessFaceChecker, shoot: Shoot, portrait: bytes
) -> None:
    assert checker.look(shoot(FaceScene.PERSON, 0)) is Failure.PORTRAIT_MISSING
    assert checker.prepare(b"") is Failure.PORTRAIT_MISSING
    assert checker.prepare(b"x") is Failure.PORTRAIT_UNUSABLE
    assert checker.prepare(bytes(1920 * 1080 * 3 + 1)) is Failure.PORTRAIT_UNUSABLE
    assert checker.prepare(portrait) is None


def test_forgetting_wipes_everything(
    checker: ProcessFaceChecker, shoot: Shoot, portrait: bytes
) -> None:
    checker.prepare(portrait)
    checker.look(shoot(FaceScene.PERSON, 0))
    kept = checker._portrait
    assert checker._engine is not None
    assert not any(checker._engine.memory.bytes)
    checker._engine.memory.bytes[:3] = b"abc"
    checker.forget()
    assert not any(checker._engine.memory.bytes)
    assert not any(kept)
    assert checker._trial is None
    assert checker.look(shoot(FaceScene.PERSON, 1)) is Failure.PORTRAIT_MISSING


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
    assert own_checker.look(shoot(FaceScene.PERSON, 0)) is Failure.FACE_ENGINE_LOST
    look = own_checker.look(shoot(FaceScene.PERSON, 1))
    assert isinstance(look, FaceLook)
    assert look.hint is None
    assert own_checker.pid != first


def test_an_engine_that_is_late_is_lost_and_replaced(portrait: bytes) -> None:
    checker = ProcessFaceChecker(face_plan(start_seconds=0.01, answer_seconds=0.01))
    assert checker.prepare(portrait) is Failure.FACE_ENGINE_LOST
    assert checker.pid is not None
    checker.forget()
    checker.close()
    checker.close()
    assert checker.pid is None


@pytest.mark.parametrize("content", [b"another", None], ids=["corrupt", "absent"])
def test_a_model_that_is_not_the_measured_one_is_refused(
    tmp_path: Path, portrait: bytes, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / POLICY.models.detector.file).write_bytes(content)
    checker = ProcessFaceChecker(face_plan(engine=engine_plan(folder=tmp_path)))
    assert checker.prepare(portrait) is Failure.FACE_MODEL_WRONG
    assert checker.prepare(portrait) is Failure.FACE_MODEL_WRONG
    checker.close()


def test_the_engine_stays_small(checker: ProcessFaceChecker, portrait: bytes) -> None:
    checker.prepare(portrait)
    assert checker.pid is not None
    assert psutil.Process(checker.pid).memory_info().rss < 300e6


def mapped(pid: int | str) -> set[str]:
    """Return what a process maps of files and of named memory."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return {line.split(maxsplit=5)[5] for line in lines if len(line.split(maxsplit=5)) > 5}


def test_the_shared_memory_never_has_a_name(
    own_checker: ProcessFaceChecker, portrait: bytes
) -> None:
    """Before the first check, too: who is killed then leaves no picture in any folder."""
    own_checker.start()
    assert not [one for one in mapped("self") if "/dev/shm/" in one]
    assert own_checker.prepare(portrait) is None
    assert own_checker.pid is not None
    for process in ("self", own_checker.pid):
        names = mapped(process)
        assert any("/memfd:face-frame" in one for one in names), "the control: it is shared"
        assert not [one for one in names if "/dev/shm/" in one]
