"""`central radar …`: counts without names, what is kept of one person, opt-out and opt-in."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import main
from kiosk.operator_texts import text_of
from tests.central.operator.test_work_commands import data_words
from tests.central.standing import CONFIG, LIU, NOON, WANG, standing

PEOPLE = ("--people", str(CONFIG / "personas"))
LOOK = ("--operator", "Q-0001", "--reason", "asked to see it")


def central(tmp_path: Path, *words: str) -> int:
    return main.main(["central", "radar", *words, *data_words(tmp_path)])


def say(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{number}\n"))


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    with standing(tmp_path) as here:
        here.office.open_radar().run(NOON)
    return tmp_path


def left(folder: Path, number: str) -> bool:
    with standing(folder) as here:
        return here.office.store.preparations.is_ready(here.office.vault.person(number))


def test_a_run_prints_counts_and_nobody(prepared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert central(prepared, "run", *PEOPLE) == 0
    said = capsys.readouterr().out
    head, *rows = (line.split("\t") for line in said.splitlines())
    assert head == ["outcome", "persons"]
    persons = sum(int(count) for outcome, count in rows if outcome != "erased")
    assert persons == len(list((CONFIG / "personas").glob("*.toml")))
    assert not any(secret in said for secret in (LIU, WANG, "王秀英", "刘长青"))


def test_all_that_is_kept_is_shown_and_the_look_recorded(
    prepared: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, WANG)
    assert central(prepared, "show", *LOOK) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["prepared"]["answers"]["mobile"] == "13900005502"
    assert {one["kind"] for one in found["looks"]} == {"archive", "medical", "transfer"}
    assert found["opted_out_at"] == ""
    with standing(prepared) as here:
        (read,) = here.office.store.operator_reads.all()
        person = here.office.vault.person(WANG)
    assert (read.operator, read.what, read.reason) == ("Q-0001", "radar show", "asked to see it")
    assert read.application_id == person, "not the number"


def test_an_opt_out_by_command_erases_and_can_be_taken_back(
    prepared: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, WANG.lower())
    assert central(prepared, "opt-out") == 0
    assert (left(prepared, WANG), left(prepared, LIU)) == (False, True)
    say(monkeypatch, WANG)
    assert central(prepared, "show", *LOOK) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["prepared"] is None
    assert found["looks"] == []
    assert found["opted_out_at"]
    say(monkeypatch, WANG)
    assert central(prepared, "opt-in") == 0
    say(monkeypatch, WANG)
    assert central(prepared, "opt-in") == 1
    assert text_of("central.radar_no_opt_out") in capsys.readouterr().err


@pytest.mark.parametrize("words", [("show", *LOOK), ("opt-out",), ("opt-in",)])
@pytest.mark.parametrize("number", ["", "341623197603200343", "王秀英"])
def test_what_is_no_number_is_refused(
    prepared: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    number: str,
) -> None:
    say(monkeypatch, number)
    assert central(prepared, *words) == 2
    assert text_of("central.radar_nobody") in capsys.readouterr().err
    assert left(prepared, WANG)
