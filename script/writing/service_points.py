"""Invented service points for demo and tests; it writes config/service_points.csv.

Run it as script/points. The city counts 1,436 points in communities and villages, 36 in banks and 5
halls, and publishes no list of them: these stand in the real divisions of config/divisions.csv, and
each says that it is invented. The same divisions give the same file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from kiosk.retirement.divisions import CITY, Division, Divisions, read_divisions
from kiosk.retirement.points import COLUMNS, MORE_COLUMNS, YES

CONFIG = Path(__file__).resolve().parents[2] / "config"
TARGET = CONFIG / "service_points.csv"
COMMUNITIES, BANKS = 1_436, 36
TOWN, VILLAGE = 4, 5
DEMO = ("BZ-DEMO", "示范社区便民服务点", "341602001001")
PHONE = "12345"  # the city's own line: a made-up number could be somebody's
HOURS = {
    "community": (
        "周一到周五，上午 8:30 到 11:30，下午 2:30 到 5:00",
        "周一到周五，上午 8:00 到 12:00，下午 2:00 到 5:30",
        "周一到周六，上午 8:30 到 11:30，下午 2:30 到 5:00",
    ),
    "bank": ("周一到周日，上午 9:00 到下午 4:30", "周一到周六，上午 8:30 到下午 5:00"),
    "hall": ("周一到周五，上午 9:00 到 12:00，下午 1:00 到 5:00",),
}
STAFF = {"community": (1, 2, 3), "bank": (4, 5), "hall": (12, 18)}


def rows_of(divisions: Divisions) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the file: communities and villages, then towns, banks and halls."""
    villages = _units(divisions, VILLAGE)
    towns = _units(divisions, TOWN)
    for number, one in enumerate(villages):
        code, name = _code(one), f"{one.short_name}便民服务点"
        named = DEMO[:2] if one.code == DEMO[2] else (code, name)
        yield _row(number, *named, "community", one.code)
    for number, one in enumerate(towns[: COMMUNITIES - len(villages)]):
        yield _row(number, f"{_code(one)}-C", f"{one.name}便民服务中心", "community", one.code)
    for number, one in enumerate(islice(_by_turns(divisions), BANKS)):
        yield _row(number, f"{_code(one)}-B", f"{one.name}银行网点", "bank", one.code)
    for number, one in enumerate(divisions.children[CITY]):
        town = divisions.children[one.code][0].code
        yield _row(number, f"{_code(one)}-H", f"{one.name}政务服务大厅", "hall", town)
    city = divisions.children[divisions.children[CITY][0].code][1].code
    yield _row(0, "BZ-HALL", f"{divisions.units[CITY].name}政务服务大厅", "hall", city)


def _units(divisions: Divisions, level: int) -> list[Division]:
    return [
        one for one in divisions.units.values() if one.level == level and one.code.startswith(CITY)
    ]


def _by_turns(divisions: Divisions) -> Iterator[Division]:
    """Yield the first town of each county, then the second of each, and so on."""
    counties = [divisions.children[one.code] for one in divisions.children[CITY]]
    for place in range(max(map(len, counties))):
        yield from (towns[place] for towns in counties if place < len(towns))


def _code(one: Division) -> str:
    return f"BZ-{one.code.removeprefix(CITY)}"


def _row(number: int, code: str, name: str, kind: str, division: str) -> tuple[str, ...]:
    hours, staff = HOURS[kind], STAFF[kind]
    details = hours[number % len(hours)], PHONE, str(staff[number % len(staff)]), YES
    return code, name, kind, division, *details


def main() -> None:
    """Write the file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS + MORE_COLUMNS)
    writer.writerows(rows_of(read_divisions(CONFIG / "divisions.csv")))
    TARGET.write_text(out.getvalue(), "utf-8")


if __name__ == "__main__":
    main()
