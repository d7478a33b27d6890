"""`central points …`: the list of all service points, which terminals get signed."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from central.operator.data_commands import on_data
from kiosk.fleet.point_list import PointList
from kiosk.retirement.divisions import read_divisions
from kiosk.retirement.points import read_points

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection

    from central.app_context import AppContext

COUNTY_DIGITS = 6
NO_LIST = "there is no list of service points yet: central points import --data D FILE"


def trouble_with_point(points: PointList | None, code: str) -> str:
    """Return why a service point can't be used, "" when it is in the list."""
    if points is None:
        return NO_LIST
    return "" if code in points.points else _unknown(code, points.points, "service point")


def trouble_with_district(folder: Path, code: str) -> str:
    """Return why a county's code can't be used, "" when divisions.csv in `folder` has it."""
    counties = [one for one in read_divisions(folder / "divisions.csv").units if _is_county(one)]
    return "" if code in counties else _unknown(code, counties, "district")


def _is_county(code: str) -> bool:
    return len(code) == COUNTY_DIGITS


def _unknown(code: str, known: Collection[str], kind: str) -> str:
    near = difflib.get_close_matches(code, known, n=1)
    return f"{code}: no such {kind}" + (f"; is it {near[0]}?" if near else "")


@on_data
def import_points(context: AppContext, options: argparse.Namespace) -> int:
    """Replace the list of service points by a CSV file; return the exit code."""
    divisions = read_divisions(options.config / "divisions.csv")
    points = read_points(options.file, divisions)
    if not points:
        print(f"{options.file}: it has no service points; nothing was changed", file=sys.stderr)
        return 1
    placed = context.store.terminals.places()
    lost = [f"{terminal} at {point}" for terminal, point in placed.items() if point not in points]
    if lost:
        words = "terminals stand where the file has no point; nothing was changed. Add the points, "
        cure = "or revoke the terminals (`enrol revoke`) first"
        print(f"{options.file}: {words}{cure}: {', '.join(lost)}", file=sys.stderr)
        return 1
    context.points.read()  # takes the list of an older version over
    context.points.replace(PointList(context.now(), points))
    print(len(points), "service points", sep="\t")
    return 0


@on_data
def list_points(context: AppContext, _options: argparse.Namespace) -> int:
    """Print the service points; return the exit code."""
    found = context.points.read()
    if found is None:
        print(NO_LIST, file=sys.stderr)
        return 1
    for one in found.points.values():
        print(one.code, one.name, one.kind.value, one.division, sep="\t")
    return 0
