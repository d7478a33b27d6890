"""Bench of a trial's record: a simulated day, its report beside the model, and a search of bytes.

The people are invented and their times are drawn: it shows that the report can be made and that no
word of anybody is in the file, not how long people take.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from kiosk.config.settings import PilotSettings, Settings
from kiosk.pages.page import Page
from kiosk.session.page_times import PageTimes
from screens.scripted.person import Sign, Tap
from script.benches.figures import BenchFigure, Report
from script.benches.visits.visiting import BenchVisits, Hands, by_events
from wiring.gallery.page_catalogue import demo_handbook
from wiring.pilot import report_trial, times_path, times_writer

DAY_VISITS, QUICK_VISITS = 40, 12
SEED: Final = 20261201
SECONDS: Final = (2.0, 30.0)  # on one page, drawn
PAGE_NAMES: Final = {"card"}  # the code of an answer, too


def measure(*, quick: bool = False) -> Report:
    """Let invented people visit for a day, print the report, and search the record for them."""
    visits = QUICK_VISITS if quick else DAY_VISITS
    with TemporaryDirectory() as folder:
        settings = demo_handbook().settings
        store = replace(settings.store, path=str(Path(folder) / "kiosk.db"))
        settings = replace(settings, store=store, pilot=PilotSettings(enabled=True))
        personal = simulate_day(settings, visits)
        record = times_path(settings)
        failed = report_trial(argparse.Namespace(records=[record]))
        raw = record.read_bytes()
    lines = [json.loads(one) for one in raw.splitlines()]
    told = min(personal)
    return Report(
        "pilot",
        {
            "visits timed": BenchFigure(len(lines), f"of {visits}"),
            "pages timed": BenchFigure(sum(len(one["pages"]) for one in lines), "pages"),
            "record": BenchFigure(len(raw), "bytes"),
            "report failed": BenchFigure(failed, "exit code", 0),
            "personal words searched": BenchFigure(len(personal), "words"),
            "personal words found": BenchFigure(len(words_in(raw, personal)), "words", 0),
            "control: not found": BenchFigure(
                1 - len(words_in(raw + told.encode(), {told})), "of 1", 0
            ),
        },
    )


def words_in(raw: bytes, words: set[str]) -> set[str]:
    """Return those of the words whose bytes are in `raw`."""
    return {one for one in words if one.encode() in raw}


def simulate_day(settings: Settings, count: int) -> set[str]:
    """Let invented people go through whole visits of a trial; return what they are and said.

    `settings` say where the times are written; `count` visits are made.
    """
    book = demo_handbook()
    book = replace(book, settings=replace(book.settings, pilot=PilotSettings(enabled=True)))
    random, now = Random(SEED), [0.0]  # noqa: S311 - a day that can be made again
    times = PageTimes(times_writer(settings), lambda: now[0])

    def show(page: Page) -> None:
        now[0] += random.uniform(*SECONDS)
        times.show(page.name)

    visits, personal = BenchVisits(book, show, random), set[str]()
    hands = _timed_hands(visits, times, personal)
    for _ in range(count):
        visits.go(hands)
        times.end()
    return {one for one in personal if len(one) > 1} - PAGE_NAMES


def _timed_hands(visits: BenchVisits, times: PageTimes, personal: set[str]) -> Hands:
    """Return hands whose presses are counted, and that keep each word of their person."""
    act = by_events(visits)

    def hands(action: Tap | Sign) -> None:
        if isinstance(action, Tap):
            times.press(visits.visit.stage, action.act)
        card, facts = visits.visit.identity.card, visits.visit.facts.shared
        if card is not None:
            personal.update((card.name, card.number, card.address))
        if facts is not None:
            personal.add(facts.account)
        personal.update(visits.visit.answers.values())
        act(action)

    return hands
