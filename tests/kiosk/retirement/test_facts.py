"""Facts: what may be declared, what may be written on a command line, what the offices say."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config.schema import ConfigError
from kiosk.people.facts import FinishedService, InsuredKind, InsuredPlace, SharedFacts
from kiosk.people.identity import CardKind
from kiosk.retirement.facts import (
    FactDeclaration,
    FactSource,
    FactType,
    facts_of,
    parse_fact,
    read_declarations,
)
from kiosk.retirement.figures import FIGURES
from kiosk.retirement.months import Month
from tests.kiosk.retirement.shipped import CATALOGUE, edit

DECLARED = CATALOGUE.facts
SHARED = SharedFacts(
    kind=InsuredKind.FLEXIBLE,
    category="F55",
    paid_months=402,
    deemed_months=0,
    medical_months=330,
    medical_months_needed=300,
    work_start_month="1987-09",
    earlier_places=("上海市", "合肥市"),
)


def refused(config: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_declarations(config / "facts.toml", frozenset(FIGURES))
    return str(caught.value).splitlines()


def test_shipped_declarations():
    assert DECLARED["kind"] == FactDeclaration(
        "参保类型", FactType.TEXT, FactSource.SHARED, ("JG", "QY", "LH", "JM")
    )
    assert DECLARED["citizen"] == FactDeclaration("有户籍", FactType.FLAG, FactSource.CARD)
    assert DECLARED["paid_short"] == FactDeclaration(
        "养老还差的月数", FactType.MONTHS, FactSource.RULE
    )
    made = {name for name, one in DECLARED.items() if one.from_ is FactSource.RULE}
    assert made == FIGURES.keys()


def test_a_shared_fact_that_no_office_sends(config):
    path = config / "facts.toml"
    line = edit(path, r"^\[has_annuity\]", "[has_boat]")
    assert refused(config) == [f"{path} 第 {line} 行：has_boat：程序里没有这项事实，请改名或删去。"]


def test_a_figure_that_nobody_works_out(config):
    path = config / "facts.toml"
    line = edit(path, r"^\[timing\]", "[mood]")
    assert refused(config) == [f"{path} 第 {line} 行：mood：程序里没有这项事实，请改名或删去。"]


def test_a_shared_fact_is_no_figure(config):
    path = config / "facts.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('from = "shared"', 'from = "rule"', 1), "utf-8")
    assert [line.split("：", 1)[1] for line in refused(config)] == [
        "kind：程序里没有这项事实，请改名或删去。"
    ]


def test_wrong_words_in_a_declaration(config):
    path = config / "facts.toml"
    line = edit(path, r'(?<=\[timing\]\nlabel = "退休时间"\n)type = "text"', 'type = "txt"')
    words = refused(config)
    assert words == [
        f"{path} 第 {line} 行：timing.type：应是这几个之一：flag、months、month、text、places、periods、finished，写的是 'txt'。"
    ]


def test_a_declaration_must_be_a_table(config):
    path = config / "facts.toml"
    path.write_text(
        'kind = "x"\n' + path.read_text("utf-8").split("[paid_months]", 1)[0].split("[kind]")[0],
        "utf-8",
    )
    assert refused(config) == [f"{path} 第 1 行：kind：应是一个小节 [kind]。"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("paid_months=402", 402),
        ("paid_months=0", 0),
        ("has_fund_account=yes", True),
        ("has_fund_account=True", True),
        ("has_fund_account=是", True),
        ("has_fund_account=有", True),
        ("has_fund_account=NO", False),
        ("has_fund_account=false", False),
        ("has_fund_account=否", False),
        ("has_fund_account=无", False),
        ("work_start_month=1987-09", Month.parse("1987-09")),
        ("account=a=b", "a=b"),
        ("account=", ""),
        ("kind=LH", "LH"),
        ("earlier_places=上海市,合肥市", ("上海市", "合肥市")),
        ("earlier_places=,上海市,", ("上海市",)),
        ("earlier_places=", ()),
        ("earlier_places=上海市， 合肥市、六安市", ("上海市", "合肥市", "六安市")),
        ("earlier_places= 、，", ()),
        ("citizen=no", False),
        ("draws_since=2005-01", Month.parse("2005-01")),
        ("paid_scope=here", "here"),
        (
            "insured_places=上海市:144、 亳州市:60",
            (InsuredPlace("上海市", 144), InsuredPlace("亳州市", 60)),
        ),
        ("services_done=R14:2025-12-01", (FinishedService("R14", "2025-12-01"),)),
        ("services_open=R12,R14", ("R12", "R14")),
    ],
)
def test_a_written_fact(text, value):
    assert parse_fact(DECLARED, text) == (text.partition("=")[0], value)


ALL = (
    "kind、draws_pension、paid_months、deemed_months、medical_months、medical_months_needed、work_start_month、"
    "earlier_places、account、card_account_active、has_fund_account、has_annuity、"
    "only_child_certificate、household_matches、draws_since、paid_scope、home_place、insured_places、insured_since、"
    "state_manager、notice_month、archive_birth、services_done、services_open、services_refused、citizen"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("paid_months", "“paid_months”应写成 名字=值，例如 paid_months=402。"),
        ("paid_month=1", f"没有“paid_month”这项事实。是不是想写“paid_months”？可以写的有：{ALL}。"),
        ("zzz=1", f"没有“zzz”这项事实。可以写的有：{ALL}。"),
        ("timing=late", f"没有“timing”这项事实。可以写的有：{ALL}。"),
        ("paid_months=-1", "paid_months（养老实际缴费月数）应是：月数，如 402。"),
        ("paid_months=", "paid_months（养老实际缴费月数）应是：月数，如 402。"),
        ("paid_months=4０2", "paid_months（养老实际缴费月数）应是：月数，如 402。"),
        ("paid_months=²", "paid_months（养老实际缴费月数）应是：月数，如 402。"),
        ("has_annuity=maybe", "has_annuity（单位建了年金）应是：yes 或 no。"),
        ("work_start_month=1987", "work_start_month（参加工作年月）应是：年月，如 1987-09。"),
        (
            "insured_places=上海市",
            "insured_places（各地的缴费月数）应是：地名和月数，如 上海市:144，几个用逗号隔开。",
        ),
        (
            "services_done=R14:soon",
            "services_done（办好的事项）应是：编号和日期，如 R14:2025-12-01，几个用逗号隔开。",
        ),
        ("paid_scope=all", "paid_scope（实际缴费月数怎么算的）应是：、here、everywhere。"),
        ("kind=XX", "kind（参保类型）应是：JG、QY、LH、JM。"),
    ],
)
def test_a_fact_written_wrong(text, words):
    assert parse_fact(DECLARED, text) == words


@pytest.mark.parametrize("card", CardKind)
def test_offline_only_the_card_is_known(card):
    assert facts_of(DECLARED, card, None) == {"citizen": card is CardKind.RESIDENT}


def test_what_the_offices_know():
    found = facts_of(DECLARED, CardKind.RESIDENT, SHARED)
    assert found == {
        "kind": "LH",
        "paid_months": 402,
        "deemed_months": 0,
        "medical_months": 330,
        "medical_months_needed": 300,
        "work_start_month": Month.parse("1987-09"),
        "earlier_places": ("上海市", "合肥市"),
        "account": "",
        "card_account_active": False,
        "has_fund_account": False,
        "has_annuity": False,
        "household_matches": True,
        "citizen": True,
    }
    assert type(found["kind"]) is str


@pytest.mark.parametrize("card", sorted(set(CardKind) - {CardKind.RESIDENT}))
def test_who_holds_another_card_has_no_household_here(card):
    assert facts_of(DECLARED, card, SHARED)["citizen"] is False


def test_a_fact_of_the_card_that_no_card_tells(config):
    path = config / "facts.toml"
    line = edit(path, r"^\[citizen\]", "[pilgrim]")
    assert refused(config) == [f"{path} 第 {line} 行：pilgrim：程序里没有这项事实，请改名或删去。"]


def test_what_offices_send_is_no_fact_of_the_card(config):
    path = config / "facts.toml"
    edit(path, r'(?<=label = "有户籍"\ntype = "flag"\n)from = "card"', 'from = "shared"')
    assert [line.split("：", 1)[1] for line in refused(config)] == [
        "citizen：程序里没有这项事实，请改名或删去。"
    ]
