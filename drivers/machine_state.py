"""Temperature and disk space of this machine, read only."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from kiosk.maintenance.report_lines import DiskLook

if TYPE_CHECKING:
    from pathlib import Path

SENSORS: Final = ("class/thermal/thermal_zone*/temp", "class/hwmon/hwmon*/temp*_input")
MILLI: Final = 1000.0
SENSIBLE: Final = (-20.0, 150.0)  # a sensor that is not connected says 0 K, or 255


def hottest(sys: Path) -> float | None:
    """Return the warmest sensor below `sys` in degrees Celsius, None when there is none."""
    found = [one for pattern in SENSORS for path in sys.glob(pattern) if (one := _celsius(path))]
    return max(found, default=None)


def disk_of(path: Path, floor: int) -> DiskLook:
    """Return the space on the disk where `path` lies, or will lie.

    `floor` is the least that is needed, in bytes.
    """
    while not path.exists():
        path = path.parent
    room = shutil.disk_usage(path)
    return DiskLook(room.free, room.total, floor)


def _celsius(sensor: Path) -> float | None:
    try:
        celsius = int(sensor.read_text("ascii")) / MILLI
    except (OSError, ValueError):  # a sensor that is asleep can't be read
        return None
    return celsius if SENSIBLE[0] < celsius < SENSIBLE[1] else None
