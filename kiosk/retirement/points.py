"""Service points, where terminals stand: a list of its own, not derived from the divisions.

Bozhou has 1,436 points in communities and villages, 36 in banks and 5 in agency halls, and 1,360
villages: some have two, and a point may stand where no village is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem
from kiosk.operator_texts import text_of
from kiosk.retirement.divisions import Divisions

COLUMNS = ("code", "name", "kind", "division")
CODE = re.compile(r"[A-Za-z0-9-]{1,32}")
"""Codes of service points, as openapi.yaml has them."""


class PointKind(StrEnum):
    """Who runs a service point."""

    COMMUNITY = "community"
    BANK = "bank"
    HALL = "hall"


@dataclass(frozen=True)
class ServicePoint:
    """One service point; `division` is the code of the village or town where it stands.

    `is_listed` is False while no list has named the point; then `name` is the code and `division`
    "".
    """

    code: str
    name: str
    kind: PointKind
    division: str
    is_listed: bool = True


def read_points(path: Path, divisions: Divisions) -> Mapping[str, ServicePoint]:
    """Return the service points in the CSV at `path`, by code.

    The file is UTF-8, with or without the byte order mark that spreadsheets write. Raises
    ConfigError that names every wrong line.
    """
    points: dict[str, ServicePoint] = {}
    problems: list[Problem] = []
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    rows = csv.DictReader(lines)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        wanted = text_of("retirement.point_columns")
        raise ConfigError((Problem(str(path), 0, text_of("config.format"), wanted),))
    for number, row in enumerate(rows, 2):
        expected = _fault(row, points, divisions)
        if expected:
            problems.append(Problem(str(path), number, str(row["code"]), expected))
        else:
            kind = PointKind(row["kind"])
            points[row["code"]] = ServicePoint(row["code"], row["name"], kind, row["division"])
    if problems:
        raise ConfigError(tuple(problems))
    return points


def _fault(row: Mapping[str, str], points: Mapping[str, ServicePoint], divisions: Divisions) -> str:
    if len(row) != len(COLUMNS) or not all(row.values()):
        return text_of("retirement.point_row")
    if CODE.fullmatch(row["code"]) is None:
        return text_of("retirement.point_code")
    if row["code"] in points:
        return text_of("retirement.point_twice")
    if row["kind"] not in set(PointKind):
        return text_of("retirement.point_kind", kinds="、".join(PointKind))
    if row["division"] not in divisions.units:
        return text_of("retirement.point_division", code=row["division"])
    return ""
