"""Questions: which are asked of whom, in which order, and a file that is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.schema import ConfigError
from kiosk.failures import Failure
from kiosk.retirement.numbers import CHECKS
from kiosk.retirement.questions import (
    AnswerKind,
    Option,
    Question,
    applies,
    check_answer,
    implied_values,
    open_questions,
    read_questions,
)
from tests.kiosk.retirement.shipped import BOOK, CATALOGUE, CONFIG, TODAY, edit, person

QUESTIONS = {one.field: one for one in BOOK.questions}
ALL = frozenset(CATALOGUE.services)


def refused(config, pattern: str, new: str) -> tuple[int, list[str]]:
    path = config / "questions.toml"
    line = edit(path, pattern, new)
    with pytest.raises(ConfigError) as caught:
        read_questions(path, CATALOGUE.services)
    return line, [one.removeprefix(str(path)) for one in str(caught.value).splitlines()]


def asked(chosen, case=None, given=None) -> list[str]:
    usual = tuple(one for one in BOOK.questions if not one.corrects)
    found = open_questions(usual, chosen, case or person(), given or {})
    return [one.field for one in found]


def test_the_shipped_questions_in_their_order():
    assert read_questions(CONFIG / "questions.toml", CATALOGUE.services) == BOOK.questions
    assert list(QUESTIONS) == [
        "mobile", "mobile_alt", "live", "live_county", "live_town", "live_village",
        "away_province", "away_city", "away_county", "away_town", "live_detail", "unit", "unit_code",
        "unit_text", "bank", "own_bank", "account", "child_name", "child_birth", "only_child_cert", "spouse_name", "conclusion_no",
        "card_request", "card_kind", "card_bank", "card_pickup", "card_benefit",
        "annuity_plan", "pay_mode", "special_job", "special_years", "leader", "talent",
    ]  # fmt: skip


def test_shipped_questions_in_full():
    assert QUESTIONS["child_birth"] == Question(
        field="child_birth",
        asking=AnswerKind.DIGITS,
        title="孩子哪天生的？",
        sentence="先年，再月，再日。",
        label="孩子生日",
        services=("R15",),
        known_by="child_birth",
        groups=(4, 2, 2),
        check="past_day",
        next_words="日子对，下一步",
        without="没有这个证",
        without_drops=("R15",),
    )
    assert QUESTIONS["bank"].options[1:3] == (
        Option("card", "社保卡，尾号 {account_tail}", "先去银行激活，才收得到钱", "asleep"),
        Option("card", "打进本人社保卡", "账号送到以后再核对", "unknown"),
    )
    assert QUESTIONS["pay_mode"].facts == ("medical_short",)
    assert QUESTIONS["live_town"].when == {"live": "other"}


def test_numbers_are_grouped_as_they_are_long():
    assert sum(QUESTIONS["mobile"].groups) == 11
    assert sum(QUESTIONS["account"].groups) == 19
    assert sum(QUESTIONS["child_birth"].groups) == 8


def test_the_smallest_set():
    assert asked(["R17"]) == ["mobile", "live", "talent"]
    assert asked(["R06"]) == ["mobile", "live", "bank", "talent"]
    child = ["child_name", "child_birth", "only_child_cert", "spouse_name"]
    assert asked(["R12", "R15"]) == ["mobile", "live", "bank", *child, "pay_mode", "talent"]
    assert asked(["R08"]) == ["mobile", "live", "card_request", "talent"]
    assert asked(["R02"]) == ["mobile", "live", "special_job", "special_years", "talent"]
    assert asked([]) == ["mobile", "live", "talent"]


def test_who_draws_the_allowance_says_where_to_pay_it():
    assert asked(["R03"]) == ["mobile", "live", "bank", "conclusion_no", "talent"]
    assert "account" in asked(["R03"], given={"bank": "own"})


def test_what_was_answered_opens_or_closes_others():
    assert asked(["R17"], given={"mobile": ""}) == ["mobile_alt", "live", "talent"]
    assert asked(["R17"], given={"mobile": "13900001234"}) == ["live", "talent"]
    assert asked(["R17"], given={"mobile": "", "mobile_alt": ""}) == ["live", "talent"]
    far = {"mobile": "13900001234", "live": "other"}
    assert asked(["R17"], given=far) == [
        "live_county",
        "live_town",
        "live_village",
        "live_detail",
        "talent",
    ]
    away = ["away_province", "away_city", "away_county", "away_town", "live_detail", "talent"]
    assert asked(["R17"], given={**far, "live": "away"}) == away
    own = {**far, "live": "same", "bank": "own"}
    assert asked(["R06"], given=own) == ["own_bank", "account", "talent"]
    assert asked(["R06"], given={**far, "live": "same", "bank": "card"}) == ["talent"]


def test_who_has_other_wishes_for_the_card_is_asked_for_them():
    given = {"mobile": "", "mobile_alt": "", "live": "same", "card_request": "other"}
    assert asked(["R08"], given=given) == ["card_kind", "card_benefit", "talent"]
    new = ["card_bank", "card_pickup", "card_benefit", "talent"]
    assert asked(["R08"], given={**given, "card_kind": "lost"}) == new
    assert asked(["R08"], given={**given, "card_kind": "keep"}) == ["card_benefit", "talent"]
    for usual in ("keep", "renew", "lost"):
        assert asked(["R08"], given={**given, "card_request": usual}) == ["talent"]


def test_values_that_follow_from_an_option():
    implied = {"card_kind": "lost", "card_pickup": "here", "card_benefit": "yes"}
    assert implied_values(BOOK.questions, {"card_request": "lost"}) == implied
    assert implied_values(BOOK.questions, {"card_request": "other"}) == {}
    assert implied_values(BOOK.questions, {}) == {}


@pytest.mark.parametrize(("kind", "leads"), [("JG", True), ("QY", False), ("LH", False)])
def test_only_state_bodies_have_leaders(kind, leads):
    assert ("leader" in asked(["R01"], person(kind=kind))) is leads


def test_an_unknown_kind_is_not_asked_for_its_own():
    assert "leader" not in asked(["R01"], person(known={}))


@given(st.frozensets(st.sampled_from(sorted(ALL))), st.frozensets(st.sampled_from(sorted(ALL))))
def test_more_services_never_ask_less(some, more):
    assert set(asked(some)) <= set(asked(some | more))


def test_applies():
    assert applies(QUESTIONS["pay_mode"], {"R12"}, person(), {})
    assert not applies(QUESTIONS["pay_mode"], {"R11"}, person(), {})
    assert not applies(QUESTIONS["pay_mode"], {"R12"}, person(known={"kind": "QY"}), {})
    assert not applies(QUESTIONS["pay_mode"], {"R12"}, person(known={"medical_months": 1}), {})
    assert not applies(QUESTIONS["account"], ALL, person(), {"bank": "card"})


def test_an_answer_is_checked_by_the_named_check():
    assert check_answer(QUESTIONS["mobile"], "13900001234", TODAY) is None
    assert check_answer(QUESTIONS["mobile"], "1390000123", TODAY) is Failure.MOBILE_WRONG
    assert check_answer(QUESTIONS["child_birth"], "19920314", TODAY) is None
    assert check_answer(QUESTIONS["child_birth"], "20261124", TODAY) is Failure.DAY_WRONG
    assert check_answer(QUESTIONS["talent"], "anything", TODAY) is None


@pytest.mark.parametrize(
    ("pattern", "new", "key", "cure"),
    [
        (
            r'check = "past_day"',
            'check = "telephone"',
            "child_birth.check",
            "应是这几个之一：" + "、".join(CHECKS),
        ),
        (
            r'services = \["R12"\]',
            'services = ["R12", "R99"]',
            "pay_mode.services",
            "没有“R99”这一项",
        ),
        (
            r'without_drops = \["R15"\]',
            'without_drops = ["R98"]',
            "child_birth.without_drops",
            "没有“R98”这一项",
        ),
        (
            r'facts = \["medical_short"\]',
            'facts = ["medical_short", "medical_months"]',
            "pay_mode.facts",
            "没有“medical_months”这项算出来的事实",
        ),
        (r'kinds = \["JG"\]', 'kinds = ["XX"]', "leader.kinds", "没有“XX”这种参保类型"),
        (
            r"^when = \{ mobile = .*$",
            'when = { talent = "" }',
            "mobile_alt.when",
            "前面没有问“talent”",
        ),
        (
            r"^when = \{ mobile = .*$",
            'when = { mobile_alt = "" }',
            "mobile_alt.when",
            "前面没有问“mobile_alt”",
        ),
        (
            r"^unless = .*live.*$",
            'unless = { bank = "own" }',
            "live_detail.unless",
            "前面没有问“bank”",
        ),
        (
            r'within = "live_county"',
            'within = "live_village"',
            "live_town.within",
            "前面没有问“live_village”",
        ),
    ],
)
def test_an_unsound_question(config, pattern, new, key, cure):
    line, words = refused(config, pattern, new)
    assert words == [f" 第 {line} 行：{key}：{cure}。"]


@pytest.mark.parametrize(
    ("pattern", "new", "cure"),
    [
        (r'words = "井下"', 'words = "{depth}"', "special_job.options：“{depth}”不是能填的"),
        (
            r'under = "老年大学"',
            'under = "{school}{place}"',
            "talent.options：“{school}”不是能填的",
        ),
        (r'under = "老年大学"', 'under = "{school"', "talent.options：花括号没有配成对"),
        (r'under = "老年大学"', 'under = "{}"', "talent.options：“{}”不是能填的"),
    ],
)
def test_unsound_words_of_an_option(config, pattern, new, cure):
    _, words = refused(config, pattern, new)
    assert words[0].split("：", 1)[1] == f"{cure}。"


def test_words_that_may_be_filled_in(config):
    path = config / "questions.toml"
    edit(path, r'under = "老年大学"', 'under = "{address}{bank}{account_tail}{medical_short}"')
    assert read_questions(path, CATALOGUE.services)[-1].options[2].under.startswith("{address}")


def test_misspelt_key_of_a_question(config):
    line, words = refused(config, r"(?<=sentence = .一位一位点，不着急。.\n)label", "lable")
    assert f" 第 {line} 行：mobile.lable：没有这一项，请删去或改名。是不是想写“label”？" in words


def test_every_unsound_question_is_named(config):
    path = config / "questions.toml"
    edit(path, r'check = "past_day"', 'check = "telephone"')
    edit(path, r'services = \["R12"\]', 'services = ["R97", "R99"]')
    _, words = refused(config, r'(?<=title = "您干的哪一种？"\n)sentence', "sentnece")
    assert [one.split("：")[1] for one in words] == [
        "special_job.sentnece",
        "special_job.sentence",
        "child_birth.check",
        "pay_mode.services",
        "pay_mode.services",
    ]


def test_what_no_office_tells_is_no_condition_of_a_question(config):
    line, said = refused(config, 'known_by = "child_birth"', 'known_by = "shoe_size"')
    assert any("shoe_size" in one and str(line) in one for one in said)
