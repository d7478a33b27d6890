"""The command `usb-policy`: prints rules.conf for USBGuard."""

from __future__ import annotations

import argparse
import sys

from drivers.stable_names import SystemTree
from drivers.usb_policy import policy, read_devices
from kiosk.operator_texts import text_of


def print_policy(options: argparse.Namespace, machine: SystemTree | None = None) -> int:
    """Print the rules for the devices plugged in now; return the exit code.

    1: nothing is plugged in, and no rules are printed.
    """
    devices = tuple(read_devices(machine or SystemTree()))
    if not devices:
        print(text_of("devices.no_usb_devices"), file=sys.stderr)
        return 1
    print(policy(devices, options.keyboard), end="")
    return 0
