"""The one notice: what anybody gets to know, from the same data as everything else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.retirement.catalogue import DayUnit, HowObtained, Limit
from kiosk.retirement.guide import (
    GuideEntry,
    days_words,
    entries,
    leaflet_entries,
    to_bring,
)
from tests.kiosk.retirement.shipped import CATALOGUE, edit, refused


@pytest.fixture(name="told")
def _told() -> dict[str, GuideEntry]:
    return {one.code: one for one in entries(CATALOGUE)}


def test_entries_are_in_the_order_of_handling(told):
    assert list(told) == [one.code for one in CATALOGUE.in_order()]
    assert len(told) == 18


def test_entries_in_full(told):
    assert told["R15"] == GuideEntry(
        code="R15",
        plain="独生子女奖励",
        name="企业退休职工独生子女父母光荣证一次性奖励",
        who="机关事业单位、企业、灵活就业",
        papers="独生子女光荣证（领奖励才要）、本人银行卡（社保卡账户没激活才要）",
        days="15 个工作日",
        office="卫生健康委员会、财政局",
        phone="12345",
        proxy="别人可以代办",
        result="一次性奖励到账",
        basis="人口与计划生育法 第三十一条",
    )
    assert told["R08"] == GuideEntry(
        code="R08",
        plain="社保卡和乘车优待",
        name="社会保障卡办理（含老年证和公交卡优待）",
        who="机关事业单位、企业、灵活就业、城乡居民",
        papers="全部自动核对，什么都不用带",
        days="10 个工作日",
        office="人力资源和社会保障局、卫生健康委员会",
        phone="12333",
        proxy="别人可以代办，要本人去领",
        result="社会保障卡、老年证、乘车优待",
        basis="社会保险经办条例 第六条；老年人权益保障法 第五十八条",
    )


@pytest.mark.parametrize(
    ("code", "days"),
    [
        ("R01", "15 个工作日"),
        ("R06", "15 个工作日"),
        ("R08", "10 个工作日"),
        ("R17", "当天"),
        # counted from the end of what it waits for
        ("R07", "前一项办好后当天"),
        ("R11", "前一项办好后当天"),
        ("R13", "前一项办好后当天"),
        ("R14", "前一项办好后 3 天"),
    ],
)
def test_the_shortest_time_that_holds(told, code, days):
    assert told[code].days == days


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit(0, DayUnit.WORKING_DAY, ""), "当天"),
        (Limit(0, DayUnit.DAY, ""), "当天"),
        (Limit(1, DayUnit.DAY, ""), "1 天"),
        (Limit(20, DayUnit.WORKING_DAY, ""), "20 个工作日"),
    ],
)
def test_days_in_words(limit, words):
    assert days_words(limit, CATALOGUE.words.guide) == words


def test_every_entry_says_everything(told):
    for entry in told.values():
        assert all(vars(entry).values())


def test_a_changed_promise_is_told():
    promised = Limit(12, DayUnit.WORKING_DAY, "")
    offices = replace(CATALOGUE.offices, promised=promised)
    found = {one.code: one.days for one in entries(replace(CATALOGUE, offices=offices))}
    assert (found["R01"], found["R08"]) == ("12 个工作日", "10 个工作日")
    assert found["R07"] == "前一项办好后当天"


def days_of(code: str, **fields) -> str:
    """Return what is told of one service that is changed."""
    services = {**CATALOGUE.services, code: replace(CATALOGUE.services[code], **fields)}
    found = entries(replace(CATALOGUE, services=services))
    return next(one.days for one in found if one.code == code)


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({}, "10 个工作日"),
        ({"promised": Limit(5, DayUnit.DAY, "")}, "5 天"),
        ({"promised": Limit(14, DayUnit.WORKING_DAY, "")}, "14 个工作日"),
        ({"promised": Limit(15, DayUnit.WORKING_DAY, "")}, "15 个工作日"),
        ({"promised": Limit(16, DayUnit.WORKING_DAY, "")}, "15 个工作日"),
        ({"promised": Limit(15, DayUnit.WORKING_DAY, ""), "needs_all": ("R17",)}, "15 个工作日"),
        ({"statutory": None}, "15 个工作日"),
        ({"needs_all": ("R17",)}, "前一项办好后 10 个工作日"),
        ({"needs_any": ("R17",)}, "前一项办好后 10 个工作日"),
        ({"needs_any": ("R17",), "statutory": None}, "15 个工作日"),
    ],
)
def test_how_long_it_takes(fields, days):
    assert days_of("R08", **fields) == days


def test_what_anybody_may_have_to_bring():
    """Each once, with who needs it: nobody carries a paper for nothing."""
    assert to_bring(CATALOGUE) == (
        "弹性退休书面材料（早退或晚退才要）",
        "特殊工种岗位证明",
        "劳动能力鉴定结论",
        "早年工龄证明（有军龄、知青等经历才要）",
        "本人银行卡（社保卡账户没激活才要）",
        "独生子女光荣证（领奖励才要）",
    )


def test_a_paper_that_only_some_need_says_who():
    for paper in CATALOGUE.papers.values():
        if paper.how is HowObtained.PERSONAL and paper.when:
            assert paper.only, paper.name


def test_what_the_terminal_can_not_do_says_what_where_with_which_papers():
    """Counter cases 19 and 20: a widow, and the guardian of a man with dementia."""
    survivor, guardian = leaflet_entries(CATALOGUE)
    assert survivor.plain == "家人去世了"
    assert "死亡证明" in survivor.papers
    assert (survivor.days, survivor.phone) == ("去世的人参保地的社保窗口", "12333")
    assert guardian.plain == "监护人替家人办"
    assert "监护证明" in guardian.papers
    assert guardian.days == "社保窗口，或者请帮办员"
    assert not {survivor.code, guardian.code} & CATALOGUE.services.keys()


def test_a_leaflet_in_full():
    guardian = leaflet_entries(CATALOGUE)[1]
    assert guardian == GuideEntry(
        code="guardian",
        plain="监护人替家人办",
        name="监护人代办",
        who="监护人，本人已经不能自己办事",
        papers="两个人的身份证、法院判决，或者村、社区出的监护证明",
        days="社保窗口，或者请帮办员",
        office=CATALOGUE.offices.offices["RS"].name,
        phone="12333",
        proxy="这台机器办不了，到窗口办",
        result="由窗口替本人办",
        basis="民法典 第三十四条",
    )


def test_a_leaflet_of_an_office_that_does_not_exist(config):
    edit(
        config / "leaflets.toml", r'(?<=result = "由窗口替本人办"\n)office = "RS"', 'office = "XX"'
    )
    (line,) = refused(config)
    assert line.startswith("leaflets.toml")
    assert "guardian.office" in line
