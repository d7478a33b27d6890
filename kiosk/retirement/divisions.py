"""Administrative divisions in which a person picks an address.

Data, statistics bureau codes as of 2023-06-30, both files written by script/divisions:
config/divisions.csv has Bozhou down to the village, config/divisions_elsewhere.csv the rest of
Anhui down to the town and the other provinces down to the county. Names repeat within a county, so
a place is always identified by its code.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, unreadable
from kiosk.operator_texts import text_of
from kiosk.retirement.pick_lists.initials import in_groups_of_letters, letter_groups

CITY = "3416"
COUNTRY = ""
"""The parent of the provinces."""
COLUMNS = ("code", "name", "level", "parent", "initials")


@dataclass(frozen=True)
class Division:
    """One administrative unit; `level` is 1 province, 2 city, 3 county, 4 town, 5 village.

    `initials` are the first pinyin letters of the name's characters. A level may be missing:
    districts of Beijing hang on the province, as does a county that a province leads itself.
    """

    code: str
    name: str
    level: int
    parent: str
    initials: str = ""

    @property
    def short_name(self) -> str:
        """Return the name without the committee's suffix (社区居民委员会 …), for lists."""
        suffixes = text_of("retirement.committees").split()
        found = next((one for one in suffixes if self.name.endswith(one)), "")
        return self.name.removesuffix(found) or self.name


@dataclass(frozen=True)
class Divisions:
    """All units by code, and the children of each."""

    units: Mapping[str, Division]
    children: Mapping[str, tuple[Division, ...]]

    def full_name(self, code: str) -> str:
        """Return the joined names from the county down to `code`; "" for an unknown code."""
        names: list[str] = []
        while code in self.units and code != CITY:
            names.append(self.units[code].name)
            code = self.units[code].parent
        return "".join(reversed(names))

    def code_of(self, full_name: str, top: str = CITY) -> str:
        """Return the code below `top` whose full name this is; "" for none."""
        code = top
        while full_name:
            name, code = next(
                (
                    (one.name, one.code)
                    for one in sorted(self.below(code), key=lambda one: -len(one.name))
                    if full_name.startswith(one.name)
                ),
                (full_name, ""),
            )
            full_name = full_name.removeprefix(name)
        return "" if code == top else code

    def levels_below(self, code: str) -> tuple[int, ...]:
        """Return how many levels may follow after each child of `code`, each number once."""
        return tuple(sorted({self._depth(one.code) for one in self.below(code)}))

    def _depth(self, code: str) -> int:
        return max((1 + self._depth(one.code) for one in self.below(code)), default=0)

    def below(self, parent: str, near: str = "") -> tuple[Division, ...]:
        """Return the children of `parent`; the one that contains `near` comes first."""
        found = self.children.get(parent, ())
        return tuple(sorted(found, key=lambda one: not (near and near.startswith(one.code))))

    def search(self, parent: str, letters: str) -> tuple[Division, ...]:
        """Return the children of `parent` whose initials begin with `letters`: "dl" finds 大李."""
        wanted = letters.lower()
        return tuple(one for one in self.below(parent) if one.initials.startswith(wanted))

    def letter_groups(self, parent: str) -> tuple[str, ...]:
        """Return the first letters under `parent` in at most six groups of similar size."""
        return letter_groups(self.below(parent))

    def in_group(self, parent: str, group: str) -> tuple[Division, ...]:
        """Return the children of `parent` whose first letter is in `group`, by initials."""
        return in_groups_of_letters(self.below(parent), group)


def _units(path: Path) -> Iterator[Division]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, strict=True):
            yield Division(
                row["code"], row["name"], int(row["level"]), row["parent"], row["initials"].lower()
            )


def read_divisions(path: Path) -> Divisions:
    """Return the divisions in the CSV at `path`: code, name, level, parent, initials.

    Raises ConfigError when the file cannot be read or has other columns.
    """
    try:
        units = {unit.code: unit for unit in _units(path)}
    except OSError as error:
        raise ConfigError((unreadable(path, error),)) from None
    except (AttributeError, KeyError, TypeError, ValueError, csv.Error):
        units = {}
    if not units:
        wanted = text_of("retirement.division_columns", columns="、".join(COLUMNS))
        raise ConfigError((Problem(str(path), 0, text_of("config.format"), wanted),))
    children: dict[str, list[Division]] = defaultdict(list)
    for unit in units.values():
        children[unit.parent].append(unit)
    return Divisions(units, {code: tuple(below) for code, below in children.items()})


@dataclass(frozen=True)
class DivisionsElsewhere:
    """The divisions outside Bozhou in the CSV at `path`, read when they are first asked for.

    Most people live where they are registered, so the start of the program does not pay for them.
    """

    path: Path

    @cached_property
    def divisions(self) -> Divisions:
        """Return the divisions; none when the file cannot be read: then the person writes."""
        try:
            return read_divisions(self.path)
        except ConfigError:
            return Divisions({}, {})
