"""The pure rules of quality and decision hold for every face and every distance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.face.decision import Thresholds, band
from drivers.face.detection.quality import FaceFeatures, FrameView, coach
from kiosk.ports import Coach, FaceBand
from tests.drivers.face.conftest import POLICY

LIMITS = POLICY.quality
VIEW = FrameView(640, 480, 150)
GOOD = FaceFeatures(
    x=240, y=130, width=160, height=200, roll=2, nose_ratio=-0.05, luma=140, sharpness=300
)
THRESHOLDS = Thresholds(accept=0.42, retry=0.50)

faces = st.builds(
    FaceFeatures,
    x=st.floats(-100, 640),
    y=st.floats(-100, 480),
    width=st.floats(1, 640),
    height=st.floats(1, 640),
    roll=st.floats(-180, 180),
    nose_ratio=st.floats(-3, 3),
    luma=st.floats(0, 255),
    sharpness=st.floats(0, 5000),
    mouth_colour=st.floats(0, 60),
)
distances = st.lists(st.floats(0, 2), min_size=1, max_size=8)


def test_a_good_face_needs_no_hint() -> None:
    assert coach(VIEW, [GOOD], LIMITS) is None


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"width": 109.9}, Coach.COME_CLOSER),
        ({"height": 361.0, "y": 60}, Coach.MOVE_BACK),
        ({"x": 5}, Coach.CENTRE),
        ({"x": 500}, Coach.CENTRE),
        ({"y": 290}, Coach.CENTRE),
        ({"luma": 44.9}, Coach.MORE_LIGHT),
        ({"luma": 200.1}, Coach.LESS_LIGHT),
        ({"roll": 15.1}, Coach.LOOK_STRAIGHT),
        ({"roll": -15.1}, Coach.LOOK_STRAIGHT),
        ({"nose_ratio": 0.151}, Coach.LOOK_STRAIGHT),
        ({"nose_ratio": -0.151}, Coach.LOOK_STRAIGHT),
        ({"sharpness": 39.9}, Coach.HOLD_STILL),
        ({"mouth_colour": 11.1}, Coach.TAKE_OFF_MASK),
    ],
)
def test_each_limit_has_its_hint(change: dict[str, float], hint: Coach) -> None:
    assert coach(VIEW, [replace(GOOD, **change)], LIMITS) is hint


@pytest.mark.parametrize(
    "change",
    [
        {"width": 110.0},
        {"height": 360.0, "y": 60},
        {"luma": 45.0},
        {"x": 40},
        {"y": 260},
        {"luma": 200.0},
        {"roll": 15.0},
        {"nose_ratio": -0.15},
        {"sharpness": 40.0},
    ],
)
def test_a_face_at_the_limit_is_good(change: dict[str, float]) -> None:
    assert coach(VIEW, [replace(GOOD, **change)], LIMITS) is None


def test_nobody_in_a_dark_frame_is_a_matter_of_light() -> None:
    assert coach(VIEW, [], LIMITS) is Coach.NO_FACE
    assert coach(replace(VIEW, luma=20), [], LIMITS) is Coach.MORE_LIGHT
    assert coach(replace(VIEW, luma=240), [], LIMITS) is Coach.LESS_LIGHT


def test_a_small_face_behind_does_not_count() -> None:
    assert coach(VIEW, [replace(GOOD, width=79, x=500), GOOD], LIMITS) is None
    assert coach(VIEW, [replace(GOOD, width=81, x=500), GOOD], LIMITS) is Coach.TWO_FACES


@pytest.mark.parametrize(
    ("said", "barely", "clearly"),
    [
        (Coach.COME_CLOSER, {"width": 112.0}, {"width": 119.0}),
        (Coach.MOVE_BACK, {"height": 350.0, "y": 60}, {"height": 330.0, "y": 60}),
        (Coach.CENTRE, {"x": 12.0}, {"x": 20.0}),
        (Coach.LOOK_STRAIGHT, {"roll": 14.5}, {"roll": 13.5}),
        (Coach.MORE_LIGHT, {"luma": 46.0}, {"luma": 49.0}),
        (Coach.LESS_LIGHT, {"luma": 190.0}, {"luma": 183.0}),
        (Coach.HOLD_STILL, {"sharpness": 42.0}, {"sharpness": 44.0}),
        (Coach.TAKE_OFF_MASK, {"mouth_colour": 10.5}, {"mouth_colour": 10.0}),
    ],
)
def test_a_hint_stands_until_its_limit_is_kept_by_a_margin(
    said: Coach, barely: dict[str, float], clearly: dict[str, float]
) -> None:
    assert coach(VIEW, [replace(GOOD, **barely)], LIMITS) is None
    assert coach(VIEW, [replace(GOOD, **barely)], LIMITS, said) is said
    assert coach(VIEW, [replace(GOOD, **clearly)], LIMITS, said) is None


@given(
    found=st.lists(faces, max_size=3),
    said=st.sampled_from([None, *Coach]),
    light=st.floats(0, 255),
)
def test_a_frame_looked_at_twice_says_the_same(
    found: list[FaceFeatures], said: Coach | None, light: float
) -> None:
    view = replace(VIEW, luma=light)
    once = coach(view, found, LIMITS, said)
    assert coach(view, found, LIMITS, once) is once


@given(found=st.lists(faces, max_size=4))
def test_no_hint_means_that_the_widest_face_keeps_every_limit(found: list[FaceFeatures]) -> None:
    hint = coach(VIEW, found, LIMITS)
    assert coach(VIEW, list(reversed(found)), LIMITS) is hint or len(
        {face.width for face in found}
    ) < len(found)
    if hint is None:
        face = max(found, key=lambda face: face.width)
        assert face.width >= 110
        assert abs(face.roll) <= 15
        assert abs(face.nose_ratio) <= 0.15
        assert 60 <= face.luma <= 200
        assert face.sharpness >= 40
        assert sum(other.width >= face.width / 2 for other in found) == 1


@given(found=distances, needed=st.integers(1, 5))
def test_acceptance_needs_enough_close_frames(found: list[float], needed: int) -> None:
    if band(found, THRESHOLDS, needed) is FaceBand.ACCEPT:
        assert sum(distance <= 0.42 for distance in found) >= needed
        assert sum(found) / len(found) <= 0.42 + 1e-9


@given(found=distances, needed=st.integers(1, 5), worse=st.floats(0, 1))
def test_a_larger_distance_never_helps(found: list[float], needed: int, worse: float) -> None:
    order = [FaceBand.ACCEPT, FaceBand.RETRY, FaceBand.OTHER_PROOF]
    farther = [distance + worse for distance in found]
    assert order.index(band(farther, THRESHOLDS, needed)) >= order.index(
        band(found, THRESHOLDS, needed)
    )


@pytest.mark.parametrize(
    ("found", "needed", "expected"),
    [
        ([], 1, FaceBand.RETRY),
        ([0.42], 1, FaceBand.ACCEPT),
        ([0.421], 1, FaceBand.RETRY),
        ([0.50], 1, FaceBand.RETRY),
        ([0.501], 1, FaceBand.OTHER_PROOF),
        ([float("nan")], 1, FaceBand.OTHER_PROOF),
        ([0.1, float("nan")], 1, FaceBand.OTHER_PROOF),
        ([0.1, 0.1], 3, FaceBand.RETRY),
        ([0.3, 0.6, 0.3, 0.6, 0.3], 3, FaceBand.RETRY),
        ([0.3, 0.45, 0.3, 0.45, 0.3], 3, FaceBand.ACCEPT),
    ],
)
def test_bands(found: list[float], needed: int, expected: FaceBand) -> None:
    assert band(found, THRESHOLDS, needed) is expected
