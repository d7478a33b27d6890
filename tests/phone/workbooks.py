"""Workbooks as spreadsheet programs write them, made by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
BOOK = (
    f'<workbook xmlns="{SPACE}" xmlns:r="{REL}"><sheets>'
    '<sheet name="名单" sheetId="1" r:id="rId3"/><sheet name="x" sheetId="2" r:id="rId4"/>'
    "</sheets></workbook>"
)
LINKS = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId4" Target="worksheets/sheet9.xml"/>'
    '<Relationship Id="rId3" Target="worksheets/sheet1.xml"/></Relationships>'
)
Cell = str | tuple[str, str]
"""A shared string, or kind and content: "n" a number, "f" a formula, "i" an inline string."""


def sheet_of(rows: Iterable[Sequence[Cell]], strings: list[str]) -> str:
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            _cell(f"{'ABCDEFG'[at]}{number}", one, strings) for at, one in enumerate(row)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return f'<worksheet xmlns="{SPACE}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _cell(place: str, cell: Cell, strings: list[str]) -> str:
    if isinstance(cell, str):
        if not cell:
            return ""
        strings.append(cell)
        return f'<c r="{place}" t="s"><v>{len(strings) - 1}</v></c>'
    kind, text = cell
    if kind == "f":
        return f'<c r="{place}"><f>{escape(text)}</f><v>1</v></c>'
    if kind == "i":
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
    return f'<c r="{place}"><v>{text}</v></c>'


def workbook(rows: Iterable[Sequence[Cell]], **parts: str | bytes) -> bytes:
    """Return a workbook with these rows; `parts` replace or add parts by name (_ is /, __ is .)."""
    strings: list[str] = []
    sheet = sheet_of(rows, strings)
    table = "".join(f"<si><t>{escape(one)}</t><rPh><t>yin</t></rPh></si>" for one in strings)
    whole: dict[str, str | bytes] = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": f'<sst xmlns="{SPACE}">{table}</sst>',
    }
    whole |= {name.replace("__", ".").replace("_", "/"): part for name, part in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in whole.items():
            file.writestr(name, part)
    return out.getvalue()
