"""The same answers in plain lines, for people."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.people.id_number import NumberFault
from kiosk.retirement.age import Category, estimate
from kiosk.retirement.eligibility import EligibilityAnswer
from kiosk.retirement.materials import Resolution
from kiosk.retirement.months import Month
from kiosk.retirement.plan import make_plan
from tests.kiosk.retirement.shipped import BOOK, CATALOGUE, EXPLANATION, RULES, person

NOTE_2027 = (
    "config/holidays.toml 里没有 2027 年的放假通知，落在那一年的日期是预计的；"
    "通知公布后补上那一年，日期就准了。"
)
AGE_1966 = [
    "男职工，1966年6月生：",
    "法定退休：2026年11月（60 岁 5 个月，推迟 5 个月）",
    "最早 2026年6月，提前 3 个月书面告诉单位",
    "最晚 2029年11月，提前 1 个月和单位书面约定",
    "最低缴费：15 年",
    "这是估算，出生年月以档案为准。",
]


def lines(explain, case) -> list[str]:
    return list(explain(CATALOGUE, case, make_plan(BOOK, case)))


@pytest.mark.parametrize(
    ("category", "birth", "words"),
    [
        ("M60", "1966-06", AGE_1966),
        (
            "F50",
            "1974-12",
            [
                "女工人，1974年12月生：",
                "法定退休：2024年12月（50 岁，推迟 0 个月）",
                "最低缴费：15 年",
                "这是估算，出生年月以档案为准。",
            ],
        ),
        (
            "F55",
            "1981-09",
            [
                "女干部，1981年9月生：",
                "法定退休：2039年9月（58 岁，推迟 36 个月）",
                "最早 2036年9月，提前 3 个月书面告诉单位",
                "最晚 2042年9月，提前 1 个月和单位书面约定",
                "最低缴费：20 年",
                "这是估算，出生年月以档案为准。",
            ],
        ),
    ],
)
def test_the_estimate(category, birth, words):
    assert (
        list(
            EXPLANATION.explain_age(RULES, estimate(RULES, Category(category), Month.parse(birth)))
        )
        == words
    )


def test_verdicts():
    found = lines(EXPLANATION.explain_verdicts, person("M60", "1966-10"))
    assert found[0] == "男职工，1966年10月生："
    assert found[6:12] == [
        "",
        "R01 领养老金的资格：以后办，2027年4月起",
        "    2027年4月 退休，那时来办",
        "    给帮办员：打算 2027年4月 退休，离现在还有 5 个月。按卡上的出生年月估算，法定是 2027年4月，以档案为准。",
        "    依据：关于实施渐进式延迟法定退休年龄的决定 第一条",
        "    怎样会变：再等 5 个月，2027年4月 来办",
    ]
    place = found.index("R08 社保卡和乘车优待：能办")
    assert found[place - 1 : place + 5] == [
        "",
        "R08 社保卡和乘车优待：能办",
        "    卡好了要本人去领",
        "    给帮办员：可以代办申请，不可以代领。老年证和乘车优待按年龄发，达到年龄自动生效。",
        "    依据：社会保险经办条例 第六条；老年人权益保障法 第五十八条",
        "",
    ]
    assert len([line for line in found if line[:1] == "R"]) == 18


def test_plan():
    case = person(has_fund_account=False, only_child_certificate=False, deemed_months=36)
    found = lines(EXPLANATION.explain_plan, case)
    assert found == [
        *AGE_1966,
        "",
        "一起办 10 项。",
        "表上 23 项，已经知道 20 项。",
        "要问 5 个问题：",
        "    您的手机号码？",
        "    您现在住哪儿？",
        "    钱打到哪张卡？",
        "    社保卡怎么办？",
        "    退休后想做点啥？",
        "材料 7 份：",
        "    居民身份证：自动取得（读卡就有了，10 项共用）",
        "    户口簿：自动取得（自动核对电子户口，2 项共用）",
        "    头像照片：自动取得（用电子头像，3 项共用）",
        "    参保缴费记录：自动取得（人社和税务共享，2 项共用）",
        "    医保缴费记录：自动取得（医保共享，3 项共用）",
        "    社保卡银行账户：自动取得（人社共享，1 项共用）",
        "    人事档案：单位转来（由单位或托管机构转来，4 项共用）",
        "先后和日期：",
        "    领养老金的资格：马上开始，2026年12月14日前",
        "    户籍信息核对：马上开始，当天就好",
        "    早年工龄认定：等领养老金的资格，2026年12月14日前",
        "    按月领养老金：等领养老金的资格，2026年12月14日前",
        "    电子退休证：等按月领养老金，2026年12月14日前",
        "    社保卡和乘车优待：马上开始，2026年12月7日前",
        "    医保年限确认：等领养老金的资格，2026年12月14日前",
        "    医保早年年限：等领养老金的资格，2026年12月14日前",
        "    医保转成退休：等医保年限确认，2026年12月14日前",
        "    档案转到社区：等按月领养老金，2026年12月14日前",
        NOTE_2027,
    ]


def test_what_waits_for_two():
    found = lines(EXPLANATION.explain_plan, person(medical_months=330))
    assert "    补医保年限：等医保年限确认，本人办完手续以后" in found
    assert "    医保转成退休：等医保年限确认、补医保年限，本人办完手续以后" in found


def test_a_paper_says_every_way_in_which_it_may_come():
    found = lines(EXPLANATION.explain_plan, person())
    assert "    独生子女光荣证：拍照、写承诺、以后交（领一次性奖励要核对，1 项共用）" in found


def test_what_begins_in_a_later_month():
    found = lines(EXPLANATION.explain_plan, person("M60", "1966-07"))
    assert "    领养老金的资格：2026年12月起，2026年12月21日前" in found
    assert "    按月领养老金：等领养老金的资格，2026年12月起，2026年12月21日前" in found
    assert "    社保卡和乘车优待：马上开始，2026年12月7日前" in found


def test_expected_days():
    case = person("M60", "1966-06", date(2026, 12, 11))
    found = lines(EXPLANATION.explain_plan, case)
    assert "    领养老金的资格：马上开始，2027年1月4日前（预计）" in found
    assert "    社保卡和乘车优待：马上开始，2026年12月25日前" in found
    assert found[-1] == NOTE_2027


@pytest.mark.parametrize(
    ("on", "years"),
    [
        (date(2026, 3, 30), []),
        (date(2026, 11, 23), ["2027"]),  # only the lawful day reaches it
        (date(2026, 12, 11), ["2027"]),
        (date(2027, 12, 15), ["2027", "2028"]),
        (date(2025, 12, 31), ["2025"]),  # the year of acceptance itself
    ],
)
def test_notes_name_each_year_without_notice(on, years):
    notes = list(EXPLANATION.plan_notes(make_plan(BOOK, person(on=on))))
    assert notes == [NOTE_2027.replace("2027", year) for year in years]


def test_the_guide():
    found = list(EXPLANATION.explain_guide(CATALOGUE))
    assert found[:6] == [
        "领养老金的资格（达到法定退休年龄领取基本养老金资格确认）",
        "    谁能办：机关事业单位、企业、灵活就业；别人可以代办",
        "    要带：弹性退休书面材料（早退或晚退才要）",
        "    多久：15 个工作日；办好拿到：退休审批结果",
        "    找谁：人力资源和社会保障局 电话 12333",
        "    依据：关于实施渐进式延迟法定退休年龄的决定 第一条；社会保险法 第十六条",
    ]
    assert len(found) == 18 * 6


def test_every_answer_and_way_has_its_word():
    words = EXPLANATION.words
    for table, kind in (
        (words.answers, EligibilityAnswer),
        (words.ways, Resolution),
        (words.number, NumberFault),
    ):
        assert table.keys() == set(kind)
        assert len(set(table.values())) == len(table)
