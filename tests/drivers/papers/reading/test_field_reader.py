"""Fields are taken from lines of text, and proved by their own checks."""

from __future__ import annotations

from datetime import date

import pytest

from drivers.papers.reading.field_reader import is_another_paper, read_fields
from drivers.papers.reading.field_rules import load_paper_rules
from wiring import places

RULES = load_paper_rules(places.CONFIG / "paper_reading.toml")
TODAY = date(2026, 11, 29)
CERTIFICATE = (
    "独生子女父母光荣证",
    "姓名　某某",
    "子女：某小某",
    "编号 00000000",
    "发证日期 1999年6月1日",
)
REGISTER = (
    "常住人口登记卡",
    "姓名 某某 户主或与户主关系 户主",
    "曾用名 性别 女",
    "出生地 安徽省亳州市 民族 汉族",
    "籍贯 安徽省亳州市 出生日期 1976年5月1日",
    "公民身份号码 341602197605010022",
)


def read(code: str, *lines: str) -> dict[str, tuple[str, bool]]:
    return {one.name: (one.value, one.is_checked) for one in read_fields(lines, RULES[code], TODAY)}


def test_values_stand_behind_their_labels() -> None:
    assert read("P2", *CERTIFICATE) == {
        "person_name": ("某某", False),
        "child_name": ("某小某", False),
        "only_child_cert": ("00000000", False),
        "issued_on": ("1999-06-01", True),
    }


def test_a_value_ends_where_the_next_label_begins() -> None:
    assert read("A2", *REGISTER)["person_name"] == ("某某", False)
    assert read("A2", *REGISTER)["sex"] == ("女", True)


def test_a_label_is_not_looked_for_in_a_longer_one() -> None:
    read_values = read("P2", "父亲姓名 张某某", "母亲姓名 李某某", "姓名")
    assert read_values == {"father_name": ("张某某", False), "mother_name": ("李某某", False)}


def test_a_label_without_a_value_does_not_take_the_next_label() -> None:
    assert "person_name" not in read("A2", "姓名", "性别 女")


def test_a_value_may_stand_in_the_line_below() -> None:
    assert read("P2", "姓名", "某某")["person_name"] == ("某某", False)


@pytest.mark.parametrize(
    ("code", "lines", "name"),
    [
        ("A2", ("公民身份号码 341602197605010025",), "id_number"),
        ("A2", ("出生日期 1976年15月1日",), "birth"),
        ("A2", ("性别 久",), "sex"),
        ("P3", ("6200 0000 0000 0001",), "account"),
    ],
)
def test_a_value_that_fails_its_check_is_not_there(
    code: str, lines: tuple[str, ...], name: str
) -> None:
    assert name not in read(code, *lines)


def test_a_number_is_found_without_a_label() -> None:
    assert read("P3", "某某银行", "6200 0000 0000 0005")["account"] == ("6200000000000005", True)


def test_another_paper_is_told_by_its_words() -> None:
    assert read("P2") == {}
    assert is_another_paper(REGISTER, RULES["P2"])
    assert not is_another_paper(CERTIFICATE, RULES["P2"])
    assert not is_another_paper((), RULES["P2"]), "nothing was read: nothing is known"
