"""Sample finds and sticks, for the gallery."""

from __future__ import annotations

from kiosk.config.usb_bundle import OfferedBundle
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource, failures, read_samples
from kiosk.visit.steps.settings_import.events import (
    DevicesFound,
    SettingsRefused,
    SettingsWritten,
    StickRead,
)

PROPOSAL = read_samples(Proposal, "devices")
PLACES, TROUBLES = PROPOSAL.items, PROPOSAL.troubles
OFFERS = (
    OfferedBundle(12, "abcdefghijkm", 3, "mkjihgfedcba"),
    OfferedBundle(2, "abcdefghijkm", 1),
    OfferedBundle(12, "abcdefghijkm", 3, "abcdefghijkm"),
)


def samples(visit: Visit, _source: SampleSource) -> Samples:
    """Yield found devices, or what a stick brings."""
    yield SettingsWritten()
    if visit.stage is Stage.SEEKING:
        yield from (DevicesFound(PROPOSAL), DevicesFound(Proposal()))
        yield SettingsRefused(Failure.CONFIG_WRONG)
    else:
        yield from (StickRead(one) for one in OFFERS)
        yield from (SettingsRefused(one) for one in failures("settings_"))
