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
MORE_COLUMNS = ("hours", "phone", "staff", "invented")
"""Columns that a list may have after the others: all of them, or none."""
CODE = re.compile(r"[A-Za-z0-9-]{1,32}")
"""Codes of service points, as openapi.yaml has them."""
PHONE = re.compile(r"[0-9][0-9 -]{1,18}[0-9]")
LONGEST_NAME, LONGEST_HOURS, MOST_STAFF = 40, 60, 999
YES, NO = "yes", "no"


class PointKind(StrEnum):
    """Who runs a service point."""

    COMMUNITY = "community"
    BANK = "bank"
    HALL = "hall"


@dataclass(frozen=True)
class ServicePoint:
    """One service point; `division` is the code of the village or town where it stands.

    `is_listed` is False while no list has named the point; then `name` is the code and `division`
    "". `hours`: when it is open, in words, and `phone` to call, both "" where the list names none;
    `staff`: how many people help there, 0 where it does not say. `is_invented`: hours, telephone
    and staff were made up for a demo.
    """

    code: str
    name: str
    kind: PointKind
    division: str
    is_listed: bool = True
    hours: str = ""
    phone: str = ""
    staff: int = 0
    is_invented: bool = False

    @property
    def place(self) -> tuple[str, str, PointKind, str, bool]:
        """Return what a terminal shows of the point."""
        return self.code, self.name, self.kind, self.division, self.is_listed


def read_points(path: Path, divisions: Divisions) -> Mapping[str, ServicePoint]:
    """Return the service points in the CSV at `path`, by code.

    The file is UTF-8, with or without the byte order mark that spreadsheets write. Raises
    ConfigError that names every wrong line.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        text = ""
    return parse_points(text, str(path), divisions)


def parse_points(text: str, name: str, divisions: Divisions) -> Mapping[str, ServicePoint]:
    """Return the service points of a CSV (`text`), by code; `name` is what the file is called.

    Raises ConfigError that names every wrong line.
    """
    points: dict[str, ServicePoint] = {}
    problems: list[Problem] = []
    rows = csv.DictReader(text.splitlines())
    try:
        columns, lines = tuple(rows.fieldnames or ()), list(rows)
    except csv.Error:  # a quotation mark that nobody closes
        columns, lines = (), []
    if columns not in (COLUMNS, COLUMNS + MORE_COLUMNS):
        wanted = text_of("retirement.point_columns")
        raise ConfigError((Problem(name, 0, text_of("config.format"), wanted),))
    for number, row in enumerate(lines, 2):
        expected = _fault_in_row(row, columns, points, divisions)
        if expected:
            problems.append(Problem(name, number, str(row["code"]), expected))
        else:
            points[row["code"]] = point_of(row)
    if problems:
        raise ConfigError(tuple(problems))
    return points


def point_fault(row: Mapping[str, str], divisions: Divisions) -> str:
    """Return what is wrong with the values of one point, in words, "" for nothing.

    `row` has the values of all columns as text.
    """
    if CODE.fullmatch(row["code"]) is None:
        return text_of("retirement.point_code")
    if row["kind"] not in set(PointKind):
        return text_of("retirement.point_kind", kinds="、".join(PointKind))
    if row["division"] not in divisions.units:
        return text_of("retirement.point_division", code=row["division"])
    return _fault_in_details(row)


def _fault_in_details(row: Mapping[str, str]) -> str:
    staff, phone = row.get("staff") or "0", row.get("phone", "")
    if not (row["name"].isprintable() and len(row["name"]) <= LONGEST_NAME):
        return text_of("retirement.point_name", most=LONGEST_NAME)
    hours = row.get("hours", "")
    if not (hours.isprintable() and len(hours) <= LONGEST_HOURS):
        return text_of("retirement.point_hours", most=LONGEST_HOURS)
    if phone and PHONE.fullmatch(phone) is None:
        return text_of("retirement.point_phone")
    if not (staff.isascii() and staff.isdecimal() and len(staff) <= len(str(MOST_STAFF))):
        return text_of("retirement.point_staff", most=MOST_STAFF)
    if row.get("invented", NO) not in (YES, NO):
        return text_of("retirement.point_invented")
    return ""


def point_of(row: Mapping[str, str]) -> ServicePoint:
    """Return the point whose values, as text, `point_fault` found nothing wrong with."""
    return ServicePoint(
        row["code"],
        row["name"],
        PointKind(row["kind"]),
        row["division"],
        hours=row.get("hours", ""),
        phone=row.get("phone", ""),
        staff=int(row.get("staff") or "0"),
        is_invented=row.get("invented", NO) == YES,
    )


def _fault_in_row(
    row: Mapping[str, str],
    columns: tuple[str, ...],
    points: Mapping[str, ServicePoint],
    divisions: Divisions,
) -> str:
    whole = len(row) == len(columns) and None not in row.values()
    if not whole or not all(row[name] for name in COLUMNS):
        short = columns == COLUMNS
        return text_of("retirement.point_row") if short else text_of("retirement.point_long_row")
    if row["code"] in points:
        return text_of("retirement.point_twice")
    return point_fault(row, divisions)
