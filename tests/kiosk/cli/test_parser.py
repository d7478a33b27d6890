"""The parser and the call of a command, on a small table of their own."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from kiosk.cli.columns import count_columns, wrap_columns
from kiosk.cli.declaration import Command, ShippedFile, choice, flag, option, positional
from kiosk.cli.dispatch import Invocation, has_module, keep_installed, parse, parser_of, perform
from kiosk.cli.parser import (
    CommandParser,
    Program,
    complete_all,
    use_sentences,
)
from kiosk.cli.texts import read_texts
from kiosk.cli.values import FILE, FOLDER, PATH, any_path, number, whole
from kiosk.config.schema import ConfigError, Problem
from tests.kiosk.invented_people import CONFIG

HERE = "tests.kiosk.cli.test_parser"
MADE_UP = {
    "work": {"help": "do it", "--out": "o", "--level": "l", "--again": "a", "FILE": "f"},
    "group": {"help": "a group"},
    "group work": {"help": "do it there"},
    "elsewhere": {"help": "of another package"},
}
COMMANDS = (
    Command(
        "work",
        f"{HERE}:work",
        (
            option("--out", PATH, default=ShippedFile(PurePosixPath("config/out"))),
            choice("--level", 1, 2, value=whole(0, 9), default=1, former="--strength"),
            flag("--again", former="--anew"),
            positional("FILE", FILE, count="*"),
        ),
    ),
    Command("group", commands=(Command("work", f"{HERE}:work"),)),
    Command("elsewhere", "nowhere.at.all:run"),
)
OUTCOME: list[Callable[[argparse.Namespace], int]] = []


def work(options: argparse.Namespace) -> int:
    """Do what the test wants."""
    return OUTCOME[0](options)


@pytest.fixture
def parser() -> CommandParser:
    texts = replace(read_texts(CONFIG / "texts", "en"), commands=MADE_UP)
    return parser_of(COMMANDS, Program("prog", "1.2", Path("/root/of/it")), texts)


def invoked(parser: CommandParser, *words: str) -> Invocation:
    found = parse(parser, words)
    assert isinstance(found, Invocation)
    return found


def test_options_are_parsed(parser: CommandParser, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    options = invoked(parser, "work", "--level", "2", str(file), "--again").options
    assert vars(options) == {
        "command": "work",
        "out": Path("/root/of/it/config/out"),
        "level": 2,
        "again": True,
        "file": [file],
    }


def test_former_spellings_mean_the_present_ones(
    parser: CommandParser, capsys: pytest.CaptureFixture[str]
) -> None:
    options = invoked(parser, "work", "--strength", "2", "--anew").options
    assert (options.level, options.again) == (2, True)
    assert capsys.readouterr().err.splitlines() == [
        "prog work: --strength is now called --level; the old spelling still works.",
        "prog work: --anew is now called --again; the old spelling still works.",
    ]
    assert parse(parser, ["work", "--strength", "3"]) == 2  # its choices hold, too


def test_a_command_of_another_package_is_said_to_be_one(
    parser: CommandParser, capsys: pytest.CaptureFixture[str]
) -> None:
    assert parse(parser, ["elsewhere"]) == 2
    assert "elsewhere is not part of this installation" in capsys.readouterr().err
    assert parse(parser, ["--help"]) == 0
    assert "elsewhere" not in capsys.readouterr().out


def test_only_installed_commands_are_kept() -> None:
    assert has_module("kiosk.cli")
    assert not has_module("kiosk.nothing")
    assert not has_module("nothing.at.all")
    assert keep_installed(COMMANDS, lambda _: False) == ()
    assert keep_installed(COMMANDS, HERE.__eq__) == COMMANDS[:2]


def test_a_whole_parser_shows_its_commands_to_tools(parser: CommandParser) -> None:
    complete_all(parser)
    assert parser.chooser is not None
    assert parser.chooser.choices == parser.subparsers
    assert parser.subparsers["group"].subparsers["work"].is_complete
    assert invoked(parser, "group", "work").command.name == "work"


# the call


def outcome(parser: CommandParser, answer: Callable[[argparse.Namespace], int], *words: str) -> int:
    OUTCOME[:] = [answer]
    return perform(invoked(parser, "work", *words))


def write_line(_options: argparse.Namespace) -> int:
    sys.stdout.write("x\n")
    sys.stdout.flush()
    return 0


def raising(error: BaseException) -> Callable[[argparse.Namespace], int]:
    def answer(_options: argparse.Namespace) -> int:
        raise error

    return answer


def test_the_answer_of_the_command_is_the_exit_code(parser: CommandParser) -> None:
    assert outcome(parser, lambda _: 7) == 7


def test_wrong_settings_are_printed(
    parser: CommandParser, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(parser, raising(ConfigError((Problem("x.toml", 3, "key", "words"),)))) == 1
    assert "x.toml" in capsys.readouterr().err


def test_a_missing_library_names_the_way_to_it(
    parser: CommandParser, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(parser, raising(ModuleNotFoundError(name="kivy.app"))) == 1
    said = capsys.readouterr().err
    assert "'kivy.app'" in said
    assert "script/bootstrap" in said


@pytest.mark.parametrize(
    "error",
    [
        ModuleNotFoundError("a module of our own", name="kiosk.nothing"),
        ModuleNotFoundError("nobody knows which"),
        OSError(errno.EIO, "of no file"),
        OSError(errno.ENOENT, "of another file", "/etc/other"),
        ValueError("a bug"),
    ],
)
def test_bugs_are_raised(parser: CommandParser, error: Exception) -> None:
    with pytest.raises(type(error)):
        outcome(parser, raising(error))


def test_a_named_file_that_cannot_be_used_is_printed(
    parser: CommandParser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()
    for named in (tmp_path / "out", tmp_path / "out" / "below", tmp_path):
        error = OSError(errno.EACCES, "Permission denied", str(named))
        assert outcome(parser, raising(error), "--out", str(tmp_path / "out"), str(file)) == 1
        assert capsys.readouterr().err == f"prog work: {named}: Permission denied\n"
    error = OSError(errno.EACCES, "Permission denied", file)
    assert outcome(parser, raising(error), str(file)) == 1


def test_a_reader_that_ends_early_is_no_fault(
    parser: CommandParser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, told = os.pipe()
    os.close(heard)
    with os.fdopen(told, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert outcome(parser, write_line) == 1
    with (tmp_path / "out").open("w") as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        gone.close()
        assert outcome(parser, raising(BrokenPipeError())) == 1


# the layout of help


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, []),
        ("one two three", 8, ["one two", "three"]),
        ("a\n  paragraph", 20, ["a paragraph"]),
        ("一二三四五", 6, ["一二三", "四五"]),
        ("一二三。四", 6, ["一二", "三。四"]),
        ("用 --fault 试", 8, ["用", "--fault", "试"]),
        ("longer-than-it-may-be", 5, ["longer-than-it-may-be"]),
    ],
)
def test_lines_fit_the_terminal(text: str, width: int, lines: list[str]) -> None:
    assert wrap_columns(text, width) == lines
    assert count_columns("一a。") == 5


def test_sentences_of_argparse_are_replaced() -> None:
    before = vars(argparse)["_"], vars(argparse)["ngettext"]
    use_sentences({"expected %s arguments": "%s of them"})
    try:
        assert vars(argparse)["ngettext"]("expected %s argument", "expected %s arguments", 2) == (
            "%s of them"
        )
        assert vars(argparse)["ngettext"]("one", "many", 1) == "one"
    finally:
        vars(argparse).update(_=before[0], ngettext=before[1])


# values


@pytest.mark.parametrize("said", ["", "a\0b"])
def test_what_is_no_path(said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        any_path(said)


@pytest.mark.parametrize("said", ["1_0", "٣", "nan", "inf", "", "11", "-1", "1e9"])
def test_what_is_no_number_in_bounds(said: str) -> None:
    for form in (whole(0, 10), number(0, 10)):
        with pytest.raises(ValueError, match=r"."):
            form.read(said)
    assert (whole(0, 10).read("10"), number(0, 10).read("0.5")) == (10, 0.5)


def test_files_and_folders_have_to_be_there(tmp_path: Path) -> None:
    assert FOLDER.read(str(tmp_path)) == tmp_path
    for form, said in ((FILE, tmp_path), (FILE, tmp_path / "none"), (FOLDER, tmp_path / "none")):
        with pytest.raises(ValueError, match=r"."):
            form.read(str(said))
    assert FILE.read(os.devnull) == Path(os.devnull)
