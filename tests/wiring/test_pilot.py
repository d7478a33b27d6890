"""A trial: its file beside the database, its report, and that no person is in either."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.config.settings import PilotSettings
from kiosk.units import MIB
from script.benches.visits.pilot import measure, simulate_day, words_in
from tests.kiosk.invented_people import persona
from wiring.pilot import modelled_seconds, report_trial, times_path, times_writer

DAY_VISITS = 12


@pytest.fixture
def trial(settings):
    return replace(settings, pilot=PilotSettings(enabled=True))


def report(*paths):
    return report_trial(argparse.Namespace(records=list(paths)))


def test_a_simulated_day_gives_a_report_beside_the_model(trial, capsys):
    simulate_day(trial, DAY_VISITS)
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
    personal = simulate_day(trial, DAY_VISITS)
    assert len(personal) > 2 * DAY_VISITS
    raw = times_path(trial).read_bytes()
    assert words_in(raw, personal) == set()
    with times_path(trial).open("ab") as file:
        file.write(persona("liu")[0].number.encode())
    raw = times_path(trial).read_bytes()
    assert words_in(raw, {*personal, persona("liu")[0].number}) == {persona("liu")[0].number}


def test_the_bench_of_a_day_finds_nobody_and_its_control_somebody(capsys):
    made = measure(quick=True)
    assert made.holds
    assert made.figures["visits timed"].value == DAY_VISITS
    assert made.figures["personal words searched"].value > 2 * DAY_VISITS
    assert capsys.readouterr().out.startswith("page\tvisits")


def test_names_of_pages_and_figures_are_all_that_is_written(trial):
    simulate_day(trial, DAY_VISITS)
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
