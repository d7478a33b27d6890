"""The commands `logs show`, `export` and `send`: this terminal's log, for the technician."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from kiosk.civil_time import civil_now, to_civil
from kiosk.config.layers import layers_of, read_layers
from kiosk.config.schema import ConfigError
from kiosk.operator_texts import text_of
from wiring.delivery_service import central_of, identity_of
from wiring.logs import clean_lines, export_logs, log_files, send_logs
from wiring.places import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.config.settings import Settings


def show_log(options: argparse.Namespace) -> int:
    """Print the log, one JSON object a line; return the exit code."""
    return _with_settings(options, _show)


def export_log(options: argparse.Namespace) -> int:
    """Write the log as a ZIP into a folder and print what it holds; return the exit code."""
    return _with_settings(options, _export)


def send_log(options: argparse.Namespace) -> int:
    """Send the log to the central service; return the exit code."""
    return _with_settings(options, _send)


def _with_settings(
    options: argparse.Namespace, work: Callable[[argparse.Namespace, Settings], int]
) -> int:
    """Run `work` with the terminal's settings; return 1, with a sentence, when it can't be."""
    try:
        return work(options, read_layers(layers_of(DEFAULTS, options.settings)))
    except ConfigError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(text_of("logs.unreadable", why=error.strerror), file=sys.stderr)
    return 1


def _show(_options: argparse.Namespace, settings: Settings) -> int:
    for line in clean_lines(log_files(settings)):
        print(line)
    return 0


def _export(options: argparse.Namespace, settings: Settings) -> int:
    at = civil_now()
    to = options.to / f"logs-{settings.terminal.code}-{to_civil(at):%Y%m%d-%H%M%S}.zip"
    try:
        lines, size = export_logs(settings, to)
    except OSError as error:
        print(text_of("logs.unwritable", why=error.strerror), file=sys.stderr)
        return 1
    print(to, lines, size, sep="\t")
    return 0


def _send(_options: argparse.Namespace, settings: Settings) -> int:
    sent = send_logs(settings, central_of(settings, identity_of(settings)))
    if sent is None:
        print(text_of("logs.unsent"), file=sys.stderr)
        return 1
    print(sent)
    return 0
