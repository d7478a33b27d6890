"""Where does a terminal stand? The service points: a table of their own, never made from divisions.

Bozhou has 1,436 points in communities and villages, 36 in banks and 5 in agency halls, and 1,360
villages: some have two, and a point may stand where no village is.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.retirement.divisions import Divisions
from kiosk.schema import ConfigError, Problem

COLUMNS = ("code", "name", "kind", "division")


class PointKind(StrEnum):
    """Who keeps a service point."""

    COMMUNITY = "community"
    BANK = "bank"
    HALL = "hall"


@dataclass(frozen=True)
class ServicePoint:
    """One service point; `division` is the code of the village or town where it stands."""

    code: str
    name: str
    kind: PointKind
    division: str


def read_points(path: Path, divisions: Divisions) -> Mapping[str, ServicePoint]:
    """Read config/service_points.csv; raise ConfigError naming each wrong line."""
    points: dict[str, ServicePoint] = {}
    problems: list[Problem] = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    rows = csv.DictReader(lines)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        wanted = "应是 code、name、kind、division 四列的 CSV"
        raise ConfigError((Problem(str(path), 0, "格式", wanted),))
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
        return "这一行应正好四列，都要写"
    if row["code"] in points:
        return "这个编号写了两次"
    if row["kind"] not in set(PointKind):
        return "kind 应是这几个之一：" + "、".join(PointKind)
    if row["division"] not in divisions.units:
        return f"区划 {row['division']} 不存在或已撤销，请在 divisions.csv 里查现在的代码"
    return ""
