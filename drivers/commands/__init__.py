"""Device commands for technicians: `devices list`, `test`, `read-id`, `read-ss`, `simulate`."""

from __future__ import annotations

import sys
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULTS = Path(__file__).resolve().parents[2] / "config" / "kiosk.toml"

USAGE = """\
devices list [--config FILE ...] [--json] [--probe]   every device after one try, and what is there
devices test NAME [--config FILE ...]           open and test one device
devices read-id --url URL [--wait S] [--show]   read one identity card
devices read-ss --url URL [--wait S] [--show]   read one social security card
devices simulate KIND ...                       one simulated device at the end of a wire

read-id and read-ss end with 0: read, also in part; 3: no card in that time; 4: the device is at
fault; 5: there is a card, and it can't be read, is of no known kind, or refused the PIN; 2: wrong
usage. The cure is on standard error. Without --show what names or finds somebody is masked."""


class Exit(IntEnum):
    """Exit codes of the commands that read a card."""

    READ = 0
    USAGE = 2
    NO_CARD = 3
    DEVICE_FAULT = 4
    NOT_READABLE = 5


def run(arguments: Sequence[str], defaults: Path = DEFAULTS) -> int:
    """Run one device command and return its exit code, 2 when there is no such command.

    `defaults` is the settings file below those of --config.
    """
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    match name:
        case "list":
            from drivers.commands import list_devices

            return list_devices.run(rest, defaults)
        case "test":
            from drivers.commands import test_device

            return test_device.run(rest, defaults)
        case "read-id":
            from drivers.commands import read_id

            return read_id.run(rest)
        case "read-ss":
            from drivers.commands import read_ss

            return read_ss.run(rest)
    print(USAGE, file=sys.stderr)
    return Exit.USAGE
