"""The program's log: only what is declared, whatever is thrown at it, and never too long."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

import main
from kiosk import log
from kiosk.config.settings import Settings
from kiosk.failures import Failure
from kiosk.log import LOG, PATTERNS, Fields, LogEvent, is_clean, line_of, say
from tests.kiosk.invented_people import CONFIG, handbook, persona
from wiring import places
from wiring.logs import (
    LogFile,
    clean_lines,
    end_log,
    export_logs,
    keep_log,
    log_files,
    log_of,
    tell_bug,
)

DEMO = CONFIG / "profiles" / "demo.toml"
NAME = "刘长青"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = handbook().settings
    store = replace(found.store, path=str(tmp_path / "run" / "kiosk.db"))
    return replace(found, store=store, log=replace(found.log, files=3, mib=1))


@pytest.fixture
def kept(settings: Settings) -> Iterator[LogFile]:
    handler = keep_log(settings)
    assert handler is not None
    yield handler
    end_log(handler)


def lines(settings: Settings) -> list[dict[str, str]]:
    return [json.loads(line) for line in log_of(settings).read_text("ascii").splitlines()]


def test_one_object_a_line_with_declared_fields(kept, settings):
    say(LogEvent.DEVICE, "idcard: lost", device="idcard", failure=Failure.READER_LOST)
    say(LogEvent.DEVICE, "idcard: ready", logging.INFO, device="idcard", failure=None)
    say(LogEvent.CLOCK_WRONG, "-7", minutes=-7)
    first, second, third = lines(settings)
    assert datetime.fromisoformat(first.pop("at")).tzinfo is not None
    assert first == {
        "level": "warning",
        "event": "device",
        "device": "idcard",
        "failure": "reader_lost",
    }
    assert (second["level"], second["failure"]) == ("info", "ready")
    assert third["minutes"] == "-7"


def test_words_go_to_standard_error_only(kept, settings, caplog):
    say(LogEvent.REFUSED, f"{NAME} was refused", trouble="status 422")
    assert NAME in caplog.text
    (line,) = lines(settings)
    assert line["trouble"] == "status 422"
    assert NAME not in json.dumps(line, ensure_ascii=False)


def test_what_does_not_fit_is_not_written(kept, settings):
    say(LogEvent.REFUSED, "", parcel="341602196606150018", trouble=f"sent by {NAME}")
    assert [(one["parcel"], one["trouble"]) for one in lines(settings)] == [("?", "?")]


def test_of_strangers_only_who_and_where(kept, settings):
    try:
        int(f"a card of {NAME} 34162219660615001X")
    except ValueError:
        logging.getLogger("some.library").exception("while reading %s", NAME)
    logging.getLogger("weird name 34160219660").error(NAME)
    first, second = lines(settings)
    assert first["event"] == "other"
    assert first["kind"] == "ValueError"
    assert re.fullmatch(r"test_log:\d+", first["where"])
    assert second["kind"] == "?"
    assert NAME not in log_of(settings).read_text("utf-8")


def test_a_bug_is_told_by_kind_and_place(kept, settings, caplog):
    try:
        int(NAME)
    except ValueError as error:
        tell_bug(error)
    tell_bug(KeyError(NAME))
    first, second = lines(settings)
    assert (first["event"], first["kind"], first["level"]) == ("bug", "ValueError", "error")
    assert re.fullmatch(r"test_log:\d+", first["where"])
    assert (second["kind"], second["where"]) == ("KeyError", "?")
    assert NAME not in caplog.text


def test_a_log_does_not_outgrow_its_files(kept, settings):
    for _ in range(30_000):
        say(LogEvent.DEVICE, "", logging.INFO, device="idcard", failure=Failure.READER_LOST)
    files = log_files(settings)
    assert [one.name for one in files] == ["log.jsonl.2", "log.jsonl.1", "log.jsonl"]
    assert all(one.stat().st_size <= 1 << 20 for one in files)
    assert len(list(log_of(settings).parent.glob("log*"))) == 3


def test_a_full_disk_loses_lines_and_nothing_else(kept, settings, monkeypatch):
    def full(_text: str) -> int:
        raise OSError(28, "No space left on device")

    say(LogEvent.STARTED, "", version="1.0")
    monkeypatch.setattr(kept.stream, "write", full)
    say(LogEvent.ENDED, "")
    monkeypatch.undo()
    say(LogEvent.STARTED, "", version="1.0")
    assert [one["event"] for one in lines(settings)] == ["started", "started"]


def test_where_no_file_can_be_there_is_none(settings, tmp_path):
    (tmp_path / "run").write_text("a file where a folder should be")
    assert keep_log(settings) is None
    end_log(None)


def test_every_field_has_its_pattern():
    assert set(get_type_hints(Fields)) == set(PATTERNS)


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_lets_a_person_through(name):
    card, facts = persona("liu")
    secrets = [card.name, card.number, card.address, facts.account, "13900001234", "3416021966"]
    for secret in secrets:
        assert log._fitting(name, secret) == "?"
        assert log._fitting(name, f"a {secret}") == "?"


@given(st.dictionaries(st.sampled_from(sorted(PATTERNS)), st.text(max_size=40)))
def test_whatever_is_said_the_line_is_clean(fields):
    entry = log.LogEntry(LogEvent.OTHER, {k: log._fitting(k, v) for k, v in fields.items()})
    record = logging.makeLogRecord({"levelname": "INFO", log.MARK: entry})
    assert is_clean(line_of(record))


def test_every_event_and_stranger_is_clean():
    for event in LogEvent:
        record = logging.makeLogRecord({"levelname": "ERROR", log.MARK: log.LogEntry(event, {})})
        assert is_clean(line_of(record))
    stranger = {"levelname": "INFO", "msg": NAME, "name": NAME, "module": NAME}
    assert is_clean(line_of(logging.makeLogRecord(stranger)))


GOOD = '{"at": "2026-11-26T21:00:00.000+08:00", "level": "info", "event": "ended"}'


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        GOOD.replace("ended", "invented"),
        GOOD.replace("info", NAME),
        GOOD.replace('"ended"', '"ended", "name": "x"'),
        GOOD.replace('"ended"', '"ended", "device": "' + NAME + '"'),
        GOOD.replace('"ended"', '"ended", "minutes": 7'),
        GOOD.replace("2026", "now"),
        '{"event": "ended"}',
    ],
)
def test_what_no_log_could_say(line):
    assert is_clean(GOOD)
    assert not is_clean(line)


# it leaves the terminal


def plant(settings: Settings) -> None:
    """Something that no program of ours wrote, between good lines."""
    path = log_of(settings)
    with path.open("a", encoding="utf-8") as file:
        file.write(f'{{"event": "device", "device": "{NAME}"}}\n{NAME}\n')


def test_what_is_exported_was_looked_at_once_more(kept, settings, tmp_path):
    say(LogEvent.STARTED, "", version="1.0")
    plant(settings)
    say(LogEvent.ENDED, "")
    log_of(settings).with_name("journal.jsonl").write_text('{"stage": "idle"}\n', "utf-8")
    count, size = export_logs(settings, tmp_path / "out.zip")
    assert count == 2
    assert size == (tmp_path / "out.zip").stat().st_size
    with zipfile.ZipFile(tmp_path / "out.zip") as pack:
        assert pack.namelist() == ["log.jsonl", "journal.jsonl"]
        said = pack.read("log.jsonl").decode()
    assert [json.loads(line)["event"] for line in said.splitlines()] == ["started", "ended"]
    assert list(clean_lines(log_files(settings))) == said.splitlines()


def site(tmp_path: Path) -> str:
    path = tmp_path / "site.toml"
    path.write_text(f'[store]\npath = "{tmp_path / "run" / "kiosk.db"}"\n', "utf-8")
    return str(path)


def test_the_technicians_commands(kept, settings, tmp_path, capsys):
    say(LogEvent.STARTED, "", version="1.0")
    files = ["--settings", str(DEMO), site(tmp_path)]
    assert main.main(["logs", "show", *files]) == 0
    assert json.loads(capsys.readouterr().out)["event"] == "started"
    assert main.main(["logs", "export", "--to", str(tmp_path), *files]) == 0
    path, count, _ = capsys.readouterr().out.split("\t")
    assert Path(path).is_file()
    assert count == "1"
    assert main.main(["logs", "export", "--to", str(tmp_path / "no"), *files]) == 1
    assert "U 盘" in capsys.readouterr().err
    assert main.main(["logs", "show", "--settings", "/nowhere.toml"]) == 2
    assert "no such file" in capsys.readouterr().err


# mypy sees it

WRONG = """
from kiosk.log import LogEvent, say
say(LogEvent.DEVICE, "", device="idcard")
say(LogEvent.DEVICE, "", name="x")
say(LogEvent.DEVICE, "", device=7)
say("device", "")
"""


@pytest.mark.slow
def test_the_type_checker_refuses_a_field_that_is_not_declared(tmp_path):
    path = tmp_path / "wrong.py"
    path.write_text(WRONG, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(path)]
    done = subprocess.run(command, cwd=places.ROOT, capture_output=True, text=True, check=False)
    wrong = [line for line in done.stdout.splitlines() if "wrong.py" in line and "error" in line]
    assert [line.split(":")[1] for line in wrong] == ["4", "5", "6"], done.stdout


def test_the_logger_is_the_programs_own():
    assert LOG.name == "kiosk"
