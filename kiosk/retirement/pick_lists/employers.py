"""Employers from which a person picks theirs: a list that the central service signs.

It travels with the site's signed settings (kiosk/config/bundle.py), or lies in config/ for demo and
training. It is only read when an employer is asked for, which is rare: the offices know it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem
from kiosk.operator_texts import text_of
from kiosk.retirement.numbers import check_credit_code

COLUMNS = ("code", "name", "short_name", "initials")
LONGEST = 20  # characters of a short name, which must fit a row in the largest text
ANY_DAY = date.min  # a code does not hang on the day


@dataclass(frozen=True)
class Employer:
    """One employer; `code` is its unified social credit code (GB 32100).

    `short_name` is what lists show: the name without that of the city, with which most begin.
    `initials` are the first pinyin letters of its characters.
    """

    code: str
    name: str
    short_name: str
    initials: str


Employers = Mapping[str, Employer]
"""Employers by code, in the order of their initials."""


def read_employers(path: Path) -> Employers:
    """Return the employers in the CSV at `path`: code, name, short_name, initials.

    The file is UTF-8, with or without the byte order mark that spreadsheets write. Raises
    ConfigError that names every wrong line.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    rows = csv.DictReader(lines)
    try:
        columns, listed = tuple(rows.fieldnames or ()), list(rows)
    except csv.Error:  # a quotation mark that nobody closes
        columns, listed = (), []
    if columns != COLUMNS:
        wanted = text_of("retirement.employer_columns")
        raise ConfigError((Problem(str(path), 0, text_of("config.format"), wanted),))
    found: dict[str, Employer] = {}
    problems: list[Problem] = []
    for number, row in enumerate(listed, 2):
        if expected := _fault(row, found):
            problems.append(Problem(str(path), number, str(row["code"]), expected))
        else:
            found[row["code"]] = Employer(**row)
    if problems:
        raise ConfigError(tuple(problems))
    return {one.code: one for one in sorted(found.values(), key=lambda one: one.initials)}


def _fault(row: Mapping[str, str], found: Employers) -> str:
    if len(row) != len(COLUMNS) or not all(row.values()):
        return text_of("retirement.employer_row")
    if check_credit_code(row["code"], ANY_DAY) is not None:
        return text_of("retirement.employer_code")
    if row["code"] in found:
        return text_of("retirement.employer_twice")
    if len(row["short_name"]) > LONGEST:
        return text_of("retirement.employer_short_name", most=LONGEST)
    letters = row["initials"]
    if not (letters.isascii() and letters.isalpha() and letters.islower()):
        return text_of("retirement.employer_letters")
    return ""


@dataclass(frozen=True)
class EmployerList:
    """The list in the file at `path`, read when it is first asked for; None: there is no list."""

    path: Path | None

    @cached_property
    def employers(self) -> Employers:
        """Return the employers; none without a list that can be read."""
        try:
            return read_employers(self.path) if self.path is not None else {}
        except ConfigError:
            return {}

    def __iter__(self) -> Iterator[Employer]:
        yield from self.employers.values()
