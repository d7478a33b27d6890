"""The people of config/situations.toml: their order, their months, and what is wrong with a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.config.schema import ConfigError
from kiosk.retirement.rule_review.model import ChosenMonth, read_people_model
from kiosk.retirement.situation import Route
from tests.kiosk.retirement.rule_review.small_config import use_small_model
from tests.kiosk.retirement.shipped import CATALOGUE, CONFIG, RULES, edit

MODEL = read_people_model(CONFIG, CATALOGUE.facts)


def test_the_usual_person_comes_first_and_is_the_first_of_each_class() -> None:
    usual = MODEL.usual
    assert (usual.distance, str(usual.birth), usual.month) == (0, "1966-06", ChosenMonth.FIRST)
    assert usual.name == "1966-06 | QY | not-known | enough | yes | none | R01 | first"
    assert usual.typed[:2] == ("kind=QY", "paid_months=402")
    assert usual.facts["medical_months"] == 402


def test_people_with_fewer_differences_come_first() -> None:
    distances = [one.distance for one in MODEL.people(2)]
    assert distances == sorted(distances)
    assert set(distances) == {0, 1, 2}
    names = [one.name for one in MODEL.people(2)]
    assert len(set(names)) == len(names)


def test_nobody_is_left_out_without_a_limit(config: Path) -> None:
    small = read_people_model(use_small_model(config), CATALOGUE.facts)
    assert [one.name for one in small.people()] == [
        "1966-06 | QY | all | R01 | first",
        "1966-06 | LH | all | R01 | first",
        "1966-06 | QY | all | R01 | latest",
        "1966-06 | LH | all | R01 | latest",
    ]


def test_only_who_retires_by_age_and_seeks_a_pension_chooses_a_month() -> None:
    choosing = [one for one in MODEL.people(3) if one.month is not ChosenMonth.FIRST]
    assert {one.route for one in choosing} == {Route.AGE}
    assert {one.facts.get("kind") for one in choosing} == {"QY", "JG", "LH", None}
    assert not [one for one in choosing if "draws_since" in one.facts]


def test_months_that_can_be_chosen() -> None:
    born = (one for one in MODEL.people(2) if str(one.birth) == "1966-10" and one.route == "R01")
    plain = (one for one in born if one.typed == MODEL.usual.typed)
    found = {one.month.value: str(one.situation(RULES).retire) for one in plain}
    assert found == {
        "first": "2027-04",
        "now": "2026-11",
        "soonest": "2027-02",
        "latest": "2030-04",
    }


@pytest.mark.parametrize(
    ("pattern", "new", "words"),
    [
        ('^on = "2026-11-23"', 'on = "soon"', "on：应是年月日，如 2026-11-23"),
        ('"1966-06"', '"1966"', "births：应是年月，如 2025-01"),
        (r"^births = \[[^\]]*\]", "births = []", "births：至少要写一种"),
        (r"^routes = .*$", "routes = []", "routes：至少要写一种"),
        (r"^months = .*$", "months = []", "months：至少要写一种"),
        (r'^routes = \["R01"', 'routes = ["R04"', "R01、R02、R03"),
        (r"^\[facts\.marks\]\n(?:.+\n?)+", "[facts.marks]\n", "facts.marks：至少要写一种"),
        ("^notice-in-time = .*$", 'notice-in-time = ["notice=1"]', "没有“notice”这项事实"),
        (
            "has_annuity=no",
            "has_annuity=x",
            "facts.personal.no：has_annuity（单位建了年金）应是：yes 或 no。",
        ),
    ],
)
def test_a_wrong_model_is_refused_by_file_line_and_words(
    config: Path, pattern: str, new: str, words: str
) -> None:
    edit(config / "situations.toml", pattern, new)
    with pytest.raises(ConfigError) as caught:
        read_people_model(config, CATALOGUE.facts)
    said = str(caught.value)
    assert words in said
    assert re.match(rf"{re.escape(str(config))}/situations\.toml 第 \d+ 行：", said)
    assert "。。" not in said
