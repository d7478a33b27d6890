"""The list of service points on the supervisor's page: brought in, changed, with who and when."""

from __future__ import annotations

import csv
import io

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.web.city.service_points import LONGEST_FILE
from central.web_accounts import WebRole
from kiosk.fleet.point_list import read_point_list
from kiosk.retirement.points import PointKind, ServicePoint
from tests.central.standing import CONFIG, POINT, Standing
from tests.central.web.conftest import desk
from tests.central.web.desk import Browser, WebDesk

__all__ = ["desk"]
PATH = "/service-points"
HEADER = "code,name,kind,division,hours,phone,staff,invented\n"
DEMO = f"{POINT},示范社区便民服务点,community,341602001001,周一到周五,12345,2,no\n"
BANK = "BZ-1,花戏楼银行网点,bank,341602001,周一到周日,0558-1234567,4,yes\n"
SHIPPED = (CONFIG / "service_points.csv").read_bytes()


def bring(browser: Browser, content: str | bytes) -> Response:
    body = content.encode() if isinstance(content, str) else content
    files = {"file": ("points.csv", body, "text/csv")}
    return browser.post(PATH, {}, PATH, files=files)


def change(browser: Browser, code: str, **changes: str) -> Response:
    form = {"name": "示范点", "kind": "community", "division": "341602001001"}
    form |= {"hours": "天天", "phone": "12345", "staff": "3", "mark": mark(browser, code)}
    return browser.post(f"{PATH}/{code}", form | changes, PATH)


def mark(browser: Browser, code: str) -> str:
    return browser.get(f"{PATH}/{code}").text.split('name="mark" value="')[1].split('"')[0]


def test_a_list_is_brought_in_signed_and_told_with_who(
    desk: WebDesk, central: Standing, client: TestClient
) -> None:
    browser = desk.logged_in("S-0001")
    answer = bring(browser, HEADER + DEMO + BANK)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"{PATH}?added=2&changed=0&removed=0",
    )
    page = browser.get(answer.headers["location"]).text
    for words in ("加了 2 个", "花戏楼银行网点", "0558-1234567", "加上：花戏楼银行网点", "S-0001"):
        assert words in page
    signed = client.get("/v1/points", headers=central.headers()).content
    listed = read_point_list(signed, central.keys.signing.receipt_key)
    assert listed is not None
    assert listed.points["BZ-1"] == ServicePoint(
        *("BZ-1", "花戏楼银行网点", PointKind.BANK, "341602001"),
        hours="周一到周日",
        phone="0558-1234567",
        staff=4,
        is_invented=True,
    )
    assert ("S-0001", "points", "list of 2") in desk.events()
    assert bring(browser, HEADER + DEMO.replace("周一到周五", "天天")).status_code == 303
    page = browser.get(PATH).text
    for words in ("几点开门：周一到周五 → 天天", "去掉：花戏楼银行网点"):
        assert words in page
    later = client.get("/v1/points", headers=central.headers()).content
    newer = read_point_list(later, central.keys.signing.receipt_key)
    assert newer is not None
    assert newer.issued_at > listed.issued_at


def test_the_whole_list_of_the_city_is_taken_and_taken_again(desk: WebDesk) -> None:
    browser = desk.logged_in("S-0001")
    assert "added=1477" in bring(browser, SHIPPED).headers["location"]
    again = bring(browser, browser.get(f"{PATH}.csv").content)
    assert again.headers["location"] == f"{PATH}?added=0&changed=0&removed=0"
    page = browser.get(PATH).text
    for words in ("1436", "36", "1477 个的时间、电话和人数是编的", "还有 1377 个没有显示"):
        assert words in page
    found = browser.get(f"{PATH}?find=蒙城县政务").text
    assert ("BZ-22-H" in found, "BZ-DEMO</a>" in found) == (True, False)
    rows = list(csv.reader(io.StringIO(browser.get(f"{PATH}.csv").content.decode("utf-8-sig"))))
    assert len(rows) == 1478
    assert ("S-0001", "exported", "service points") in desk.events()


def test_what_a_spreadsheet_saves_in_gbk_is_read(desk: WebDesk) -> None:
    browser = desk.logged_in("S-0001")
    assert bring(browser, (HEADER + DEMO).encode("gbk")).status_code == 303
    assert "示范社区便民服务点" in browser.get(PATH).text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "请选一个文件"),
        (b"\xff\x00\x81", "文件读不出来"),
        ("", "请选一个文件"),
        ("a,b\n", "四列的 CSV"),
        (HEADER, "一个服务点也没有"),
        (HEADER + BANK, "下面这些终端所在的服务点不在文件里"),
        (HEADER + DEMO + BANK.replace("bank", "shop"), "3. BZ-1：kind 应是这几个之一"),
        (HEADER + DEMO + BANK.replace("0558-1234567", "13900001234x"), "3. BZ-1：电话只写"),
        (HEADER + DEMO + BANK.replace(",4,", ",四,"), "3. BZ-1：人数应是"),
        (HEADER + DEMO + BANK.replace("yes", "maybe"), "3. BZ-1：invented 应是"),
        (HEADER + DEMO + BANK.replace("周一到周日", "天" * 61), "3. BZ-1：开门时间最多"),
        (HEADER + DEMO + BANK.replace("花戏楼银行网点", "花" * 41), "3. BZ-1：名称最多"),
        (HEADER + DEMO + "BZ-1,x,bank\n" * 30, "还有 10 行"),
    ],
)
def test_a_wrong_file_changes_nothing_and_says_which_line(
    desk: WebDesk, content: str | bytes, words: str
) -> None:
    browser = desk.logged_in("S-0001")
    assert bring(browser, HEADER + DEMO).status_code == 303
    answer = bring(browser, content)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert list(desk.context.points_book.store.all()) == [POINT]


def test_a_file_that_is_too_large_is_not_read(desk: WebDesk) -> None:
    browser = desk.logged_in("S-0001")
    answer = bring(browser, b"x" * (LONGEST_FILE + 20_000))
    assert (answer.status_code, "文件太大" in answer.text) == (413, True)


def test_one_point_is_changed_with_who_and_when(desk: WebDesk) -> None:
    browser = desk.logged_in("S-0001")
    bring(browser, HEADER + DEMO)
    answer = change(browser, POINT, phone="0558-7654321")
    assert answer.headers["location"] == f"{PATH}/{POINT}?done=changed"
    page = browser.get(answer.headers["location"]).text
    for words in ("改好了", "电话：12345 → 0558-7654321", "几个人：2 → 3", "S-0001", "2026-"):
        assert words in page
    assert ("S-0001", "points", f"changed {POINT}") in desk.events()
    assert desk.context.point_name(POINT) == "示范点"
    for form, words in (
        ({"phone": "打 110"}, "电话只写"),
        ({"name": ""}, "请写名称"),
        ({"division": "99"}, "不存在或已撤销"),
        ({"staff": "1000"}, "人数应是"),
        ({"kind": "shop"}, "kind 应是"),
        ({"name": "点" * 41}, "名称最多"),
    ):
        refused = change(browser, POINT, **form)
        assert (refused.status_code, words in refused.text) == (422, True)
    assert change(browser, POINT, mark="old").status_code == 409
    assert browser.get(f"{PATH}/NOWHERE").status_code == 404
    assert browser.post(f"{PATH}/NOWHERE", {}, PATH).status_code == 404


def test_of_two_who_change_one_point_the_second_is_told(desk: WebDesk) -> None:
    first, second = desk.logged_in("S-0001"), desk.logged_in("S-0002")
    bring(first, HEADER + DEMO)
    seen = mark(second, POINT)
    assert change(first, POINT).status_code == 303
    answer = change(second, POINT, mark=seen, hours="只有上午")
    assert answer.status_code == 409
    for words in ("刚才有人先改了", "只有上午"):
        assert words in answer.text
    was = desk.context.points_book.store.all()[POINT]
    event = desk.context.events.all()[-1]
    stale = ServicePoint(POINT, "x", PointKind.HALL, "341602001001")
    assert not desk.context.points_book.store.change(stale, was, event)


def test_the_public_page_shows_the_hours_of_the_list(desk: WebDesk) -> None:
    bring(desk.logged_in("S-0001"), HEADER + DEMO + BANK)
    page = desk.browser().get("/points?at=341602001").text
    for words in ("周一到周五", "有 2 个人帮忙", 'href="tel:0558-1234567"'):
        assert words in page
    assert page.count("时间和电话是示例") == 1


def test_a_point_is_found_by_name_and_on_the_map(desk: WebDesk) -> None:
    bring(desk.logged_in("S-0001"), SHIPPED)
    browser = desk.browser()
    page = browser.get("/points").text
    assert page.count("<svg") == 4
    assert 'href="/points?at=341602001"' in page
    found = browser.get("/points?find=蒙城县政务").text
    assert "蒙城县政务服务大厅" in found
    assert "没有找到“不存在的村”" in browser.get("/points?find=不存在的村").text
    assert "还有" in browser.get("/points?find=社区").text
    assert "&lt;script&gt;" in browser.get("/points?find=<script>").text


def test_nobody_else_changes_the_list(desk: WebDesk) -> None:
    browser = desk.logged_in("T-0001", WebRole.TECHNICIAN)
    assert browser.get(PATH).status_code == 403
    assert desk.context.points_book.store.newest() == (0, "")
