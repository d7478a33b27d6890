"""A list of people that a company uploads, CSV or XLSX: row by row, with what is wrong of each."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.people.id_number import is_valid, normalise
from phone.employer.workbook import WorkbookError, read_rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_ROWS = 100_000
LONGEST_NAME = 60
MOBILE = re.compile(r"1\d{10}", re.ASCII)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would carry out (OWASP, CSV injection)."""
ZIP = b"PK\x03\x04"  # a workbook of a spreadsheet program is a ZIP file
COLUMNS = ("name", "id_number", "mobile")


class RowTrouble(StrEnum):
    """What is wrong with a row, or with the whole file; the value names the words."""

    COLUMNS = "columns"
    FORMULA = "formula"
    NAME = "name"
    NUMBER = "number"
    MOBILE = "mobile"
    TWICE = "twice"
    WORKBOOK = "workbook"
    ENCODING = "encoding"
    LONG = "long"
    EMPTY = "empty"


@dataclass(frozen=True)
class ListedPerson:
    """One person of the list; `line` counts from 1, the head included."""

    line: int
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    mobile: str = field(repr=False)


@dataclass(frozen=True)
class ReadList:
    """The rows that are right, and line and trouble of each other one; line 0 is the whole file."""

    people: tuple[ListedPerson, ...] = ()
    wrong: tuple[tuple[int, RowTrouble], ...] = ()


def read_list(content: bytes, today: date) -> ReadList:
    """Return what the file says, in UTF-8 or GB 18030; `today` bounds dates of birth."""
    if content.startswith(ZIP):
        try:
            return _read_rows(read_rows_of(content), today)
        except WorkbookError:
            return _whole(RowTrouble.WORKBOOK)
    text = _decoded(content)
    if text is None:
        return _whole(RowTrouble.ENCODING)
    try:
        return _read_rows(enumerate(csv.reader(io.StringIO(text)), 1), today)
    except csv.Error:
        return _whole(RowTrouble.ENCODING)


def _read_rows(rows: Iterable[tuple[int, list[str]]], today: date) -> ReadList:
    people: list[ListedPerson] = []
    wrong: list[tuple[int, RowTrouble]] = []
    seen: set[str] = set()
    for line, cells in rows:
        if line > MOST_ROWS + 1:
            return _whole(RowTrouble.LONG)
        if not any(cell.strip() for cell in cells) or (line == 1 and _is_head(cells)):
            continue
        found = _read_row(line, cells, today, seen)
        if isinstance(found, RowTrouble):
            wrong.append((line, found))
        else:
            seen.add(found.id_number)
            people.append(found)
    if not people and not wrong:
        return _whole(RowTrouble.EMPTY)
    return ReadList(tuple(people), tuple(wrong))


def _whole(trouble: RowTrouble) -> ReadList:
    return ReadList((), ((0, trouble),))


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _is_head(cells: list[str]) -> bool:
    return not any(sign.isdigit() for cell in cells for sign in cell)


def _read_row(
    line: int, cells: list[str], today: date, seen: set[str]
) -> ListedPerson | RowTrouble:
    if any(cell.startswith(FORMULA) for cell in cells):
        return RowTrouble.FORMULA
    plain = [cell.strip() for cell in cells]
    while len(plain) > len(COLUMNS) and not plain[-1]:
        plain.pop()
    if len(plain) not in (len(COLUMNS) - 1, len(COLUMNS)):
        return RowTrouble.COLUMNS
    name, number, mobile = (*plain, "")[: len(COLUMNS)]
    number = normalise(number)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return RowTrouble.NAME
    if not is_valid(number, today):
        return RowTrouble.NUMBER
    if mobile and not MOBILE.fullmatch(mobile):
        return RowTrouble.MOBILE
    return RowTrouble.TWICE if number in seen else ListedPerson(line, name, number, mobile)
