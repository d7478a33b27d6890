"""The one form: which fields stand in it, and how many need not be asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.people.facts import InsuredKind, SharedFacts
from kiosk.retirement.fields import Field, FieldSource, Tally, count, doubtful, form_fields
from kiosk.retirement.plan import tally
from tests.kiosk.retirement.shipped import CATALOGUE, TODAY, person

FORM = {
    "card": Field("卡", FieldSource.CARD, common=True),
    "asked": Field("问", FieldSource.PERSON),
    "spare": Field("可不填", FieldSource.PERSON, required=False, common=True),
    "state": Field("机关", FieldSource.SHARED, kinds=("JG",)),
    "rule": Field("算", FieldSource.RULE),
}


def labels(wanted, kind) -> list[str]:
    return [one.label for one in form_fields(FORM, wanted, kind)]


def test_which_fields_stand_in_the_form():
    assert labels([], "QY") == ["卡"]
    assert labels(["rule", "asked", "asked"], "QY") == ["卡", "问", "算"]
    assert labels(["state"], "QY") == ["卡"]
    assert labels(["state"], "JG") == ["卡", "机关"]
    assert labels(["state"], None) == ["卡"]
    assert labels(["spare"], "JG") == ["卡"]


def test_what_is_known():
    everything = list(form_fields(FORM, FORM, "JG"))
    assert count(everything, facts_known=True) == Tally(known=3, all=4)
    assert count(everything, facts_known=False) == Tally(known=2, all=4)
    assert count([], facts_known=True) == Tally(0, 0)


def test_a_shipped_field():
    assert CATALOGUE.fields["unit_uscc"] == Field(
        "统一社会信用代码",
        FieldSource.SHARED,
        fact="unit_code",
        office="RS",
        answer="unit_code",
        check="credit_code",
        kinds=("JG", "QY"),
        shown_for_check=False,
    )
    assert CATALOGUE.fields["mobile"].common
    assert not CATALOGUE.fields["volunteer"].required


def test_tally_of_a_person():
    assert tally(CATALOGUE, ["R17"], person()) == Tally(8, 10)
    assert tally(CATALOGUE, ["R17"], person(known={})) == Tally(7, 10)
    assert tally(CATALOGUE, [], person()) == Tally(8, 10)
    assert tally(CATALOGUE, ["R06", "R14"], person()) == Tally(12, 14)
    assert tally(CATALOGUE, ["R01"], person(kind="JG")) == Tally(17, 21)
    assert tally(CATALOGUE, ["R01"], person(kind="LH")) == Tally(13, 16)


@given(
    st.frozensets(st.sampled_from(sorted(CATALOGUE.services))), st.sampled_from(["JG", "QY", "LH"])
)
def test_never_more_known_than_there_are(chosen, kind):
    found = tally(CATALOGUE, chosen, person(kind=kind))
    assert 8 <= found.known <= found.all
    assert found.known >= tally(CATALOGUE, chosen, person(known={})).known


SHARED = SharedFacts(
    kind=InsuredKind.ENTERPRISE,
    category="M60",
    paid_months=402,
    deemed_months=0,
    medical_months=402,
    medical_months_needed=360,
    work_start_month="1987-09",
)


@pytest.mark.parametrize(
    ("unit_code", "account", "found"),
    [
        ("", "", set()),
        ("91341600MA2MQ07T55", "4111111111111111", set()),
        ("91341600MA2MQ07T50", "4111111111111111", {"unit_code"}),
        ("91341600MA2MQ07T55", "4111111111111112", {"account"}),
        ("?", "?", {"unit_code", "account"}),
    ],
)
def test_shared_facts_that_cannot_be_right(unit_code, account, found):
    shared = replace(SHARED, unit_code=unit_code, account=account)
    assert doubtful(CATALOGUE.fields, shared, TODAY) == found


def test_a_shared_fact_is_checked_on_the_day():
    born = {"day": Field("日", FieldSource.SHARED, fact="unit_name", check="past_day")}
    shared = replace(SHARED, unit_name="20261124")
    assert doubtful(born, shared, TODAY) == {"unit_name"}
    assert doubtful(born, shared, TODAY + timedelta(days=1)) == set()
