"""The shipped catalogue, as read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.people.facts import InsuredKind
from kiosk.retirement.catalogue import (
    DayUnit,
    HowObtained,
    Limit,
    Office,
    Paper,
    ProxyRule,
    Sentences,
    Service,
    Source,
)
from kiosk.retirement.reading import SERVICE_COUNT, read_catalogue
from tests.kiosk.retirement.shipped import CATALOGUE, CONFIG


def test_the_shipped_catalogue_is_sound_and_in_order():
    catalogue = read_catalogue(CONFIG)
    order = [(one.stage, one.code) for one in catalogue.in_order()]
    assert len(order) == SERVICE_COUNT == 18
    assert order == sorted(order)
    assert catalogue == CATALOGUE
    assert order[:6] == [(1, "R01"), (1, "R02"), (1, "R03"), (1, "R04"), (1, "R17"), (2, "R05")]


def test_a_shipped_service_in_full():
    assert CATALOGUE.services["R14"] == Service(
        code="R14",
        name="住房公积金退休提取",
        plain="提取公积金",
        office="GJJ",
        kinds=(InsuredKind.INSTITUTION, InsuredKind.ENTERPRISE, InsuredKind.FLEXIBLE),
        stage=3,
        fields=("fund_center", "bank", "account", "draws_since"),
        materials=("A1", "A6", "P3"),
        result="公积金到账",
        basis="住房公积金管理条例 第二十四条",
        source=Source.SEED,
        version="draft-2",
        after_pension=True,
        reason="退休可以全部取出来",
        helper="离休、退休，或者完全丧失劳动能力并终止劳动关系，可以提取账户余额，"
        "准予提取的三日内办理支付。",
        reasons={
            "fund_account": "不用办：没有公积金账户",
            "not_by_disability": "要看鉴定结论，由人来审核",
        },
        needs_any=("R01", "R02", "R03"),
        needs_all=("R13",),
        when=("fund_account", "not_by_disability"),
        statutory=Limit(3, DayUnit.DAY, "住房公积金管理条例 第二十五条"),
    )
    again = [code for code, one in CATALOGUE.services.items() if one.after_pension]
    assert again == ["R08", "R14"]
    assert [code for code, one in CATALOGUE.services.items() if one.waits_for_person] == ["R12"]
    assert CATALOGUE.services["R08"].proxy is ProxyRule.APPLY_ONLY
    assert CATALOGUE.services["R14"].proxy is ProxyRule.APPLY_AND_COLLECT


def test_a_shipped_paper_office_and_sentence_in_full():
    assert CATALOGUE.papers["P6"] == Paper(
        name="弹性退休书面材料",
        how=HowObtained.PERSONAL,
        why="不在法定那个月退休",
        only="早退或晚退才要",
        when=("flexible_month",),
        most_pages=10,
    )
    assert CATALOGUE.papers["A2"] == Paper(
        name="户口簿",
        how=HowObtained.FETCHED,
        why="自动核对电子户口",
        promise=True,
        personal_why="电子户口核对不上",
        when=("citizen",),
        personal_when=("household_mismatch",),
        most_pages=8,
    )
    assert not CATALOGUE.papers["P1"].capture
    assert CATALOGUE.offices.offices["SW"] == Office("税务局", "12366")
    assert CATALOGUE.words.route == Sentences(
        "不用办：{route}",
        "到年龄、特殊工种、病残津贴三条路只能选一条，现在{route}。",
        ("想换路，先在“想早晚一点”里选回按到年龄退休",),
    )


def test_who_is_paid_is_asked_where_to():
    """Whatever ends in money has an account in its form."""
    paid = {code for code, one in CATALOGUE.services.items() if "account" in one.fields}
    assert paid == {"R03", "R06", "R14", "R15"}
    assert paid == {code for code, one in CATALOGUE.services.items() if "bank" in one.fields}


def waits_for_age(*codes: str) -> set[str]:
    """Return what hangs on the way into retirement besides `codes`."""
    return {"R05", "R06", "R07", "R09", "R10", "R11", "R12", "R15", "R16", "R18", *codes}


@pytest.mark.parametrize(
    ("code", "route", "followers"),
    [
        ("R06", "R01", {"R07", "R15", "R16", "R18"}),
        ("R09", "R01", {"R11", "R12"}),
        ("R12", "R01", {"R11"}),
        ("R13", "R01", {"R14"}),
        ("R14", "R01", set()),
        ("R17", "R01", set()),
        ("R01", "R01", waits_for_age("R13", "R14")),
        ("R01", "R02", set()),
        ("R02", "R02", waits_for_age("R13", "R14")),
        ("R02", "R03", set()),
        ("R03", "R03", {"R13", "R14"}),
        ("R03", "R01", set()),
        ("R06", "R03", {"R07", "R15", "R16", "R18"}),
    ],
)
def test_followers(code, route, followers):
    """Without the way into retirement nothing goes on that hangs on it, near or far."""
    assert CATALOGUE.followers(code, route) == followers


@pytest.mark.parametrize(
    ("code", "route", "waited"),
    [
        ("R01", "R01", set()),
        ("R06", "R01", {"R01"}),
        ("R06", "R02", {"R02"}),
        ("R06", "R03", set()),
        ("R07", "R01", {"R06", "R01"}),
        ("R11", "R02", {"R09", "R12", "R02"}),
        ("R14", "R03", {"R13", "R03"}),
        ("R14", "R01", {"R13", "R01"}),
        ("R17", "R01", set()),
    ],
)
def test_what_is_waited_for(code, route, waited):
    assert CATALOGUE.waits_for(code, route) == waited


def test_followers_of_followers():
    services = dict(CATALOGUE.services)
    services["R15"] = replace(services["R15"], needs_all=("R07",))
    assert replace(CATALOGUE, services=services).followers("R06", "R01") >= {"R07", "R15"}


def test_any_that_is_no_way_into_retirement_is_waited_for_on_every_way():
    services = dict(CATALOGUE.services)
    services["R18"] = replace(services["R18"], needs_any=("R04", "R02"), needs_all=())
    catalogue = replace(CATALOGUE, services=services)
    assert catalogue.waits_for("R18", "R01") == {"R04"}
    assert catalogue.waits_for("R18", "R02") == {"R04", "R02"}
