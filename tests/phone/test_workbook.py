"""A company's list as a workbook: row by row as a CSV, and never more than its limits."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO

import pytest

from phone.employer import workbook as reader
from phone.employer.lists import MOST_ROWS, RowTrouble, read_list
from phone.employer.workbook import MOST_PARTS, WorkbookError, read_rows_of
from tests.kiosk.invented_people import persona
from tests.phone.workbooks import BOOK, LINKS, SPACE, sheet_of, workbook

TODAY = date(2026, 11, 23)
LIU, WANG = persona("liu")[0], persona("wang")[0]
HEAD = ("姓名", "身份证号码", "手机号码")


def test_a_workbook_is_read_as_its_csv_is() -> None:
    rows = [
        HEAD,
        (LIU.name, LIU.number, ("n", "13900001234")),
        (("i", WANG.name), WANG.number.lower(), ""),
        ("某人", "123", ""),
        ("某人", ("f", 'HYPERLINK("http://x")'), ""),
        (LIU.name, LIU.number, ""),
        ("", "", ""),
        ("某人", ("n", "1.10101199003071E17"), ""),
        ("一", "二", "三", "四"),
    ]
    found = read_list(workbook(rows), TODAY)
    assert [(one.line, one.name, one.id_number, one.mobile) for one in found.people] == [
        (2, LIU.name, LIU.number, "13900001234"),
        (3, WANG.name, WANG.number, ""),
    ]
    assert found.wrong == (
        (4, RowTrouble.NUMBER),
        (5, RowTrouble.FORMULA),
        (6, RowTrouble.TWICE),
        (8, RowTrouble.NUMBER),
        (9, RowTrouble.COLUMNS),
    )


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13900001234", "13900001234"),
        ("13900001234.0", "13900001234"),
        ("1.3900001234E10", "13900001234"),
        ("1.3900001234E+10", "13900001234"),
        ("139E8", "139E8"),
        ("1.25", "1.25"),
        ("1.25E1", "1.25E1"),
    ],
)
def test_a_number_is_what_the_spreadsheet_shows(number: str, shown: str) -> None:
    assert list(read_rows_of(workbook([[("n", number)]]))) == [(1, [shown])]


def test_cells_without_a_place_follow_each_other() -> None:
    sheet = (
        f'<worksheet xmlns="{SPACE}"><row><c t="str"><v>a</v></c><c><v>2</v></c></row></worksheet>'
    )
    found = workbook([], xl_worksheets_sheet1__xml=sheet)
    assert list(read_rows_of(found)) == [(1, ["a", "2"])]


def test_100_000_rows_with_errors_are_read() -> None:
    wrong = [("错", "1", "2")] * (MOST_ROWS - 1)
    found = read_list(workbook([HEAD, (LIU.name, LIU.number, ""), *wrong]), TODAY)
    assert (len(found.people), len(found.wrong)) == (1, MOST_ROWS - 1)
    more = read_list(workbook([HEAD, *wrong, *wrong[:2]]), TODAY)
    assert more.wrong == ((0, RowTrouble.LONG),)


BOMB = b"<a>" + b" " * (65 * 1024 * 1024) + b"</a>"
ENTITIES = (
    '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    f'<worksheet xmlns="{SPACE}"><row><c><v>&c;</v></c></row></worksheet>'
)
OUTSIDE = (
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    f'<worksheet xmlns="{SPACE}"><row><c><v>&b;</v></c></row></worksheet>'
)


@pytest.mark.parametrize(
    "parts",
    [
        {"xl_worksheets_sheet1__xml": BOMB},
        {"xl_sharedStrings__xml": BOMB},
        {"xl_worksheets_sheet1__xml": ENTITIES},
        {"xl_worksheets_sheet1__xml": OUTSIDE},
        {"xl_worksheets_sheet1__xml": OUTSIDE.encode("utf-16")},
        {"xl_worksheets_sheet1__xml": "<a>"},
        {"xl_worksheets_sheet1__xml": b"\xff\xfe"},
        {"xl_sharedStrings__xml": f'<sst xmlns="{SPACE}"></sst>'},
        {"xl_workbook__xml": "<a/>"},
        {"xl_workbook__xml": BOOK.replace("rId3", "rId8")},
        {f"xl_part{number}__xml": "" for number in range(MOST_PARTS)},
    ],
)
def test_a_bomb_or_a_damaged_workbook_is_told_as_a_whole(parts: dict[str, str | bytes]) -> None:
    found = read_list(workbook([HEAD, (LIU.name, LIU.number, "")], **parts), TODAY)
    assert (found.people, found.wrong) == ((), ((0, RowTrouble.WORKBOOK),))


def test_each_cut_of_a_workbook_is_told() -> None:
    whole = workbook([HEAD, (LIU.name, LIU.number, "")])
    for size in range(4, len(whole), 7):
        assert read_list(whole[:size], TODAY).wrong == ((0, RowTrouble.WORKBOOK),)


def test_a_zip_that_lies_about_its_sizes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_BYTES", 10_000)
    monkeypatch.setattr(reader._Budget.__init__, "__defaults__", (10_000,))
    with pytest.raises(WorkbookError):
        list(read_rows_of(workbook([[("n", "1")]] * 2_000)))


def test_a_locked_workbook_is_told() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("xl/workbook.xml", BOOK)
        file.writestr("xl/_rels/workbook.xml.rels", LINKS.replace("worksheets/", "/xl/worksheets/"))
        file.writestr("xl/worksheets/sheet1.xml", sheet_of([[("n", "1")]], []))
    plain = out.getvalue()
    assert list(read_rows_of(plain)) == [(1, ["1"])]
    locked = plain.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
    locked = locked.replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    )
    assert read_list(locked, TODAY).wrong == ((0, RowTrouble.WORKBOOK),)
