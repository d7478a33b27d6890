"""A character is found by its shape: in any order, slanted, trembling, in one stroke."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from kiosk.writing.handwriting import Handwriting, read_handwriting
from kiosk.writing.shapes import SIZE, joined, shape_of
from script.writing.kanjivg import StrokePictures, cursive, points_of, shaken, shuffled
from tests.kiosk.invented_people import CONFIG, ROOT, handbook

TEN = [[(10, 50), (90, 50)], [(50, 10), (50, 90)]]  # 十
EARTH = [[(25, 40), (75, 40)], [(50, 10), (50, 90)], [(5, 90), (95, 90)]]  # 土
SCHOLAR = [[(5, 40), (95, 40)], [(50, 10), (50, 90)], [(25, 90), (75, 90)]]  # 士
MOUTH = [[(15, 30), (24, 75)], [(15, 30), (84, 26), (75, 70)], [(24, 72), (78, 68)]]  # 口
SUN = [
    [(30, 10), (30, 90)],
    [(30, 10), (70, 10), (70, 90)],
    [(30, 50), (70, 50)],
    [(30, 90), (70, 90)],
]  # 日
MOUNTAIN = [[(50, 10), (50, 85)], [(15, 40), (15, 85), (85, 85)], [(85, 40), (85, 85)]]  # 山
WRITTEN = {"十": TEN, "土": EARTH, "士": SCHOLAR, "口": MOUTH, "日": SUN, "山": MOUNTAIN}


@pytest.fixture(scope="module")
def reader() -> Handwriting:
    from kiosk.writing.pinyin import read_pinyin

    readings = handbook().readings
    ranks = read_pinyin(CONFIG, readings.signs, readings.usual).ranks
    return read_handwriting(ROOT / "assets" / "writing", ranks)


@pytest.mark.parametrize("sign", WRITTEN)
def test_what_is_written_is_among_the_candidates(reader, sign):
    assert sign in reader.candidates(WRITTEN[sign], 8)


@pytest.mark.parametrize("sign", WRITTEN)
def test_the_order_of_strokes_does_not_matter(reader, sign):
    chance = random.Random(3)
    for _ in range(4):
        other = shuffled(WRITTEN[sign], chance)
        assert np.allclose(shape_of(other), shape_of(WRITTEN[sign]), atol=1e-5)


@pytest.mark.parametrize("sign", WRITTEN)
def test_a_trembling_hand_is_understood(reader, sign):
    chance = random.Random(6)
    hands = [reader.candidates(shaken(WRITTEN[sign], chance), 8) for _ in range(20)]
    assert sum(sign in found for found in hands) >= 14


def test_a_pen_that_was_never_lifted_is_understood(reader):
    for sign in ("土", "口", "山", "日"):
        assert sign in reader.candidates(joined(WRITTEN[sign]), 8)


def test_size_and_place_do_not_matter(reader):
    far = [[(1000 + 7 * x, 7 * y - 300) for x, y in stroke] for stroke in SUN]
    assert reader.candidates(far, 3) == reader.candidates(SUN, 3)


@pytest.mark.parametrize("nothing", [[], [[]], [[], []]])
def test_nothing_written_means_nothing(reader, nothing):
    assert reader.candidates(nothing, 8) == ()


@pytest.mark.parametrize("little", [[[(3, 3)]], [[(3, 3), (3, 3)]], [[(0, 0), (1e-9, 0)]]])
def test_a_dot_is_a_shape_of_length_one(reader, little):
    assert shape_of(little).shape == (SIZE,)
    assert math.isfinite(float(shape_of(little).sum()))
    assert len(reader.candidates(little, 8)) == 8


def test_there_are_templates_for_names_too(reader):
    assert len(reader.signs) == len(set(reader.signs)) == 9565
    assert set("刘王亳涡谯蒙") <= set(reader.signs)
    assert (ROOT / "assets" / "writing" / "ARPHICPL.TXT").read_text("utf-8", "replace")


def test_strokes_come_with_their_seconds(reader):
    from kiosk.writing.handwriting import CANDIDATES, HandReader

    hand = HandReader(ROOT / "assets" / "writing", CONFIG / "characters.txt")
    timed = tuple(tuple((x, y, 0.1) for x, y in stroke) for stroke in TEN)
    assert "十" in hand.read(timed)
    assert len(hand.read(timed)) == CANDIDATES


# the hands of the bench


def test_curves_of_a_picture_become_points():
    points = list(points_of("M10,10c0,10,0,20,0,30s10,0,20,0L50,60l1,1"))
    assert points[0] == (10, 10)
    assert points[8] == pytest.approx((10, 40))
    assert points[16] == pytest.approx((30, 40))
    assert points[-2:] == [(50, 60), (51, 61)]


def test_lifts_are_left_out():
    chance = random.Random(1)
    assert cursive(SUN, 0.0, chance) == SUN
    assert cursive(SUN, 1.0, chance) == joined(SUN)


def test_what_nobody_drew_is_not_there():
    hands = StrokePictures({"kanji/05341.svg": '<path id="a" d="M0,0L1,1"/>'})
    assert hands.strokes("十") == [[(0, 0), (1, 1)]]
    assert hands.strokes("土") is None
