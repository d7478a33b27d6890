"""The first sheet of a workbook (XLSX, ECMA-376) as rows of text, with limits against bombs.

What is unpacked is bounded while it is unpacked, whatever the ZIP file says of itself; a document
type declaration, with which an entity could grow, is refused. Nothing is calculated: a cell with a
formula comes back as one that begins with "=", which the list refuses.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath
from xml.etree import ElementTree as ET

from kiosk.units import MIB

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
WORKBOOK, STRINGS = "xl/workbook.xml", "xl/sharedStrings.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
MOST_PARTS, MOST_BYTES = 500, 64 * MIB
MOST_COLUMNS = 50
_CELL = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_PIECE = 65_536
_LETTERS = 26
_WHOLE = re.compile(r"(\d+)\.0+")
_SHORT = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d{1,2})")  # as 1.3900001234E10


class WorkbookError(Exception):
    """What came is no workbook, or more than anybody's list."""


@dataclass
class _Budget:
    """How many bytes may still be unpacked."""

    left: int = MOST_BYTES

    def take(self, count: int) -> None:
        """Note `count` unpacked bytes; raises WorkbookError when there were too many."""
        self.left -= count
        if self.left < 0:
            raise WorkbookError


def read_rows_of(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of each row of the first sheet of a workbook (`content`) that has any.

    Raises WorkbookError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            if len(file.namelist()) > MOST_PARTS:
                raise WorkbookError
            budget = _Budget()
            strings = _strings(file, budget)
            yield from _rows(_part(file, _first_sheet(file, budget), budget), strings)
    except (
        ET.ParseError,
        EOFError,
        IndexError,
        KeyError,
        NotImplementedError,
        OSError,
        RuntimeError,
        StopIteration,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
    ):
        raise WorkbookError from None


def _part(file: zipfile.ZipFile, name: str, budget: _Budget) -> bytes:
    """Return the unpacked part `name`; raises WorkbookError, or KeyError for one that is absent."""
    whole = bytearray()
    with file.open(name) as packed:
        while piece := packed.read(_PIECE):
            budget.take(len(piece))
            whole += piece
    found = bytes(whole)
    # UTF-8 alone, so that the declaration can't hide in another encoding.
    found.decode("utf-8")
    if b"<!DOCTYPE" in found or b"\0" in found:
        raise WorkbookError
    return found


def _first_sheet(file: zipfile.ZipFile, budget: _Budget) -> str:
    book = ET.fromstring(_part(file, WORKBOOK, budget))  # noqa: S314 - no document type
    sheet = next(iter(book.iter(f"{MAIN}sheet")))
    links = ET.fromstring(_part(file, RELATIONS, budget))  # noqa: S314 - no document type
    target = next(one.get("Target", "") for one in links if one.get("Id") == sheet.get(RELATION))
    return target.removeprefix("/") if target.startswith("/") else normpath(join("xl", target))


def _strings(file: zipfile.ZipFile, budget: _Budget) -> list[str]:
    if STRINGS not in file.namelist():
        return []
    table = ET.fromstring(_part(file, STRINGS, budget))  # noqa: S314 - no document type
    return [_text(one) for one in table.iter(f"{MAIN}si")]


def _text(one: ET.Element) -> str:
    """Return the text of a string without the sounds that stand above it (`rPh`)."""
    plain = [one, *one.findall(f"{MAIN}r")]
    return "".join(part.text or "" for run in plain for part in run.findall(f"{MAIN}t"))


def _rows(sheet: bytes, strings: list[str]) -> Iterator[tuple[int, list[str]]]:
    line = 0
    for _, found in ET.iterparse(io.BytesIO(sheet)):  # noqa: S314 - no document type
        if found.tag != f"{MAIN}row":
            continue
        line = int(found.get("r") or line + 1)
        cells: list[str] = []
        for one in found.findall(f"{MAIN}c"):
            column = _column(one.get("r", "")) or len(cells)
            if column >= MOST_COLUMNS:
                break
            cells += [""] * (column + 1 - len(cells))
            cells[column] = _cell(one, strings)
        found.clear()
        if any(cells):
            yield line, cells


def _column(place: str) -> int:
    """Return the column of a cell such as B7, from 0; 0 also where it names none."""
    found = _CELL.fullmatch(place)
    number = 0
    for letter in found[1] if found else "":
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return max(0, number - 1)


def _cell(one: ET.Element, strings: list[str]) -> str:
    if one.find(f"{MAIN}f") is not None:
        return "="
    kind, value = one.get("t", "n"), one.findtext(f"{MAIN}v") or ""
    if kind == "inlineStr":
        inside = one.find(f"{MAIN}is")
        return _text(inside) if inside is not None else ""
    if kind == "s":
        return strings[int(value)]
    return _plain(value) if kind == "n" else value


def _plain(number: str) -> str:
    """Return a number as a spreadsheet shows it: whole ones without point and exponent."""
    if whole := _WHOLE.fullmatch(number):
        return whole[1]
    if found := _SHORT.fullmatch(number):
        rest = found[2] or ""
        digits, zeros = found[1] + rest, int(found[3]) - len(rest)
        return digits + "0" * zeros if zeros >= 0 else number
    return number
