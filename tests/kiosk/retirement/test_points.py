"""Service points: read as they stand, and every wrong line named."""

from __future__ import annotations

import pytest

from kiosk.config.schema import ConfigError
from kiosk.retirement.points import PointKind, ServicePoint, read_points
from tests.kiosk.retirement.shipped import CONFIG, DIVISIONS

HEADER = "code,name,kind,division\n"
GOOD = "BZ-1,一号点,community,341602001001\n"


def refused(path, text: str) -> list[str]:
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_points(path, DIVISIONS)
    return [one.removeprefix(str(path)) for one in str(caught.value).splitlines()]


def test_the_shipped_points():
    assert read_points(CONFIG / "service_points.csv", DIVISIONS) == {
        "BZ-DEMO": ServicePoint(
            "BZ-DEMO", "示范社区便民服务点", PointKind.COMMUNITY, "341602001001"
        )
    }


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


COLUMNS = "：格式：应是 code、name、kind、division 四列的 CSV，存成 UTF-8。"


@pytest.mark.parametrize("text", ["", "code,name,kind\n", "name,code,kind,division\n", GOOD])
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
