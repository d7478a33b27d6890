"""`rules estimate`: in JSON and in words, and to whom nothing is said."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kiosk.retirement.estimate.commands import find_outlook, outlook_lines
from kiosk.retirement.estimate.formula import PensionFacts
from kiosk.retirement.estimate.parameters import SourceStatus, read_estimate_parameters
from kiosk.retirement.rule_words import read_rule_words
from tests.kiosk.retirement.shipped import CONFIG, person
from wiring.command_line import main

PERSON = ("--insured", "QY", "--category", "M60", "--birth", "1966-10", "--on", "2026-11-23")
MONTHS = ("--fact", "paid_months=402", "--fact", "deemed_months=0")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["rules", "estimate", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_the_estimate_of_who_knows_index_and_account(capsys: pytest.CaptureFixture[str]) -> None:
    """60 years 6 months, 407 months: 7999 × 407/12 × 1 % = 2712.994; 120000 ÷ 135.5 = 885.608."""
    found = json.loads(said(capsys, *PERSON, *MONTHS, "--index", "1", "--balance", "120000"))
    assert found["is_estimate"] is True
    assert (found["retire"], found["credited_months"], found["base_year"]) == ("2027-04", 407, 2025)
    assert found["basic"] == ["2712.99", "2712.99"]
    assert found["account"] == ["885.61", "885.61"]
    assert found["total"] == ["3598.60", "3598.60"]
    assert list(found["later"]) == ["3", "6", "12", "24", "36"]
    assert found["unverified"] == [
        "安徽省 2025 年企业职工基本养老保险待遇计发基数",
        "过渡系数",
    ]


def test_in_words_of_whom_little_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, *PERSON, *MONTHS, "--explain") == (
        "养老金估算。是估算，不是承诺，以社保部门核定为准。\n"
        "2027年4月 退休，60 岁 6 个月，到那时累计缴费 33 年 11 个月。\n"
        "    基础养老金：每月约 2170.40 到 5425.99 元\n"
        "    合计：每月至少约 2170.40 元\n"
        "2027年7月 退，晚 3 个月，接着交费：每月多领的钱：至少约 24.61 元\n"
        "2027年10月 退，晚 6 个月，接着交费：每月多领的钱：至少约 49.45 元\n"
        "2028年4月 退，晚 12 个月，接着交费：每月多领的钱：至少约 99.85 元\n"
        "2029年4月 退，晚 24 个月，接着交费：每月多领的钱：至少约 204.14 元\n"
        "2030年4月 退，晚 36 个月，接着交费：每月多领的钱：至少约 314.30 元\n"
        "按 2025 年的计发基数 7999.00 元算，以后基数会变。\n"
        "平均缴费指数不知道，按 0.6 到 3 算。\n"
        "个人账户有多少钱不知道，所以写“至少”。\n"
        "没有核对过原文：安徽省 2025 年企业职工基本养老保险待遇计发基数。\n"
        "没有核对过原文：过渡系数。\n"
    )


def test_in_words_of_whom_all_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    deemed = ("--fact", "paid_months=342", "--fact", "deemed_months=60")
    known = ("--index", "0.8", "--balance", "120000.50")
    out = said(capsys, *PERSON, *deemed, *known, "--explain")
    assert "    过渡性养老金：每月约 319.96 到 447.94 元\n" in out
    assert "    个人账户养老金：每月约 885.61 元\n" in out
    assert "不知道" not in out


def test_a_source_that_was_read_is_not_called_unverified() -> None:
    parameters = read_estimate_parameters(CONFIG)
    read = tuple(replace(one, status=SourceStatus.READ) for one in parameters.sources[:1])
    known = replace(parameters, sources=read + parameters.sources[1:])
    found = find_outlook(known, person(), PensionFacts(402, 0, 725))
    text = "\n".join(outlook_lines(known, found, read_rule_words(CONFIG).estimate))
    assert text.count("没有核对过原文") == 1
    assert "计发基数。" not in text


def test_months_beyond_the_span_or_the_table_are_not_compared(
    capsys: pytest.CaptureFixture[str],
) -> None:
    late = json.loads(said(capsys, *PERSON, *MONTHS, "--retire", "2030-01"))
    assert list(late["later"]) == ["3"]
    old = ("--insured", "LH", "--category", "M60", "--birth", "1962-01", "--on", "2026-11-23")
    assert json.loads(said(capsys, *old, *MONTHS))["later"] == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*PERSON, "--index", "1"), "要知道缴费月数，请写 --fact paid_months=… "),
        ((*PERSON, "--fact", "paid_months=402"), "要知道缴费月数，"),
        (
            (*PERSON, "--fact", "paid_months=100", "--fact", "deemed_months=0"),
            "缴费还差 6 年 3 个月，不能按月领养老金，不估算。",
        ),
        (
            (*PERSON, "--fact", "paid_months=174", "--fact", "deemed_months=0"),
            "缴费还差 1 个月，不能按月领养老金，不估算。",
        ),
        (("--insured", "JG", *PERSON[2:], *MONTHS), "机关事业单位的养老金算法不同，这里不估算。"),
        (("--insured", "JM", *PERSON[2:], *MONTHS), "城乡居民的养老金算法不同，这里不估算。"),
        ((*PERSON, *MONTHS, "--route", "R02"), "按特殊工种退休的，哪个月退休由部门定，"),
        (
            (
                "--insured",
                "QY",
                "--category",
                "M60",
                "--birth",
                "1923-06",
                "--on",
                "2026-11-23",
                *MONTHS,
            ),
            "2026年11月 那时 103 岁 5 个月，没有这个岁数的计发月数，不估算。",
        ),
        ((*PERSON, *MONTHS, "--index", "0.5"), "平均缴费指数“0.5”应是 0.6 到 3 的数。"),
        ((*PERSON, *MONTHS, "--index", "x"), "平均缴费指数“x”应是 0.6 到 3 的数。"),
        ((*PERSON, *MONTHS, "--balance", "x"), "个人账户余额“x”应是元，如 100000 或 100000.50。"),
        ((*PERSON, *MONTHS, "--balance", "1.001"), "个人账户余额“1.001”应是元，"),
        ((*PERSON, *MONTHS, "--fact", "x"), "“x”应写成 名字=值，"),
    ],
)
def test_to_whom_nothing_is_said(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert main(["rules", "estimate", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"rules: {words}")


def test_who_has_just_enough_by_then_is_estimated(capsys: pytest.CaptureFixture[str]) -> None:
    """175 months, and five more until April 2027: 180."""
    enough = ("--fact", "paid_months=175", "--fact", "deemed_months=0")
    assert json.loads(said(capsys, *PERSON, *enough))["credited_months"] == 180


@pytest.mark.parametrize("index", ["0.6", "3"])
def test_the_lowest_and_the_highest_index(capsys: pytest.CaptureFixture[str], index: str) -> None:
    assert json.loads(said(capsys, *PERSON, *MONTHS, "--index", index))["basic"][0]
