"""Operator commands that work on the data folder and the database of one service."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import wraps

from central.app_context import AppContext
from central.open_service import data_options, open_context
from central.operator.own_vault import open_vault
from central.service_data import permission_words
from central.vault_port import VaultUnavailable
from kiosk.config.schema import ConfigError

NO_VAULT_WORDS = (
    "the vault does not answer: is kiosk-vault running, and may this account connect? "
    "systemctl status kiosk-vault"
)
DataWork = Callable[[AppContext, argparse.Namespace], int]


def on_data(work: DataWork) -> Callable[[argparse.Namespace], int]:
    """Return a command that opens the service of its options, runs `work` on it and closes it.

    The command returns 1, with a sentence on standard error, when there is no service. Nothing is
    made: a mistyped folder would otherwise become a service with keys of its own.
    """

    @explain_wrong_files
    @wraps(work)
    def command(options: argparse.Namespace) -> int:
        context = open_context(data_options(options), open_vault)
        if not isinstance(context, AppContext):
            print(f"central: {options.data}: {context.value}", file=sys.stderr)
            return 1
        try:
            return work(context, options)
        finally:
            context.close()

    return command


def explain_wrong_files(
    command: Callable[[argparse.Namespace], int],
) -> Callable[[argparse.Namespace], int]:
    """Return the command with wrong files explained on standard error; it then returns 1."""

    @wraps(command)
    def run(options: argparse.Namespace) -> int:
        try:
            return command(options)
        except ConfigError as error:
            print(error, file=sys.stderr)
        except PermissionError as error:
            print(f"central: {permission_words(error)}", file=sys.stderr)
        except VaultUnavailable:
            print(f"central: {NO_VAULT_WORDS}", file=sys.stderr)
        return 1

    return run
