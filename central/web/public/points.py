"""Service points by county and town or by name, with hours and telephone; a map of the city."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.web.fleet.town_map import CELL
from central.web.page_table import WebPage
from central.web.public.point_map import map_of_points
from kiosk.retirement.divisions import CITY

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.web.page_table import PageRequest
    from kiosk.retirement.divisions import Division, Divisions
    from kiosk.retirement.points import ServicePoint

POINTS_PATH = "/points"
COUNTY_DIGITS, TOWN_DIGITS = 6, 9
_MOST, _LONGEST_FIND = 200, 40


@dataclass(frozen=True)
class PlaceCount:
    """A county or town with how many service points it has."""

    place: Division
    count: int


def show_points(asking: PageRequest) -> Response:
    """Return the map, the towns of a county, the points of a town, or those that are looked for."""
    public, at = asking.context.public, asking.query.get("at", "")
    points, find = asking.context.points_book.points(), asking.query.get("find", "").strip()
    unit = public.divisions.units.get(at)
    here = at if unit and len(at) in (COUNTY_DIGITS, TOWN_DIGITS) and at.startswith(CITY) else CITY
    inside = [one for one in points.values() if one.division.startswith(here)]
    if find:
        name = public.divisions.full_name
        inside = [one for one in inside if find in one.name or find in name(one.division)]
    is_found = bool(find) or len(here) == TOWN_DIGITS
    is_list = is_found or len(points) <= _MOST
    return asking.page(
        "public/points.html",
        place=public.divisions.units[here],
        up=public.divisions.units[here].parent if here != CITY else "",
        is_city=here == CITY,
        find=find[:_LONGEST_FIND],
        counties=() if find or here != CITY else map_of_points(inside, public.divisions),
        cell=CELL,
        below=() if is_found else count_places(public.divisions, here, inside),
        points=inside[:_MOST] if is_list else [],
        rest=max(0, len(inside) - _MOST) if is_list else 0,
        hours=public.policy.points,
        full_name=public.divisions.full_name,
    )


def count_places(
    divisions: Divisions, parent: str, points: list[ServicePoint]
) -> tuple[PlaceCount, ...]:
    """Return the places directly below `parent` with how many of the points each has."""
    length = COUNTY_DIGITS if parent == CITY else TOWN_DIGITS
    counts = Counter(one.division[:length] for one in points)
    return tuple(PlaceCount(one, counts[one.code]) for one in divisions.children[parent])


PAGES = (WebPage("GET", POINTS_PATH, show_points, None),)
