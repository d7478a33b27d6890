"""Journals that an earlier program recorded are replayed as that program replayed them."""

from __future__ import annotations

import json
import lzma
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.journal.recorder import Journal
from kiosk.journal.replay import EARLIEST_QUESTIONS, as_noted, replay, runs_of
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.render import draw_page
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import NOW, ROOT, handbook
from tests.kiosk.journal.noted_visitor import NotedVisitor, outline

SAMPLE = ROOT / "tests" / "fixtures" / "earlier_journals" / "visits.json.xz"


SHOWING_MORE = ("choose", "facts", "live", "other_proof")
"""Pages, by the beginning of their names, on which later programs show or offer more."""


def visits(path: Path = SAMPLE) -> list[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        found: list[dict[str, Any]] = json.load(file)
    return found


def replayed(lines: list[dict[str, Any]]) -> list[list[Any]]:
    """Return stage, overlay, page, failure and number of rows after each line."""
    table, shown = build_table(as_noted(handbook(), {})), []
    for visit in replay(map(json.dumps, lines), table, NOW):
        page = draw_page(visit, table)
        failure = visit.failure.value if visit.failure else ""
        shown.append([visit.stage.value, str(visit.overlay), page.name, failure, len(page.rows)])
    return shown


def compared(pages: list[list[Any]]) -> list[list[Any]]:
    """Return the pages without the number of rows where later programs show more."""
    return [page[:4] if page[2].startswith(SHOWING_MORE) else page for page in pages]


@pytest.mark.parametrize("number", range(64))
def test_an_earlier_journal_is_replayed_as_before(number):
    said = visits()[number]
    assert compared(replayed(said["lines"])) == compared(said["pages"])


def test_the_sample_is_as_large_as_its_description_says():
    found = visits()
    kinds = {line["kind"] for one in found for line in one["lines"]}
    assert (len(found), sum(len(one["lines"]) for one in found), len(kinds)) == (64, 2675, 115)


def without(*names: str) -> ReferenceData:
    """Return the reference data of a program that does not ask these questions."""
    book = handbook()
    kept = tuple(one for one in book.questions if one.field not in names)
    return replace(book, questions=kept)


def test_a_journal_is_replayed_by_a_program_that_asks_more():
    earlier = without("card_pickup", "pay_mode")
    noted = NotedVisitor(table=build_table(earlier))
    noted.at_review()
    heading: list[str] = []
    Journal(heading.append, earlier).begin()
    (run,) = runs_of([*heading, *noted.lines])
    table = build_table(as_noted(handbook(), run.terminal))
    again = [outline(draw_page(visit, table)) for visit in replay(run.lines, table, NOW)]
    assert again == noted.pages
    asked_today = list(replay(run.lines, build_table(handbook()), NOW))
    assert asked_today[-1].stage == "form", "the control: without its own questions it stays there"


def test_a_question_of_an_earlier_program_waits_for_none_that_came_later():
    """Where the new card is fetched was asked of everybody before its kind was asked."""
    asked_always = tuple(
        replace(one, when={}, unless={}) if one.field == "card_pickup" else one
        for one in without("card_request", "card_kind", "card_bank", "card_benefit").questions
    )
    earlier = replace(handbook(), questions=asked_always)
    noted = NotedVisitor(table=build_table(earlier))
    noted.at_review()
    assert noted.visit.answers["card_pickup"] == "bank"
    heading: list[str] = []
    Journal(heading.append, earlier).begin()
    (run,) = runs_of([*heading, *noted.lines])
    table = build_table(as_noted(handbook(), run.terminal))
    again = [outline(draw_page(visit, table)) for visit in replay(run.lines, table, NOW)]
    assert again == noted.pages


def test_each_of_the_earliest_questions_is_still_asked():
    assert set(EARLIEST_QUESTIONS) <= {one.field for one in handbook().questions}


def test_a_journal_of_a_program_with_fewer_pages_of_facts_goes_past_the_others():
    noted = NotedVisitor()
    noted.at_review()
    turned = [
        number
        for number, line in enumerate(map(json.loads, noted.lines))
        if (line["stage"], line["kind"]) == ("facts", "next")
    ]
    assert len(turned) > 1, "the sample needs facts on several pages"
    fewer = [line for number, line in enumerate(noted.lines) if number not in turned[1:]]
    *_, last = replay(fewer, noted.table, NOW)
    assert last.stage == noted.visit.stage
