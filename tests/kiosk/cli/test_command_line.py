"""The command line as a whole: every command's help, every wrong use, both languages."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from kiosk.cli.command_table import COMMANDS
from kiosk.cli.declaration import flatten
from kiosk.cli.dispatch import parse
from kiosk.cli.texts import language_of, read_texts
from tests.kiosk.cli.wrong_invocations import BY_FAULT, BY_USAGE, FAILED, USAGE
from tests.kiosk.invented_people import CONFIG, ROOT
from wiring.command_line import make_parser

LEAVES = {words: one for words, one in flatten(COMMANDS).items() if one.handler}
CASES = [(*one, USAGE) for one in BY_USAGE] + [(*one, FAILED) for one in BY_FAULT]
# The names of pages are those that a walk through all of them finds.
WALKING = "demo --gallery {tmp}/g --pages moon"
MARKED = [
    pytest.param(*one, id=one[0], marks=[pytest.mark.exhaustive] if one[0] == WALKING else [])
    for one in CASES
]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("service") / "data"
    assert main.main(["central", "init", "--data", str(data)]) == 0
    return data


@pytest.fixture
def places(tmp_path: Path, service: Path) -> dict[str, str]:
    empty, garbage, folder = tmp_path / "empty", tmp_path / "garbage.toml", tmp_path / "folder"
    empty.touch()
    garbage.write_bytes(b"\xff\xfe\0 = [\n" * 9)
    folder.mkdir()
    found = {"tmp": folder, "empty": empty, "garbage": garbage, "service": service}
    return {name: str(path) for name, path in found.items()}


@pytest.fixture
def _as_a_program(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give commands a standard input that has ended, and put signal handlers back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_as_a_program")
@pytest.mark.parametrize(("line", "said", "code"), MARKED)
def test_a_wrong_invocation_ends_with_a_sentence(
    line: str, said: str, code: int, places: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    found = main.main([word.format(**places) for word in line.split()])
    heard = capsys.readouterr()
    words = heard.out + heard.err
    assert (found, "Traceback" in words) == (code, False), words
    assert said.format(**places) in words
    assert words.strip()


def test_every_command_has_a_wrong_invocation() -> None:
    lines = [f"{line} " for line, _ in (*BY_USAGE, *BY_FAULT)]
    assert [one for one in flatten(COMMANDS) if not any(f"{one} " in line for line in lines)] == []
    assert len(BY_USAGE) >= 65


@pytest.mark.parametrize("words", ["", *flatten(COMMANDS)])
@pytest.mark.parametrize("locale", ["C.UTF-8", "zh_CN.UTF-8"])
def test_help_is_printed(
    words: str,
    locale: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert main.main([*words.split(), "--help"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    begin, codes = (
        ("用法：", "退出码：") if locale.startswith("zh") else ("usage: ", "Exit codes: ")
    )
    assert said.out.startswith(f"{begin}retirement-kiosk {words}".rstrip())
    assert codes in said.out


def test_the_program_alone_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main([]) == 0
    said = capsys.readouterr()
    assert "check-config" in said.out
    assert said.err == ""


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--version"]) == 0
    assert capsys.readouterr().out == "retirement-kiosk 0.1.0\n"


@pytest.mark.parametrize(
    ("former", "now"),
    [
        (["simulate", "--stay", "--seed", "x"], "--foreground"),
        (["demo", "--mishap", "killed", "--height", "x"], "--fault"),
    ],
)
def test_a_former_spelling_is_taken_with_a_warning(
    former: list[str], now: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(former) == USAGE  # of what follows it
    assert f"{former[1]} is now called {now}" in capsys.readouterr().err


# texts


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_and_argument_has_its_text(language: str) -> None:
    texts = read_texts(CONFIG / "texts", language)
    declared = flatten(COMMANDS)
    assert texts.commands.keys() == declared.keys()
    used = set()
    for words, command in declared.items():
        names = {one.name for one in command.arguments}
        own = texts.commands[words].keys() - {"help", "about", "exit_codes"}
        assert own <= names, words
        assert texts.commands[words]["help"]
        assert all(texts.of_argument(words, name) for name in names)
        used |= names - own
        assert {one.value.name for one in command.arguments} - {"text"} <= texts.values.keys()
    assert texts.arguments.keys() == used


def test_both_languages_say_the_same() -> None:
    english, chinese = (read_texts(CONFIG / "texts", one) for one in ("en", "zh"))
    assert english.phrases.keys() == chinese.phrases.keys()
    assert english.values.keys() == chinese.values.keys()
    for words, said in english.commands.items():
        assert said.keys() == chinese.commands[words].keys(), words


ENGLISH = ("argument ", "expected", "required", "invalid", "unrecognized", "usage", "error:")


def test_wrong_use_is_answered_in_chinese(
    places: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No sentence of argparse is left in English."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for line, _ in BY_USAGE:
        chosen = parse(make_parser(), [word.format(**places) for word in line.split()])
        said = capsys.readouterr().err
        if chosen == USAGE:
            assert [one for one in ENGLISH if one in said] == [], said


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh"}, "zh"),
    ],
)
def test_the_language_is_that_of_the_locale(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


# the table


@pytest.mark.parametrize("words", LEAVES)
def test_every_handler_takes_options(words: str) -> None:
    module, _, function = LEAVES[words].handler.partition(":")
    handler = getattr(importlib.import_module(module), function)
    needed = [
        one
        for one in inspect.signature(handler, follow_wrapped=False).parameters.values()
        if one.default is inspect.Parameter.empty
    ]
    assert len(needed) == 1
    assert needed[0].annotation in ("argparse.Namespace", inspect.Parameter.empty)


def test_choices_are_those_of_the_code() -> None:
    from central.operator.bundles import ROLES
    from central.store.cases.reviews import ReviewVerdict
    from central.web_accounts import WebRole
    from drivers.devices.chip_photo import Abi
    from drivers.face.liveness.rules import LivenessStep
    from drivers.protocols.samv import BAUDS
    from drivers.simulated.cards.id_card_reader import IdReaderFault
    from kiosk.cli import central_table, device_table, terminal_table
    from kiosk.operator_texts import texts_of
    from kiosk.people.facts import InsuredKind
    from kiosk.ports import ReferenceKind
    from kiosk.retirement.age import Category
    from kiosk.retirement.situation import Route
    from kiosk.staff.roles import Role

    assert tuple(Role) == central_table.ROLES
    assert tuple(ReviewVerdict) == central_table.VERDICTS
    assert central_table.TUF_ROLES == ROLES
    assert tuple(WebRole) == central_table.WEB_ROLES
    assert device_table.BAUDS == BAUDS
    assert tuple(sorted(texts_of("devices.kinds"))) == device_table.DEVICES_WITH_TEST
    assert tuple(IdReaderFault) == device_table.READER_FAULTS
    assert tuple(Abi) == device_table.PHOTO_ABIS
    assert tuple(ReferenceKind) == device_table.REFERENCE_KINDS
    assert device_table.MOVEMENTS.bounds["known"] == ",".join(LivenessStep)
    assert tuple(Category) == terminal_table.CATEGORIES
    assert tuple(InsuredKind) == terminal_table.INSURED
    assert tuple(Route) == terminal_table.ROUTES


# a machine with nothing but Python


def bare(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the program without any library: neither site-packages nor the environment's."""
    return subprocess.run(
        [sys.executable, "-S", "-E", str(ROOT / "main.py"), *words],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("words", [(), ("--help",), ("--version",), ("central", "enrol", "--help")])
def test_help_needs_no_library(words: tuple[str, ...]) -> None:
    done = bare(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "retirement-kiosk" in done.stdout


@pytest.mark.parametrize("words", [("run",), ("demo",), ("serve", "--data", "x")])
def test_without_the_environment_the_way_to_it_is_said(words: tuple[str, ...]) -> None:
    done = bare(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert "script/bootstrap" in done.stderr
    assert "Traceback" not in done.stderr


# what documents say

NAMED = re.compile(
    r"(?:retirement-kiosk(?:-central)?|script/kiosk|script/demo)(?P<words>(?: [^\s`]+)+)"
)
DOCUMENTS = [
    *(ROOT / "docs").glob("*.md"),
    *(path for path in (ROOT / "deploy").rglob("*") if path.is_file()),
    *(CONFIG / "texts").rglob("*.toml"),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
]


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Yield where a document names a command line, and its words."""
    for path in DOCUMENTS:
        for line in path.read_text("utf-8").splitlines():
            for found in NAMED.finditer(line):
                words = re.split(r" (?:--|&&|\|\||\||#)(?: |$)|[,;，；。、]", found["words"])[
                    0
                ].split()
                if "script/demo" in found[0]:
                    words.insert(0, "demo")
                if words[0] in {one.name for one in COMMANDS}:
                    yield f"{path.name}: {line.strip()}", words


def test_documents_name_commands_and_options_that_exist() -> None:
    declared, wrong, count = flatten(COMMANDS), [], 0
    for place, words in command_lines():
        count += 1
        command = ""
        for word in words:
            longer = f"{command} {word}".strip()
            if longer not in declared:
                break
            command = longer
        options = {one.name for one in declared[command].arguments} | {"--help"}
        named = {re.match(r"[a-z-]+", word)[0] for word in words if word.startswith("--")}
        if declared[command].handler and named - options:
            wrong.append((place, named - options))
    assert wrong == []
    assert count > 60
