"""Device commands for technicians: `devices list`, `test`, `read-id`, `read-ss`, `simulate`."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the commands that read a card."""

    READ = 0
    USAGE = 2
    NO_CARD = 3
    DEVICE_FAULT = 4
    NOT_READABLE = 5
