"""Page times of a trial: who agrees is timed, of everybody else nothing is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import pytest

from kiosk.config.settings import PilotSettings
from kiosk.pages.keypad_focus import Key
from kiosk.pages.press import Press
from kiosk.session.page_times import PageTimes
from kiosk.visit.stages import Stage
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import handbook


@dataclass
class TimedTrial:
    """Page times with a clock that is set by hand."""

    now: float = 0.0
    lines: list[str] = field(default_factory=list)

    def times(self) -> PageTimes:
        return PageTimes(self.lines.append, lambda: self.now)

    def pages(self) -> list[dict[str, object]]:
        (line,) = self.lines
        found: list[dict[str, object]] = json.loads(line)["pages"]
        return found


def test_each_page_has_its_seconds_and_presses():
    trial = TimedTrial()
    times = trial.times()
    times.press(Stage.PILOT, Press.AGREE)
    for page, seconds, acts in (
        ("notice", 5.25, (Press.REPEAT, Press.AGREE)),
        ("card", 3.0, ()),
        ("card", 4.0, (Press.HELP,)),
        ("help", 2.0, (Press.STAY,)),
        ("card", 1.0, (Press.BACK,)),
    ):
        times.show(page)
        trial.now += seconds
        for act in acts:
            times.press(Stage.CARD, act)
    assert trial.lines == []
    times.end()
    assert trial.pages() == [
        {"page": "notice", "seconds": 5.2, "touches": 2, "repeats": 1, "backs": 0, "helps": 0},
        {"page": "card", "seconds": 7.0, "touches": 1, "repeats": 0, "backs": 0, "helps": 1},
        {"page": "help", "seconds": 2.0, "touches": 1, "repeats": 0, "backs": 0, "helps": 0},
        {"page": "card", "seconds": 1.0, "touches": 1, "repeats": 0, "backs": 1, "helps": 0},
    ]


@pytest.mark.parametrize("acts", [(), (Press.SKIP,), (Press.BACK,), (Press.HELP,)])
def test_who_did_not_agree_is_not_timed(acts):
    trial = TimedTrial()
    times = trial.times()
    times.show("pilot")
    for act in acts:
        times.press(Stage.PILOT, act)
    times.show("notice")
    times.press(Stage.NOTICE, Press.AGREE)
    times.end()
    assert trial.lines == []


def test_a_consent_counts_for_one_visit():
    trial = TimedTrial()
    times = trial.times()
    times.press(Stage.PILOT, Press.AGREE)
    times.show("notice")
    times.end()
    times.show("notice")
    times.end()
    assert len(trial.lines) == 1


def in_trial(scene, enabled=True):
    """Put the terminal of the scene into a trial; return the lines that it writes."""
    lines: list[str] = []
    book = handbook()
    book = replace(book, settings=replace(book.settings, pilot=PilotSettings(enabled)))
    scene.runner.table = build_table(book)
    scene.runner.times.write = lines.append
    scene.runner.start()
    return lines


def test_a_visit_of_a_trial_asks_first_and_is_written_at_its_end(scene):
    lines = in_trial(scene)
    scene.runner.press(Press.START_SELF)
    assert scene.loop.pages[-1].name == "pilot"
    scene.runner.press(Press.AGREE)
    assert scene.loop.pages[-1].name == "notice"
    scene.runner.key(Key.CHOOSE)
    scene.runner.press(Press.QUIT)
    assert lines == []
    scene.until(Stage.IDLE)
    (line,) = lines
    pages = json.loads(line)["pages"]
    assert [(one["page"], one["repeats"]) for one in pages] == [("notice", 1), ("wiping", 0)]
    assert all(one["seconds"] > 0 for one in pages)


@pytest.mark.parametrize("act", [Press.SKIP, Press.BACK])
def test_who_declines_goes_on_or_leaves_and_is_not_timed(scene, act):
    lines = in_trial(scene)
    scene.runner.press(Press.START_PROXY)
    scene.runner.press(act)
    if act is Press.SKIP:
        assert scene.stage is Stage.NOTICE
        scene.runner.press(Press.BACK)
    scene.until(Stage.IDLE)
    assert lines == []


def test_without_a_trial_nobody_is_asked(scene):
    lines = in_trial(scene, enabled=False)
    for act in (Press.START_SELF, Press.START_PROXY):
        scene.runner.press(act)
        assert scene.stage is Stage.NOTICE
        scene.runner.press(Press.BACK)
        scene.until(Stage.IDLE)
    assert lines == []
