"""The three ways into retirement, the month that was chosen or missed, and the household."""

from __future__ import annotations

import pytest

from kiosk.people.facts import InsuredPlace
from kiosk.retirement.eligibility import EligibilityAnswer, Verdict, judge_all
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route
from tests.kiosk.retirement.shipped import CATALOGUE, changed, early, person, verdict

M = Month.parse


def test_a_lost_route_takes_what_hangs_on_it_away():
    found = judge_all(CATALOGUE, person("M60", "1970-06", route=Route.DISABILITY))
    assert {code for code, one in found.items() if one.rule == "needs"} == {
        "R05", "R06", "R07", "R09", "R10", "R11", "R12", "R15", "R16", "R18",
    }  # fmt: skip


def test_what_hangs_on_a_shut_route_is_lost_with_it():
    catalogue = changed("R18", needs_all=("R01",))
    case = person("M60", "1970-06", route=Route.SPECIAL_WORK)
    assert verdict("R01", case).rule == "route"
    assert verdict("R18", case, catalogue=catalogue).rule == "needs"


def test_special_work_carries_what_hangs_on_it():
    case = person("M60", "1970-06", route=Route.SPECIAL_WORK)
    found = judge_all(CATALOGUE, case)
    assert [one for one in found.values() if one.rule == "needs"] == []
    assert (found["R09"].answer, found["R14"].answer) == (
        EligibilityAnswer.CAN,
        EligibilityAnswer.CAN,
    )
    assert found["R02"].rule == "manual"


@pytest.mark.parametrize("paid", [1, 402])
def test_no_minimum_is_known_on_the_way_of_special_work(paid):
    """The office says which month and which minimum count, so nobody is told they have enough."""
    found = verdict("R06", person("M60", "1970-06", route=Route.SPECIAL_WORK, paid_months=paid))
    assert (found.answer, found.rule) == (EligibilityAnswer.REVIEW, "unknown")
    assert found.helper == "现在不知道：最低缴费月数。先交上，由部门核对。"
    assert found.changes == ("取到“最低缴费月数”以后，马上就能判断",)


@pytest.mark.parametrize("kind", ["QY", "LH"])
def test_the_fund_is_looked_at_on_the_way_of_disability(kind):
    found = judge_all(CATALOGUE, person("M60", "1970-06", route=Route.DISABILITY, kind=kind))
    assert (found["R14"].answer, found["R14"].rule) == (
        EligibilityAnswer.REVIEW,
        "not_by_disability",
    )
    assert found["R13"].rule == ("not_by_disability" if kind == "QY" else "kind")


@pytest.mark.parametrize(("birth", "since"), [("1966-10", "2027-04"), ("1970-06", "2031-11")])
@pytest.mark.parametrize("kind", ["JG", "QY", "LH"])
def test_nobody_withdraws_the_fund_before_retiring(kind, birth, since):
    found = verdict("R14", person("M60", birth, kind=kind))
    assert (found.answer, found.since) == (EligibilityAnswer.LATER, M(since))


def test_special_work_that_is_not_to_be_had_takes_everything_away():
    found = judge_all(CATALOGUE, person(kind="LH", route=Route.SPECIAL_WORK))
    lost = ("before_statutory", "lost", "lost")
    assert (found["R02"].rule, found["R06"].rule, found["R07"].rule) == lost
    assert found["R01"].rule == "route"


def test_a_state_body_pays_up_what_is_missing_for_its_own():
    found = verdict("R11", person(kind="JG", medical_months=300))
    assert (found.answer, found.reason) == (EligibilityAnswer.REVIEW, "补够年限，就转成退休")
    assert found.changes == ("补交 5 年：企业和灵活就业在这里一起办，机关事业单位由单位去补",)


def test_what_hangs_on_a_refused_early_month_names_what_must_come_first():
    found = judge_all(CATALOGUE, early(paid_months=100))
    assert found["R01"].rule == "early_enough"
    assert (found["R06"].rule, found["R07"].rule) == ("lost", "lost")
    assert found["R06"].reason == "不用办：先办成领养老金的资格"
    assert found["R06"].changes == ("“领养老金的资格”能办了，这一项就能办",)
    assert found["R08"].answer is EligibilityAnswer.CAN


def test_who_pays_on_until_an_early_month_may_have_enough_by_then():
    """Born 1970-06, earliest 2030-06, 43 months ahead; the minimum of 2030 is 186 months."""
    case = person("M60", "1970-06", paid_months=142).retiring(M("2030-06"))
    assert verdict("R01", case.retiring(M("2030-06"))).rule == "early_enough"
    enough = person("M60", "1970-06", paid_months=143).retiring(M("2030-06"))
    assert verdict("R01", enough).rule == "reached_age"


def test_early_is_looked_at_by_a_person():
    """The notice three months ahead is on paper; no machine can see it."""
    found = verdict("R01", early())
    assert (found.answer, found.rule, found.reason) == (
        EligibilityAnswer.REVIEW,
        "not_early",
        "提前退，书面告知由人来核",
    )
    assert found.changes == ("按法定那个月（2027年4月）退休，就不用再核",)
    assert found.fileable
    assert "到年龄" not in found.reason


def test_early_without_the_minimum_is_refused_with_both_ways_out():
    found = verdict("R01", early(paid_months=170))
    assert found == Verdict(
        code="R01",
        answer=EligibilityAnswer.CANNOT,
        reason="缴费没满，还不能提前退",
        helper="提前退休要先交满 2026 年的最低 15 年，现在还差 10 个月。"
        "实缴和视同一共 14 年 2 个月，2026 年最少要 15 年，还差 10 个月。"
        "接着按月交，最早 2027年9月 交满。"
        "选了提前退休：要本人自愿，至少提前 3 个月书面告诉过单位；没有单位的，问社保经办窗口。",
        basis="人社部发〔2024〕94号",
        rule="early_enough",
        changes=("按法定那个月（2027年4月）退休", "补满 10 个月 再提前退"),
        fileable=False,
        insistable=True,
    )
    assert verdict("R01", early(paid_months=180)).rule == "not_early"


@pytest.mark.parametrize("kind", ["JG", "QY", "LH"])
def test_who_comes_after_the_month_agreed_to_nothing(kind):
    """A state body has to confirm; nobody else is asked for anything."""
    found = verdict("R01", person("M60", "1966-05", kind=kind))
    assert found.rule == ("late_allowed" if kind == "JG" else "fits")
    assert verdict("R01", person("M60", "1963-12", kind=kind)).rule == "fits"


def test_too_few_months_weigh_more_than_coming_late():
    found = verdict("R01", person("M60", "1966-05", kind="JG", paid_months=170))
    assert found.rule == "paid_enough"
    assert found.helper.endswith("要单位确认身份。")


def test_who_has_no_household_here_confirms_none():
    found = verdict("R17", person(citizen=False))
    assert (found.answer, found.reason) == (EligibilityAnswer.CANNOT, "不用办：这种证件没有户籍")
    assert not found.insistable
    both = verdict("R17", person(citizen=False, household_matches=False))
    assert (both.rule, both.changes) == ("citizen", ("在内地落了户，用居民身份证来办",)), (
        "who has no household is not told to bring the register"
    )


def test_who_belongs_to_shanghai_is_not_told_to_have_the_years_merged_here():
    """Nobody counted the years of Shanghai, and with them the minimum would be reached."""
    places = (InsuredPlace("亳州市", 60), InsuredPlace("上海市", 144))
    gone = {"home_place": "亳州市", "insured_places": places, "earlier_places": ("上海市",)}
    found = verdict("R01", person(paid_months=144, deemed_months=0, **gone))
    assert (found.answer, found.rule) == (EligibilityAnswer.CANNOT, "drawn_here")
    assert found.changes == (
        "带身份证到上海市的社保窗口申请，也可以先打那里的 12333",
        "户口或缴费记录不对的，带上凭证，可以照样申请",
    )


def test_a_household_that_does_not_match_is_looked_at():
    found = verdict("R17", person(household_matches=False))
    assert (found.answer, found.reason) == (EligibilityAnswer.REVIEW, "核对不上，由人来看户口簿")
    assert found.fileable
