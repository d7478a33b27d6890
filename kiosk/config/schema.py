"""Reading of TOML files into dataclasses; problems name file, line, key and expectation.

Own code, because no schema library reports the line, the nearest known name and a cure in plain
Chinese, which is what a technician at a terminal needs.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Table = dict[str, Any]

PLAIN_WORDS: Mapping[type, str] = {
    bool: "true 或 false",
    int: "整数",
    float: "数",
    str: "带引号的文字",
    date: "日期，如 1966-06-15",
}
LARGEST = 2**53  # whole numbers up to here are the same in every program that reads them
UNREADABLE_WORDS: Mapping[type, str] = {
    FileNotFoundError: "没有这个文件，请补上",
    IsADirectoryError: "这是文件夹，应是文件",
    PermissionError: "没有读这个文件的权限，请检查文件的主人和权限",
}
UNREADABLE = "这个文件读不出，请检查磁盘或 U 盘，或重新拷贝"


@dataclass(frozen=True)
class Problem:
    """One wrong place in a file, in words for the technician; `line` 0 is the whole file."""

    file: str
    line: int
    key: str
    expected: str
    nearest: str = ""

    def words(self) -> str:
        """Return the problem and its cure as one Chinese sentence."""
        place = f"{self.file} 第 {self.line} 行" if self.line else self.file
        hint = f"是不是想写“{self.nearest}”？" if self.nearest else ""
        return f"{place}：{self.key}：{self.expected}。{hint}"


class ConfigError(Exception):
    """A file cannot be used; `problems` names every wrong place."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(problem.words() for problem in problems))
        self.problems = problems


def _text_of(path: Path) -> str:
    """Return the text of a file.

    Raises ConfigError when it can't be read, and ValueError when it is not UTF-8.
    """
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ConfigError((unreadable(path, error),)) from None


def unreadable(path: Path, error: OSError) -> Problem:
    """Return the problem behind an error of the system, with its cure."""
    return Problem(str(path), 0, "文件", UNREADABLE_WORDS.get(type(error), UNREADABLE))


def read_rows(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and columns of each line that is no comment (#), divided by tabs.

    Raises ConfigError for a file without any line, and for the first line that has not exactly
    `columns`.
    """
    try:
        lines = _text_of(path).splitlines()
    except ValueError:
        lines = []
    rows = [(at, one.split("\t")) for at, one in enumerate(lines, 1) if not one.startswith("#")]
    wrong = next((at for at, row in rows if len(row) != columns), 0)
    if wrong or not rows:
        expected = f"每行应是 {columns} 列，用制表符（Tab）隔开，文件是 UTF-8"
        raise ConfigError((Problem(str(path), wrong, "格式", expected),))
    yield from rows


def read_table(path: Path) -> Table:
    """Return one TOML file. Raises ConfigError when it is absent or not TOML."""
    try:
        return tomllib.loads(_text_of(path))
    except (ValueError, RecursionError) as error:  # also no text, or a number of 5,000 digits
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else 0
        problem = Problem(str(path), line, "格式", "不是正确的 TOML，请检查引号、等号和方括号")
        raise ConfigError((problem,)) from None


def line_of(path: Path, key: str) -> int:
    """Return the line of the dotted `key`, or of the deepest part that is there; 0 for none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0
    best, table = 0, ""
    for number, text in enumerate(lines, 1):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", text)
        name = re.match(r"\s*([\w.-]+)\s*=", text)
        if header:
            table = header[1] + "."
            best = number if header[1] == key else best
        elif name and table + name[1] == key:
            return number
    return best


class Reader:
    """A reader of tables into dataclasses that collects every problem on the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def _report(self, key: str, expected: str, nearest: str = "") -> None:
        self.problems.append(
            Problem(str(self.path), line_of(self.path, key), key, expected, nearest)
        )

    def build(self, kind: type[T], table: object, key: str = "") -> T | None:
        """Return `kind` from `table`; None when there are problems, which are collected.

        `key` is the dotted key of the table, for problems.
        """
        if not isinstance(table, dict):
            self._report(key, f"应是一个小节 [{key}]")
            return None
        hints = typing.get_type_hints(kind)
        known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
        before = len(self.problems)
        for name in table.keys() - known.keys():
            near = difflib.get_close_matches(name, known, n=1)
            self._report(self._join(key, name), "没有这一项，请删去或改名", *near)
        values = {}
        for name, field in known.items():
            if name in table:
                values[name] = self._value(hints[name], table[name], self._join(key, name))
            elif self._required(field):
                self._report(
                    self._join(key, name), f"缺少这一项，应是{self._expected_words(hints[name])}"
                )
        return kind(**values) if len(self.problems) == before else None

    @staticmethod
    def _join(key: str, name: str) -> str:
        return f"{key}.{name}" if key else name

    @staticmethod
    def _required(field: dataclasses.Field[Any]) -> bool:
        missing = dataclasses.MISSING
        return field.default is missing and field.default_factory is missing

    def _value(self, hint: Any, value: object, key: str) -> object:
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if origin in (types.UnionType, typing.Union):
            return None if value is None else self._value(inner[0], value, key)
        if origin is tuple and isinstance(value, list):
            return tuple(self._value(inner[0], item, key) for item in value)
        if origin is not None and issubclass(origin, Mapping) and isinstance(value, dict):
            return {
                name: self._value(inner[1], item, self._join(key, name))
                for name, item in value.items()
            }
        return self._plain(hint, value, key)

    def _plain(self, hint: Any, value: object, key: str) -> object:
        if is_dataclass(hint):
            return self.build(typing.cast("type[object]", hint), value, key)
        if isinstance(hint, type) and issubclass(hint, Enum):
            if value in [member.value for member in hint]:  # a list: value may be unhashable
                return hint(value)
        elif type(value) is int and abs(value) > LARGEST:
            self._report(key, f"应是{self._expected_words(hint)}，写的数太大了")
            return None
        elif hint is float and type(value) in (int, float):
            return float(typing.cast("float", value))
        elif type(value) is hint:
            return value
        self._report(key, f"应是{self._expected_words(hint)}，写的是 {value!r}")
        return None

    def _expected_words(self, hint: Any) -> str:
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if origin in (types.UnionType, typing.Union):
            return self._expected_words(inner[0])
        if origin is tuple:
            return f"方括号里的若干{self._expected_words(inner[0])}"
        if isinstance(hint, type) and issubclass(hint, Enum):
            return "这几个之一：" + "、".join(str(member.value) for member in hint)
        return PLAIN_WORDS.get(hint, "一个小节")


def load(kind: type[T], path: Path, table: Table | None = None) -> T:
    """Return the file at `path` as `kind`; `table` is its content when it was read before.

    Raises ConfigError with every problem.
    """
    reader = Reader(path)
    built = reader.build(kind, read_table(path) if table is None else table)
    if built is None:
        raise ConfigError(tuple(reader.problems))
    return built
