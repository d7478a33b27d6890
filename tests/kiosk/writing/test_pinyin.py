"""Letters lead to the character that is meant, soon enough."""

from __future__ import annotations

import pytest

from kiosk.writing.pinyin import LONGEST, Pinyin, read_pinyin
from script.benches.visits.writing import bare, places_of_bozhou, ranks_in
from tests.kiosk.invented_people import CONFIG, handbook


@pytest.fixture(scope="module")
def pinyin() -> Pinyin:
    readings = handbook().readings
    return read_pinyin(CONFIG, readings.signs, readings.usual)


@pytest.mark.parametrize(
    ("letters", "sign", "most"),
    [("ren", "人", 1), ("zhong", "中", 1), ("nv", "女", 1), ("bo", "亳", 30), ("lv", "绿", 4)],
)
def test_likely_characters_come_first(pinyin, letters, sign, most):
    assert pinyin.candidates(letters).index(sign) < most


def test_surnames_come_first_where_a_name_begins(pinyin):
    assert pinyin.candidates("liu", surname=True)[0] == "刘"
    assert pinyin.candidates("wang", surname=True)[0] == "王"
    assert pinyin.candidates("wang")[0] == "王"
    assert pinyin.candidates("liu")[0] != "刘"


def test_begun_letters_are_enough(pinyin):
    found = pinyin.candidates("zh")
    assert {"中", "张", "这"} <= set(found[:60])
    assert pinyin.candidates("de")[0] == "的", "whole syllables before begun ones"


def test_seldom_readings_come_late(pinyin):
    assert pinyin.candidates("wang").index("方") > pinyin.candidates("wang").index("旺")


def test_nothing_is_read_so(pinyin):
    assert pinyin.candidates("") == ()
    assert pinyin.candidates("xq") == ()
    assert pinyin.may_follow("zh") == "aeiou"
    assert pinyin.may_follow("zhuang") == ""
    assert pinyin.may_follow("x") == "iu"
    assert all(len(said) <= LONGEST + 1 for said in pinyin.signs)


def test_each_candidate_is_offered_once(pinyin):
    for letters in ("a", "zh", "liu", "shi"):
        found = pinyin.candidates(letters)
        assert len(found) == len(set(found))


def test_names_of_places_are_found_on_the_first_pages(pinyin):
    """Names that nothing was built from; `script/bench writing` says how often."""
    places = [
        at
        for name in places_of_bozhou()[:300]
        for at in ranks_in(name, pinyin, handbook().readings)
    ]
    assert sum(at < 16 for at in places) / len(places) > 0.9


def test_the_end_of_a_name_is_left_out():
    assert bare("长青社区居民委员会") == "长青"
    assert bare("大李庄") == "大李庄"
