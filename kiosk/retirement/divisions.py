"""Where does a person live? The five levels of administrative divisions, chosen top-down.

Data: config/divisions.csv, statistics bureau codes as of 2023-06-30, Bozhou only. Names repeat
within a county, so a place is always its code.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, unreadable

CITY = "3416"
COLUMNS = ("code", "name", "level", "parent", "initials")
SUFFIX = re.compile(r"(?<=.)(社区居民委员会|社区居委会|村民委员会|村委会|居民委员会|居委会)$")
GROUPS = 6  # letters are offered in as many groups as a page has rows


@dataclass(frozen=True)
class Division:
    """One unit; `level` is 1 province, 2 city, 3 county, 4 town, 5 village.

    `initials` are the pinyin letters of the name, made by script/initials.
    """

    code: str
    name: str
    level: int
    parent: str
    initials: str = ""

    @property
    def short_name(self) -> str:
        """Return the name without the committee's suffix, for lists."""
        return SUFFIX.sub("", self.name)


@dataclass(frozen=True)
class Divisions:
    """All units by code, and the children of each."""

    units: Mapping[str, Division]
    children: Mapping[str, tuple[Division, ...]]

    def full_name(self, code: str) -> str:
        """Return the names from the county down to `code`, joined; "" for a code of nowhere."""
        names: list[str] = []
        while code in self.units and code != CITY:
            names.append(self.units[code].name)
            code = self.units[code].parent
        return "".join(reversed(names))

    def below(self, parent: str, near: str = "") -> tuple[Division, ...]:
        """Return the children of `parent`; the one that holds the place `near` comes first."""
        found = self.children.get(parent, ())
        return tuple(sorted(found, key=lambda one: not (near and near.startswith(one.code))))

    def search(self, parent: str, letters: str) -> tuple[Division, ...]:
        """Return the children of `parent` whose pinyin begins with one of the letters given.

        Several letters in a row find the names that begin with just these: "dl" finds 大李.
        """
        wanted = letters.lower()
        return tuple(one for one in self.below(parent) if one.initials.startswith(wanted))

    def letter_groups(self, parent: str) -> tuple[str, ...]:
        """Return the first letters under `parent` in at most six groups of like weight."""
        firsts = sorted(one.initials[:1] for one in self.below(parent))
        groups: list[str] = []
        for place, letter in enumerate(firsts):
            group = place * GROUPS // len(firsts)
            if letter in "".join(groups):
                continue
            while len(groups) <= group:
                groups.append("")
            groups[group] += letter
        return tuple(group for group in groups if group)

    def in_group(self, parent: str, group: str) -> tuple[Division, ...]:
        """Return the children of `parent` that a group of first letters holds, by letter."""
        found = (one for one in self.below(parent) if one.initials[:1] in group)
        return tuple(sorted(found, key=lambda one: one.initials))


def _units(path: Path) -> Iterator[Division]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, strict=True):
            yield Division(
                row["code"], row["name"], int(row["level"]), row["parent"], row["initials"].lower()
            )


def read_divisions(path: Path) -> Divisions:
    """Read the CSV with the columns code, name, level, parent, initials; raise ConfigError."""
    try:
        units = {unit.code: unit for unit in _units(path)}
    except OSError as error:
        raise ConfigError((unreadable(path, error),)) from None
    except (AttributeError, KeyError, TypeError, ValueError, csv.Error):
        units = {}
    if not units:
        wanted = f"应是 {'、'.join(COLUMNS)} 五列的 CSV"
        raise ConfigError((Problem(str(path), 0, "格式", wanted),))
    children: dict[str, list[Division]] = defaultdict(list)
    for unit in units.values():
        children[unit.parent].append(unit)
    return Divisions(units, {code: tuple(below) for code, below in children.items()})
