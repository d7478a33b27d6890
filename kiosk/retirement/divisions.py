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

from kiosk.schema import ConfigError, Problem

CITY = "3416"
SUFFIX = re.compile(r"(?<=.)(社区居民委员会|社区居委会|村民委员会|村委会|居民委员会|居委会)$")


@dataclass(frozen=True)
class Division:
    """One unit; `level` is 1 province, 2 city, 3 county, 4 town, 5 village."""

    code: str
    name: str
    level: int
    parent: str

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
        """Return the names from the county down to `code`, joined."""
        names: list[str] = []
        while code in self.units and code != CITY:
            names.append(self.units[code].name)
            code = self.units[code].parent
        return "".join(reversed(names))


def _units(path: Path) -> Iterator[Division]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, strict=True):
            yield Division(row["code"], row["name"], int(row["level"]), row["parent"])


def read_divisions(path: Path) -> Divisions:
    """Read the CSV with the columns code, name, level, parent; raise ConfigError."""
    try:
        units = {unit.code: unit for unit in _units(path)}
    except FileNotFoundError:
        raise ConfigError((Problem(str(path), 0, "文件", "没有这个文件，请补上"),)) from None
    except (KeyError, TypeError, ValueError):
        units = {}
    if not units:
        wanted = "应是 code、name、level、parent 四列的 CSV"
        raise ConfigError((Problem(str(path), 0, "格式", wanted),))
    children: dict[str, list[Division]] = defaultdict(list)
    for unit in units.values():
        children[unit.parent].append(unit)
    return Divisions(units, {code: tuple(below) for code, below in children.items()})
