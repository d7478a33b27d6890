"""A trial: its file beside the database, its report, and that no person is in either."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from kiosk.config.settings import PilotSettings
from kiosk.session.page_times import PageTimes
from kiosk.units import MIB
from screens.scripted.person import Tap
from script.benches.visits.visiting import BenchVisits, by_events
from tests.kiosk.invented_people import persona
from wiring.gallery.page_catalogue import demo_handbook
from wiring.pilot import modelled_seconds, report_trial, times_path, times_writer

DAY_VISITS = 12
SEED = 20261201


@pytest.fixture
def trial(settings):
    return replace(settings, pilot=PilotSettings(enabled=True))


def simulate_day(settings):
    """Let invented people go through whole visits of a trial; return the words of their cards."""
    book = demo_handbook()
    book = replace(book, settings=replace(book.settings, pilot=PilotSettings(enabled=True)))
    random, now, personal = Random(SEED), [0.0], []
    times = PageTimes(times_writer(settings), lambda: now[0])

    def show(page):
        now[0] += random.uniform(2.0, 30.0)
        times.show(page.name)

    visits = BenchVisits(book, show, random)
    act = by_events(visits)

    def hands(action):
        if isinstance(action, Tap):
            times.press(visits.visit.stage, action.act)
        card, facts = visits.visit.identity.card, visits.visit.facts.shared
        if card is not None:
            personal.extend((card.name, card.number, card.address))
        if facts is not None:
            personal.append(facts.account)
        personal.extend(visits.visit.answers.values())
        act(action)

    for _ in range(DAY_VISITS):
        visits.go(hands)
        times.end()
    page_name = {"card"}  # the code of an answer, too
    return {one for one in personal if len(one) > 1} - page_name


def report(*paths):
    return report_trial(argparse.Namespace(records=list(paths)))


def test_a_simulated_day_gives_a_report_beside_the_model(trial, capsys):
    simulate_day(trial)
    assert report(times_path(trial)) == 0
    out, err = capsys.readouterr()
    head, *rows = [line.split("\t") for line in out.splitlines()]
    assert head[:5] == ["page", "visits", "median_s", "p90_s", "model_s"]
    by_page = {row[0]: row for row in rows}
    assert by_page["notice"][1] == by_page["visit"][1] == str(DAY_VISITS)
    modelled = modelled_seconds()
    for page in ("notice", "card", "proof", "review", "receipt"):
        assert by_page[page][4] == f"{modelled[page]:.1f}"
    assert by_page["visit"][4] == ""
    assert "pilot" not in by_page
    assert err == ""


def test_no_person_is_in_the_file_of_a_trial(trial):
    """A search of bytes for all that the day's people are and said; the control finds one."""
    personal = simulate_day(trial)
    assert len(personal) > 2 * DAY_VISITS
    raw = times_path(trial).read_bytes()
    assert [one for one in personal if one.encode() in raw] == []
    with times_path(trial).open("ab") as file:
        file.write(persona("liu")[0].number.encode())
    raw = times_path(trial).read_bytes()
    assert [one for one in personal if one.encode() in raw] == [persona("liu")[0].number]


def test_names_of_pages_and_figures_are_all_that_is_written(trial):
    simulate_day(trial)
    known = {"page", "seconds", "touches", "repeats", "backs", "helps"}
    for line in times_path(trial).read_text("utf-8").splitlines():
        visit = json.loads(line)
        assert set(visit) == {"version", "pages"}
        for one in visit["pages"]:
            assert set(one) == known
            assert one.pop("page").replace("_", "").isalpha()
            assert all(isinstance(value, int | float) for value in one.values())


def test_few_visits_and_broken_lines_are_told(trial, capsys):
    write = times_writer(trial)
    use = {"page": "card", "seconds": 3, "touches": 1, "repeats": 0, "backs": 0, "helps": 0}
    write(json.dumps({"version": 1, "pages": [use]}))
    write("{")
    assert report(times_path(trial), times_path(trial)) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[1].split("\t")[:4] == ["card", "2", "3.0", "3.0"]
    assert "2 次办理" in err
    assert "2 行" in err


def test_a_record_without_visits_or_unreadable_says_so(trial, tmp_path, capsys):
    empty, binary = tmp_path / "empty.jsonl", tmp_path / "binary.jsonl"
    empty.touch()
    binary.write_bytes(b"\xff\xfe")
    assert report(empty) == 1
    assert "pilot.enabled" in capsys.readouterr().err
    for path in (binary, tmp_path):
        assert report(path) == 1
        assert str(path) in capsys.readouterr().err


def test_without_a_trial_nothing_is_written(settings):
    times_writer(settings)("a line")
    assert not times_path(settings).exists()


def test_a_full_file_takes_no_more(trial):
    write, path = times_writer(trial), times_path(trial)
    write("a" * (trial.store.journal_mib * MIB))
    size = path.stat().st_size
    write("b")
    assert path.stat().st_size == size


def test_a_file_that_cannot_be_written_ends_no_visit(trial, tmp_path):
    (tmp_path / "file").touch()
    below = replace(trial.store, path=str(tmp_path / "file" / "kiosk.db"))
    times_writer(replace(trial, store=below))("lost")
    times_path(trial).mkdir(parents=True)
    times_writer(trial)("lost")
    assert Path(times_path(trial)).is_dir()
