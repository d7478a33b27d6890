"""verdicts.md, the table for civil servants, agrees with the rules and leaves no condition out."""

from __future__ import annotations

import pytest

from kiosk.retirement.conditions import holds
from kiosk.retirement.materials import needed
from tests.kiosk.retirement.eligibility.verdict_table import (
    GENERAL,
    NO_MONTH,
    asked,
    gaps,
    shown,
    tables,
    verdict_of,
)
from tests.kiosk.retirement.shipped import CATALOGUE, EXPLANATION

ROWS, PAPER_ROWS = tables()
ALWAYS_KNOWN = {
    "reached_age",
    "before_statutory",
    "not_early",
    "not_by_disability",
    "citizen",
    "drawn_here",
    "births_agree",
    "merged",
    "pension_in_sight",
}
"""Conditions over months that the estimate always gives, over the card, or that only speak up."""
MOST_CHARACTERS = 24
BANNED = ("不符合", "error", "Error", "R0", "R1", "{", "}", "未知")


def name_of(row: dict[str, str]) -> str:
    """Return the code and the line of verdicts.md."""
    return f"{row.get('事项', row.get('材料', '')).split()[0]}-{row['line']}"


def test_the_table_is_large_and_repeats_nothing():
    assert len(ROWS) >= 60
    said = {tuple(text for key, text in row.items() if key != "line") for row in ROWS}
    assert len(said) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_row(row):
    found = verdict_of(row)
    assert EXPLANATION.words.answers[found.answer] == row["结论"]
    assert (found.since.words() if found.since else NO_MONTH) == row["从哪月"]
    assert found.reason == row["对本人说"]
    assert found.basis == row["依据"]


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_words_are_plain(row):
    found = verdict_of(row)
    assert 0 < len(found.reason) <= MOST_CHARACTERS
    assert not [word for word in BANNED if word in found.reason]
    assert "{" not in "".join((found.helper, *found.changes))


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_what_is_not_to_be_had_says_why_and_what_would_change_it(row):
    found = verdict_of(row)
    if found.rule != "fits":
        assert found.changes
    assert found.helper
    assert found.fileable is (row["结论"] != "不用办" and found.rule != "other_route")


def test_every_condition_and_general_answer_is_shown_both_ways():
    assert list(gaps([shown(row) for row in ROWS], CATALOGUE, ALWAYS_KNOWN)) == []


@pytest.mark.parametrize("name", sorted({c for s in CATALOGUE.services.values() for c in s.when}))
def test_a_condition_without_rows_is_noticed(name):
    left = [one for one in map(shown, ROWS) if name not in one.conditions]
    missing = list(gaps(left, CATALOGUE, ALWAYS_KNOWN))
    assert {f"{name}: holds", f"{name}: does not hold"} <= set(missing)
    assert (f"{name}: not known" in missing) is (name not in ALWAYS_KNOWN)


@pytest.mark.parametrize("rule", GENERAL)
def test_a_general_answer_without_rows_is_noticed(rule):
    left = [one for one in map(shown, ROWS) if one.verdict.rule != rule]
    assert f"{rule}: said" in gaps(left, CATALOGUE, ALWAYS_KNOWN)


@pytest.mark.parametrize("code", CATALOGUE.services)
def test_a_service_without_rows_is_noticed(code):
    left = [one for one in map(shown, ROWS) if one.code != code]
    assert f"{code}: to be had" in gaps(left, CATALOGUE, ALWAYS_KNOWN)


@pytest.mark.parametrize("row", PAPER_ROWS, ids=name_of)
def test_paper_row(row):
    code, name = row["材料"].split(" ", 1)
    assert CATALOGUE.papers[code].name == name
    found = needed(CATALOGUE, row["一起办"].split("、"), asked(row).case)
    (ways,) = [one.ways for one in found if one.code == code] or [()]
    assert "、".join(EXPLANATION.words.ways[way] for way in ways) == row["怎么办"].replace(
        "不要", ""
    )


def test_every_condition_of_a_paper_is_shown_both_ways():
    for paper in CATALOGUE.papers.values():
        for name in (*paper.when, *paper.personal_when):
            standing = {holds(CATALOGUE.conditions[name], asked(row).case) for row in PAPER_ROWS}
            assert standing >= {True, False}, name
            assert (None in standing) is (name not in ("flexible_month", "citizen")), name


def test_every_condition_is_used():
    used = {c for s in CATALOGUE.services.values() for c in s.when}
    used |= {c for p in CATALOGUE.papers.values() for c in (*p.when, *p.personal_when)}
    used |= {c for one in CATALOGUE.conditions.values() for c in one.changes_if}
    assert used == CATALOGUE.conditions.keys()
