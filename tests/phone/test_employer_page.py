"""A company's browser: log-in, one person, a list with wrong rows, and forms of others."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kiosk.ports import Trouble
from phone.employer.lists import MOST_ROWS, RowTrouble, read_list
from tests.kiosk.invented_people import persona
from tests.phone.phone_house import PhoneHouse
from tests.phone.shown import BrowserPage

TODAY = date(2026, 11, 23)
LIU, WANG = persona("liu")[0], persona("wang")[0]
HEAD = "姓名,身份证号码,手机号码\n"
GOOD = f"{LIU.name},{LIU.number},13900001234\n"


def log_in(house: PhoneHouse) -> BrowserPage:
    away = house.browser.get("/employer/login")
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    assert asked["acr_values"] == ["company"]
    back = {"code": "x", "state": asked["state"][0]}
    assert house.browser.get("/employer/signed-in", params=back).status_code == 303
    return BrowserPage(house.browser.get("/employer").text)


def send(house: PhoneHouse, shown: BrowserPage, file: bytes = b"", **fields: str) -> Any:
    data = {"token": shown.fields["token"], "name": "", "number": "", "mobile": "", **fields}
    return house.browser.post("/employer/file", data=data, files={"file": ("list.csv", file)})


def test_a_company_begins_for_one_and_for_a_list_with_wrong_rows():
    house = PhoneHouse()
    assert "/employer/login" in BrowserPage(house.browser.get("/employer").text).links
    shown = log_in(house)
    assert "亳州市示范机械厂" in shown.words
    one = send(house, shown, name=LIU.name, number=LIU.number, mobile="")
    assert "办起来 1 人" in BrowserPage(one.text).words
    rows = HEAD + GOOD + f"{WANG.name},{WANG.number},\n" + "某人,123,\n" + "=1+1,2,3\n"
    many = BrowserPage(send(house, shown, rows.encode("gb18030")).text)
    assert "办起来 1 人" in many.words
    assert "有毛病 3 行，改好再传，办好的不用重传" in many.words
    for line, words in (("第 3 行", "不是本单位"), ("第 4 行", "身份证"), ("第 5 行", "公式")):
        at = many.words.index(line)
        assert words in many.words[at + 1]
    said = next(said for path, said in house.central.asked[::-1] if path.endswith("filings"))
    assert said["unit_code"] == "91341600MA0000001R"
    assert WANG.number not in many.html


def test_who_is_due_is_shown_with_month_and_missing_papers():
    house = PhoneHouse()
    assert "一年内" not in house.browser.get("/employer").text
    words = " ".join(log_in(house).words)
    for said in ("王秀英", "2027年3月", "等本人签名", "还缺：人事档案", "还有 3 人"):
        assert said in words
    house.central.trouble = Trouble.UNREACHABLE
    assert "现在看不到名单" in house.browser.get("/employer").text


def test_what_is_sent_while_the_service_is_away_is_told_row_by_row():
    house = PhoneHouse()
    shown = log_in(house)
    house.central.trouble = Trouble.UNREACHABLE
    told = BrowserPage(send(house, shown, (HEAD + GOOD).encode()).text)
    assert "没送到中心，请过一会儿再传" in told.words


def test_another_browser_or_a_forged_form_begins_nothing():
    house = PhoneHouse()
    shown = log_in(house)
    forged = BrowserPage(house.browser.get("/employer").text)
    forged.fields["token"] = "0" * 64
    assert send(house, forged, name="a", number="b").status_code == 403
    house.browser = house.new_browser()
    assert send(house, shown, name="a", number="b").status_code == 403
    assert "/v1/employers/filings" not in [path for path, _ in house.central.asked]
    assert "/employer/login" in BrowserPage(house.browser.get("/employer").text).links


def test_a_company_is_forgotten_after_ten_minutes():
    house = PhoneHouse()
    shown = log_in(house)
    house.seconds += 601
    assert "您离开太久了" in send(house, shown, name="a", number="b").text


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"PK\x03\x04 a workbook", RowTrouble.WORKBOOK),
        (b"\xff\xfe\x00\x81", RowTrouble.ENCODING),
        (b"", RowTrouble.EMPTY),
        (HEAD.encode(), RowTrouble.EMPTY),
        (b"a,b\x00,c", RowTrouble.ENCODING),
        (b"\n" * (MOST_ROWS + 2), RowTrouble.LONG),
    ],
    ids=["workbook", "encoding", "empty", "head-alone", "nul", "long"],
)
def test_a_file_that_is_no_list_is_told_as_a_whole(content: bytes, trouble: RowTrouble):
    found = read_list(content, TODAY)
    assert (found.people, found.wrong) == ((), ((0, trouble),))


@pytest.mark.parametrize(
    ("row", "trouble"),
    [
        (f"{LIU.name},{LIU.number},123", RowTrouble.MOBILE),
        (f"{LIU.name},{LIU.number[:-1]}9,", RowTrouble.NUMBER),
        (f",{LIU.number},", RowTrouble.NAME),
        ("一,二,三,四", RowTrouble.COLUMNS),
        ("一个", RowTrouble.COLUMNS),
        (f"{LIU.name},{LIU.number},@x", RowTrouble.FORMULA),
    ],
)
def test_each_wrong_row_is_told_by_its_line(row: str, trouble: RowTrouble):
    found = read_list((HEAD + GOOD.replace(LIU.number, WANG.number) + row).encode(), TODAY)
    assert [one.id_number for one in found.people] == [WANG.number]
    assert found.wrong == ((3, trouble),)


def test_100_000_rows_in_gbk_with_errors_are_read():
    rows = HEAD + GOOD + "错,1,2\n" * (MOST_ROWS - 2) + GOOD
    found = read_list(rows.encode("gbk"), TODAY)
    assert len(found.people) == 1
    assert len(found.wrong) == MOST_ROWS - 1
    assert found.wrong[-1] == (MOST_ROWS + 1, RowTrouble.TWICE)
