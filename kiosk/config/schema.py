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
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from kiosk.operator_texts import text_of, texts_of

T = TypeVar("T")
Table = dict[str, Any]

LARGEST = 2**53  # whole numbers up to here are the same in every program that reads them


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
        at = text_of("config.place", file=self.file, line=self.line) if self.line else self.file
        hint = text_of("config.nearest", name=self.nearest) if self.nearest else ""
        return text_of("config.problem", place=at, key=self.key, expected=self.expected, hint=hint)


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
    words = texts_of("config.unreadable")
    cure = words.get(type(error).__name__, words["OSError"])
    return Problem(str(path), 0, text_of("config.file"), cure)


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
        expected = text_of("config.rows", count=columns)
        raise ConfigError((Problem(str(path), wrong, text_of("config.format"), expected),))
    yield from rows


def read_table(path: Path) -> Table:
    """Return one TOML file. Raises ConfigError when it is absent or not TOML."""
    try:
        return tomllib.loads(_text_of(path))
    except (ValueError, RecursionError) as error:  # also no text, or a number of 5,000 digits
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else 0
        problem = Problem(str(path), line, text_of("config.format"), text_of("config.no_toml"))
        raise ConfigError((problem,)) from None


def line_of(path: Path, key: str) -> int:
    """Return the line of the dotted `key`; 0 when the file does not name it."""
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


def line_or_section(path: Path, key: str) -> int:
    """Return the line of the dotted `key`, or else of the deepest section that would hold it.

    What is missing is reported there; 0 when the file has no part of it.
    """
    while key:
        if line := line_of(path, key):
            return line
        key = key.rpartition(".")[0]
    return 0


class Reader:
    """A reader of tables into dataclasses that collects every problem on the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def _report(self, key: str, expected: str, nearest: str = "") -> None:
        self.problems.append(
            Problem(str(self.path), line_or_section(self.path, key), key, expected, nearest)
        )

    def build(self, kind: type[T], table: object, key: str = "") -> T | None:
        """Return `kind` from `table`; None when there are problems, which are collected.

        `key` is the dotted key of the table, for problems.
        """
        if not isinstance(table, dict):
            self._report(key, text_of("config.no_section", name=key))
            return None
        hints = _type_hints(typing.cast("Hashable", kind))
        known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
        before = len(self.problems)
        for name in table.keys() - known.keys():
            near = difflib.get_close_matches(name, known, n=1)
            self._report(self._join(key, name), text_of("config.unknown_key"), *near)
        values = {}
        for name, field in known.items():
            if name in table:
                values[name] = self._value(hints[name], table[name], self._join(key, name))
            elif self._required(field):
                expected = self._expected_words(hints[name])
                missing = text_of("config.missing_key", expected=expected)
                self._report(self._join(key, name), missing)
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
            self._report(key, text_of("config.too_large", expected=self._expected_words(hint)))
            return None
        elif hint is float and type(value) in (int, float):
            return float(typing.cast("float", value))
        elif type(value) is hint:
            return value
        expected = self._expected_words(hint)
        self._report(key, text_of("config.wrong_value", expected=expected, value=value))
        return None

    def _expected_words(self, hint: Any) -> str:
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if origin in (types.UnionType, typing.Union):
            return self._expected_words(inner[0])
        if origin is tuple:
            return text_of("config.several", each=self._expected_words(inner[0]))
        if isinstance(hint, type) and issubclass(hint, Enum):
            return text_of("config.one_of", choices="、".join(str(one.value) for one in hint))
        words = texts_of("config.types")
        return words.get(getattr(hint, "__name__", ""), words["section"])


# To evaluate the annotations of a dataclass takes longer than to read a table.
_type_hints = cache(typing.get_type_hints)


def load(kind: type[T], path: Path, table: Table | None = None) -> T:
    """Return the file at `path` as `kind`; `table` is its content when it was read before.

    Raises ConfigError with every problem.
    """
    reader = Reader(path)
    built = reader.build(kind, read_table(path) if table is None else table)
    if built is None:
        raise ConfigError(tuple(reader.problems))
    return built
