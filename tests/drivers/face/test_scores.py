"""Thresholds, rates and intervals are what they are called."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.face.evaluation.calibration import as_toml, calibrate, claim, rates_by_person
from drivers.face.evaluation.plot import distributions
from drivers.face.evaluation.scores import (
    Comparisons,
    by_several,
    halves,
    interval,
    several_accepted,
    share_within,
    threshold_at,
    wilson,
)
from drivers.face.evaluation.strangers import (
    SexAndAge,
    pairs_of,
    read_people,
    stranger_rate,
)
from kiosk.ports import ReferenceKind

SEED = 11


def invented(persons: int = 8, pictures: int = 6, apart: float = 0.6) -> Comparisons:
    """Make people at random places; the distance of two pictures is that of two points."""
    random = np.random.default_rng(SEED)
    names = tuple(f"p{one}" for one in range(persons) for _ in range(pictures))
    homes = random.normal(size=(persons, 16)) * apart / 5
    points = np.repeat(homes, pictures, axis=0) + random.normal(size=(len(names), 16)) * 0.05
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, np.nan)
    return Comparisons(distances, names)


def test_every_pair_is_counted_once_each_way() -> None:
    found = invented(4, 3)
    assert found.genuine.size == 4 * 3 * 2
    assert found.impostors.size == 4 * 3 * 9


@given(
    impostors=st.lists(st.floats(0.01, 2), min_size=1, max_size=200),
    far=st.sampled_from([0.0, 0.01, 0.05, 0.5]),
)
def test_no_more_than_the_allowed_share_is_accepted(impostors: list[float], far: float) -> None:
    values = np.array(impostors)
    threshold = threshold_at(values, far)
    assert share_within(values, threshold) <= far
    wider = np.nextafter(np.sort(values)[int(far * values.size)], 2)
    assert threshold < wider


def test_without_two_persons_there_is_no_threshold() -> None:
    with pytest.raises(ValueError, match="two persons"):
        threshold_at(invented(1).impostors, 0.01)
    assert np.isnan(share_within(np.array([]), 0.4))
    assert np.isnan(several_accepted(np.empty((0, 5)), 0.4))


def test_who_is_drawn_twice_is_not_her_own_impostor() -> None:
    found = invented(3, 2)
    twice = found.of(["p1", "p1", "p0"])
    assert twice.impostors.size == 2 * (2 * 2 * 2), "only p0 against each copy of p1"
    assert twice.genuine.size == 3 * 2
    assert twice.genuine.max() < twice.impostors.min()


def test_halves_share_nobody() -> None:
    mine, others = halves(invented(), np.random.default_rng(SEED))
    assert len(set(mine.persons)) == len(set(others.persons)) == 4
    assert mine.distances.shape == others.distances.shape == (24, 24)


def test_five_looks_are_surer_than_one() -> None:
    found, random = invented(apart=0.35), np.random.default_rng(SEED)
    threshold = threshold_at(found.impostors, 0.01)
    genuine, impostors = (by_several(found, random, genuine=one) for one in (True, False))
    assert genuine.shape == (48, 5)
    assert impostors.shape == (48 * 7, 5)
    assert several_accepted(genuine, threshold) >= share_within(found.genuine, threshold)
    assert several_accepted(impostors, threshold) <= 0.01
    assert by_several(invented(3, 4), random, genuine=True).shape == (0, 5)
    rows = np.array([[0.3, 0.3, 0.3, 0.5, 0.5], [0.1, 0.1, 0.5, 0.5, 0.5]])
    assert several_accepted(rows, 0.4) == 0.5, "three of five, and their mean"


def test_the_interval_holds_the_threshold_and_is_by_person() -> None:
    found = invented()
    low, high = interval(found, 0.05, np.random.default_rng(SEED))
    assert low <= threshold_at(found.impostors, 0.05) <= high
    assert high - low > 0.01


def test_a_calibration_is_a_file_that_the_terminal_reads() -> None:
    found = calibrate(invented(), 0.01, np.random.default_rng(SEED))
    assert found.provisional
    assert found.far <= 0.01
    assert found.tar > 0.9
    assert found.accept == found.low <= found.middle <= found.high
    assert found.far <= 0.01
    said = as_toml(found, "dlib128", "a" * 64, ReferenceKind.CHIP, date(2026, 11, 23), "volunteers")
    (one,) = tomllib.loads(said)["thresholds"]
    assert one["model"] == "a" * 64
    assert one["reference"] == "chip"
    assert one["accept"] == pytest.approx(found.accept, abs=1e-4)
    assert one["accept"] < one["retry"]
    assert one["data_set"].startswith("volunteers: 8 persons")


def test_the_plot_is_a_picture_with_both_curves() -> None:
    found = invented()
    png = distributions(found.genuine, found.impostors, 0.4, (0.35, 0.45))
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (600, 1000, 3)
    colours = {tuple(map(int, one)) for one in picture.reshape(-1, 3)[::7]}
    assert len(colours) > 4


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    [  # R: prop.test(hits, tries, correct = FALSE)
        (0, 100, 0.0, 0.0370),
        (23, 24, 0.7976, 0.9926),
        (3, 12, 0.0889, 0.5323),
        (50, 50, 0.9287, 1.0),
    ],
)
def test_the_interval_of_a_share(hits: int, tries: int, low: float, high: float) -> None:
    assert wilson(hits, tries) == pytest.approx((low, high), abs=2e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_strangers_of_one_sex_and_age_are_picked(tmp_path: Path) -> None:
    found = invented(persons=4, pictures=2)
    names = sorted(set(found.persons))
    people = {
        name: SexAndAge(sex, age)
        for name, sex, age in zip(names, "FFFM", (70, 78, 59, 71), strict=True)
    }
    pairs = pairs_of(found, people, (55, 120), "FM")
    picked = {
        (found.persons[one], found.persons[other])
        for one, other in zip(*np.nonzero(pairs), strict=True)
    }
    assert picked == {(names[0], names[1]), (names[1], names[0])}, "11 years, or a man: no"
    rate = stranger_rate(found, pairs, 9.0, np.random.default_rng(SEED))
    assert (rate.persons, rate.pairs, rate.far) == (2, 8, 1.0)
    assert stranger_rate(found, pairs, 0.0, np.random.default_rng(SEED)).far == 0
    nobody = pairs_of(found, {}, (55, 120))
    assert stranger_rate(found, nobody, 1.0, np.random.default_rng(SEED)).persons == 0
    (tmp_path / "people.csv").write_text("person,sex,age\nli,F,70\n", "utf-8")
    assert read_people(tmp_path) == {"li": SexAndAge("F", 70)}
    (tmp_path / "people.csv").write_text("person,sex,age\nli,woman,70\n", "utf-8")
    with pytest.raises(ValueError, match=r"people\.csv"):
        read_people(tmp_path)
    assert read_people(tmp_path / "elsewhere") == {}


@pytest.mark.parametrize(("persons", "may"), [(59, False), (60, True)])
def test_fewer_than_sixty_persons_promise_nothing(persons: int, may: bool) -> None:
    found = invented(persons=persons, pictures=2)
    random = np.random.default_rng(SEED)
    done = calibrate(found, 0.01, random)
    rates = rates_by_person(found, done.accept, random)
    assert rates.tar[0] <= done.tar <= rates.tar[1]
    assert (claim(done, rates) is not None) is may
    if may:
        assert "60 persons" in str(claim(done, rates))
