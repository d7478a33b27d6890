"""Papers: each once, with its reason, its services and the ways in which it may be settled."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.retirement.materials import Need, RequestedPaper, Resolution, needed, requested_papers
from kiosk.retirement.months import Month
from kiosk.retirement.order import DateFrame
from tests.kiosk.retirement.shipped import BOOK, CATALOGUE, TODAY, person

ALL = sorted(CATALOGUE.services)
BRING = (Resolution.CAPTURED, Resolution.PROMISED, Resolution.LATER)


def codes(chosen, case=None) -> list[str]:
    return [one.code for one in needed(CATALOGUE, chosen, case or person())]


def need(code: str, chosen, case=None) -> Need:
    (found,) = [one for one in needed(CATALOGUE, chosen, case or person()) if one.code == code]
    return found


def test_the_one_set_for_everything():
    assert codes(ALL) == ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "P1", "P2", "P4", "P5", "P8"]
    assert codes([]) == []


def test_a_paper_in_full():
    assert need("P2", ["R15", "R17"]) == Need(
        code="P2",
        name="独生子女光荣证",
        why="领一次性奖励要核对",
        services=("R15",),
        ways=BRING,
        settled=None,
    )
    assert need("A2", ["R17", "R15", "R01"]) == Need(
        code="A2",
        name="户口簿",
        why="自动核对电子户口",
        services=("R01", "R17", "R15"),
        ways=(Resolution.FETCHED,),
        settled=Resolution.FETCHED,
        most_pages=8,
    )


@pytest.mark.parametrize(
    ("code", "chosen", "facts", "ways"),
    [
        ("P1", ["R05"], {}, (Resolution.EMPLOYER,)),
        ("P3", ["R06"], {"card_account_active": False}, (Resolution.CAPTURED, Resolution.LATER)),
        ("A2", ["R17"], {"household_matches": False}, BRING),
        ("P8", ["R05"], {"deemed_months": 0}, BRING),
    ],
)
def test_ways(code, chosen, facts, ways):
    found = need(code, chosen, person(**facts))
    assert found.ways == ways
    assert found.settled == (ways[0] if len(ways) == 1 else None)
    assert found.may_promise is (Resolution.PROMISED in ways)


def test_a_paper_that_no_picture_helps_is_not_captured():
    papers = {**CATALOGUE.papers}
    papers["P1"] = type(papers["P1"])(
        **{**vars(papers["P1"]), "how": papers["P2"].how, "promise": True}
    )
    catalogue = type(CATALOGUE)(**{**vars(CATALOGUE), "papers": papers})
    (found,) = [one for one in needed(catalogue, ["R05"], person()) if one.code == "P1"]
    assert found.ways == (Resolution.PROMISED, Resolution.LATER)


def test_not_knowing_asks_for_a_paper_but_never_doubts_what_is_shared():
    unknown = person(known={})
    assert codes(["R06", "R05"], unknown) == ["A1", "A4", "A7", "P1", "P3", "P8"]
    assert need("A2", ["R17"], unknown).settled is Resolution.FETCHED


def test_what_is_on_record_is_not_asked_for():
    """Deemed months that an office has need no proof; an unknown or empty record does."""
    assert "P8" not in codes(["R05"], person(deemed_months=1))
    assert "P8" in codes(["R05"], person(deemed_months=0))
    assert "P8" not in codes(["R01", "R06"], person(deemed_months=0))


def test_a_paper_that_sharing_did_not_supply_says_so():
    assert need("A2", ["R17"], person(household_matches=False)).why == "电子户口核对不上"
    assert need("A2", ["R17"], person()).why == "自动核对电子户口"
    for paper in CATALOGUE.papers.values():
        assert bool(paper.personal_when) is bool(paper.personal_why), paper.name


def test_only_who_leaves_the_statutory_month_needs_the_agreement():
    assert "P6" not in codes(["R01"], person("M60", "1966-10"))
    early = person("M60", "1966-10").retiring(Month.parse("2026-11"))
    assert "P6" in codes(["R01"], early)
    late = person().retiring(Month.parse("2027-11"))
    assert "P6" in codes(["R01"], late)
    assert "P6" not in codes(["R01"], person("M60", "1966-05")), "overdue, nothing was agreed"


@given(st.frozensets(st.sampled_from(ALL)))
def test_each_paper_once_and_only_for_what_was_chosen(chosen):
    found = needed(CATALOGUE, chosen, person(known={}))
    assert len({one.code for one in found}) == len(found)
    for one in found:
        assert one.services
        assert chosen.issuperset(one.services)
        assert all(one.code in CATALOGUE.services[code].materials for code in one.services)
        assert one.why


def requested(chosen, accepted=TODAY) -> tuple[RequestedPaper, ...]:
    frame = DateFrame(accepted, BOOK.holidays)
    return requested_papers(CATALOGUE, needed(CATALOGUE, chosen, person()), frame)


def test_who_asks_the_employer_for_the_file_and_by_when():
    assert requested(ALL) == (
        RequestedPaper("P1", "人事档案", "RS", "人社局", date(2026, 11, 30), expected=False),
    )
    assert requested(["R17", "R15"]) == (), "only of services that need the file"
    assert requested(["R05"]) == requested(["R10"]) == requested(ALL), "asked for once"


def test_over_a_year_without_a_notice_the_day_is_expected():
    (found,) = requested(ALL, date(2028, 12, 28))
    assert (found.due.year, found.expected) == (2029, True)


def test_what_the_person_settles_is_asked_of_nobody():
    person_brings = [
        dataclasses.replace(one, settled=Resolution.LATER)
        for one in needed(CATALOGUE, ALL, person())
    ]
    assert requested_papers(CATALOGUE, person_brings, DateFrame(TODAY, BOOK.holidays)) == ()
