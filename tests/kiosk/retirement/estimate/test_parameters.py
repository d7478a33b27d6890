"""config/estimate.toml: what a wrong file is told, and what the shipped one says of its sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config.schema import ConfigError
from kiosk.retirement.estimate.parameters import (
    TABLES,
    SourceStatus,
    parse_decimal,
    read_estimate_parameters,
)
from tests.kiosk.retirement.shipped import CONFIG, edit


def test_every_number_has_a_source_and_what_was_read_an_address() -> None:
    parameters = read_estimate_parameters(CONFIG)
    assert len(parameters.sources) == len(TABLES)
    assert all(one.title and one.note and one.read_on for one in parameters.sources)
    read = [one for one in parameters.sources if one.status is SourceStatus.READ]
    assert all(one.address.startswith("https://") for one in read)
    assert [name for name in TABLES if parameters.are_read(name)] == [
        "formula",
        "contributions",
        "divisor",
    ]
    assert parameters.are_read("formula", "divisor")
    assert not parameters.are_read("base", "formula")


@pytest.mark.parametrize("text", ["", "x", "-1", "NaN", "Infinity", "1,5"])
def test_no_decimal(text: str) -> None:
    assert parse_decimal(text) is None


@pytest.mark.parametrize(
    ("pattern", "new", "words"),
    [
        ('^yuan = "7999.00"', 'yuan = "much"', "base.yuan：应是大于零的数"),
        ('^rate_a_year = "0.01"', 'rate_a_year = "0"', "formula.rate_a_year：应是大于零的数"),
        ('^index_highest = "3"', 'index_highest = "-3"', "contributions.index_highest：应是大于零"),
        (
            '^index_lowest = "0.6"',
            'index_lowest = "3.1"',
            "contributions.index_lowest：应不大于最高",
        ),
        ('^lowest = "0.010"', 'lowest = "0.015"', "transition.lowest：应不大于最高"),
        (r"^what_if_months = \[3", "what_if_months = [0", "what_if_months：应是 1 或更大的整数"),
        ("^57 = 158\n", "", "divisor.months：缺 57 岁"),
        ("^57 = 158", "57 = 164", "divisor.months：57 岁的月数应比前一岁小"),
        ("^65 = 101", "65 = 0", "divisor.months：65 岁的月数应比前一岁小"),
        ("^65 = 101", "old = 101", "divisor.months：应是从小到大的岁数"),
        (r"^50 = 195\n(?:\d\d = \d+\n)+", "60 = 139\n", "divisor.months：应是从小到大的岁数"),
        (
            r'(?<=\[transition\.source\]\ntitle = "过渡系数"\naddress = ""\n)read_on = .*$',
            'read_on = "today"',
            "transition.source.read_on：应是年月日",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(
    config: Path, pattern: str, new: str, words: str
) -> None:
    edit(config / "estimate.toml", pattern, new)
    with pytest.raises(ConfigError) as caught:
        read_estimate_parameters(config)
    said = str(caught.value)
    assert said.startswith(f"{config / 'estimate.toml'} 第 ")
    assert words in said
