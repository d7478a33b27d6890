"""The table of all commands of the program, in the order of the help."""

from __future__ import annotations

from kiosk.cli import central_table as central
from kiosk.cli import device_table as device
from kiosk.cli import terminal_table as terminal

COMMANDS = (
    terminal.RUN,
    terminal.DEMO,
    terminal.DOCTOR,
    terminal.ENROL,
    terminal.FIRST_START,
    terminal.READINESS,
    terminal.CHECK_CONFIG,
    terminal.CONFIG,
    terminal.OUTBOX,
    terminal.AUDIT,
    terminal.LOGS,
    terminal.REPLAY,
    terminal.PILOT,
    device.DEVICES,
    device.FACE,
    device.SIMULATE,
    device.USB_POLICY,
    terminal.RULES,
    central.SERVE,
    central.CENTRAL,
)
