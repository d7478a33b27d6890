"""The command `usb-policy [--keyboard PLACE …]`: prints rules.conf for USBGuard."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from drivers.stable_names import SystemTree
from drivers.usb_policy import policy, read_devices

if TYPE_CHECKING:
    from collections.abc import Sequence

NONE_THERE = "这台机器上看不到 USB 设备，没有写规则：空的规则会把所有设备都挡住"


def run(arguments: Sequence[str], machine: SystemTree | None = None) -> int:
    """Print the rules for the devices plugged in now; return the exit code.

    1: nothing is plugged in, and no rules are printed.
    """
    parser = argparse.ArgumentParser(prog="script/kiosk usb-policy", description=__doc__)
    words = "a keyboard that belongs to the terminal, by its port: 1-3"
    parser.add_argument("--keyboard", action="append", default=[], metavar="PLACE", help=words)
    options = parser.parse_args(arguments)
    devices = tuple(read_devices(machine or SystemTree()))
    if not devices:
        print(NONE_THERE, file=sys.stderr)
        return 1
    print(policy(devices, options.keyboard), end="")
    return 0
