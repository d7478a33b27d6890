"""Places: five levels from the province to the village, found by letter, and an unusable file."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.schema import ConfigError
from kiosk.retirement.divisions import CITY, Division, Divisions, read_divisions
from kiosk.retirement.pick_lists.initials import GROUPS
from tests.kiosk.retirement.shipped import DIVISIONS

PARENTS = sorted(DIVISIONS.children)
UNITS = DIVISIONS.units


def names(units) -> list[str]:
    return [one.name for one in units]


def test_how_many_units_there_are():
    assert Counter(one.level for one in UNITS.values()) == {1: 1, 2: 1, 3: 4, 4: 96, 5: 1360}


@pytest.mark.parametrize(
    ("county", "towns", "villages"),
    [("341602", 28, 312), ("341621", 24, 384), ("341622", 19, 301), ("341623", 25, 363)],
)
def test_how_many_units_a_county_has(county, towns, villages):
    below = DIVISIONS.below(county)
    assert len(below) == towns
    assert sum(len(DIVISIONS.below(one.code)) for one in below) == villages


def test_the_city_has_four_counties():
    assert names(DIVISIONS.below(CITY)) == ["谯城区", "涡阳县", "蒙城县", "利辛县"]
    assert UNITS["341602"] == Division("341602", "谯城区", 3, "3416", "qcq")


def test_every_unit_hangs_on_the_city():
    for unit in UNITS.values():
        if unit.level > 2:
            assert UNITS[unit.parent].level == unit.level - 1
            assert unit.code.startswith(CITY)
            assert unit in DIVISIONS.children[unit.parent]
        assert unit.initials.isascii()
        assert unit.initials == unit.initials.lower() != ""


def test_full_name_goes_from_county_to_village():
    village = next(one for one in UNITS.values() if one.level == 5)
    town = UNITS[village.parent]
    county = UNITS[town.parent]
    assert DIVISIONS.full_name(village.code) == county.name + town.name + village.name
    assert DIVISIONS.full_name(county.code) == county.name
    assert DIVISIONS.full_name(CITY) == ""
    assert DIVISIONS.full_name("999") == ""


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("希夷社区居民委员会", "希夷"),
        ("大李村民委员会", "大李"),
        ("大李村委会", "大李"),
        ("纪元社区居委会", "纪元"),
        ("城南居民委员会", "城南"),
        ("城南居委会", "城南"),
        ("花戏楼街道", "花戏楼街道"),
        ("居委会", "居委会"),
        ("村委会大街", "村委会大街"),
    ],
)
def test_lists_leave_the_committee_out(name, short):
    assert Division("1", name, 5, "").short_name == short


def test_short_names_differ_within_a_town_or_show_why_not():
    for parent in PARENTS:
        assert all(one.short_name for one in DIVISIONS.below(parent))


@pytest.mark.parametrize(
    ("parent", "letters", "found"),
    [
        (CITY, "q", ["谯城区"]),
        (CITY, "QC", ["谯城区"]),
        (CITY, "G", ["涡阳县"]),
        (CITY, "w", []),
        (CITY, "qcqq", []),
        (CITY, "", ["谯城区", "涡阳县", "蒙城县", "利辛县"]),
        ("341602", "hx", ["花戏楼街道"]),
        ("341602", "gjz", ["古井镇", "观堂镇"][:1]),
        ("999", "q", []),
    ],
)
def test_search_by_letters(parent, letters, found):
    assert names(DIVISIONS.search(parent, letters)) == found


@given(st.sampled_from(PARENTS), st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=3))
def test_search_finds_what_begins_so_and_nothing_else(parent, letters):
    found = DIVISIONS.search(parent, letters)
    assert [
        one for one in DIVISIONS.below(parent) if one.initials[: len(letters)] == letters
    ] == list(found)


@pytest.mark.parametrize("parent", PARENTS)
def test_letter_groups_hold_every_child_once(parent):
    groups = DIVISIONS.letter_groups(parent)
    assert 1 <= len(groups) <= GROUPS
    assert "".join(groups) == "".join(sorted(set("".join(groups))))
    inside = [one for group in groups for one in DIVISIONS.in_group(parent, group)]
    assert sorted(one.code for one in inside) == sorted(one.code for one in DIVISIONS.below(parent))
    assert [one.initials for one in inside] == sorted(one.initials for one in inside)


@given(st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=1, max_size=60))
def test_letter_groups_of_any_names(letters):
    units = tuple(Division(str(n), "x", 5, "p", letter) for n, letter in enumerate(letters))
    divisions = Divisions({one.code: one for one in units}, {"p": units})
    groups = divisions.letter_groups("p")
    assert 1 <= len(groups) <= GROUPS
    assert "".join(groups) == "".join(sorted(set(letters)))


def test_letter_groups_of_like_weight():
    assert DIVISIONS.letter_groups(CITY) == ("g", "l", "m", "q")
    assert DIVISIONS.letter_groups("341602") == ("bcdf", "gh", "ln", "qs", "tw", "xyz")
    units = tuple(Division(str(n), "x", 5, "p", letter) for n, letter in enumerate("abcdefghijkl"))
    even = Divisions({}, {"p": units})
    assert even.letter_groups("p") == ("ab", "cd", "ef", "gh", "ij", "kl")
    assert even.letter_groups("nowhere") == ()


def test_a_group_is_sorted_by_letter():
    assert names(DIVISIONS.in_group(CITY, "ql")) == ["利辛县", "谯城区"]
    assert DIVISIONS.in_group(CITY, "x") == ()


@pytest.mark.parametrize(
    ("parent", "near", "first", "second"),
    [
        (CITY, "341622001001", "蒙城县", "谯城区"),
        (CITY, "341602001001", "谯城区", "涡阳县"),
        (CITY, "", "谯城区", "涡阳县"),
        (CITY, "999", "谯城区", "涡阳县"),
        ("341602", "341602003001", "汤陵街道", "花戏楼街道"),
    ],
)
def test_the_own_place_comes_first(parent, near, first, second):
    found = DIVISIONS.below(parent, near)
    assert names(found)[:2] == [first, second]
    assert sorted(names(found)) == sorted(names(DIVISIONS.below(parent)))


def test_nothing_is_below_nowhere():
    assert DIVISIONS.below("999") == ()


def test_initials_are_read_small(tmp_path):
    path = tmp_path / "divisions.csv"
    path.write_text("code,name,level,parent,initials\n3416,亳州市,2,34,BZS\n", "utf-8")
    found = read_divisions(path)
    assert found.units == {"3416": Division("3416", "亳州市", 2, "34", "bzs")}
    assert found.children == {"34": (found.units["3416"],)}


@pytest.mark.parametrize(
    "text",
    [
        "code,name\n34,安徽省\n",
        "code,name,level,parent,initials\n34,安徽省,one,,ahs\n",
        "code,name,level,parent,initials\n34,安徽省,1,\n",
        "code,name,level,parent\n34,安徽省,1,\n",
        'code,name,level,parent,initials\n34,"安徽"省,1,,ahs\n',
        "code,name,level,parent,initials\n",
        "",
    ],
)
def test_a_file_with_other_columns_is_refused_with_its_name(tmp_path, text):
    path = tmp_path / "divisions.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_divisions(path)
    assert (
        str(caught.value) == f"{path}：格式：应是 code、name、level、parent、initials 五列的 CSV。"
    )
    assert caught.value.problems[0].line == 0


def test_a_missing_file_is_refused_with_its_name(tmp_path):
    path = tmp_path / "divisions.csv"
    with pytest.raises(ConfigError) as caught:
        read_divisions(path)
    assert str(caught.value) == f"{path}：文件：没有这个文件，请补上。"
    assert caught.value.problems[0].line == 0
