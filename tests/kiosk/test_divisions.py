"""Places: five levels from the province to the village, and a file that can't be used."""

from __future__ import annotations

import pytest

from kiosk.retirement.divisions import CITY, Division, read_divisions
from kiosk.schema import ConfigError
from tests.kiosk.people import handbook


def test_the_city_has_four_counties():
    divisions = handbook().divisions
    counties = divisions.children[CITY]
    assert [one.name for one in counties] == ["谯城区", "涡阳县", "蒙城县", "利辛县"]
    assert {one.level for one in counties} == {3}


def test_every_unit_hangs_on_the_city():
    units = handbook().divisions.units
    for unit in units.values():
        if unit.level > 2:
            assert units[unit.parent].level == unit.level - 1
            assert unit.code.startswith(CITY)


def test_full_name_goes_from_county_to_village():
    divisions = handbook().divisions
    village = next(one for one in divisions.units.values() if one.level == 5)
    town = divisions.units[village.parent]
    county = divisions.units[town.parent]
    assert divisions.full_name(village.code) == county.name + town.name + village.name
    assert divisions.full_name(county.code) == county.name
    assert divisions.full_name(CITY) == ""
    assert divisions.full_name("999") == ""


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("希夷社区居民委员会", "希夷"),
        ("大李村民委员会", "大李"),
        ("大李村委会", "大李"),
        ("纪元社区居委会", "纪元"),
        ("花戏楼街道", "花戏楼街道"),
        ("居委会", "居委会"),
    ],
)
def test_lists_leave_the_committee_out(name, short):
    assert Division("1", name, 5, "").short_name == short


@pytest.mark.parametrize(
    "text",
    [
        "code,name\n34,安徽省\n",
        "code,name,level,parent\n34,安徽省,one,\n",
        "code,name,level,parent\n34,安徽省\n",
        "",
    ],
)
def test_a_file_with_other_columns_is_refused_with_its_name(tmp_path, text):
    path = tmp_path / "divisions.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"divisions\.csv"):
        read_divisions(path)


def test_a_missing_file_is_refused_with_its_name(tmp_path):
    with pytest.raises(ConfigError, match="没有这个文件"):
        read_divisions(tmp_path / "divisions.csv")
