"""Service points: read as they stand, and every wrong line named."""

from __future__ import annotations

import csv

import pytest

from kiosk.config.schema import ConfigError
from kiosk.retirement.points import PointKind, ServicePoint, read_points
from script.writing.service_points import rows_of
from tests.kiosk.retirement.shipped import CONFIG, DIVISIONS

HEADER = "code,name,kind,division\n"
GOOD = "BZ-1,一号点,community,341602001001\n"


def refused(path, text: str) -> list[str]:
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_points(path, DIVISIONS)
    return [one.removeprefix(str(path)) for one in str(caught.value).splitlines()]


def test_the_shipped_points_are_as_many_as_the_city_has_and_marked_as_invented():
    found = read_points(CONFIG / "service_points.csv", DIVISIONS)
    kinds = [one.kind for one in found.values()]
    assert [kinds.count(kind) for kind in PointKind] == [1436, 36, 5]
    assert all(one.is_invented and one.hours and one.phone and one.staff for one in found.values())
    assert found["BZ-DEMO"].name == "示范社区便民服务点"


def test_the_shipped_points_are_those_of_the_script():
    with (CONFIG / "service_points.csv").open(encoding="utf-8", newline="") as file:
        assert [tuple(row) for row in csv.reader(file)][1:] == list(rows_of(DIVISIONS))


MORE_HEADER = "code,name,kind,division,hours,phone,staff,invented\n"


def test_hours_telephone_and_staff(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(
        MORE_HEADER + "BZ-1,一号点,community,341602001001,天天,0558-123,3,yes\n"
        "BZ-2,二号点,bank,341602001001,,,,no\n",
        "utf-8",
    )
    first, second = read_points(path, DIVISIONS).values()
    place = ("BZ-1", "一号点", PointKind.COMMUNITY, "341602001001")
    details = {"hours": "天天", "phone": "0558-123", "staff": 3, "is_invented": True}
    assert first == ServicePoint(*place, **details)
    assert first.place == (*place, True)
    assert second == ServicePoint("BZ-2", "二号点", PointKind.BANK, "341602001001")


@pytest.mark.parametrize(
    ("details", "cure"),
    [
        ("天天,12345,1", "这一行应正好八列，前四列都要写"),
        ("天天,1,1,no", "电话只写数字、空格和短横，3 到 20 个，例如 0558-1234567；没有就空着"),
        ("天天,12345,-1,no", "人数应是 0 到 999 的整数"),
        ("天天,12345,１,no", "人数应是 0 到 999 的整数"),
        ("天天,12345,1000,no", "人数应是 0 到 999 的整数"),
        ("天天,12345,1,", "invented 应是 yes（编的）或 no（真的）"),
        ("天" * 61 + ",12345,1,no", "开门时间最多 60 个字，不能有看不见的字符"),
        ("天\u200b天,12345,1,no", "开门时间最多 60 个字，不能有看不见的字符"),
    ],
)
def test_wrong_details(tmp_path, details, cure):
    text = MORE_HEADER + f"BZ-1,一号点,community,341602001001,{details}\n"
    assert refused(tmp_path / "points.csv", text) == [f" 第 2 行：BZ-1：{cure}。"]


def test_a_name_that_is_too_long(tmp_path):
    text = HEADER + f"BZ-1,{'点' * 41},community,341602001001\n"
    cure = "名称最多 40 个字，不能有看不见的字符"
    assert refused(tmp_path / "points.csv", text) == [f" 第 2 行：BZ-1：{cure}。"]


def test_two_points_in_one_village_and_one_in_a_town(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(
        HEADER + GOOD + "BZ-2,银行,bank,341602001001\n\nBZ-3,大厅,hall,341602001\n", "utf-8"
    )
    found = read_points(path, DIVISIONS)
    assert [(one.code, one.kind.value) for one in found.values()] == [
        ("BZ-1", "community"),
        ("BZ-2", "bank"),
        ("BZ-3", "hall"),
    ]


@pytest.mark.parametrize(
    ("line", "key", "cure"),
    [
        ("BZ-2,二号点,community", "BZ-2", "这一行应正好四列，都要写"),
        ("BZ-2,二号点,community,", "BZ-2", "这一行应正好四列，都要写"),
        ("BZ-2,,community,341602001001", "BZ-2", "这一行应正好四列，都要写"),
        (",二号点,community,341602001001", "", "这一行应正好四列，都要写"),
        ("BZ-2,二号点,community,341602001001,x", "BZ-2", "这一行应正好四列，都要写"),
        ("二号,二号点,community,341602001001", "二号", "编号只能是字母、数字和短横，最多 32 个"),
        ("BZ-1,二号点,community,341602001001", "BZ-1", "这个编号写了两次"),
        ("BZ-2,二号点,kiosk,341602001001", "BZ-2", "kind 应是这几个之一：community、bank、hall"),
        (
            "BZ-2,二号点,community,341281",
            "BZ-2",
            "区划 341281 不存在或已撤销，请在 divisions.csv 里查现在的代码",
        ),
    ],
)
def test_a_wrong_line(tmp_path, line, key, cure):
    assert refused(tmp_path / "points.csv", HEADER + GOOD + line + "\n") == [
        f" 第 3 行：{key}：{cure}。"
    ]


def test_every_wrong_line_is_named(tmp_path):
    text = HEADER + "BZ-2,二号点,kiosk,341602001001\n" + GOOD + GOOD
    assert refused(tmp_path / "points.csv", text) == [
        " 第 2 行：BZ-2：kind 应是这几个之一：community、bank、hall。",
        " 第 4 行：BZ-1：这个编号写了两次。",
    ]


COLUMNS = (
    "：格式：应是 code、name、kind、division 四列的 CSV，后面可以再有 hours、phone、staff、"
    "invented 四列，存成 UTF-8，引号要成对。"
)
UNCLOSED = '"' + "村" * 140_000  # longer than a field of a CSV may be


@pytest.mark.parametrize(
    "text",
    ["", "code,name,kind\n", "name,code,kind,division\n", GOOD, UNCLOSED, HEADER + UNCLOSED],
    ids=["empty", "few", "order", "headless", "unclosed", "unclosed-row"],
)
def test_other_columns(tmp_path, text):
    assert refused(tmp_path / "points.csv", text) == [COLUMNS]


def test_no_file_or_no_text(tmp_path):
    path = tmp_path / "points.csv"
    for make in (lambda: None, lambda: path.write_bytes(b"\xff\xfe\x00")):
        make()
        with pytest.raises(ConfigError) as caught:
            read_points(path, DIVISIONS)
        assert str(caught.value) == f"{path}{COLUMNS}"
        assert caught.value.problems[0].line == 0


def test_a_file_with_a_header_only_has_no_points(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(HEADER, "utf-8")
    assert read_points(path, DIVISIONS) == {}
