"""Verdicts in full: sentences, basis, changes, months and flags, and their order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.retirement.conditions import Unmet
from kiosk.retirement.eligibility import EligibilityAnswer, Verdict, judge_all, sorted_by_need
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route
from tests.kiosk.retirement.shipped import (
    CATALOGUE,
    changed,
    early,
    person,
    verdict,
    with_condition,
)

M = Month.parse
SOON = person("M60", "1966-10")
AGE_BASIS = "关于实施渐进式延迟法定退休年龄的决定 第一条；社会保险法 第十六条"


@pytest.mark.parametrize(
    ("case", "found"),
    [
        (
            person(),
            Verdict(
                code="R01",
                answer=EligibilityAnswer.CAN,
                reason="到年龄了，缴费也满 15 年",
                helper="2026年11月 到法定退休年龄，累计缴费 33 年半，够 2026 年的最低 15 年。出生年月以档案为准。",
                basis=AGE_BASIS,
                rule="fits",
            ),
        ),
        (
            SOON,
            Verdict(
                code="R01",
                answer=EligibilityAnswer.LATER,
                reason="2027年4月 退休，那时来办",
                helper="打算 2027年4月 退休，离现在还有 5 个月。"
                "按卡上的出生年月估算，法定是 2027年4月，以档案为准。",
                basis="关于实施渐进式延迟法定退休年龄的决定 第一条",
                rule="reached_age",
                changes=("再等 5 个月，2027年4月 来办",),
                since=M("2027-04"),
            ),
        ),
        (
            person(paid_months=175),
            Verdict(
                code="R01",
                answer=EligibilityAnswer.LATER,
                reason="缴费还差 5 个月，接着交就够",
                helper="实缴和视同一共 14 年 7 个月，2026 年最少要 15 年，还差 5 个月。"
                "接着按月交，最早 2027年4月 交满。",
                basis="关于实施渐进式延迟法定退休年龄的决定 第二条；社会保险法 第十六条",
                rule="paid_enough",
                changes=("接着再交 5 个月", "不想再交的，可以转成居民养老，到社保窗口办"),
                since=M("2027-04"),
                insistable=True,
            ),
        ),
        (
            person("M60", "1966-10", paid_months=175),
            Verdict(
                code="R01",
                answer=EligibilityAnswer.LATER,
                reason="2027年4月 退休，那时来办",
                helper="打算 2027年4月 退休，离现在还有 5 个月。"
                "按卡上的出生年月估算，法定是 2027年4月，以档案为准。"
                "实缴和视同一共 14 年 7 个月，2027 年最少要 15 年，还差 5 个月。"
                "接着按月交，最早 2027年4月 交满。",
                basis="关于实施渐进式延迟法定退休年龄的决定 第一条",
                rule="reached_age",
                changes=(
                    "再等 5 个月，2027年4月 来办",
                    "接着再交 5 个月",
                    "不想再交的，可以转成居民养老，到社保窗口办",
                ),
                since=M("2027-04"),
            ),
        ),
        (
            person("M60", "1970-06", route=Route.SPECIAL_WORK),
            Verdict(
                code="R01",
                answer=EligibilityAnswer.CANNOT,
                reason="不用办：按特殊工种退休",
                helper="到年龄、特殊工种、病残津贴三条路只能选一条，现在按特殊工种退休。",
                basis=AGE_BASIS,
                rule="route",
                changes=("想换路，先在“想早晚一点”里选回按到年龄退休",),
                fileable=False,
            ),
        ),
        (
            person(known={}),
            Verdict(
                code="R01",
                answer=EligibilityAnswer.REVIEW,
                reason="先一起交，由部门来核对",
                helper="现在不知道：养老累计缴费月数。先交上，由部门核对。",
                basis=AGE_BASIS,
                rule="unknown",
                changes=("取到“养老累计缴费月数”以后，马上就能判断",),
            ),
        ),
    ],
)
def test_the_age_route(case, found):
    assert verdict("R01", case) == found


@pytest.mark.parametrize(
    ("code", "case", "insisted", "found"),
    [
        (
            "R18",
            person(kind="JG"),
            (),
            Verdict(
                code="R18",
                answer=EligibilityAnswer.CANNOT,
                reason="不用办：只给企业、灵活就业的人办",
                helper="这一项只给企业、灵活就业的人办，本人的参保类型是机关事业单位。",
                basis="关于国有企业退休人员社会化管理的指导意见（厅字〔2019〕19号）",
                rule="kind",
                changes=("参保类型登记错的，先请社保部门更正",),
                fileable=False,
            ),
        ),
        (
            "R02",
            SOON,
            (),
            Verdict(
                code="R02",
                answer=EligibilityAnswer.REVIEW,
                reason="也可以走，要由人来审核",
                helper="和到年龄退休只能选一条。干过的岗位、鉴定结论由人审核，这台机器不算。",
                basis="关于实施渐进式延迟法定退休年龄的决定 第八条",
                rule="other_route",
                changes=("想走这条路，在“想早晚一点”里选",),
                fileable=False,
            ),
        ),
        (
            "R07",
            SOON,
            (),
            Verdict(
                code="R07",
                answer=EligibilityAnswer.LATER,
                reason="2027年4月起，跟着按月领养老金办",
                helper="要等“按月领养老金”批下来，那一项 2027年4月 才能办。",
                basis="国务院关于在线政务服务的若干规定 第十条",
                rule="waits",
                changes=("2027年4月 来办，一起就办了",),
                since=M("2027-04"),
            ),
        ),
        (
            "R09",
            person("M60", "1970-06", route=Route.DISABILITY),
            (),
            Verdict(
                code="R09",
                answer=EligibilityAnswer.CANNOT,
                reason="不用办：先领病残津贴",
                helper="这一项要等按月领养老金的资格批下来，现在先领病残津贴。",
                basis="社会保险法 第二十七条",
                rule="needs",
                changes=("改成到年龄退休时再办",),
                fileable=False,
            ),
        ),
        (
            "R16",
            person(),
            (),
            Verdict(
                code="R16",
                answer=EligibilityAnswer.CANNOT,
                reason="不用办：单位没建年金",
                helper="单位没有给本人建年金。",
                basis="企业年金办法 第二十四条；机关事业单位职业年金办法 第九条",
                rule="annuity",
                changes=("单位建过年金的，问单位要年金计划的名称，可以照样申请",),
                fileable=False,
                insistable=True,
            ),
        ),
        (
            "R16",
            person(),
            ("R16",),
            Verdict(
                code="R16",
                answer=EligibilityAnswer.REVIEW,
                reason="您说能办，由人来核对",
                helper="共享数据里没有，本人要求照样申请，由部门核对。",
                basis="企业年金办法 第二十四条；机关事业单位职业年金办法 第九条",
                rule="insisted",
                changes=("带上证明，审核更快",),
            ),
        ),
        (
            "R03",
            person("F55", "1980-01", kind="LH", route=Route.DISABILITY),
            (),
            Verdict(
                code="R03",
                answer=EligibilityAnswer.REVIEW,
                reason="要看鉴定结论，由人来审核",
                helper="要有设区的市级以上劳动能力鉴定委员会的完全丧失劳动能力结论。"
                "领津贴期间不缴费，到法定年龄再办退休手续。",
                basis="人社部发〔2024〕72号",
                rule="manual",
                changes=("带齐材料和证明，审核更快",),
            ),
        ),
        (
            "R03",
            person(route=Route.DISABILITY),
            ("R03",),
            Verdict(
                code="R03",
                answer=EligibilityAnswer.CANNOT,
                reason="不用办：已经到年龄了",
                helper="2026年11月 已到法定退休年龄，按到年龄办更快，不用再走这条路。",
                basis="关于实施渐进式延迟法定退休年龄的决定 第八条；人社部发〔2024〕72号",
                rule="before_statutory",
                changes=("直接按到年龄退休办",),
                fileable=False,
            ),
        ),
        (
            "R15",
            person(only_child_certificate=False),
            ("R16",),
            Verdict(
                code="R15",
                answer=EligibilityAnswer.CANNOT,
                reason="不用办：没有光荣证",
                helper="卫健部门没有独生子女父母光荣证的记录。",
                basis="人口与计划生育法 第三十一条",
                rule="only_child",
                changes=("有光荣证的，带上证或写个承诺，可以照样申请",),
                fileable=False,
                insistable=True,
            ),
        ),
    ],
)
def test_verdict_in_full(code, case, insisted, found):
    assert verdict(code, case, *insisted) == found


def test_what_others_kinds_have_is_not_waited_for():
    found = judge_all(CATALOGUE, person(kind="LH"))
    assert (found["R13"].rule, found["R14"].answer) == ("kind", EligibilityAnswer.CAN)
    state = judge_all(CATALOGUE, person(kind="JG", medical_months=300))
    assert (state["R12"].rule, state["R11"].rule) == ("kind", "medical_enough")


def test_unknown_kind_is_refused_nothing():
    found = judge_all(CATALOGUE, person(known={}))
    assert {one.answer for one in found.values()} == {
        EligibilityAnswer.CAN,
        EligibilityAnswer.REVIEW,
        EligibilityAnswer.CANNOT,
    }
    assert {one.rule for one in found.values() if one.answer is EligibilityAnswer.CANNOT} == {
        "before_statutory"
    }
    assert found["R15"].reason == "有光荣证就可以领"
    assert found["R15"].helper == "现在不知道：有独生子女光荣证、参保类型。先交上，由部门核对。"


def test_several_open_facts_are_all_named():
    catalogue = changed("R18", when=("annuity", "fund_account"), reasons={})
    found = verdict("R18", person(known={"kind": "QY"}), catalogue=catalogue)
    assert found.helper == "现在不知道：单位建了年金、有公积金账户。先交上，由部门核对。"


def test_the_words_for_what_is_not_known_are_filled_in():
    catalogue = with_condition("only_child", unknown="{retire_month} 再看")
    found = verdict("R15", person(known={"kind": "QY"}), catalogue=catalogue)
    assert found.reason == "2026年11月 再看"


def test_the_strictest_condition_decides():
    """CANNOT before LATER before REVIEW, whatever the order in the file."""
    reasons = {"household_matches": "核", "reached_age": "等", "annuity": "无"}
    case = person("M60", "1966-10", household_matches=False)
    for when in (tuple(reasons), tuple(reversed(reasons))):
        catalogue = changed("R01", when=when, reasons=reasons)
        assert verdict("R01", case, catalogue=catalogue).rule == "annuity"
        known = {"household_matches": False, "has_annuity": True}
        assert verdict("R01", person(**known), catalogue=catalogue).rule == "household_matches"
        later = verdict("R01", person("M60", "1966-10", **known), catalogue=catalogue)
        assert later.rule == "reached_age"


def test_the_first_of_equal_conditions_decides_and_all_are_told_to_the_helper():
    reasons = {"annuity": "无年金", "fund_account": "无公积金"}
    case = person(has_annuity=False, has_fund_account=False)
    catalogue = changed("R18", when=tuple(reasons), reasons=reasons)
    found = verdict("R18", case, catalogue=catalogue)
    assert (found.rule, found.reason) == ("annuity", "无年金")
    assert found.helper == "单位没有给本人建年金。公积金中心没有本人的账户。"
    assert len(found.changes) == 2


def test_waiting_weighs_more_than_a_review():
    case = person("M60", "1966-10", paid_months=174, medical_months=1)
    found = judge_all(CATALOGUE, case)
    assert [found[code].rule for code in ("R06", "R07", "R11")] == ["waits"] * 3


def test_waiting_weighs_more_than_not_knowing_and_less_than_a_no():
    known = {"kind": "QY", "has_annuity": False}
    found = judge_all(CATALOGUE, person("M60", "1966-10", known=known))
    assert (found["R15"].rule, found["R16"].rule) == ("waits", "annuity")


def test_the_latest_of_what_is_waited_for_is_named():
    catalogue = with_condition("paid_elsewhere", unmet=Unmet.LATER, from_month="statutory_month")
    catalogue = replace(
        catalogue,
        services={
            **catalogue.services,
            "R18": replace(catalogue.services["R18"], needs_any=("R04",), needs_all=("R06",)),
        },
    )
    late = person("M60", "1970-06").retiring(M("2030-06"))
    found = verdict("R18", late, catalogue=catalogue)
    assert (found.since, found.reason) == (M("2031-11"), "2031年11月起，跟着社保关系转移办")
    early = person("M60", "1966-10").retiring(M("2028-06"))
    found = verdict("R18", early, catalogue=catalogue)
    assert (found.since, found.reason) == (M("2028-06"), "2028年6月起，跟着按月领养老金办")


def test_the_basis_of_a_condition_without_one_is_the_services():
    catalogue = with_condition("annuity", basis="")
    catalogue = replace(
        catalogue,
        services={**catalogue.services, "R16": replace(catalogue.services["R16"], basis="某法")},
    )
    assert verdict("R16", person(), catalogue=catalogue).basis == "某法"


def test_whatever_is_not_simply_to_be_had_says_what_would_change_it():
    for case in (
        person(known={}),
        SOON,
        early(paid_months=1),
        person(kind="JG"),
        person(kind="LH"),
    ):
        for route in Route:
            for found in judge_all(CATALOGUE, case.along(route)).values():
                assert found.changes or found.rule == "fits", found


def test_only_open_facts_are_named():
    """Neither the fact nor what it is compared with is called unknown while it is known."""
    found = verdict("R06", person(known={"kind": "QY"}))
    assert found.helper == "现在不知道：养老累计缴费月数。先交上，由部门核对。"
    unknown = person("M60", "1970-06", route=Route.SPECIAL_WORK, known={"kind": "QY"})
    assert verdict("R06", unknown).helper == (
        "现在不知道：养老累计缴费月数、最低缴费月数。先交上，由部门核对。"
    )


def test_verdicts_are_in_the_order_of_handling():
    assert list(judge_all(CATALOGUE, person())) == [one.code for one in CATALOGUE.in_order()]


def test_sorted_by_need():
    placed: list[str] = []
    for service in sorted_by_need(CATALOGUE):
        assert set(placed) >= {*service.needs_any, *service.needs_all}
        placed.append(service.code)
    assert sorted(placed) == sorted(CATALOGUE.services)


def test_a_circle_that_was_not_refused_is_a_bug():
    with pytest.raises(AssertionError, match="circle"):
        list(sorted_by_need(changed("R01", needs_all=("R06",))))
