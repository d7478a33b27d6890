"""What a dataclass expects, in words: lists, choices, sections, and nothing at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest

from kiosk.config.schema import ConfigError, Reader, line_of, line_or_section, read_rows


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True)
class Inner:
    size: int


@dataclass(frozen=True)
class Sample:
    names: tuple[str, ...]
    colour: Colour
    day: date
    inner: Inner
    by_name: Mapping[str, Inner]
    maybe: Inner | None = None
    sure: bool | None = None


GOOD = {
    "names": ["a", "b"],
    "colour": "red",
    "day": date(2026, 11, 23),
    "inner": {"size": 1},
    "by_name": {"x": {"size": 2}},
}


def read(**changes: object) -> tuple[Sample | None, list[str]]:
    reader = Reader(Path("sample.toml"))
    table = {name: value for name, value in {**GOOD, **changes}.items() if value != "absent"}
    built = reader.build(Sample, table)
    return built, [problem.words() for problem in reader.problems]


def test_a_right_table_becomes_a_value():
    built, problems = read(maybe={"size": 3}, sure=True)
    assert problems == []
    assert built == Sample(
        ("a", "b"), Colour.RED, date(2026, 11, 23), Inner(1), {"x": Inner(2)}, Inner(3), True
    )


def test_nothing_is_a_value_where_it_may_be():
    """JSON of the central service says null where no office knows."""
    built, problems = read(maybe=None, sure=None)
    assert problems == []
    assert (built.maybe, built.sure) == (None, None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"names": "absent"}, "names：缺少这一项，应是方括号里的若干带引号的文字"),
        ({"colour": "absent"}, "colour：缺少这一项，应是这几个之一：red、green"),
        ({"day": "absent"}, "day：缺少这一项，应是日期，如 1966-06-15"),
        ({"inner": "absent"}, "inner：缺少这一项，应是一个小节"),
        ({"names": "a"}, "names：应是方括号里的若干带引号的文字，写的是 'a'"),
        ({"names": ["a", 2]}, "names：应是带引号的文字，写的是 2"),
        ({"colour": "blue"}, "colour：应是这几个之一：red、green，写的是 'blue'"),
        ({"colour": ["red"]}, "colour：应是这几个之一：red、green，写的是 ['red']"),
        ({"colour": {"a": 1}}, "colour：应是这几个之一：red、green，写的是 {'a': 1}"),
        ({"inner": 7}, "inner：应是一个小节 [inner]"),
        ({"by_name": 7}, "by_name：应是一个小节，写的是 7"),
        ({"by_name": {"x": {"size": True}}}, "by_name.x.size：应是整数，写的是 True"),
        ({"maybe": {"size": "b"}}, "maybe.size：应是整数，写的是 'b'"),
        ({"sure": "yes"}, "sure：应是true 或 false，写的是 'yes'"),
        ({"day": None}, "day：应是日期，如 1966-06-15，写的是 None"),
    ],
)
def test_a_wrong_table_is_named_in_words(changes, words):
    built, problems = read(**changes)
    assert built is None
    assert problems == [f"sample.toml：{words}。"]


@dataclass(frozen=True)
class Wanting:
    maybe: Inner | None


def test_what_may_be_nothing_must_still_be_written():
    reader = Reader(Path("sample.toml"))
    assert reader.build(Wanting, {}) is None
    assert reader.problems[0].expected == "缺少这一项，应是一个小节"


def test_lines_of_keys_and_sections(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("top = 1\n\n[a.b]\nc = 2\n[[list]]\nd = 3\n", "utf-8")
    assert [line_of(path, key) for key in ("top", "a.b", "a.b.c", "list.d", "a.b.e")] == [
        1,
        3,
        4,
        6,
        0,
    ]


def test_what_is_missing_is_said_at_its_section(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("top = 1\n\n[a.b]\nc = 2\n[[list]]\nd = 3\n", "utf-8")
    keys = ("a.b.c", "a.b.e", "a.b.e.f", "a.x", "list.e", "other", "")
    assert [line_or_section(path, key) for key in keys] == [4, 3, 3, 0, 5, 0, 0]


def test_a_file_that_is_no_text_has_no_lines(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xff")
    assert line_of(path, "a") == 0


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 0),
        (b"# only a remark\n", 0),
        (b"\xff\t\xff\n", 0),
        (b"a\tb\nc\n", 2),
        (b"a\tb\tc\n", 1),
    ],
)
def test_rows_of_too_many_columns_are_named(content, line, tmp_path):
    path = tmp_path / "a.tsv"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        list(read_rows(path, 2))
    assert [one.line for one in caught.value.problems] == [line]
    assert "2 列" in str(caught.value)


def test_a_number_beyond_all_measure_is_none():
    """A float of 10**400 would be no value but an exception."""
    for name, value in (("size", 2**53 + 1), ("size", 10**400)):
        built, problems = read(inner={name: value})
        assert built is None
        assert problems == ["sample.toml：inner.size：应是整数，写的数太大了。"]
