"""Data of a terminal and a central service from before issue 19, opened by this program.

How the sample was made: tests/fixtures/earlier_terminal/README.md.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from kiosk.audit.audit import first_broken
from kiosk.pages.press import Press
from kiosk.storage.store import OutboxState
from kiosk.visit.stages import Stage
from tests.end_to_end.conftest import WholeTerminal, open_terminal
from tests.end_to_end.visits.test_filing import progress

SAMPLE = Path(__file__).parents[1] / "fixtures" / "earlier_terminal"
MADE = json.loads((SAMPLE / "made.json").read_text("utf-8"))
SERVICES = {"waiting": 16, "delivered": 12}
# The settings file of that terminal, under the names of then; its draft would be over by now.
SETTINGS = """
[configuration]
folder = {folder}
root = {root}
trial_seconds = 25.0
ask_hours = 12.0

[visit]
draft_hours = 876000
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with tarfile.open(SAMPLE / "data.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


@pytest.fixture
def terminal(data: Path) -> Iterator[WholeTerminal]:
    root = data / "run" / "central" / "configuration" / "1.root.json"
    places = {"folder": json.dumps(str(data / "configuration")), "root": json.dumps(str(root))}
    with open_terminal(data / "run", more=SETTINGS.format_map(places)) as one:
        yield one


@pytest.mark.slow
def test_what_an_earlier_program_left_is_delivered_and_goes_on(terminal: WholeTerminal) -> None:
    store = terminal.kiosk.services.store
    terminal.loop.run_until(lambda: store.counts()[OutboxState.WAITING] == 0)
    filed = sum(MADE["counts"].values())
    assert store.counts() == {
        OutboxState.WAITING: 0,
        OutboxState.DELIVERED: filed,
        OutboxState.QUARANTINED: 0,
    }
    for name, services in SERVICES.items():
        assert len(progress(terminal, MADE[name])["services"]) == services

    # the audit chain goes on from where the earlier program ended it
    entries = store.audit()
    assert first_broken(entries) is None
    assert [one.event.value for one in entries][: len(MADE["events"])] == MADE["events"]
    assert len(entries) > len(MADE["events"])

    # the settings that the central service had signed are in force
    settings = terminal.kiosk.runner.table.book.settings
    assert settings.printer.columns == 42
    assert settings.visit.card_reminders_before_bell == 4
    assert settings.staff.poll_interval_hours == 3.0

    # the draft is offered to the person whose it is, and opens
    terminal.begin("he")
    terminal.until(Stage.FACTS)
    terminal.until_said("接着上次办？")
    terminal.press(Press.RESUME)
    assert terminal.visit.answers["mobile"] == "13900001234"
    terminal.go_home()


def test_the_journal_of_an_earlier_program_is_replayed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = data / "run" / "journal.jsonl"
    assert main.main(["replay", str(journal)]) == 0
    shown = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    noted = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    assert len(shown) == sum(1 for one in noted if one["kind"] != "terminal")
    assert {"receipt", "facts", "rating", "wiping"} <= set(shown)
