"""Service points by county and town, with hours and telephone, and as an overview of the city."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.web.page_table import WebPage
from kiosk.retirement.divisions import CITY

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.web.page_table import PageRequest
    from kiosk.retirement.divisions import Division, Divisions
    from kiosk.retirement.points import ServicePoint

POINTS_PATH = "/points"
COUNTY_DIGITS, TOWN_DIGITS = 6, 9
_MOST = 200


@dataclass(frozen=True)
class PlaceCount:
    """A county or town with how many service points it has."""

    place: Division
    count: int


def show_points(asking: PageRequest) -> Response:
    """Return the counties, the towns of one, or the points of a town."""
    public, at = asking.context.public, asking.query.get("at", "")
    unit = public.divisions.units.get(at)
    here = at if unit and len(at) in (COUNTY_DIGITS, TOWN_DIGITS) and at.startswith(CITY) else CITY
    inside = [one for one in public.points.values() if one.division.startswith(here)]
    is_list = len(here) == TOWN_DIGITS or len(public.points) <= _MOST
    return asking.page(
        "public/points.html",
        place=public.divisions.units[here],
        up=public.divisions.units[here].parent if here != CITY else "",
        is_city=here == CITY,
        below=[] if len(here) == TOWN_DIGITS else count_places(public.divisions, here, inside),
        points=inside[:_MOST] if is_list else [],
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
