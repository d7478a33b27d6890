"""Which place pays: each number of 国办发〔2009〕66号 第六条, on both sides of its boundary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.people.drawing_place import drawing_place
from kiosk.people.facts import InsuredPlace

TEN_YEARS = 120


@pytest.mark.parametrize(
    ("home", "places", "pays"),
    [
        # where the household is, when the person is insured there now
        ("亳州市", [("上海市", 300), ("亳州市", 1)], "亳州市"),
        # where the person is insured now, with ten years there
        ("亳州市", [("亳州市", 60), ("上海市", 120)], "上海市"),
        ("亳州市", [("上海市", 60), ("亳州市", 60), ("上海市", 60)], "上海市"),
        # the newest earlier place with ten years
        ("亳州市", [("合肥市", 120), ("上海市", 119)], "合肥市"),
        ("阜阳市", [("南京市", 130), ("合肥市", 120), ("亳州市", 72)], "合肥市"),
        ("阜阳市", [("合肥市", 70), ("南京市", 130), ("合肥市", 50), ("亳州市", 72)], "合肥市"),
        # nowhere ten years: where the household is
        ("亳州市", [("合肥市", 119), ("上海市", 119)], "亳州市"),
        ("亳州市", [("上海市", 48)], "亳州市"),
    ],
)
def test_the_place_that_pays(home, places, pays):
    insured = tuple(InsuredPlace(*one) for one in places)
    assert drawing_place(home, insured, TEN_YEARS) == pays


def test_nobody_is_paid_who_was_insured_nowhere():
    with pytest.raises(ValueError, match="without a place"):
        drawing_place("亳州市", (), TEN_YEARS)


names = st.sampled_from(["亳州市", "阜阳市", "合肥市", "上海市"])
spells = st.lists(st.builds(InsuredPlace, names, st.integers(0, 240)), min_size=1, max_size=6)


@given(names, spells)
def test_only_the_home_pays_with_less_than_ten_years(home, places):
    found = drawing_place(home, places, TEN_YEARS)
    paid = sum(one.months for one in places if one.place == found)
    assert found == home or paid >= TEN_YEARS
