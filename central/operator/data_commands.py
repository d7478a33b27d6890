"""Operator commands that work on the data folder and the database of one service."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from central.app_context import AppContext
from central.open_service import add_data_options, open_data

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add_data_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    work: Callable[[AppContext, argparse.Namespace], int],
    words: str,
) -> argparse.ArgumentParser:
    """Add the command `name` to `commands`, and return its parser.

    It works on an opened service: `work` gets the service and the options and returns the exit
    code; `words` is the command's help.
    """
    found = commands.add_parser(name, help=words)
    add_data_options(found)
    found.set_defaults(work=work)
    return found


def run_on_data(options: argparse.Namespace) -> int:
    """Open the service that the options name, run the command on it and return its exit code.

    1 when there is no service, said on standard error. Nothing is made: a mistyped folder would
    otherwise become a service with keys of its own.
    """
    here = open_data(options)
    if not isinstance(here, AppContext):
        print(f"central: {options.data}: {here.value}", file=sys.stderr)
        return 1
    try:
        done: int = options.work(here, options)
    finally:
        here.store.close()
    return done
