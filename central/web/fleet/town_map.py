"""A map of the city without tiles: a field for each county, in it a square for each town.

The divisions have no coordinates: it shows which town belongs to which county, not where it lies.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.web.fleet.states import ORDER, TerminalState
from kiosk.retirement.divisions import CITY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from central.web.fleet.states import TerminalLine
    from kiosk.retirement.divisions import Divisions

COLUMNS, CELL, GAP, HEAD = 7, 46, 6, 34
_COUNTY, _TOWN = 6, 9


@dataclass(frozen=True)
class TownCell:
    """A town's square: its place, its worst state ("" without terminals), how many are not well."""

    code: str
    name: str
    x: int
    y: int
    state: str
    count: int
    unwell: int


@dataclass(frozen=True)
class CountyField:
    """A county's field with its squares; `width` and `height` of its picture."""

    code: str
    name: str
    cells: tuple[TownCell, ...]
    width: int
    height: int


def draw_map(lines: Iterable[TerminalLine], divisions: Divisions) -> tuple[CountyField, ...]:
    """Return the fields of all counties."""
    by_town: dict[str, list[TerminalState]] = defaultdict(list)
    for line in lines:
        by_town[line.division[:_TOWN]].append(line.state)
    return tuple(
        _field(county.code, county.name, divisions, by_town) for county in divisions.children[CITY]
    )


def _field(
    code: str, name: str, divisions: Divisions, by_town: dict[str, list[TerminalState]]
) -> CountyField:
    towns = divisions.children.get(code, ())
    cells = []
    for place, town in enumerate(towns):
        row, column = divmod(place, COLUMNS)
        states = by_town.get(town.code, [])
        worst = min(states, key=ORDER.__getitem__).value if states else ""
        unwell = sum(one is not TerminalState.UP for one in states)
        x, y = column * (CELL + GAP), HEAD + row * (CELL + GAP)
        cells.append(TownCell(town.code, town.name, x, y, worst, len(states), unwell))
    rows = -(-len(towns) // COLUMNS)
    width, height = COLUMNS * (CELL + GAP) - GAP, HEAD + rows * (CELL + GAP)
    return CountyField(code, name, tuple(cells), width, height)
