"""Journals that an earlier program recorded are replayed as that program replayed them."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from kiosk.journal.replay import replay
from kiosk.visit.render import draw_page
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import NOW, ROOT, handbook

SAMPLE = ROOT / "tests" / "fixtures" / "earlier_journals" / "visits.json.xz"


def visits(path: Path = SAMPLE) -> list[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        found: list[dict[str, Any]] = json.load(file)
    return found


def replayed(lines: list[dict[str, Any]]) -> list[list[Any]]:
    """Return stage, overlay, page, failure and number of rows after each line."""
    table, shown = build_table(handbook()), []
    for visit in replay(map(json.dumps, lines), table, NOW):
        page = draw_page(visit, table)
        failure = visit.failure.value if visit.failure else ""
        shown.append([visit.stage.value, str(visit.overlay), page.name, failure, len(page.rows)])
    return shown


@pytest.mark.parametrize("number", range(64))
def test_an_earlier_journal_is_replayed_as_before(number):
    said = visits()[number]
    assert replayed(said["lines"]) == said["pages"]


def test_the_sample_is_as_large_as_its_description_says():
    found = visits()
    kinds = {line["kind"] for one in found for line in one["lines"]}
    assert (len(found), sum(len(one["lines"]) for one in found), len(kinds)) == (64, 2126, 109)
