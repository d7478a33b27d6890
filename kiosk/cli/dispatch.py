"""Parsing of a command line and the call of the function that a command names."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from kiosk.cli.declaration import Command, flatten
from kiosk.cli.parser import CHOSEN, USAGE_ERROR, CommandParser, Program, build_parser
from kiosk.cli.texts import CommandTexts
from kiosk.config.schema import ConfigError

FAILED = 1
OWN_PACKAGES = ("kiosk", "drivers", "screens", "central", "wiring")


@dataclass(frozen=True)
class Invocation:
    """A command that was chosen, and its parsed options."""

    command: Command
    options: argparse.Namespace
    parser: CommandParser


def keep_installed(
    commands: Sequence[Command], is_there: Callable[[str], bool]
) -> tuple[Command, ...]:
    """Return the commands whose module `is_there`, and the groups that keep a command."""
    kept = []
    for command in commands:
        if command.handler and is_there(command.module):
            kept.append(command)
        elif below := keep_installed(command.commands, is_there):
            kept.append(replace(command, commands=below))
    return tuple(kept)


def has_module(name: str) -> bool:
    """Tell whether a module of the project is part of this installation."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def parser_of(
    declared: tuple[Command, ...],
    program: Program,
    texts: CommandTexts,
    is_there: Callable[[str], bool] = has_module,
) -> CommandParser:
    """Return the parser of the declared commands that this installation has.

    `is_there` tells whether a module is installed, by its name.
    """
    installed = keep_installed(declared, is_there)
    missing = frozenset(flatten(declared)) - frozenset(flatten(installed))
    return build_parser(installed, replace(program, missing=missing), texts)


def parse(parser: CommandParser, arguments: Sequence[str]) -> Invocation | int:
    """Return the command that the arguments choose, or the exit code where there is none to run.

    0 after help or version on standard output, and for no arguments at all, which show the help. 2
    after a sentence on standard error.
    """
    if not arguments:
        parser.print_help()
        return 0
    try:
        options, unknown = parser.parse_known_args(arguments)
        chosen: CommandParser = vars(options).pop(CHOSEN)
        if unknown:
            chosen.refuse_unknown(unknown)
        if not chosen.command.handler:
            chosen.print_help(sys.stderr)
            chosen.exit(USAGE_ERROR, f"{chosen.prog}: {chosen.texts.phrases['no_command']}\n")
    except SystemExit as left:
        return int(left.code or 0)
    return Invocation(chosen.command, options, chosen)


def perform(invocation: Invocation) -> int:
    """Run the command and return its exit code.

    1, with a sentence on standard error, for what a command leaves to its caller: wrong settings, a
    named file that cannot be used, a library that is not installed. Other exceptions are bugs.
    """
    prog, phrases = invocation.parser.prog, invocation.parser.texts.phrases
    module, _, function = invocation.command.handler.partition(":")
    try:
        handler: Callable[[argparse.Namespace], int] = getattr(
            importlib.import_module(module), function
        )
        return handler(invocation.options)
    except ConfigError as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:
        _drop_output()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in OWN_PACKAGES:
            raise
        print(f"{prog}: {phrases['no_library'].format(said=error.name)}", file=sys.stderr)
    except OSError as error:
        if not names_path(invocation.options, error.filename):
            raise
        print(f"{prog}: {error.filename}: {error.strerror}", file=sys.stderr)
    return FAILED


def names_path(options: argparse.Namespace, filename: object) -> bool:
    """Tell whether the options name this file, a folder above it or something below it."""
    if not isinstance(filename, (str, os.PathLike)):
        return False
    path = Path(filename).absolute()
    named = [one.absolute() for one in _paths_in(vars(options).values())]
    return any(path.is_relative_to(one) or one.is_relative_to(path) for one in named)


def _paths_in(values: Iterable[object]) -> Iterator[Path]:
    for value in values:
        if isinstance(value, Path):
            yield value
        elif isinstance(value, list):
            yield from _paths_in(value)


def _drop_output() -> None:
    """Let what is left of the output go nowhere: whoever read it has ended (`| head`)."""
    with suppress(OSError, ValueError):  # ValueError: not a file of the operating system
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
