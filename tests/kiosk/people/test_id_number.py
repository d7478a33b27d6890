"""Numbers of GB 11643: made-up ones that hold, and every way in which one does not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.people.id_number import (
    NumberFault,
    abolished_area,
    birth_of,
    check_digit,
    fault_of,
    is_valid,
    mask,
    normalise,
    sex_of,
)
from kiosk.people.identity import Sex

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 23)
GOOD = {
    "341602196501010015": (date(1965, 1, 1), Sex.MALE),
    "341602196501010023": (date(1965, 1, 1), Sex.FEMALE),
    "341621197104151125": (date(1971, 4, 15), Sex.FEMALE),
    "341623197603200342": (date(1976, 3, 20), Sex.FEMALE),
    "34162219660615001X": (date(1966, 6, 15), Sex.MALE),
    "81000019640515121X": (date(1964, 5, 15), Sex.MALE),
    "820000195908082049": (date(1959, 8, 8), Sex.FEMALE),
    "830000196202283312": (date(1962, 2, 28), Sex.MALE),
}
VECTORS = [
    one
    for one in json.loads((ROOT / "tests/vectors/cards.json").read_text("utf-8"))["vectors"]
    if one["kind"] == "id_number"
]

good_numbers = st.sampled_from(sorted(GOOD))


@pytest.mark.parametrize("number", GOOD)
def test_good_numbers_say_birth_and_sex(number):
    assert is_valid(number, TODAY)
    assert (birth_of(number), sex_of(number)) == GOOD[number]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one["id"])
def test_published_vectors(vector):
    number, expected = vector["input"], vector["expect"]
    assert is_valid(number, TODAY) is expected["valid"]
    if expected["valid"]:
        assert str(birth_of(number)) == expected["birth"]
        assert sex_of(number) is {"F": Sex.FEMALE, "M": Sex.MALE}[expected["sex"]]
    elif expected["reason"] == "date":
        assert birth_of(number) is None
        assert check_digit(number[:17]) == number[17], "the date alone is wrong"
    else:
        assert check_digit(number[:17]) != number[17], "the check digit alone is wrong"


def test_there_are_vectors_of_each_outcome():
    assert {one["expect"].get("reason", "valid") for one in VECTORS} == {
        "valid",
        "checksum",
        "date",
    }


@given(good_numbers, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(number, place, more):
    old = 10 if number[place] == "X" else int(number[place])
    changed = number[:place] + str((old + more) % 10) + number[place + 1 :]
    assert is_valid(changed, TODAY) is (changed == number)


@given(good_numbers, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_seen(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert is_valid(swapped, TODAY) is (swapped == number)


@given(
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(100000, 999999),
    st.integers(0, 999),
)
def test_every_day_makes_a_number_with_any_area_code(birth, area, order):
    """Abolished area codes stand on cards of living people: the area is never judged."""
    body = f"{area}{birth:%Y%m%d}{order:03d}"
    number = body + check_digit(body)
    assert is_valid(number, TODAY)
    assert birth_of(number) == birth
    assert sex_of(number) is (Sex.MALE if order % 2 else Sex.FEMALE)


def numbered(body: str) -> str:
    return body + check_digit(body)


@pytest.mark.parametrize(
    "number",
    [
        numbered("34160219650230001"),  # no 30 February
        numbered("34160220261124001"),  # born tomorrow
        numbered("00160219650101001"),  # no area begins with 0
        "34162219660615001x",  # not normalised yet
        "341602650101001",  # 15 places stand in old files only, never on a card
        "3416021965010100150",
        "3416021965010100１5",  # right, were its 17th place not full-width
        "",
    ],
)
def test_not_a_number(number):
    assert not is_valid(number, TODAY)


FAULTS = [
    (numbered("34160219650230001"), NumberFault.DAY),
    (numbered("34160219651301001"), NumberFault.DAY),
    (numbered("34160200000101001"), NumberFault.DAY),
    (numbered("34160220261124001"), NumberFault.FUTURE),
    (numbered("34160220261123001"), None),
    ("341602196501010016", NumberFault.CHECK_DIGIT),
    ("34160219650101001X", NumberFault.CHECK_DIGIT),
    (numbered("00160219650101001"), NumberFault.SHAPE),
    ("34162219660615001x", NumberFault.SHAPE),
    ("3416021965010100150", NumberFault.SHAPE),
    ("34160219650101001", NumberFault.SHAPE),
    ("3416021965010100１5", NumberFault.SHAPE),
    ("341602X96501010015", NumberFault.SHAPE),
    ("", NumberFault.SHAPE),
    ("341602650101001", NumberFault.OF_FILES),
    ("041602650101001", NumberFault.SHAPE),
    ("34160265010100X", NumberFault.SHAPE),
    ("CHN000001234567", None),
    ("CHN00000123456", NumberFault.SHAPE),
    ("CHN0000012345678", NumberFault.SHAPE),
    ("chn000001234567", NumberFault.SHAPE),
]


@pytest.mark.parametrize(("number", "fault"), FAULTS)
def test_what_is_wrong(number, fault):
    assert fault_of(number, TODAY) is fault


def test_every_fault_is_shown():
    assert {fault for _, fault in FAULTS} == {*NumberFault, None}


def test_a_number_of_2017_is_no_18_place_number():
    assert fault_of("CHN000001234567", TODAY) is None
    assert not is_valid("CHN000001234567", TODAY)


@given(st.text(max_size=20))
def test_any_text_is_judged(text):
    fault = fault_of(text, TODAY)
    assert fault is None or fault in NumberFault
    assert not is_valid(text, TODAY) or fault is None


@pytest.mark.parametrize(
    ("area", "name"),
    [
        ("341281", "亳州市"),  # a county city until 2000, then the prefecture's district
        ("110103", "崇文区"),
        ("341602", None),
        ("341621", None),
        ("320211", None),  # the code was given twice, and is in force
        ("340000", None),
        ("999999", None),
        ("830000", None),
        ("000000", None),
    ],
)
def test_areas_that_are_no_more(area, name):
    number = numbered(f"{area}19660615001")
    assert abolished_area(number) == name
    assert name is None or fault_of(number, TODAY) is None


@given(st.integers(0, 999999))
def test_any_area_has_an_answer(area):
    name = abolished_area(f"{area:06d}19660615001X")
    assert name is None or (name and "[" not in name and "]" not in name)


def test_a_person_born_today_has_a_number():
    assert is_valid(numbered("34160220261123001"), TODAY)


@given(good_numbers)
def test_full_width_and_small_letters_become_plain(number):
    wide = "".join("Ｘ" if place == "X" else chr(0xFF10 + int(place)) for place in number)
    assert normalise(f" {wide} ") == number
    assert normalise(number.lower()) == number
    assert normalise(wide.replace("Ｘ", "ｘ")) == number


@given(good_numbers)
def test_masked_numbers_hide_birth_and_order(number):
    hidden = mask(number)
    assert len(hidden) == len(number)
    assert hidden[3:14] == "*" * 11
    assert (hidden[:3], hidden[14:]) == (number[:3], number[14:])
