"""What can a technician ask of one device? `devices read-id`, `devices read-ss`."""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE = """\
devices read-id --url URL [--wait S] [--show]   read one identity card
devices read-ss --url URL [--wait S] [--show]   read one social security card
devices simulate KIND ...                       one simulated device at the end of a wire"""


class Exit(IntEnum):
    """How a command that reads a card ends."""

    READ = 0
    USAGE = 2
    NO_CARD = 3
    DEVICE_FAULT = 4
    NOT_READABLE = 5


def run(arguments: Sequence[str]) -> int:
    """Run one command on one device; 2 when it is not one."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    match name:
        case "read-id":
            from drivers.commands import read_id

            return read_id.run(rest)
        case "read-ss":
            from drivers.commands import read_ss

            return read_ss.run(rest)
    print(USAGE, file=sys.stderr)
    return Exit.USAGE
