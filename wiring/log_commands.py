"""The command `logs`: show, export or send this terminal's log, for the technician."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.civil_time import civil_now, to_civil
from kiosk.config.layers import layers_of, read_layers
from kiosk.config.schema import ConfigError
from wiring.delivery_service import central_of, identity_of
from wiring.logs import clean_lines, export_logs, log_files, send_logs
from wiring.places import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.config.settings import Settings

UNWRITABLE = "写不进去：%s。请检查 U 盘有没有插好、满没满"
UNREADABLE = "本机的日志读不出：%s"
UNSENT = "没能都送到中心，请检查网络后再试，或导出到 U 盘"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    found = argparse.ArgumentParser(prog="script/kiosk logs", description=__doc__)
    commands = found.add_subparsers(required=True, metavar="COMMAND")
    show = commands.add_parser("show", help="print them, one JSON object a line")
    export = commands.add_parser("export", help="write one ZIP into a folder, as of a stick")
    export.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    send = commands.add_parser("send", help="send them to the central service")
    for one, work in ((show, _show), (export, _export), (send, _send)):
        one.add_argument("--settings", nargs="*", type=Path, default=[], help="as for run")
        one.set_defaults(work=work)
    return found


def run(arguments: Sequence[str]) -> int:
    """Run one of the commands; return 0 for done, 1 for a failure that is explained.

    Wrong usage ends the process with 2.
    """
    options = parser().parse_args(arguments)
    try:
        done: int = options.work(options, read_layers(layers_of(DEFAULTS, options.settings)))
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(UNREADABLE % error.strerror, file=sys.stderr)
        return 1
    return done


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
        print(UNWRITABLE % error.strerror, file=sys.stderr)
        return 1
    print(to, lines, size, sep="\t")
    return 0


def _send(_options: argparse.Namespace, settings: Settings) -> int:
    sent = send_logs(settings, central_of(settings, identity_of(settings)))
    if sent is None:
        print(UNSENT, file=sys.stderr)
        return 1
    print(sent)
    return 0
