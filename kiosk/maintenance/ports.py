"""The port to the machine for a technician's pages; `wiring.maintenance_ports` implements it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from kiosk.config.usb_bundle import OfferedBundle
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal
from kiosk.maintenance.guided_tests import CameraReading
from kiosk.maintenance.readiness_report import Sheet


class MaintenanceTools(Protocol):
    """What the machine does for a technician; calls may block."""

    def examine(self) -> Sheet:
        """Examine everything and return the readiness report."""

    def export(self, sheet: Sheet) -> Failure | None:
        """Write the report as files where a technician finds them; return the failure."""

    def look(self) -> CameraReading | None:
        """Measure the newest picture of the running camera; None before there is one."""

    def seek(self) -> Proposal:
        """Search for attached devices; nothing is written."""

    def write(self, changes: Mapping[str, str]) -> Failure | None:
        """Write addresses, by key, as settings; changes that are wrong are undone."""

    def read_stick(self) -> OfferedBundle | Failure:
        """Verify the signed settings on a stick; nothing is taken."""

    def take_stick(self, wanted: str) -> Failure | None:
        """Take the stick's settings with the id `wanted`, to be tried at the next start."""
