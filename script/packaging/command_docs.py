"""Completion and man pages of the command line, made of the parser that the program itself uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import shtab
from argparse_manpage.manpage import Manpage

from kiosk.civil_time import civil_day, civil_time_of
from kiosk.cli.command_table import COMMANDS
from kiosk.cli.dispatch import parser_of
from kiosk.cli.parser import CommandParser, Program, complete_all
from kiosk.cli.texts import CHINESE, ENGLISH, read_texts

FOLDERS = {"": ENGLISH, "zh_CN": CHINESE}
"""Languages by their folder below usr/share/man; that of English is the folder itself."""
SUGGESTED = {"file": shtab.FILE, "path": shtab.FILE, "folder": shtab.DIRECTORY}
"""What completion suggests for a value, by the name of its form."""


def completion(home: Path, name: str, version: str, root: Path) -> str:
    """Return the bash completion of the commands that are installed in the folder `home`.

    `name` is the program's, `version` its version; `root` is the source tree with the texts.
    """
    parser = _whole_parser(home, Program(name, version, root), ENGLISH)
    for one in _parsers_of(parser):
        forms = {argument.field: argument.value.name for argument in one.command.arguments}
        for action in one.declared_actions:
            if (suggested := SUGGESTED.get(forms.get(action.dest, ""))) is not None:
                vars(action)["complete"] = suggested
    return shtab.complete(parser, "bash")


def man_pages(home: Path, name: str, version: str, root: Path, epoch: int) -> Mapping[str, str]:
    """Return the man pages by their folder below usr/share/man.

    The parameters are those of `completion`, and `epoch`, the pages' date in seconds since 1970.
    """
    program = Program(name, version, root)
    day = civil_day(civil_time_of(epoch)).isoformat()
    return {
        folder: _man_page(_whole_parser(home, program, language), program, day)
        for folder, language in FOLDERS.items()
    }


def _man_page(parser: CommandParser, program: Program, day: str) -> str:
    data = {"date": day, "project_name": program.name, "version": program.version}
    page = Manpage(parser, _data={**data, "manual_title": "User Commands"})
    page.description = parser.description
    return str(page)


def _whole_parser(home: Path, program: Program, language: str) -> CommandParser:
    texts = read_texts(program.root / "config" / "texts", language)
    parser = parser_of(COMMANDS, program, texts, partial(_is_in, home))
    complete_all(parser)
    return parser


def _is_in(home: Path, module: str) -> bool:
    path = home.joinpath(*module.split("."))
    return path.with_suffix(".py").is_file() or path.is_dir()


def _parsers_of(parser: CommandParser) -> Iterator[CommandParser]:
    yield parser
    for below in parser.subparsers.values():
        yield from _parsers_of(below)
