"""Places outside the city: which there are, each code and its name, and an unusable file."""

from __future__ import annotations

from collections import Counter

import pytest

from kiosk.retirement.divisions import CITY, COUNTRY, Divisions, DivisionsElsewhere, read_divisions
from tests.kiosk.retirement.shipped import CONFIG, DIVISIONS

FILE = CONFIG / "divisions_elsewhere.csv"
ELSEWHERE = read_divisions(FILE)
ANHUI = "34"
MOST_BYTES = 200_000


def names(units) -> list[str]:
    return [one.name for one in units]


def test_every_province_is_there_and_only_anhui_has_towns():
    assert len(ELSEWHERE.below(COUNTRY)) == 31
    towns = [one for one in ELSEWHERE.units.values() if one.level == 4]
    assert {one.code[:2] for one in towns} == {ANHUI}
    assert len(names(ELSEWHERE.below(ANHUI))) == 15
    assert max(Counter(one.level for one in ELSEWHERE.units.values())) == 4


def test_the_own_city_is_in_the_other_list():
    assert not any(code.startswith(CITY) for code in ELSEWHERE.units)


@pytest.mark.parametrize("divisions", [DIVISIONS, ELSEWHERE], ids=["city", "elsewhere"])
def test_every_code_reaches_a_name_and_back(divisions):
    top = CITY if divisions is DIVISIONS else COUNTRY
    wanted = [code for code in divisions.units if code not in (CITY, ANHUI) or top == COUNTRY]
    reached = {code: divisions.code_of(divisions.full_name(code), top) for code in wanted}
    assert {code for code, back in reached.items() if code != back} == set()
    assert len(wanted) > 1_400


@pytest.mark.parametrize("name", ["", "谯城区没有镇", "没有区"])
def test_no_code_has_another_name(name):
    assert DIVISIONS.code_of(name) == ""


@pytest.mark.parametrize("parent", sorted(ELSEWHERE.children))
def test_every_list_can_be_told_apart_and_searched(parent):
    below = ELSEWHERE.below(parent)
    assert len(set(names(below))) == len(below)
    assert parent == COUNTRY or parent in ELSEWHERE.units
    assert all(one.initials.isascii() and one.initials for one in below)
    assert sum(len(ELSEWHERE.in_group(parent, one)) for one in ELSEWHERE.letter_groups(parent)) == (
        len(below)
    )


def test_what_a_province_leads_itself_hangs_on_it():
    assert "东城区" in names(ELSEWHERE.below("11"))
    assert "仙桃市" in names(ELSEWHERE.below("42"))
    assert "石河子市" in names(ELSEWHERE.below("65"))
    assert not any(one.name in ("市辖区", "县") for one in ELSEWHERE.units.values())


@pytest.mark.parametrize(
    ("code", "levels"),
    [(ANHUI, (2,)), ("11", (0,)), ("42", (0, 1)), ("32", (1,)), ("3401", (1,)), ("110101", ())],
)
def test_how_many_levels_follow(code, levels):
    assert ELSEWHERE.levels_below(code) == levels


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("六安市", "la"),
        ("长丰县", "cf"),
        ("长子县", "zz"),
        ("漯河市", "lh"),
        ("单县", "sx"),
        ("重庆市", "cq"),
        ("番禺区", "py"),
        ("枞阳县", "zy"),
    ],
)
def test_letters_are_those_that_people_say(name, letters):
    assert any(
        one.name == name and one.initials.startswith(letters) for one in ELSEWHERE.units.values()
    )


def test_the_file_is_small():
    assert FILE.stat().st_size <= MOST_BYTES


def test_the_file_is_read_when_it_is_asked_for(tmp_path):
    path = tmp_path / "divisions_elsewhere.csv"
    later = DivisionsElsewhere(path)
    path.write_bytes(FILE.read_bytes())
    assert names(later.divisions.below(COUNTRY)) == names(ELSEWHERE.below(COUNTRY))
    path.unlink()
    assert later.divisions.below(COUNTRY)


def test_without_the_file_there_are_no_places(tmp_path):
    assert DivisionsElsewhere(tmp_path / "x.csv").divisions == Divisions({}, {})
