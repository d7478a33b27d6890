"""A change of law, a nineteenth service, the next year's holidays: each touches only config/."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.retirement.age import Category, estimate, read_age_rules
from kiosk.retirement.calendar import read_holidays
from kiosk.retirement.commands import answer
from kiosk.retirement.eligibility import EligibilityAnswer, judge_all
from kiosk.retirement.guide import entries
from kiosk.retirement.months import Month
from kiosk.retirement.order import DateFrame, schedule
from kiosk.retirement.plan import Rulebook, make_plan
from kiosk.retirement.questions import read_questions
from kiosk.retirement.reading import read_catalogue
from tests.kiosk.retirement.shipped import BOOK, CATALOGUE, RULES, TODAY, edit, person
from tests.options import options_of

BIRTH = Month.parse("1970-06")


@pytest.mark.parametrize(
    ("pattern", "new", "before", "after"),
    [
        (r"^rises_from_year = 2030", "rises_from_year = 2028", 192, 204),
        (r"^base = 180", "base = 240", 192, 240),
        (r"^step = 6", "step = 12", 192, 204),
        (r"^cap = 240", "cap = 186", 192, 186),
    ],
)
def test_a_number_of_the_minimum(config: Path, pattern, new, before, after):
    path = config / "rules" / "retirement_age.toml"
    edit(path, pattern, new)
    assert estimate(RULES, Category.M60, BIRTH).minimum_months == before
    assert estimate(read_age_rules(path), Category.M60, BIRTH).minimum_months == after


@pytest.mark.parametrize(
    ("pattern", "new", "before", "after"),
    [
        (
            r'^(?<=sex = "1"\n)base_years = 60\nstep = 4\ncap = 36',
            "base_years = 60\nstep = 4\ncap = 12",
            "2031-11",
            "2031-06",
        ),
        (
            r'^(?<=sex = "1"\n)base_years = 60\nstep = 4',
            "base_years = 60\nstep = 2",
            "2031-11",
            "2033-03",
        ),
        (r'^(?<=sex = "1"\n)base_years = 60', "base_years = 62", "2031-11", "2034-05"),
        (r'^begins = "2025-01"', 'begins = "2028-01"', "2031-11", "2031-02"),
    ],
)
def test_a_number_of_the_age(config: Path, pattern, new, before, after):
    path = config / "rules" / "retirement_age.toml"
    edit(path, pattern, new)
    assert str(estimate(RULES, Category.M60, BIRTH).statutory) == before
    assert str(estimate(read_age_rules(path), Category.M60, BIRTH).statutory) == after


def test_the_flexible_span(config: Path):
    path = config / "rules" / "retirement_age.toml"
    edit(path, r"^flexible_months = 36", "flexible_months = 12")
    found = estimate(read_age_rules(path), Category.M60, BIRTH)
    assert (str(found.earliest), str(found.latest)) == ("2030-11", "2032-11")


def test_how_far_ahead_is_ticked(config: Path):
    path = config / "rules" / "retirement_age.toml"
    edit(path, r"^file_ahead_months = 3", "file_ahead_months = 5")
    soon = person("M60", "1966-10")
    assert "R01" not in make_plan(BOOK, soon).chosen
    longer = replace(soon, rules=read_age_rules(path))
    assert "R01" in make_plan(BOOK, longer).chosen


def test_the_command_reads_the_changed_number(config: Path, capsys):
    edit(config / "rules" / "retirement_age.toml", r"^cap = 60", "cap = 24")
    assert (
        answer(options_of("rules", "age", "--category", "F50", "--birth", "1984-11"), config, TODAY)
        == 0
    )
    assert json.loads(capsys.readouterr().out)["statutory"] == "2036-11"


NINETEENTH = """
code = "R19"
name = "高龄老人长期护理保险登记"
plain = "护理保险登记"
office = "YB"
with_offices = ["SJ"]
kinds = ["QY", "LH"]
stage = 3
needs_all = ["R09"]
when = ["fund_account", "worked_long"]
fields = ["work_start"]
materials = ["A1", "P2"]
result = "登记结果"
basis = "某条例 第一条"
source = "reconstruction"
version = "draft-1"
reason = "参保 {paid_months}，可以登记"
helper = "累计缴费 {paid_months}。"

[reasons]
fund_account = "不用办：没有公积金账户"
worked_long = "再交一交就能登记"

[promised]
days = 5
unit = "working_day"
basis = "护理保险承诺"
"""
CONDITION = """
[worked_long]
fact = "paid_months"
test = "at_least"
than = "medical_months_needed"
unmet = "review"
helper = "实缴 {paid_months}，要 {medical_months_needed}。"
changes = ["接着交"]
basis = "某条例 第二条"
"""


@pytest.fixture
def nineteen(config: Path) -> Rulebook:
    (config / "services" / "R19.toml").write_text(NINETEENTH, "utf-8")
    path = config / "conditions.toml"
    path.write_text(path.read_text("utf-8") + CONDITION, "utf-8")
    catalogue = read_catalogue(config, count=19)
    questions = read_questions(config / "questions.toml", catalogue.services)
    return Rulebook(catalogue, questions, read_holidays(config / "holidays.toml"))


@pytest.mark.parametrize(
    ("facts", "answer", "reason", "basis"),
    [
        ({}, EligibilityAnswer.CAN, "参保 33 年半，可以登记", "某条例 第一条"),
        ({"paid_months": 359}, EligibilityAnswer.REVIEW, "再交一交就能登记", "某条例 第二条"),
        ({"paid_months": 360}, EligibilityAnswer.CAN, "参保 30 年，可以登记", "某条例 第一条"),
        (
            {"has_fund_account": False},
            EligibilityAnswer.CANNOT,
            "不用办：没有公积金账户",
            "住房公积金管理条例 第二十四条",
        ),
        (
            {"kind": "JG"},
            EligibilityAnswer.CANNOT,
            "不用办：只给企业、灵活就业的人办",
            "某条例 第一条",
        ),
    ],
)
def test_a_nineteenth_service_is_judged(nineteen, facts, answer, reason, basis):
    found = judge_all(nineteen.catalogue, person(**facts))["R19"]
    assert (found.answer, found.reason, found.basis) == (answer, reason, basis)


def test_a_nineteenth_service_waits_and_is_waited_for(nineteen):
    found = judge_all(nineteen.catalogue, person("M60", "1966-10"))["R19"]
    assert (found.answer, found.since) == (EligibilityAnswer.LATER, Month.parse("2027-04"))
    assert found.reason == "2027年4月起，跟着医保年限确认办"


def test_a_nineteenth_service_in_plan_order_and_guide(nineteen):
    plan = make_plan(nineteen, person())
    assert plan.chosen[-1] == "R19"
    part = plan.parts["R19"]
    assert (part.waits_all, part.due.isoformat()) == (("R09",), "2026-12-14")
    alone = schedule(nineteen.catalogue, {"R19": None}, DateFrame(TODAY, nineteen.holidays))["R19"]
    assert (alone.due.isoformat(), alone.basis) == ("2026-11-30", "护理保险承诺")
    papers = {one.code: one.services for one in plan.papers}
    assert "R19" in papers["P2"]
    assert plan.tally.all == make_plan(BOOK, person()).tally.all
    entry = entries(nineteen.catalogue)[-1]
    assert (entry.code, entry.days, entry.office) == (
        "R19",
        "前一项办好后 5 个工作日",
        "医疗保障局、数据资源管理局",
    )


def test_the_other_eighteen_stay_as_they_were(nineteen):
    for case in (person(), person("M60", "1970-06"), person(known={})):
        found = judge_all(nineteen.catalogue, case)
        assert {code: found[code] for code in CATALOGUE.services} == judge_all(CATALOGUE, case)


NOTICE = """
[2027] # 国务院办公厅通知
off = [
    2027-01-01, 2027-01-02, 2027-01-03, # 元旦
]
work = [2027-01-09]
"""


def test_next_years_holidays(config: Path):
    path = config / "holidays.toml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[2027]")] + NOTICE, "utf-8")
    announced = read_holidays(path)
    day = date(2026, 12, 21)
    before = schedule(CATALOGUE, {"R01": None}, DateFrame(day, BOOK.holidays))["R01"]
    after = schedule(CATALOGUE, {"R01": None}, DateFrame(day, announced))["R01"]
    assert (before.due, before.expected) == (date(2027, 1, 12), True)
    assert (after.due, after.expected) == (date(2027, 1, 11), False)
    assert announced.works(date(2027, 1, 9))
    assert announced.years == {2026, 2027}


def test_a_condition_used_by_nobody_is_no_fault(config: Path):
    path = config / "conditions.toml"
    path.write_text(path.read_text("utf-8") + CONDITION, "utf-8")
    assert "worked_long" in read_catalogue(config).conditions
