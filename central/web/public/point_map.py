"""The map of service points: a field for each county, in it a square with a link for each town."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from central.web.fleet.town_map import draw_map

if TYPE_CHECKING:
    from collections.abc import Iterable

    from central.web.fleet.town_map import CountyField
    from kiosk.retirement.divisions import Divisions
    from kiosk.retirement.points import ServicePoint

TOWN_DIGITS = 9


def map_of_points(points: Iterable[ServicePoint], divisions: Divisions) -> tuple[CountyField, ...]:
    """Return the fields of all counties, each square with how many points its town has."""
    counts = Counter(one.division[:TOWN_DIGITS] for one in points)
    return tuple(
        replace(county, cells=tuple(replace(one, count=counts[one.code]) for one in county.cells))
        for county in draw_map((), divisions)
    )
