"""Who knows better than the shared data: what it opens, and what it leaves as it was."""

from __future__ import annotations

import pytest

from kiosk.retirement.eligibility import EligibilityAnswer, judge_all
from kiosk.retirement.months import Month
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


def test_who_says_the_months_are_there_is_heard():
    case = early(paid_months=170)
    found = judge_all(CATALOGUE, case, {"R01"})
    assert (found["R01"].answer, found["R01"].rule) == (EligibilityAnswer.REVIEW, "insisted")
    assert (found["R06"].answer, found["R06"].rule) == (EligibilityAnswer.REVIEW, "insisted")
    ahead = person("M60", "1966-10", paid_months=170).retiring(M("2027-01"))
    assert verdict("R01", ahead, "R01").since == M("2027-01")


@pytest.mark.parametrize("code", ["R04", "R05"])
def test_months_that_no_office_has_recorded_may_make_up_for_what_is_short(code):
    """Who insists on early years, or on another place, is not sent away for years."""
    case = person(paid_months=108)
    assert judge_all(CATALOGUE, case)["R01"].since == M("2032-11")
    found = judge_all(CATALOGUE, case, {code})
    assert [found[one].answer for one in (code, "R01", "R06")] == [EligibilityAnswer.REVIEW] * 3
    assert found["R07"].fileable


@pytest.mark.parametrize("code", ["R05", "R13", "R14", "R16", "R15"])
def test_insisting_does_not_jump_the_queue(code):
    """What was doubted is open again; what comes first still comes first."""
    unknown = {"has_fund_account": False, "only_child_certificate": False}
    found = verdict(code, person("M60", "1966-10", **unknown), code)
    assert (found.rule, found.since) == ("waits", M("2027-04"))
    assert verdict(code, person(**unknown), code).rule == "insisted"


def test_insisting_on_one_thing_leaves_the_others_to_hold():
    """Another condition that says no, later or review is told as ever."""
    reasons = {"annuity": "无", "citizen": "无户籍", "paid_enough": "核"}
    catalogue = changed("R18", when=tuple(reasons), reasons=reasons)
    assert verdict("R18", person(citizen=False), "R18", catalogue=catalogue).rule == "citizen"
    assert verdict("R18", person(), "R18", catalogue=catalogue).rule == "insisted"
    both = person(paid_months=1)
    assert verdict("R18", both, "R18", catalogue=catalogue).rule == "insisted"
    assert verdict("R18", both, catalogue=catalogue).rule == "annuity"


def test_insisting_where_nothing_is_doubted_changes_nothing():
    assert verdict("R14", person(), "R14") == verdict("R14", person())
    assert verdict("R05", person(deemed_months=1), "R05").rule == "manual"


def test_insisting_while_a_fact_is_open_is_not_hearing_a_no():
    assert verdict("R14", person(known={"kind": "QY"}), "R14").rule == "unknown"


def test_insisting_needs_a_condition_that_allows_it():
    assert verdict("R01", SOON, "R01").rule == "reached_age"
    catalogue = with_condition("annuity", insist=False)
    found = verdict("R16", person(), "R16", catalogue=catalogue)
    assert (found.rule, found.insistable) == ("annuity", False)
