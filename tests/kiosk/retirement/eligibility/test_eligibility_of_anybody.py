"""Whoever comes, the verdicts are short, plain and agree with each other."""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.people.facts import InsuredKind
from kiosk.retirement.age import Category
from kiosk.retirement.eligibility import EligibilityAnswer, judge_all
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route
from tests.kiosk.retirement.shipped import CATALOGUE, TODAY, person

months = st.integers(0, 600)
maybe_flags = st.sampled_from([True, False, None])
people = st.builds(
    lambda category, birth, route, retire, facts: person(
        category,
        str(Month(birth)),
        TODAY,
        route,
        {name: value for name, value in facts.items() if value is not None},
    ).retiring(Month(retire)),
    st.sampled_from([str(one) for one in Category]),
    st.integers(Month.parse("1955-01").index, Month.parse("1995-12").index),
    st.sampled_from(Route),
    st.integers(Month.parse("2020-01").index, Month.parse("2070-12").index),
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["JG", "QY", "LH", "JM", None]),
            "draws_pension": maybe_flags,
            "paid_months": st.none() | months,
            "deemed_months": st.none() | months,
            "medical_months": st.none() | months,
            "medical_months_needed": st.sampled_from([240, 300, 360, None]),
            "earlier_places": st.sampled_from(
                [(), ("上海市",), ("乌鲁木齐市", "呼和浩特市"), None]
            ),
            "has_fund_account": maybe_flags,
            "has_annuity": maybe_flags,
            "only_child_certificate": maybe_flags,
            "household_matches": maybe_flags,
            "citizen": st.booleans(),
        }
    ),
)


def rests_on_doubted(code: str, route: str, insisted: Collection[str]) -> bool:
    """Return whether the service, or what it waits for, has a condition that `insisted` doubt."""
    doubted = {
        name
        for one in insisted
        for condition in CATALOGUE.services[one].when
        for name in CATALOGUE.conditions[condition].unsettles
    }
    rests = (code, *CATALOGUE.waits_for(code, route))
    return any(doubted.intersection(CATALOGUE.services[one].when) for one in rests)


@settings(max_examples=150)
@given(people, st.frozensets(st.sampled_from(sorted(CATALOGUE.services))))
def test_every_person_is_answered_in_plain_short_words(case, insisted):
    for code, found in judge_all(CATALOGUE, case, insisted).items():
        assert found.code == code
        assert 0 < len(found.reason) <= 24
        words = found.reason + found.helper + "".join(found.changes)
        assert not [bad for bad in ("不符合", "error", "{", "}") if bad in words]
        assert "未知" not in words
        assert (found.answer is EligibilityAnswer.LATER) is (found.since is not None)
        assert found.since is None or found.since > case.today
        assert found.answer is not EligibilityAnswer.CANNOT or not found.fileable
        assert found.basis


@settings(max_examples=100)
@given(people, st.frozensets(st.sampled_from(sorted(CATALOGUE.services))))
def test_insisting_opens_what_a_record_shut_and_nothing_else(case, insisted):
    """Who insists may come to a review or to the same wait, never past a wait to a yes.

    Only what rests on the doubted months (`unsettles`) may be had before they would be paid.
    """
    before, after = judge_all(CATALOGUE, case), judge_all(CATALOGUE, case, insisted)
    for code, found in after.items():
        if found == before[code]:
            continue
        waited = CATALOGUE.waits_for(code, case.route)
        doubted = rests_on_doubted(code, case.route, insisted)
        assert found.rule != "fits" or before[code].rule == "needs" or doubted
        assert (code in insisted and before[code].insistable) or waited & insisted or doubted
        if before[code].answer is EligibilityAnswer.LATER and not doubted:
            assert (found.answer, found.since) == (EligibilityAnswer.LATER, before[code].since)
        if before[code].since and found.since:
            assert found.since <= before[code].since


@settings(max_examples=100)
@given(people)
def test_whoever_is_not_simply_told_yes_is_told_what_would_change_it(case):
    for found in judge_all(CATALOGUE, case).values():
        assert found.changes or found.rule == "fits"
        assert found.helper


@settings(max_examples=100)
@given(people)
def test_nothing_follows_what_is_not_to_be_had(case):
    found = judge_all(CATALOGUE, case)
    for service in CATALOGUE.in_order():
        kind = case.facts.get("kind")
        fits = kind is None or InsuredKind(str(kind)) in service.kinds
        again = service.after_pension and case.facts.get("draws_pension") is True
        if (
            service.needs_any
            and fits
            and not again
            and found[case.route].answer is EligibilityAnswer.CANNOT
        ):
            assert found[service.code].answer is EligibilityAnswer.CANNOT
        waits = [found[one].since for one in service.needs_all if found[one].since]
        if waits and found[service.code].answer is EligibilityAnswer.LATER:
            assert found[service.code].since == max(waits)
        if waits:
            assert found[service.code].answer in (EligibilityAnswer.LATER, EligibilityAnswer.CANNOT)
