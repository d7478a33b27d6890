"""Order and dates: what waits for what, promised and lawful days, and what may still move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.retirement.calendar import Holidays, add_working_days
from kiosk.retirement.catalogue import DayUnit, Limit
from kiosk.retirement.order import Part, schedule
from tests.kiosk.retirement.shipped import BOOK, CATALOGUE, TODAY

ALL = sorted(CATALOGUE.services)
D = date.fromisoformat
WHOLE = "退休一次办 对外承诺"


def parts(chosen=ALL, accepted=TODAY, due=None, catalogue=CATALOGUE):
    return schedule(catalogue, chosen, accepted, BOOK.holidays, due)


def changed(code: str, **fields):
    services = dict(CATALOGUE.services)
    services[code] = replace(services[code], **fields)
    return replace(CATALOGUE, services=services)


def test_parts_in_full():
    found = parts()
    assert found["R06"] == Part(
        code="R06",
        waits_any=("R01", "R02"),
        waits_all=(),
        due=D("2026-12-14"),
        basis=WHOLE,
        lawful=D("2027-01-12"),
        expected=False,
        lawful_expected=True,
        at_once=False,
    )
    assert found["R08"] == Part(
        code="R08",
        waits_any=(),
        waits_all=(),
        due=D("2026-12-07"),
        basis="社会保险经办条例 第六条",
        lawful=D("2026-12-07"),
        expected=False,
        lawful_expected=False,
        at_once=False,
    )
    assert found["R17"] == Part(
        code="R17",
        waits_any=(),
        waits_all=(),
        due=TODAY,
        basis="自动核对，当场出结果",
        lawful=None,
        expected=False,
        lawful_expected=False,
        at_once=True,
    )
    assert list(found) == [one.code for one in CATALOGUE.in_order()]


def test_only_what_was_chosen():
    assert list(parts(["R14", "R17", "R01"])) == ["R01", "R17", "R14"]
    assert parts([]) == {}


@pytest.mark.parametrize(
    ("chosen", "code", "waits_any", "waits_all"),
    [
        (ALL, "R01", (), ()),
        (ALL, "R05", ("R01", "R02"), ()),
        (["R01", "R05"], "R05", ("R01",), ()),
        (["R05"], "R05", (), ()),
        (ALL, "R11", (), ("R09", "R12")),
        (["R09", "R11"], "R11", (), ("R09",)),
        (["R06", "R07"], "R07", (), ("R06",)),
    ],
)
def test_what_waits_for_what(chosen, code, waits_any, waits_all):
    part = parts(chosen)[code]
    assert (part.waits_any, part.waits_all) == (waits_any, waits_all)
    assert part.begins_at_once is not bool(waits_any or waits_all)


@pytest.mark.parametrize(
    ("accepted", "whole", "card", "expected"),
    [
        ("2026-02-10", "2026-03-09", "2026-03-02", False),
        ("2026-02-14", "2026-03-13", "2026-03-06", False),
        ("2026-03-30", "2026-04-21", "2026-04-14", False),
        ("2026-04-27", "2026-05-20", "2026-05-13", False),
        ("2026-09-30", "2026-10-27", "2026-10-20", False),
        ("2026-12-10", "2026-12-31", "2026-12-24", False),
        ("2026-12-11", "2027-01-04", "2026-12-25", True),
        ("2027-12-20", "2028-01-10", "2028-01-03", True),
    ],
)
def test_promised_days(accepted, whole, card, expected):
    found = parts(accepted=D(accepted))
    assert {found[code].due for code in ("R01", "R06", "R11", "R18")} == {D(whole)}
    assert found["R01"].expected is expected
    assert (found["R08"].due, found["R08"].lawful) == (D(card), D(card))
    assert found["R08"].expected is (card >= "2027")


def test_statutory_days_where_nothing_is_waited_for():
    alone = parts(["R06"])["R06"]
    assert (alone.due, alone.basis, alone.lawful) == (D("2026-12-14"), WHOLE, D("2026-12-21"))
    fund = parts(["R14"])["R14"]
    assert (fund.due, fund.basis) == (D("2026-11-26"), "住房公积金管理条例 第二十五条")
    assert (fund.lawful, fund.at_once) == (D("2026-11-26"), False)


def test_same_day_parts_are_done_when_what_they_wait_for_is():
    found = parts(["R13", "R14"])
    assert (found["R13"].due, found["R13"].at_once) == (TODAY, True)
    assert found["R13"].basis == "退休批下来当天封存"
    assert found["R14"].due == D("2026-11-26")
    found = parts(["R01", "R13", "R14"])
    assert (found["R13"].due, found["R13"].at_once) == (D("2026-12-14"), False)
    assert found["R14"].due == D("2026-12-14"), "nothing is promised later than the whole"
    assert found["R14"].lawful == D("2026-12-17")


def test_the_shorter_of_promise_and_law_is_the_due_day():
    shorter = changed("R08", promised=Limit(5, DayUnit.WORKING_DAY, "自己的承诺"))
    part = parts(["R08"], catalogue=shorter)["R08"]
    assert (part.due, part.basis, part.lawful) == (D("2026-11-30"), "自己的承诺", D("2026-12-07"))
    longer = changed("R08", promised=Limit(12, DayUnit.WORKING_DAY, "自己的承诺"))
    part = parts(["R08"], catalogue=longer)["R08"]
    assert (part.due, part.basis) == (D("2026-12-07"), "社会保险经办条例 第六条")
    same = changed("R08", promised=Limit(15, DayUnit.WORKING_DAY, "自己的承诺"), statutory=None)
    part = parts(["R08"], catalogue=same)["R08"]
    assert (part.due, part.basis, part.lawful) == (D("2026-12-14"), WHOLE, None)


def test_calendar_days_count_weekends_and_working_days_do_not():
    days = changed("R08", promised=Limit(5, DayUnit.DAY, "日"))
    assert parts(["R08"], catalogue=days)["R08"].due == D("2026-11-28")


def test_the_central_services_day_wins():
    late, early = D("2026-12-30"), D("2026-12-01")
    assert parts(due=late)["R01"].due == late
    assert parts(due=late)["R08"].due == D("2026-12-07")
    found = parts(due=early)
    assert {found[code].due for code in ("R01", "R06", "R08", "R14")} == {early}
    assert found["R17"].due == TODAY
    assert found["R08"].basis == WHOLE


def test_a_day_that_reaches_a_year_without_notice_is_expected():
    found = parts(accepted=D("2026-12-11"))
    assert (found["R08"].expected, found["R08"].lawful_expected) == (False, False)
    assert (found["R17"].expected, found["R01"].expected) == (False, True)
    assert (found["R01"].lawful, found["R01"].lawful_expected) == (None, False)
    assert found["R06"].lawful_expected


accepted_days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
choices = st.frozensets(st.sampled_from(ALL))


@settings(max_examples=200)
@given(choices, accepted_days, st.none() | st.integers(0, 60))
def test_nothing_is_promised_before_what_it_waits_for_nor_after_the_whole(chosen, accepted, wait):
    due = None if wait is None else accepted + timedelta(days=wait)
    whole = due or add_working_days(accepted, 15, BOOK.holidays)
    found = parts(chosen, accepted, due)
    assert found.keys() == chosen
    for part in found.values():
        before = [found[code].due for code in (*part.waits_any, *part.waits_all)]
        assert max([accepted, *before]) <= part.due <= whole
        assert part.begins_at_once is not bool(before)
        assert chosen.issuperset((*part.waits_any, *part.waits_all))
        years = range(accepted.year, part.due.year + 1)
        assert part.expected is not BOOK.holidays.years.issuperset(years)
        assert part.at_once is (part.due == accepted)


@given(choices, accepted_days)
def test_more_days_off_never_make_it_sooner(chosen, accepted):
    fewer = schedule(CATALOGUE, chosen, accepted, Holidays(work=BOOK.holidays.work))
    for code, part in parts(chosen, accepted).items():
        assert part.due >= fewer[code].due
