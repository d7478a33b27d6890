"""The command `doctor`: examines this machine as a terminal; 0 ready, 1 not, 2 wrong settings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from drivers.doctor.checks import examine
from drivers.doctor.finding import as_json, as_table, is_ready
from drivers.doctor.machine import HostProbe
from kiosk.config.active import read_in_force
from kiosk.config.schema import ConfigError


def examine_machine(
    options: argparse.Namespace,
    defaults: Path,
    assets: Path,
    numbers: Path,
    now: Callable[[], datetime],
    host: HostProbe | None = None,
) -> int:
    """Print the findings with their cures and return the exit code.

    `defaults` is config/kiosk.toml; the other parameters as for `examine`.

    `host` is the machine that is looked at, None for this one.
    """
    try:
        settings = read_in_force(defaults, options.settings)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    found = examine(host or HostProbe(), settings, assets, numbers, now)
    print(as_json(found) if options.json else as_table(found))
    return 0 if is_ready(found) else 1
