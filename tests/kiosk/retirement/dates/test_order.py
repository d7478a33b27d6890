"""Order and dates: what waits for what, promised and lawful days, and what may still move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.retirement.calendar import Holidays, add_working_days
from kiosk.retirement.catalogue import DayUnit, Limit
from kiosk.retirement.due_dates import DueGroup, DueKind, group_by_due
from kiosk.retirement.eligibility import sorted_by_need
from kiosk.retirement.months import Month
from kiosk.retirement.order import DateFrame, Part, last_due, schedule
from kiosk.retirement.situation import Route
from tests.kiosk.retirement.shipped import BOOK, CATALOGUE, TODAY, changed

ALL = sorted(CATALOGUE.services)
ENOUGH = sorted(set(ALL) - {"R12"})
"""What those file who owe no medical months."""
D = date.fromisoformat
M = Month.parse
WHOLE = "退休一次办 对外承诺"


def parts(chosen=ENOUGH, accepted=TODAY, due=None, catalogue=CATALOGUE):
    """Schedule the codes; a mapping says of each from which month it can be had."""
    months = chosen if isinstance(chosen, dict) else dict.fromkeys(chosen)
    return schedule(catalogue, months, DateFrame(accepted, BOOK.holidays, due))


def test_parts_in_full():
    found = parts(ALL)
    assert found["R06"] == Part(
        code="R06",
        since=None,
        waits_any=("R01", "R02"),
        waits_all=(),
        due=D("2026-12-14"),
        basis=WHOLE,
        lawful=D("2027-01-12"),
        unannounced_years=(),
        lawful_unannounced_years=(2027,),
        same_day=False,
    )
    assert found["R08"] == Part(
        code="R08",
        since=None,
        waits_any=(),
        waits_all=(),
        due=D("2026-12-07"),
        basis="社会保险经办条例 第六条",
        lawful=D("2026-12-07"),
        unannounced_years=(),
        lawful_unannounced_years=(),
        same_day=False,
    )
    assert found["R17"] == Part(
        code="R17",
        since=None,
        waits_any=(),
        waits_all=(),
        due=TODAY,
        basis="自动核对，当场出结果",
        lawful=None,
        unannounced_years=(),
        lawful_unannounced_years=(),
        same_day=True,
    )
    assert found["R11"] == Part(
        code="R11",
        since=None,
        waits_any=(),
        waits_all=("R09", "R12"),
        due=None,
        basis=WHOLE,
        lawful=None,
        unannounced_years=(),
        lawful_unannounced_years=(),
        same_day=False,
    )
    assert list(found) == [one.code for one in CATALOGUE.in_order()]


def test_only_what_was_chosen():
    assert list(parts(["R14", "R17", "R01"])) == ["R01", "R17", "R14"]
    assert parts([]) == {}


@pytest.mark.parametrize(
    ("chosen", "code", "waits_any", "waits_all"),
    [
        (ALL, "R01", (), ("R04",)),
        (["R01"], "R01", (), ()),
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
    assert (fund.lawful, fund.same_day) == (D("2026-11-26"), False)


def test_same_day_parts_are_done_when_what_they_wait_for_is():
    found = parts(["R13", "R14"])
    assert (found["R13"].due, found["R13"].same_day) == (TODAY, True)
    assert found["R13"].basis == "退休批下来当天封存"
    assert found["R14"].due == D("2026-11-26")
    found = parts(["R01", "R13", "R14"])
    assert (found["R13"].due, found["R13"].same_day) == (D("2026-12-14"), False)
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
    assert (found["R08"].expected, found["R08"].lawful_unannounced_years) == (False, ())
    assert (found["R17"].expected, found["R01"].expected) == (False, True)
    assert (found["R01"].lawful, found["R01"].lawful_unannounced_years) == (None, ())
    assert (found["R06"].unannounced_years, found["R06"].lawful_unannounced_years) == (
        (2027,),
        (2027,),
    )
    found = parts(accepted=D("2027-12-20"))
    assert (found["R17"].unannounced_years, found["R01"].unannounced_years) == (
        (2027,),
        (2027, 2028),
    )


def test_what_can_be_had_later_is_promised_from_its_month():
    """Nothing is promised before the month in which it becomes possible."""
    found = parts({"R01": M("2027-04"), "R06": M("2027-04"), "R08": None, "R17": None})
    assert (found["R01"].since, found["R01"].due) == (M("2027-04"), D("2027-04-22"))
    assert (found["R06"].due, found["R06"].lawful) == (D("2027-04-22"), D("2027-05-20"))
    assert (found["R01"].begins_at_once, found["R06"].begins_at_once) == (False, False)
    assert (found["R08"].due, found["R08"].begins_at_once) == (D("2026-12-07"), True)
    assert found["R17"].same_day


def test_the_first_working_day_of_its_month_is_counted():
    found = parts({"R08": M("2026-12")})["R08"]
    assert (found.due, found.lawful) == (D("2026-12-14"), D("2026-12-14"))
    same_day = parts({"R17": M("2027-02")})["R17"]
    assert (same_day.due, same_day.same_day) == (D("2027-02-01"), False)


@pytest.mark.parametrize("month", ["2026-11", "2026-10", "1999-01"])
def test_a_month_that_has_begun_changes_no_day(month):
    later, now = parts({"R08": M(month)})["R08"], parts(["R08"])["R08"]
    assert replace(later, since=None) == now
    assert later.due == D("2026-12-07")


def test_the_central_services_day_does_not_hold_for_what_comes_later():
    """Receipts of services before version 0.2 name 15 working days also for later parts."""
    found = parts({"R01": M("2027-04"), "R04": None}, due=D("2026-12-01"))
    assert (found["R01"].due, found["R04"].due) == (D("2027-04-22"), D("2026-12-01"))
    begun = parts({"R01": M("2026-11")}, due=D("2026-12-01"))
    assert begun["R01"].due == D("2026-12-01")


def test_what_hangs_on_the_person_has_no_day():
    """Who still owes medical months is changed over when they are paid, whenever that is."""
    found = parts(ALL)
    for code in ("R12", "R11"):
        part = found[code]
        assert (part.due, part.lawful, part.unannounced_years, part.same_day) == (
            None,
            None,
            (),
            False,
        )
        assert not part.expected
    assert found["R09"].due == D("2026-12-14")
    alone = parts(["R11", "R12"])
    assert [(one.due, one.same_day) for one in alone.values()] == [(None, False)] * 2
    enough = parts(["R09", "R11"])["R11"]
    assert (enough.due, enough.waits_all) == (D("2026-12-14"), ("R09",))


def test_what_hangs_on_the_person_has_no_lawful_day_either():
    owing = changed("R11", statutory=Limit(5, DayUnit.WORKING_DAY, "法"))
    part = parts(["R11", "R12"], accepted=D("2026-12-30"), catalogue=owing)["R11"]
    assert (part.lawful, part.lawful_unannounced_years, part.unannounced_years) == (None, (), ())


accepted_days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
choices = st.frozensets(st.sampled_from(ALL))
ways = st.sampled_from(Route)
waits = st.none() | st.integers(1, 30)


def months_from(chosen, accepted, route, wait):
    """Return what the verdicts say: all that hangs on a later way is later, from its month."""
    month = None if wait is None else Month.of_day(accepted).later(wait)
    follow = {route.value, *CATALOGUE.followers(route, route)}
    return {code: month if code in follow else None for code in sorted(chosen)}


@settings(max_examples=200)
@given(choices, accepted_days, st.none() | st.integers(0, 60), ways, waits)
def test_nothing_is_promised_before_what_it_waits_for_nor_after_the_whole(
    chosen, accepted, days, route, wait
):
    due = None if days is None else accepted + timedelta(days=days)
    chosen -= set(Route) - {route}  # one way is filed, never two
    months = months_from(chosen, accepted, route, wait)
    found = parts(months, accepted, due)
    assert found.keys() == chosen
    for code, part in found.items():
        since = months[code]
        waited = [found[one].due for one in (*part.waits_any, *part.waits_all)]
        assert part.since == since
        assert part.begins_at_once is not bool(waited or since)
        assert chosen.issuperset((*part.waits_any, *part.waits_all))
        assert part.same_day is (part.due == accepted)
        assert part.expected is bool(part.unannounced_years)
        assert (part.due is None) is (code == "R12" or None in waited)
        if part.due is None:
            assert (part.lawful, part.unannounced_years, part.lawful_unannounced_years) == (
                None,
                (),
                (),
            )
            continue
        opens = date(since.year, since.month, 1) - timedelta(days=1) if since else accepted
        whole = max(add_working_days(opens, 15, BOOK.holidays), due or accepted)
        assert max([opens, *waited]) <= part.due <= whole
        assert since is None or part.due >= opens + timedelta(days=1)
        span = set(range(accepted.year, part.due.year + 1))
        assert set(part.unannounced_years) == span - BOOK.holidays.years


@given(choices, accepted_days)
def test_more_days_off_never_make_it_sooner(chosen, accepted):
    fewer = DateFrame(accepted, Holidays(work=BOOK.holidays.work))
    sooner = schedule(CATALOGUE, dict.fromkeys(chosen), fewer)
    for code, part in parts(chosen, accepted).items():
        assert (part.due is None) is (sooner[code].due is None)
        assert part.due is None or part.due >= sooner[code].due


@given(choices, accepted_days, ways, st.integers(1, 30))
def test_a_later_month_never_makes_anything_sooner(chosen, accepted, route, wait):
    now = parts(chosen, accepted)
    for code, part in parts(months_from(chosen, accepted, route, wait), accepted).items():
        assert part.due is None or part.due >= now[code].due


def test_the_order_of_handling_holds_what_is_waited_for_first():
    placed = [one.code for one in sorted_by_need(CATALOGUE)]
    for code in ALL:
        for route in Route:
            for one in CATALOGUE.waits_for(code, route):
                assert placed.index(one) < placed.index(code)


def test_the_central_services_last_day_is_the_latest_of_all():
    """Its calendar may be newer: the last day moves there, and none stands behind it."""
    months = {"R01": M("2027-01"), "R06": M("2027-01"), "R08": None, "R04": None}
    assert last_due(parts(months)) == D("2027-01-22")
    later = parts(months, due=D("2027-01-25"))
    assert {later[code].due for code in ("R01", "R06")} == {D("2027-01-25")}
    assert (later["R04"].due, later["R08"].due) == (D("2026-12-14"), D("2026-12-07"))
    same = parts(months, due=D("2027-01-22"))
    assert same == parts(months)


def test_parts_are_told_together_by_what_can_be_said_of_their_dates():
    """Born 1966-08: some at once, most from January, two when the person has paid."""
    months = dict.fromkeys(("R01", "R06", "R09", "R11", "R12"), M("2027-01"))
    now, later, open_ones = group_by_due(parts(months | {"R04": None, "R08": None}))
    assert now == DueGroup(DueKind.NOW, ("R04", "R08"), None, D("2026-12-14"))
    assert later == DueGroup(
        DueKind.LATER, ("R01", "R06", "R09"), M("2027-01"), D("2027-01-22"), expected=True
    )
    assert open_ones == DueGroup(DueKind.OPEN, ("R11", "R12"))


def test_a_plan_without_dates_has_no_last_day():
    found = parts(["R12"])
    assert last_due(found) is None
    assert [group.kind for group in group_by_due(found)] == [DueKind.OPEN]
    assert parts(["R12"], due=D("2026-12-14")) == found
    assert (last_due({}), group_by_due({})) == (None, ())
