"""Other faces in the picture: a poster or a mirror behind the person, and a camera that mirrors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from drivers.face.detection.cues import FaceBox
from drivers.face.engine.face_engine import FaceEngine
from drivers.simulated.scenes.clip import FrameClip, Species
from drivers.simulated.scenes.face_scene import Pose, composed
from kiosk.ports import Coach
from script.benches.face.face_clips import RATE
from script.benches.face.face_flow import ClipVerdict, cast, play
from tests.drivers.face.liveness_tries import AWAY, FRONT, Try
from tests.kiosk.invented_people import handbook

ROOT = Path(__file__).parents[3]
SEED = 3
SMALL, LARGE = Pose(60, 60, 0.4), Pose(110, 120, 1.4)
POSTER = replace(FRONT, box=FaceBox(20, 20, 60, 75))
View = Callable[[Any], Any]


def poster(pose: Pose) -> View:
    """Return a view in which a poster of the person hangs there, before all else."""
    figure = cast().person.figure
    return lambda frame: composed(frame, figure, pose)


def mirror(frame: Any) -> Any:
    """Return a view with a small mirror on the wall, in which the person moves along."""
    behind = cv2.resize(frame, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    seen = frame.copy()
    seen[: behind.shape[0], : behind.shape[1]] = behind[:, ::-1]
    return seen


def mirrored(frame: Any) -> Any:
    """Return what a camera gives that was set up as a mirror."""
    return np.ascontiguousarray(frame[:, ::-1])


@pytest.fixture
def played(
    engine: FaceEngine, monkeypatch: pytest.MonkeyPatch
) -> Callable[[View], tuple[ClipVerdict, set[Coach | None]]]:
    """Play a person who does what is asked, seen in another way; return what the coach said, too."""
    own_frame, own_look, hints = FrameClip.frame, FaceEngine.look, set[Coach | None]()

    def look(self: FaceEngine, frame: Any, wanted: Any) -> Any:
        found = own_look(self, frame, wanted)
        hints.add(found.hint)
        return found

    def play_as(view: View) -> tuple[ClipVerdict, set[Coach | None]]:
        monkeypatch.setattr(FrameClip, "frame", lambda self, at: view(own_frame(self, at)))
        monkeypatch.setattr(FaceEngine, "look", look)
        return play(engine, Species.GENUINE, SEED, RATE), hints

    return play_as


@pytest.mark.parametrize("view", [poster(SMALL), mirror])
def test_a_smaller_face_behind_the_person_does_not_count(played, view: View) -> None:
    verdict, hints = played(view)
    assert verdict.accepted, verdict
    assert Coach.TWO_FACES not in hints


def test_a_person_who_is_missed_once_is_not_taken_for_the_poster_behind() -> None:
    attempt = Try().settled().until_asked().see(POSTER, 5).see(FRONT)
    assert attempt.state.part == 0
    assert attempt.see(POSTER, 12).state.part == 1, "who is gone begins anew"
    other = Try().settled().until_asked().see(AWAY)
    assert other.state.part == 1, "somebody as large, elsewhere, is another person"


def test_a_poster_as_large_as_the_person_is_a_second_face(played) -> None:
    verdict, hints = played(poster(LARGE))
    assert not verdict.accepted, verdict
    assert Coach.TWO_FACES in hints
    assert handbook().words["coach"][Coach.TWO_FACES.value] == "请让一个人来看"


def test_a_camera_that_mirrors_sees_every_turn_the_wrong_way(played) -> None:
    verdict, _ = played(mirrored)
    assert (verdict.accepted, verdict.why) == (False, "face_not_live/wrong")


def test_that_twins_are_not_told_apart_is_said_where_it_matters() -> None:
    """Nothing solves it: the second factor and whoever stands beside carry it."""
    for name, words in {
        "docs/face.md": "a twin",
        "docs/privacy.zh.md": "双胞胎",
        "docs/handbook-helper.zh.md": "双胞胎",
        "docs/handbook-technician.zh.md": "双胞胎",
    }.items():
        assert words in (ROOT / name).read_text("utf-8"), name
