"""Ports of the machine for a technician's pages; `wiring.maintenance_ports` implements them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from kiosk.config.usb_bundle import Offer
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal
from kiosk.maintenance.guided_tests import CameraReading
from kiosk.maintenance.readiness_report import Sheet


class Workshop(Protocol):
    """What a visit does not do for people anyway. Calls may block."""

    def examine(self) -> Sheet:
        """Look at everything and return the sheet."""

    def export(self, sheet: Sheet) -> Failure | None:
        """Write the sheet as files where a technician finds them."""

    def look(self) -> CameraReading | None:
        """Measure the newest picture of the camera, which is running; None before there is one."""

    def seek(self) -> Proposal:
        """Find devices; nothing is written."""

    def write(self, changes: Mapping[str, str]) -> Failure | None:
        """Write addresses into this machine's own settings, by key; what is wrong is taken back."""

    def read_stick(self) -> Offer | Failure:
        """Verify the signed settings on a stick; nothing is taken."""

    def take_stick(self, wanted: str) -> Failure | None:
        """Let the settings of this id, which the stick brings, be tried at the next start."""
