"""`central work` as a process of its own, and the dead letters that an operator lists."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

import main
from central.offices.simulated_system import OfficeFault, Reply, finish, simulated_office
from central.store.cases.task_claims import TaskFailure
from central.store.web.desk_failures import DecisionFailure
from central.store.web.tables import DeskActRow
from central.tasks import TaskMove, TaskState
from kiosk.visit.steps.facts.events import FactsKnown
from tests.central.intake.test_promised_dates import Counter, central, side
from tests.central.offices.test_rest_adapter import written
from tests.central.standing import CONFIG, NOON, Standing
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.kiosk.invented_people import InventedVisitor, persona

LIMIT = 60
START = "import sys; import main; sys.exit(main.main(['central', 'work', *sys.argv[1:]]))"
SECRET = "the secret of this office"

__all__ = ["central", "side"]  # fixtures


def data_words(folder: Path) -> tuple[str, ...]:
    return ("--data", str(folder / "data"), "--database", f"sqlite:///{folder / 'central.db'}")


@contextmanager
def worker(folder: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    """Run `central work` for the office RS at `url`; it has to end with 0."""
    systems = folder / "systems"
    systems.mkdir()
    written(systems, address=f'"{url}"', environment='""', header='"Authorization"')
    path = systems / "RS.toml"
    lines = path.read_text("utf-8").replace('environment = ""', 'file = "rs.secret"')
    path.write_text(lines, "utf-8")
    (systems / "rs.secret").write_text(SECRET, "ascii")
    command = [sys.executable, "-c", START, *data_words(folder), "--systems", str(systems)]
    with subprocess.Popen(command, cwd=CONFIG.parent, stderr=subprocess.PIPE, text=True) as run:
        try:
            yield run
        finally:
            run.kill()


def filed(central: Standing, side: TerminalSide) -> Counter:
    visitor = InventedVisitor(now=NOON).proved().happen(FactsKnown(persona("liu")[1]))
    return Counter(central, side, visitor).file()


def test_term_ends_a_worker_after_the_task_in_hand(
    central: Standing, side: TerminalSide, tmp_path: Path
) -> None:
    counter, asked, may_answer = filed(central, side), Event(), Event()

    def decide(task: Mapping[str, Any]) -> Reply:
        asked.set()
        may_answer.wait(LIMIT)
        return finish(task)

    with simulated_office(SECRET, decide) as (url, state), worker(tmp_path, url) as run:
        assert asked.wait(LIMIT)
        run.send_signal(signal.SIGTERM)
        may_answer.set()
        assert run.wait(LIMIT) == 0, run.stderr and run.stderr.read()
        (key,) = state.effects
    service = key.split(".")[1]
    found = central.office.store.cases.progress(counter.id)
    assert found
    assert {one["code"]: one["state"] for one in found["services"]}[service] == "done"


def test_an_office_gets_its_own_fields_alone(
    central: Standing, side: TerminalSide, tmp_path: Path
) -> None:
    """Nothing of the fund's or the family's fields reaches the office of social security."""
    filed(central, side)
    asked = Event()

    def decide(task: Mapping[str, Any]) -> Reply:
        asked.set()
        return finish(task)

    with simulated_office(SECRET, decide) as (url, state), worker(tmp_path, url) as run:
        assert asked.wait(LIMIT)
        run.send_signal(signal.SIGTERM)
        _, said = run.communicate(timeout=LIMIT)
    card, facts = persona("liu")
    seen = json.dumps(state.views, ensure_ascii=False)
    assert card.number in seen
    assert facts.fund_center not in seen
    assert card.name not in said
    assert card.number not in said


def test_dead_letters_are_listed_with_their_cure_and_tried_again(
    central: Standing,
    side: TerminalSide,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    counter = filed(central, side)
    store = central.office.store
    (claim, *_others) = store.work.claim("a", NOON, NOON - NOON, 1)
    failure = TaskFailure(OfficeFault.OTHER_CASE.value, "2026-11-23", NOON - NOON, is_dead=True)
    store.task_claims.fail(claim, failure, NOON)
    where = data_words(tmp_path)
    assert main.main(["central", "letters", "list", *where]) == 0
    _head, line = capsys.readouterr().out.splitlines()
    assert line.split("\t")[1:4] == [counter.id, claim.service, "1"]
    assert "回的是另一件" in line
    again = ["central", "letters", "retry", counter.id, "--service", claim.service, *where]
    assert main.main(again) == 0
    assert main.main(again) == 1
    assert "central letters list" in capsys.readouterr().err
    assert store.task_claims.dead_letters() == ()


def test_decisions_that_were_laid_aside_are_listed_and_tried_again(
    central: Standing, side: TerminalSide, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counter, store = filed(central, side), central.office.store
    said = DeskActRow(application_id=counter.id, service="R08", act="pause", account="C-0001")
    said.number, said.at = 1, NOON.isoformat()
    store.database.write(lambda session: session.add(said))
    failures = store.desk_decisions.failures
    failures.note(1, DecisionFailure("KeyError", "2026-11-23", 0.0, is_dead=True))
    where = data_words(tmp_path)
    assert main.main(["central", "letters", "list", *where]) == 0
    _head, line = capsys.readouterr().out.splitlines()
    assert line.split("\t")[1:5] == [counter.id, "R08", "1", "2026-11-23"]
    assert "pause" in line
    assert "KeyError" in line
    again = ["central", "letters", "retry", counter.id, "--service", "R08", *where]
    assert main.main(again) == 0
    assert main.main(again) == 1
    assert failures.dead() == ()


def test_the_failure_of_a_lease_that_ran_out_is_not_counted(
    central: Standing, side: TerminalSide
) -> None:
    filed(central, side)
    store = central.office.store
    (claim, *_others) = store.work.claim("a", NOON, NOON - NOON, 1)
    late = replace(claim, lease="another")
    failure = TaskFailure(OfficeFault.HTML.value, "2026-11-23", NOON - NOON, is_dead=True)
    store.task_claims.fail(late, failure, NOON)
    assert store.task_claims.dead_letters() == ()
    assert store.task_claims.failures_of(claim) == 0


def test_a_dead_letter_that_somebody_moves_is_none_any_more(
    central: Standing, side: TerminalSide
) -> None:
    """A clerk who finishes it, or a person who withdraws, ends its alarm."""
    counter = filed(central, side)
    store = central.office.store
    (claim, *_others) = store.work.claim("a", NOON, NOON - NOON, 1)
    failure = TaskFailure(OfficeFault.HTML.value, "2026-11-23", NOON - NOON, is_dead=True)
    store.task_claims.fail(claim, failure, NOON)
    assert [alarm.is_open for alarm in store.alarms.all()] == [True]
    done = TaskMove(TaskState.DONE)
    assert store.work.settle(counter.id, claim.service, done, NOON.isoformat())
    assert store.task_claims.dead_letters() == ()
    assert [alarm.is_open for alarm in store.alarms.all()] == [False]
