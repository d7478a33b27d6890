"""The entry point of the program: from the words of the command line to an exit code."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

from kiosk.cli.command_table import COMMANDS
from kiosk.cli.dispatch import Invocation, parse, parser_of, perform
from kiosk.cli.parser import CommandParser, Program
from kiosk.cli.texts import language_of, read_texts
from kiosk.log import TimedFormatter
from wiring.places import CONFIG, ROOT, VERSION
from wiring.termination import RESTART, begin_anew, run_terminably

PROGRAM = "retirement-kiosk"
PROGRAM_VARIABLE = "KIOSK_PROGRAM"
"""Environment variable with the name of the installed command, for the central service's own."""


def run_program() -> int:
    """Run the command of `sys.argv`; return the exit code.

    INT and TERM end it with its child processes and temporary files. A kiosk that asks for it is
    started again in this process's place.
    """
    chosen = parse(make_parser(), sys.argv[1:])
    if isinstance(chosen, int):
        return chosen
    log_to_standard_error()
    code = run_terminably(lambda: perform(chosen), own_temporary=chosen.command.owns_temporary)
    if code == RESTART:
        begin_anew()
    return code


def main(arguments: Sequence[str]) -> int:
    """Run one command in this process and return its exit code; signals are left as they are."""
    chosen: Invocation | int = parse(make_parser(), arguments)
    if isinstance(chosen, int):
        return chosen
    log_to_standard_error()
    return perform(chosen)


def make_parser() -> CommandParser:
    """Return the parser of all installed commands, in the language of the locale."""
    texts = read_texts(CONFIG / "texts", language_of(os.environ))
    name = os.environ.get(PROGRAM_VARIABLE, PROGRAM)
    return parser_of(COMMANDS, Program(name, VERSION, ROOT), texts)


def log_to_standard_error() -> None:
    """Write warnings to standard error; a log file, where there is one, takes more."""
    errors = logging.StreamHandler()
    errors.setLevel(logging.WARNING)
    errors.setFormatter(TimedFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[errors])
